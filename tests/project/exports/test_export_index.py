"""The names of a module, by whatever way it gets them; `names.py` says how they are written."""

from __future__ import annotations

import pytest

from tests.project.exports.names import exports_of, shown
from tests.project.workspaces import open_workspace
from workflow_ls.project.exports.module_exports import Origin

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
