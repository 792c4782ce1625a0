"""The names that a file takes of a module that it loads as a whole: "*" where it may take any, "-" for none."""

from __future__ import annotations

import pytest

from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.references.names.taken_names import taken_names, takes_star
from workflow_ls.syntax.references.reference_finder import find_references


def taken(text: str, path: str = "a.ts") -> list[str]:
    source = parse(text.encode(), path)
    found = [taken_names(source, reference) for reference in find_references(source, needles=("x",))]
    return ["*" if names is None else _shown(names) for names in found]


def _shown(names: object) -> str:
    assert isinstance(names, tuple)
    return ", ".join(("type " if name.type_only else "") + name.name for name in names) or "-"


NAMESPACE = "import * as w from 'x';"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import 'x';", "-"),
        ("import {} from 'x';", "-"),
        ("export {} from 'x';", "-"),
        ("export * from 'x';", "*"),
        ("export * as w from 'x';", "*"),
        ("export /* all */ * as w from 'x';", "*"),
        (NAMESPACE, "-"),
        (f"{NAMESPACE} w.a(); w.b;", "a, b"),
        (f"{NAMESPACE} w?.a; w!.b; (w as any).c; w['d e'];", "a, b, c, d e"),
        (f"{NAMESPACE} w.a; w.a.b; w.a();", "a"),
        (f"{NAMESPACE} let t: w.T; let u: w.U<w.V>; let q: typeof w.a;", "type T, type U, type V, type a"),
        (f"{NAMESPACE} let t: w.T; new w.T();", "T"),
        (f"{NAMESPACE} let t: w.Deep.T;", "Deep"),
        (f"{NAMESPACE} class C extends w.Base implements w.I {{}}", "Base, type I"),
        (f"{NAMESPACE} import T = w.T;", "T"),
        (f"{NAMESPACE} const {{ a, b: c, ...rest }} = w;", "*"),
        (f"{NAMESPACE} const {{ a, b: c }} = w;", "a, b"),
        (f"{NAMESPACE} const v = w; v.a; const u = v; u.b;", "a, b"),
        (f"{NAMESPACE} let v; v = w; v.a;", "a"),
        (f"{NAMESPACE} vi.spyOn(w, 'a'); vi.mocked(w).b; vi.mocked(w.c).mockReset();", "a, b, c"),
        (f"{NAMESPACE} ({{ w: 1, x: o.w }}); // w and 'w'", "-"),
        # Another variable of the same name is no use of it.
        (f"{NAMESPACE} w.a; function f(w) {{ g(w); }}", "a"),
        (f"{NAMESPACE} w.a; for (const w of all) g(w); w.b;", "a, b"),
        (f"{NAMESPACE} const f = ({{ w }}) => g(w); f(w.a);", "a"),
        (f"{NAMESPACE} const f = async w => g(w); f(w.a);", "a"),
        (f"{NAMESPACE} function f([w, ...v]) {{ g(w); }} w.a;", "a"),
        (f"{NAMESPACE} {{ let w = 1, v = w; g(w, v); }} w.a;", "a"),
        (f"{NAMESPACE} function f() {{ if (b) {{ var w = h(); }} g(w); }} w.a;", "a"),
        (f"{NAMESPACE} for (let w = 0; w < 1; w++) g(w); w.a;", "a"),
        (f"{NAMESPACE} let f: (w: number) => void; w.a;", "a"),
        (f"{NAMESPACE} function f(w) {{ function h() {{ const w = 1; g(w); }} return w; }} w.a;", "a"),
        ("async function f() { const w = await import('x'); w.a; } function g(w) { h(w); }", "a"),
        ("function f() { let w; w = require('x'); w.a; } function g() { let w; w = h(); i(w); }", "a"),
        ("function f() { var w = require('x'); w.a; } function g() { var w = h(); i(w); }", "a"),
        (f"{NAMESPACE} w.a; function f(w) {{ g(w); ", "*"),
        # What is passed on may be asked for anything.
        (f"{NAMESPACE} f(w);", "*"),
        (f"{NAMESPACE} ({{ w }});", "*"),
        (f"{NAMESPACE} ({{ ...w }});", "*"),
        (f"{NAMESPACE} w[a];", "*"),
        (f"{NAMESPACE} 'a' in w;", "*"),
        (f"{NAMESPACE} export {{ w }};", "*"),
        (f"{NAMESPACE} export default w;", "*"),
        (f"{NAMESPACE} type All = typeof w;", "*"),
        (f"{NAMESPACE} export const v = w;", "*"),
        (f"{NAMESPACE} vi.spyOn(w, name);", "*"),
        (f"{NAMESPACE} const a = w, b = a, c = b, d = c, e = d; e.f;", "*"),
        (f"{NAMESPACE} let a = w; let b = a; a = b; a.c;", "*"),
        ("import w = require('x'); w.a; let t: w.T;", "a, type T"),
        ("export import w = require('x'); w.a;", "*"),
        ("require('x');", "-"),
        ("await import('x');", "-"),
        ("void import('x');", "-"),
        ("import('x').then(() => 1);", "-"),
        ("lazy(() => import('x'));", "*"),
        ("const w = require('x'); w.a;", "a"),
        ("var w = require('x'); function f() { return w.a; }", "a"),
        ("export const w = require('x'); w.a;", "*"),
        ("async function f() { const w = await import('x'); return w.a(); } w.b;", "a"),
        ("async function f() { const w = await import('x'); return w; }", "*"),
        ("const w = await vi.importActual('x'); w.a;", "a"),
        ("const w = jest.requireActual('x'); w.a;", "a"),
        ("vi.mock('x', () => ({ a: 1 }));", "*"),
        ("require.resolve('x');", "*"),
        # The type of a module.
        ("let w: typeof import('x'); w.a;", "a"),
        ("let w: typeof import('x') | undefined; w!.a;", "a"),
        ("function f(w: typeof import('x')) { w.a; } w.b;", "a"),
        ("type A = (typeof import('x'))['a'];", "type a"),
        ("let k: keyof typeof import('x'); k.length;", "*"),
        ("export type W = typeof import('x');", "*"),
        ("let w: Promise<typeof import('x')>; w.a;", "*"),
        ("vi.mock('y', async (f) => ({ ...(await f<typeof import('x')>()) }));", "*"),
        ("vi.mock('y', async (f) => { const w = await f<typeof import('x')>(); return { a: w.a }; });", "a"),
        # An augmentation: what it declares.
        (
            "declare module 'x' { interface I {} class C {} namespace N { const a: 1 } export function f(): void; }",
            "type I, C, N, f",
        ),
        (
            "declare module 'x' { export { a as b } from 'y'; export type T = 1; export const c: 1, d: 2 }",
            "b, type T, c, d",
        ),
        ("declare module 'x';", "-"),
    ],
)
def test_one_reference(text: str, expected: str) -> None:
    assert taken(text) == [expected]


