"""`x` is a value, `type x` a type, `x+type` both, and `() x` neither."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checks import change
from tests.fixture import project
from tests.project.workspaces import open_workspace, workspace_of
from tests.strategies import examples
from workflow_ls.project.exports.circular_exports import CircularExports
from workflow_ls.project.exports.module_exports import Meaning, ModuleExports, Origin


def exports_of(text: str, path: str = "main.ts") -> ModuleExports:
    return open_workspace(text).exports.exports(path)


def shown(exports: ModuleExports) -> list[str]:
    return [_shown(name, meaning) for name, meaning in sorted(exports.names.items())]


def _shown(name: str, meaning: Meaning) -> str:
    words = {(True, False): "{}", (False, True): "type {}", (True, True): "{}+type", (False, False): "() {}"}
    return words[meaning.value, meaning.type].format(name)


LIBRARY = """
//- /lib.ts
export const value = 1;
export interface Shape {}
export class Both {}
const merged = 1;
type merged = 1;
export { merged };
export default function main() {}
//- /few.ts
export const few = 1;
export default 1;
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("export {};", []),
        ("export const a = 1; export type B = 1;", ["type B", "a"]),
        ("export const A = 1;\nexport type A = 1;", ["A+type"]),
        # By name: what the module lets through, and what there is.
        ("export { value } from './lib';", ["value"]),
        ("export { value as a, Shape as B, Both, merged } from './lib';", ["type B", "Both+type", "a", "merged+type"]),
        ("export type { value, Shape, Both } from './lib';", ["type Both", "type Shape", "() value"]),
        ("export { type Both, type value as a } from './lib';", ["type Both", "() a"]),
        ("export { default } from './lib';", ["default"]),
        ("export { default as a, value as default } from './lib';", ["a", "default"]),
        ("export { none } from './lib';", []),
        ("import { value, type Both } from './lib';\nexport { value, Both };", ["type Both", "value"]),
        ("import lib from './lib';\nexport default lib;", ["default"]),
        # Namespace objects.
        ("export * as lib from './lib';", ["lib+type"]),
        ("export type * as lib from './lib';", ["type lib"]),
        ("import * as lib from './lib';\nexport { lib };", ["lib+type"]),
        # Stars: not the default; the module's own name instead of one that comes through.
        ("export * from './lib';", ["Both+type", "type Shape", "merged+type", "value"]),
        ("export type * from './lib';", ["type Both", "type Shape", "type merged", "() value"]),
        ("export * from './lib';\nexport type value = 1;", ["Both+type", "type Shape", "merged+type", "type value"]),
        ("export * from './few';\nexport type { value as few } from './lib';", ["() few"]),
        ("export * from './lib';\nexport { none as value } from './lib';", ["Both+type", "type Shape", "merged+type"]),
        ("export * from './few';\nexport { default } from './lib';", ["default", "few"]),
        # To itself.
        ("export * from './main';\nexport const a = 1;", ["a"]),
        ("export { a as b } from './main';\nexport const a = 1;", ["a", "b"]),
        ("export { a } from './main';", []),
        ("export * as self from './main';", ["self+type"]),
    ],
)  # fmt: skip
def test_names(text: str, expected: list[str]) -> None:
    exports = exports_of(f"//- /main.ts\n{text}\n{LIBRARY}")
    assert shown(exports) == expected
    assert (exports.ambiguous, exports.unresolved, exports.opaque) == (frozenset(), (), None)
    assert exports.origins.keys() == exports.names.keys()


