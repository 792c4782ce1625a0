"""The ways in which a copy of a module differs from it, and those in which it does not."""

from __future__ import annotations

import pytest

from tests.checks import check_no_fix, fix_project, open_project
from tests.rewrite.sharing.kitchen import BASE, CODE, KEPT, NEW, OLD, PANTRY, TEST

PARTED = [
    ("let a = 0, b = 0;\nexport const one = () => { [a, b] = [1, 2]; };\nexport const two = () => a;", "one(); two();"),
    ("let a = 0;\nexport const one = () => { ({ x: a } = { x: 2 }); };\nexport const two = () => a;", "one(); two();"),
    ("let a = 0;\nexport const one = (n: number[]) => { for (a of n); };\nexport const two = () => a;", "one([]); two();"),
    ("export const { one, two } = (() => { let v = 0; return { one: () => { v = 1; }, two: () => v }; })();", "one();"),
    (
        ("const all = { v: 0 };\nconst fill = (s: { v: number }) => { s.v = 1; };\n"
        "export const one = () => fill(all);\nexport const two = () => all.v;"),
        "one();",
    ),
    (
        ("const all = { v: [] };\nfunction fill(n: number, s: any) { s.v.push(n); }\n"
        "export const one = () => fill(1, all);\nexport const two = () => all.v;"),
        "one();",
    ),
    ("export const one = { deep: { on: 1 } };\nexport const two = () => one.deep.on;", "const f = (o: any) => { o.deep.on = 2; }; f(one);"),
    ("export namespace one { export let n = 0; export const up = () => { n++; }; }\nexport const two = () => one.n;", "one.up();"),
    (
        ("export class two {}\n"
        "export const one = (o: object) => { switch (o.constructor) { case two: return 1; default: return 2; } };"),
        "one({});",
    ),
    ("export class two {}\nexport const one = (o: object) => two.prototype.isPrototypeOf(o);", "one({});"),
    ("export class two { #n = 1; static read(o: two) { return o.#n; } }\nexport const one = two.read;", "one(made());"),
    ("export class two { #n = 1; same(o: object) { return #n in o; } }\nexport const one = () => new two();", "one();"),
    (
        ("export const two = { id: 1 };\nconst known = [two];\n"
        "export const one = (o: typeof two) => known.includes(o);"),
        "one(made());",
    ),
    (
        ("export class two {}\nconst names = new Map<unknown, string>([[two, 'two']]);\n"
        "export const one = (key: unknown) => names.get(key);"),
        "one(made());",
    ),
]  # fmt: skip

SAME = [
    ("export const one = Object.freeze({ a: 1 });\nexport const two = () => one.a;", "expect(two()).toBe(one.a);"),
    ("export const one = Object.freeze([1, 2] as const);\nexport const two = () => 1;", "expect(1).toBe(one[0]);"),
    ("export class two { #n = 1; read() { return this.#n; } }\nexport const one = () => new two().read();", "one();"),
    ("export const one = (a: number[]) => { const o = []; [o[0]] = a; return o; };\nexport const two = () => 1;", "one([]);"),
    ("export const one = (n: 'a') => { switch (n) { case 'a': return 1; } };\nexport const two = () => 1;", "one('a');"),
]  # fmt: skip


def kept(module: str, body: str, side: str) -> tuple[str, str]:
    """The monorepo with another pantry, and a test and its code that take `one` and `two` of it; one side stays."""
    marks = {each: KEPT if each == side else "" for each in ("test", "code")}
    test = f"{marks['test']}import {{ one }} from '{OLD}';\nimport {{ made }} from './menu';"
    code = f"{marks['code']}import {{ two }} from '{OLD}';\nexport const made = () => two;"
    text = f"//- /{TEST}\n{test}\ntest('menu', () => {{ {body} }});\n//- /{CODE}\n{code}\n"
    return BASE.replace(PANTRY, f"\n{module}\n"), text


@pytest.mark.parametrize("side", ["test", "code"])
@pytest.mark.parametrize(("module", "body"), PARTED)
def test_one_side_stays_with_the_other(module: str, body: str, side: str) -> None:
    base, text = kept(module, body, side)
    check_no_fix(text, base=base)


@pytest.mark.parametrize(("side", "moved"), [("test", CODE), ("code", TEST)])
@pytest.mark.parametrize(("module", "body"), SAME)
def test_one_side_moves_alone(module: str, body: str, side: str, moved: str) -> None:
    base, text = kept(module, body, side)
    changed = fix_project(open_project(text, base=base)[1], None)
    assert NEW.encode() in changed[moved]