def test_the_original_in_the_factory_of_its_mock_takes_what_is_read_of_it() -> None:
    """What it passes on are names of the mock."""
    code = "vi.mock('x', async (f) => { const w = await f<typeof import('x')>(); return { ...w, b: vi.fn(w.b) }; });"
    assert taken(code) == ["*", "b"]
    assert taken("vi.mock('x', async (f) => ({ ...(await f<typeof import('x')>()), b: 1 }));") == ["*", "-"]


def test_a_variable_and_its_type() -> None:
    code = "let w: typeof import('x'); before(async () => { w = await import('x'); }); test('', () => { w.a(); });"
    assert taken(code) == ["a", "a"]
    assert taken("const w = await vi.importActual<typeof import('x')>('x'); w.a;") == ["a", "a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{NAMESPACE} /** @type {{w.T}} */ w.a;", "a, type T"),
        (f"{NAMESPACE} /** @type {{typeof w}} */ w.a;", "*"),
        ("/** @import * as w from 'x' */ /** @type {w.T} what w is */ let a;", "type T"),
        ("/** @type {typeof import('x')} */ let a;", "*"),
    ],
)
def test_jsdoc(text: str, expected: str) -> None:
    assert taken(text, "a.js") == [expected]


def test_elements_and_code_that_does_not_parse() -> None:
    assert taken(f"{NAMESPACE} const a = <w.Panel size={{w.size}}><w.Deep.Part /></w.Panel>;", "a.tsx") == [
        "Panel, size, Deep"
    ]
    # In broken code, what looks like a string may be none.
    assert taken(f"{NAMESPACE} w.a; 'w'; const b = {{ c") == ["*"]
    assert taken(f"{NAMESPACE} w.a; 'w'; const b = {{ c }};") == ["a"]


@pytest.mark.parametrize(
    ("text", "star"),
    [
        ("export * from 'x';", True),
        ("export type * from 'x';", True),
        ("export /* all */ * from 'x';", True),
        ("export * as all from 'x';", False),
        ("export {} from 'x';", False),
        ("import * as all from 'x';", False),
    ],
)
def test_a_star(text: str, star: bool) -> None:
    source = parse(text.encode(), "a.ts")
    (reference,) = find_references(source, needles=("x",))
    assert takes_star(source, reference) is star