@pytest.mark.parametrize(
    ("text", "expected", "ambiguous"),
    [
        # One name from two places is exported from neither; one place by two ways is one place.
        ("export * from './a';\nexport * from './b';", ["ofA", "ofB", "shared"], ["same"]),
        ("export * from './a';\nexport * from './a';", ["ofA", "same", "shared"], []),
        (
            "export * from './a';\nexport * from './b';\nexport { same } from './a';",
            ["ofA", "ofB", "same", "shared"],
            [],
        ),
        ("export * from './a';\nexport * from './b';\nexport const same = 3;", ["ofA", "ofB", "same", "shared"], []),
        # It stays so for who takes it from there.
        ("export * from './both';", ["ofA", "ofB", "shared"], ["same"]),
        ("export * from './both';\nexport * from './c';", ["ofA", "ofB", "ofC", "shared"], ["same"]),
        ("export { same, ofA } from './both';", ["ofA"], ["same"]),
        ("export { same as other } from './both';", [], ["other"]),
        # The binding counts, whatever it is called on the way.
        ("export * from './renamed';\nexport * from './again';", ["name"], []),
        ("export * from './local';\nexport * from './other-local';", ["first", "one", "second"], []),
    ],
)
def test_two_ways_to_a_name(text: str, expected: list[str], ambiguous: list[str]) -> None:
    exports = exports_of(
        f"""//- /main.ts
{text}
//- /a.ts
export const same = 1, ofA = 1;
export {{ shared }} from './shared';
//- /b.ts
export const same = 2, ofB = 1;
export * from './shared';
//- /c.ts
export const same = 3, ofC = 1;
//- /both.ts
export * from './a';
export * from './b';
//- /shared.ts
export const shared = 1;
//- /renamed.ts
export {{ shared as name }} from './shared';
//- /again.ts
import {{ shared as local }} from './a';
export {{ local as name }};
//- /locals.ts
const bound = 1;
export {{ bound as first, bound as second }};
//- /local.ts
export {{ first, first as one }} from './locals';
//- /other-local.ts
export {{ second, second as one }} from './locals';
"""
    )
    assert shown(exports) == expected
    assert sorted(exports.ambiguous) == ambiguous


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("export { A } from './lib';", "export type { A } from './lib';", "A+type"),
        ("export type { A } from './lib';", "export { A } from './lib';", "type A"),
        ("export type * from './lib';", "export * from './lib';", "A+type"),
    ],
)
def test_the_first_way_decides_what_passes(first: str, second: str, expected: str) -> None:
    lines = "export * from './x';\nexport * from './y';"
    text = f"//- /main.ts\n{lines}\n//- /x.ts\n{first}\n//- /y.ts\n{second}\n//- /lib.ts\nexport class A {{}}"
    if "*" in first:
        text = f"//- /main.ts\n{first}\n{second}\n//- /lib.ts\nexport class A {{}}"
    assert shown(exports_of(text)) == [expected]


@pytest.mark.parametrize("path", ["a.ts", "b.ts", "c.ts"])
def test_a_circle_of_stars(path: str) -> None:
    index = open_workspace(
        """
        //- /a.ts
        export * from './b';
        export const a = 1;
        export default 1;
        //- /b.ts
        export * from './c';
        export type B = 1;
        //- /c.ts
        export * from './a';
        export * from './gone';
        export { a as again } from './a';
        """
    ).exports
    exports = index.exports(path)
    assert shown(exports) == ["type B", "a", "again", *(["default"] if path == "a.ts" else [])]
    assert exports.unresolved == ("./gone",)
    assert exports.origins["again"] == Origin("a.ts", "a")


def test_a_circle_of_names() -> None:
    text = """
        //- /a.ts
        export { x } from './b';
        export { y as z } from './b';
        //- /b.ts
        export { x } from './a';
        export const y = 1;
        """
    assert shown(exports_of(text, "a.ts")) == ["z"]
    assert shown(exports_of(text, "b.ts")) == ["y"]


def test_a_long_chain() -> None:
    files = {f"m{number}.ts": f"export * from './m{number + 1}';" for number in range(1500)}
    index = workspace_of({**files, "m1500.ts": "export const last = 1;"}).exports
    assert shown(index.exports("m0.ts")) == ["last"]
    assert index.reaches("m0.ts", "m1500.ts")


@pytest.mark.parametrize(
    ("text", "expected", "unresolved"),
    [
        # What this module spells out is exported, wherever it comes from; what a star brings is not known.
        ("export { a, type B } from 'gone';", ["type B", "a+type"], ()),
        ("export * as a from './gone';", ["a+type"], ()),
        ("export { a } from './gone';\nexport * from './there';", ["a+type", "there"], ()),
        ("export * from 'gone';\nexport * from './gone';\nexport const a = 1;", ["a"], ("./gone", "gone")),
        ("export * from './script';", [], ("./script",)),
        ("export * from './assigned.js';", [], ("./assigned.js",)),
        ("export * from './picture.svg';", [], ("./picture.svg",)),
        ("export * from './behind';", ["behind"], ("gone",)),
        ("export { default as a } from './picture.svg';\nexport { b } from './assigned.js';", ["a+type", "b+type"], ()),
        # JSON has its value, and its keys.
        ("export * from './data.json';\nexport { default as a } from './data.json';", ["a", "key"], ()),
        # The name may hide behind a star of that module, here or further on.
        ("export { a, behind } from './behind';", ["a+type", "behind"], ()),
        ("export type { A } from './behind';", ["type A"], ()),
        ("export { a } from './further';", ["a+type"], ()),
        ("export { b as c } from './chained';", ["c+type"], ()),
        ("export { a } from './there';", [], ()),
        # But not if the module spells it out itself, however wrongly.
        ("export { none } from './spelled';", [], ()),
        # What turns up after all was assumed for nothing.
        ("export { deep } from './circle';\nexport * from './circle';", ["deep"], ("gone",)),
    ],
)
def test_what_cannot_be_followed(text: str, expected: list[str], unresolved: tuple[str, ...]) -> None:
    exports = exports_of(
        f"""//- /main.ts
{text}
//- /there.ts
export const there = 1;
//- /behind.ts
export * from 'gone';
export const behind = 1;
//- /further.ts
export * from './behind';
//- /chained.ts
export {{ a as b }} from './further';
//- /spelled.ts
export {{ none }} from './there';
export * from 'gone';
//- /circle.ts
export * from './turn';
export * from 'gone';
//- /turn.ts
export {{ deep }} from './deep';
export * from './main';
//- /deep.ts
export * from './deeper';
export * from 'gone';
//- /deeper.ts
export * from './main';
export const deep = 1;
//- /script.ts
const a = 1;
//- /assigned.js
module.exports = {{}};
//- /data.json
{{ "key": 1 }}
//- /picture.svg
<svg/>
"""
    )
    assert shown(exports) == expected
    assert tuple(sorted(exports.unresolved)) == unresolved


@pytest.mark.parametrize(
    ("path", "opaque"),
    [
        ("none.ts", "it cannot be read"),
        ("main.css", "it is neither TypeScript nor JavaScript"),
        ("equals.ts", "it uses `export =`"),
        ("main.ts", None),
    ],
)
def test_opaque(path: str, opaque: str | None) -> None:
    text = "//- /main.ts\nexport * from './equals';\n//- /equals.ts\nexport = 1;\n//- /main.css\na {}"
    assert exports_of(text, path).opaque == opaque


PACKAGES = """
//- /package.json
{ "workspaces": ["packages/*"] }
//- /tsconfig.json
{ "compilerOptions": { "paths": { "@alias/*": ["packages/b/src/*"] } } }
//- /packages/a/package.json
{ "name": "a", "exports": { ".": "./dist/index.js", "./*": "./dist/*.js" }, "imports": { "#deep": "./src/deep.ts" } }
//- /packages/a/src/index.ts
export * from './deep.js';
export { b } from 'b';
export * from 'installed';
//- /packages/a/src/deep.ts
export const deep = 1;
export * from '@alias/other';
//- /packages/a/src/self.ts
export * from 'a';
export { deep as own } from '#deep';
//- /packages/b/package.json
{ "name": "b", "types": "src/index.ts" }
//- /packages/b/src/index.ts
export const b = 1;
export * from 'a/deep';
//- /packages/b/src/other.ts
export const other = 1;
//- /node_modules/installed/package.json
{ "types": "./index.d.ts" }
//- /node_modules/installed/index.d.ts
export declare const installed: 1;
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("packages/a/src/index.ts", ["b", "deep", "installed", "other"]),
        ("packages/a/src/self.ts", ["b", "deep", "installed", "other", "own"]),
        ("packages/b/src/index.ts", ["b", "deep", "other"]),
    ],
)
def test_across_packages(path: str, expected: list[str]) -> None:
    exports = exports_of(PACKAGES, path)
    assert shown(exports) == expected
    assert exports.unresolved == ()


def test_a_module_that_two_paths_lead_to_is_one() -> None:
    text = """
        //- /main.ts
        export * from './real/a';
        export * from './link/a';
        //- /real/a.ts
        export const a = 1;
        //- /link -> real
        """
    assert shown(exports_of(text)) == ["a"]
    assert exports_of(text).origins == {"a": Origin("real/a.ts", "a")}


def test_origins() -> None:
    lines = "export { merged as a, default } from './lib';\nexport * as b from './lib';\nexport { c as d } from 'gone';"
    assert exports_of(f"//- /main.ts\n{lines}\nexport * as e from 'gone';\n{LIBRARY}").origins == {
        "a": Origin("lib.ts", "merged"),
        "default": Origin("lib.ts", "main"),
        "b": Origin("lib.ts", "*"),
        "d": Origin("gone", "c"),
        "e": Origin("gone", "*"),
    }


@pytest.mark.parametrize(
    ("path", "target", "expected"),
    [
        ("a.ts", "a.ts", True),
        ("a.ts", "b.ts", True),
        ("a.ts", "c.ts", True),
        ("a.ts", "d.ts", True),
        ("a.ts", "e.ts", False),
        ("b.ts", "a.ts", False),
        ("d.ts", "a.ts", False),
        ("f.ts", "g.ts", True),
        ("g.ts", "f.ts", True),
        ("g.ts", "a.ts", False),
        ("none.ts", "a.ts", False),
    ],
)
def test_reaches(path: str, target: str, expected: bool) -> None:
    text = """
        //- /a.ts
        export * from './b';
        import { e } from './e';
        //- /b.ts
        export type { C } from './c';
        export { gone } from './gone';
        //- /c.ts
        import * as d from './d';
        export { d };
        //- /d.ts
        export const d = 1;
        //- /e.ts
        export const e = 1;
        //- /f.ts
        export * from './g';
        //- /g.ts
        export * from './f';
        """
    index = open_workspace(text).exports
    assert index.reaches(path, target) is expected
    index.exports(path)
    assert index.reaches(path, target) is expected


def test_what_is_re_exported_directly() -> None:
    text = "//- /main.ts\nexport * from './lib';\nexport { value } from './lib';\nexport * from './gone';\n" + LIBRARY
    assert open_workspace(text).exports.re_exported("main.ts") == ("lib.ts",)


NAMES = ["a", "b", "c", "default"]
STATEMENTS = [
    *("export const {0}_ = 1;\nexport {{ {0}_ as {0} }};", "export type {{ {1} as {0} }} from '{2}';"),
    *(
        "export {{ {1} as {0} }} from '{2}';",
        "export * as {0} from '{2}';",
        "export * from '{2}';",
        "export type * from '{2}';",
    ),
    *("import {{ {1} as {0}_ }} from '{2}';\nexport {{ {0}_ as {0} }};", "export = {0};", "export * from 'gone';"),
]


@settings(max_examples=examples(200))
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_any_graph_has_exports(seed: int, size: int) -> None:
    rng = random.Random(seed)
    files = {
        f"m{number}.ts": "\n".join(
            rng.choice(STATEMENTS).format(rng.choice(NAMES), rng.choice(NAMES), f"./m{rng.randrange(size)}")
            for _ in range(rng.randint(0, 5))
        )
        for number in range(size)
    }
    index = workspace_of(files).exports
    together = {path: index.exports(path) for path in files}
    for path, exports in together.items():
        assert not exports.ambiguous & exports.names.keys()
        assert index.reaches(path, path)
        alone = workspace_of(files).exports.exports(path)
        assert sorted(alone.unresolved) == sorted(exports.unresolved)
        if not any("gone" in text or "export =" in text for text in files.values()):
            # What was asked before makes no difference, as long as nothing must be assumed.
            assert (alone.names.keys(), alone.ambiguous) == (exports.names.keys(), exports.ambiguous)


GLOBALS = """
//- /globals.ts
export {};
declare global {
  interface Bill {}
  const total: number;
  namespace Tax { interface Rate {} const high: number }
}
//- /more.d.ts
declare global { namespace Bill { const due: 1 } }
export {};
//- /script.d.ts
declare const scripted: 1;
//- /text.ts
export const text = 'declare global { const quoted: 1 }';
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("export { total };", ["total"]),
        ("export { total as sum, Tax };", ["Tax+type", "sum"]),
        ("export { Bill };", ["Bill+type"]),
        ("export type { Tax, Bill as B };", ["type B", "type Tax"]),
        ("export { quoted, missing };", []),
        # The library's, and those of scripts: TypeScript reports them (2661).
        ("export { Promise, scripted };", []),
        # A declaration of the file itself counts.
        ("const Bill = 1;\nexport { Bill };", ["Bill"]),
    ],
)
def test_declarations_for_all_files_in_another_one(text: str, expected: list[str]) -> None:
    assert shown(exports_of(f"{GLOBALS}//- /main.ts\n{text}")) == expected


def test_a_star_brings_a_global_that_a_module_passes_on() -> None:
    text = f"{GLOBALS}//- /pass.ts\nexport {{ total, gone }};\n//- /main.ts\nexport * from './pass';"
    assert shown(exports_of(text)) == ["total"]
    assert exports_of(text).origins["total"] == Origin("pass.ts", "total")


def test_globals_follow_a_change() -> None:
    workspace = open_workspace("//- /main.ts\nexport { total };\n//- /globals.ts\nexport {};")
    assert shown(workspace.exports.exports("main.ts")) == []
    text = b"export {};\ndeclare global { const total: 1 }"
    assert shown(workspace.fork({"globals.ts": text}).exports.exports("main.ts")) == ["total"]


def random_graph(seed: int) -> str:
    """Modules that re-export each other in all ways, in circles, and from modules that are not there."""
    chance, size = random.Random(seed), 7
    lines = list[str]()
    for module in range(size):
        lines.append(f"//- /m{module}.ts")
        for _ in range(chance.randrange(4)):
            name, other = chance.choice("abc"), chance.choice(["gone", *(f"m{n}" for n in range(size))])
            forms = [f"export const {name} = 1;", f"export type {name} = 1;", f"export * from './{other}';"]
            forms += [f"export type * from './{other}';", f"export {{ {name} }} from './{other}';"]
            forms += [f"export {{ a as {name} }} from './{other}';", f"export * as {name} from './{other}';"]
            forms += [f"export * from './{other}';", f"export {{ default }} from './{other}';"]
            lines.append(chance.choice(forms))
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(60))
def test_what_is_asked_first_makes_no_difference(seed: int) -> None:
    """Modules are joined from those below them, and modules of a circle are not -> the answers are the same."""
    text = random_graph(seed)
    paths = [f"m{number}.ts" for number in range(7)]
    alone = {path: open_workspace(text).exports.exports(path) for path in paths}
    whole = open_workspace(text).exports
    for path in (*paths[seed % 7 :], *paths[: seed % 7]):
        assert whole.exports(path) == alone[path], path
        computed = CircularExports(whole.opened, path).result()
        assert computed == alone[path], path


def test_a_change_at_the_end_of_a_long_chain() -> None:
    files = {f"m{number}.ts": f"export * from './m{number + 1}';\nexport const v{number} = 1;" for number in range(300)}
    workspace = workspace_of({**files, "m300.ts": "export const last = 1;"})
    every = [f"m{number}.ts" for number in (0, 149, *range(300, -1, -1))]
    for path in every:
        assert "last" in workspace.exports.exports(path).names
    change(workspace, "m300.ts", "export const changed = 1;")
    for path in every[::-1]:
        assert "changed" in workspace.exports.exports(path).names
    change(workspace, "m300.ts", "export * from './m0';")
    assert all(f"v{number}" in workspace.exports.exports(path).names for path in every[:2] for number in (0, 299))


def test_a_circle_in_a_fork_of_a_fork() -> None:
    circle = "//- /a.ts\nexport * from './b';\n//- /b.ts\nexport * from './c';\n//- /c.ts\nexport * from './a';"
    workspace = open_workspace(f"{circle}\nexport * from './below';\n//- /below.ts\nexport const one = 1;")
    paths = ["a.ts", "b.ts", "c.ts"]
    assert [shown(workspace.exports.exports(path)) for path in paths] == [["one"]] * 3
    fork = workspace.fork({"below.ts": b"export const two = 1;"})
    for number in range(3):
        fork = fork.fork({"other.ts": b"export {};" * number})
        assert [shown(fork.exports.exports(path)) for path in paths] == [["two"]] * 3


@pytest.mark.parametrize("seed", range(60))
def test_forks_of_forks_say_what_a_fresh_workspace_says(seed: int) -> None:
    chance, files = random.Random(-1 - seed), project(random_graph(seed)).files
    forks = [workspace_of(files)]
    for number in range(6):
        path = f"m{chance.randrange(7)}.ts"
        text = project(random_graph(chance.randrange(999))).files[path]
        files = {**files, path: text}
        forks.append(forks[-1].fork({path: text.encode()}))
        for asked in chance.sample(sorted(files), number):
            chance.choice(forks).exports.exports(asked)
    fresh = {path: workspace_of(files).exports.exports(path) for path in files}
    for path in chance.sample(sorted(files), len(files)):
        assert forks[-1].exports.exports(path) == fresh[path], path
