"""What a specifier of a package leads to: `exports`, `imports`, the source of what is built, and what is installed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.project.resolution.cases import check
from tests.project.workspaces import open_workspace, workspace_of
from workflow_ls.project.resolution.bare_specifiers import (
    IMPORT_CONDITIONS,
    REQUIRE_CONDITIONS,
    TYPES_CONDITIONS,
)

INSTALLED = """
//- /package.json
{ "name": "root" }
//- /app/package.json
{ "name": "app", "exports": { ".": "./src/index.ts", "./x/*": "./src/x/*.ts" } }
//- /app/src/index.ts
//- /app/src/x/one.ts
//- /open/package.json
{ "name": "open" }
//- /open/src/main.ts
//- /node_modules/nothing/readme.md
//- /node_modules/plain/index.js
//- /node_modules/plain/lib/sub.js
//- /node_modules/plain/lib/sub.d.ts
//- /node_modules/plain/dir/index.d.ts
//- /node_modules/plain/nested/package.json
{ "types": "deep/types.d.ts" }
//- /node_modules/plain/nested/deep/types.d.ts
//- /node_modules/typed/package.json
{ "main": "lib/main.js", "types": "lib/types.d.ts" }
//- /node_modules/typed/lib/main.js
//- /node_modules/typed/lib/types.d.ts
//- /node_modules/typed/src/types.ts
//- /node_modules/beside/package.json
{ "main": "lib/main.js" }
//- /node_modules/beside/lib/main.js
//- /node_modules/beside/index.d.ts
//- /node_modules/untyped/package.json
{ "main": "lib/main", "types": "gone.d.ts" }
//- /node_modules/untyped/lib/main.js
//- /node_modules/@s/scoped/package.json
{ "exports": { ".": { "types": "./a.d.ts", "import": "./a.js" }, "./b": "./b.js", "./gone": "./gone.js", "./x": null } }
//- /node_modules/@s/scoped/a.d.ts
//- /node_modules/@s/scoped/a.js
//- /node_modules/@s/scoped/b.js
//- /node_modules/@s/scoped/b.d.ts
//- /node_modules/@s/scoped/x.js
//- /node_modules/twice/index.d.ts
//- /app/node_modules/twice/index.d.ts
//- /node_modules/app/index.d.ts
//- /node_modules/open/index.d.ts
//- /node_modules/dangling -> away
"""


@pytest.mark.parametrize(
    ("specifier", "importer", "expected"),
    [
        ("none", "app/src/a.ts", None),
        ("nothing", "app/src/a.ts", None),
        ("dangling", "app/src/a.ts", None),
        ("@s", "app/src/a.ts", None),
        ("@s/", "app/src/a.ts", None),
        ("plain", "app/src/a.ts", "node_modules/plain/index.js"),
        ("plain/lib/sub", "app/src/a.ts", "node_modules/plain/lib/sub.d.ts"),
        ("plain/lib/sub.js", "app/src/a.ts", "node_modules/plain/lib/sub.d.ts"),
        ("plain/dir", "app/src/a.ts", "node_modules/plain/dir/index.d.ts"),
        ("plain/nested", "app/src/a.ts", "node_modules/plain/nested/deep/types.d.ts"),
        ("plain/none", "app/src/a.ts", None),
        ("plain/", "app/src/a.ts", None),
        ("typed", "app/src/a.ts", "node_modules/typed/lib/types.d.ts"),
        ("beside", "app/src/a.ts", "node_modules/beside/index.d.ts"),
        ("untyped", "app/src/a.ts", "node_modules/untyped/lib/main.js"),
        ("@s/scoped", "app/src/a.ts", "node_modules/@s/scoped/a.d.ts"),
        ("@s/scoped/b", "app/src/a.ts", "node_modules/@s/scoped/b.d.ts"),
        ("@s/scoped/b.js", "app/src/a.ts", None),
        ("@s/scoped/gone", "app/src/a.ts", None),
        ("@s/scoped/x", "app/src/a.ts", None),
        ("twice", "app/src/a.ts", "app/node_modules/twice/index.d.ts"),
        ("twice", "lib/a.ts", "node_modules/twice/index.d.ts"),
        # A package may name itself, if it has `exports`; then that comes first.
        ("app", "app/src/a.ts", "app/src/index.ts"),
        ("app/x/one", "app/src/a.ts", "app/src/x/one.ts"),
        ("app/src/index", "app/src/a.ts", None),
        ("app", "lib/a.ts", "node_modules/app/index.d.ts"),
        ("open", "open/src/main.ts", "node_modules/open/index.d.ts"),
        ("root", "app/src/a.ts", None),
        ("root", "a.ts", None),
    ],
)
def test_packages(specifier: str, importer: str, expected: str | None) -> None:
    check(INSTALLED, specifier, expected, importer)


TYPES_APART = """
//- /node_modules/plain/index.js
//- /node_modules/plain/sub.js
//- /node_modules/plain/other.js
//- /node_modules/@types/plain/index.d.ts
//- /node_modules/@types/plain/sub.d.ts
//- /node_modules/@types/plain/only.d.ts
//- /node_modules/@s/scoped/index.js
//- /node_modules/@types/s__scoped/index.d.ts
//- /node_modules/typed/index.d.ts
//- /node_modules/@types/typed/index.d.ts
//- /node_modules/@types/typed/sub.d.ts
//- /node_modules/@types/nothing/index.d.ts
//- /node_modules/@types/strict/package.json
{ "exports": { ".": { "types": "./lib/types.d.ts" } } }
//- /node_modules/@types/strict/lib/types.d.ts
//- /node_modules/untyped/index.js
//- /node_modules/@types/untyped/index.js
"""


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("typed", "node_modules/typed/index.d.ts"),
        ("plain/other", "node_modules/plain/other.js"),
        ("untyped", "node_modules/untyped/index.js"),
        ("@types", None),
        ("plain", "node_modules/@types/plain/index.d.ts"),
        ("plain/sub", "node_modules/@types/plain/sub.d.ts"),
        ("plain/sub.js", "node_modules/@types/plain/sub.d.ts"),
        ("plain/only", "node_modules/@types/plain/only.d.ts"),
        ("@s/scoped", "node_modules/@types/s__scoped/index.d.ts"),
        ("typed/sub", "node_modules/@types/typed/sub.d.ts"),
        ("nothing", "node_modules/@types/nothing/index.d.ts"),
        ("strict", "node_modules/@types/strict/lib/types.d.ts"),
    ],
)
def test_types_in_a_package_of_their_own(specifier: str, expected: str | None) -> None:
    check(TYPES_APART, specifier, expected)


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("#a", "app/src/a.ts"),
        ("#src/a", "app/src/a.ts"),
        ("#src/none", None),
        ("#dist/a", "app/src/a.ts"),
        ("#pkg", "node_modules/pkg/index.d.ts"),
        ("#pkg/sub", "node_modules/pkg/sub.d.ts"),
        ("#gone", None),
        ("#circle", None),
        ("#hidden", None),
        ("#none", None),
        ("#", None),
    ],
)
def test_imports(specifier: str, expected: str | None) -> None:
    text = """
        //- /app/package.json
        {
          "imports": {
            "#a": { "types": "./src/a.ts", "default": "./gone.js" },
            "#src/*": "./src/*.js", "#dist/*": "./dist/*.js",
            "#pkg": "pkg", "#pkg/*": "pkg/*", "#gone": "gone", "#circle": "#circle", "#hidden": null
          }
        }
        //- /app/src/a.ts
        //- /node_modules/pkg/index.d.ts
        //- /node_modules/pkg/sub.d.ts
    """
    check(text, specifier, expected)


@pytest.mark.parametrize("imports", ["[]", '"./a.js"', "null", "1"])
def test_imports_of_another_kind(imports: str) -> None:
    check(f'//- /app/package.json\n{{ "imports": {imports} }}\n//- /app/a.js', "#a", None)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("{}", "app/node.ts"),
        ('{ "moduleResolution": "bundler" }', "app/default.ts"),
        ('{ "moduleResolution": "bundler", "customConditions": ["source"] }', "app/source.ts"),
        ('{ "module": "preserve" }', "app/default.ts"),
        ('{ "module": "nodenext" }', "app/node.ts"),
        ('{ "module": "nodenext", "customConditions": ["other", "source"] }', "app/source.ts"),
    ],
)
def test_conditions_of_the_project(options: str, expected: str) -> None:
    text = f"""
        //- /app/tsconfig.json
        {{ "compilerOptions": {options} }}
        //- /app/package.json
        {{ "imports": {{ "#a": {{ "source": "./source.ts", "node": "./node.ts", "default": "./default.ts" }} }} }}
        //- /app/source.ts
        //- /app/node.ts
        //- /app/default.ts
    """
    check(text, "#a", expected)


@pytest.mark.parametrize(
    ("manifest", "files", "subpath", "expected"),
    [
        # The usual folder pairs, each ending to the sources that are compiled to it.
        ('"./dist/a.js"', "src/a.ts", ".", "src/a.ts"),
        ('"./dist/a.js"', "src/a.tsx", ".", "src/a.tsx"),
        ('"./dist/a.d.ts"', "src/a.ts", ".", "src/a.ts"),
        ('"./dist/a.mjs"', "src/a.ts", ".", "src/a.ts"),
        ('"./dist/a.mjs"', "src/a.ts src/a.mts", ".", "src/a.mts"),
        ('"./dist/a.d.mts"', "src/a.mts", ".", "src/a.mts"),
        ('"./dist/a.cjs"', "src/a.ts", ".", "src/a.ts"),
        # The compiler makes no plain ending of a source whose ending tells its format.
        ('"./dist/a.js"', "src/a.mts", ".", None),
        ('"./dist/a.d.ts"', "src/a.cts", ".", None),
        ('"./dist/a.mjs"', "src/a.cts", ".", None),
        ('"./dist/a.js"', "src/a.js", ".", "src/a.js"),
        ('"./dist/a.js"', "src/a.d.ts", ".", "src/a.d.ts"),
        ('"./lib/x/a.js"', "src/x/a.ts", ".", "src/x/a.ts"),
        ('"./build/a.js"', "a.ts", ".", "a.ts"),
        ('"./out/a.js"', "src/a.ts a.ts", ".", "src/a.ts"),
        ('"./dist/esm/a.js"', "src/a.ts", ".", "src/a.ts"),
        ('"./dist/esm/a.js"', "src/esm/a.ts src/a.ts", ".", "src/esm/a.ts"),
        ('{ "./*": "./dist/*.js" }', "src/a.ts", "./a", "src/a.ts"),
        ('{ "./*": "./dist/*/index.js" }', "src/a/index.ts", "./a", "src/a/index.ts"),
        # Sources come before what is built, since that may be of another day; a stub beside the folder does not.
        ('"./dist/a.js"', "dist/a.d.ts src/a.ts", ".", "src/a.ts"),
        ('"./dist/a.js"', "dist/a.js dist/a.d.ts", ".", "dist/a.d.ts"),
        ('"./dist/a.js"', "dist/a.js a.js", ".", "dist/a.js"),
        ('"./dist/a.d.ts"', "dist/a.d.ts", ".", "dist/a.d.ts"),
        # No output: another folder, a source in such a folder, a file that is no module.
        ('"./files/a.js"', "src/a.ts", ".", None),
        ('"./lib/a.ts"', "src/a.ts lib/a.ts", ".", "lib/a.ts"),
        ('"./dist/a.css"', "src/a.css dist/a.css", ".", "dist/a.css"),
        ('"./dist/x/a.js"', "src/a.ts a.ts", ".", None),
        ('"./build/types/a.d.ts"', "src/a.ts", ".", "src/a.ts"),
        ('"./build/types/a.d.ts"', "src/a.ts src/types/a.ts", ".", "src/types/a.ts"),
        ('"./dist/a"', "src/a.ts", ".", None),
        ('"./dist"', "src/index.ts", ".", None),
        ('"./src/a"', "src/a.ts", ".", None),
        ('"./src/a.js"', "src/a.ts", ".", "src/a.ts"),
        ('"./src/a.ts"', "src/a.tsx", ".", None),
        ('"./dist/../../a.js"', "a.ts", ".", None),
    ],
)
def test_a_target_in_an_output_folder(manifest: str, files: str, subpath: str, expected: str | None) -> None:
    paths = [f"packages/a/{path}" for path in files.split()]
    workspace = workspace_of(
        {**dict.fromkeys(paths, ""), "packages/a/package.json": f'{{ "name": "a", "exports": {manifest} }}'}
    )
    package = workspace.packages.package_at("packages/a")
    assert package is not None
    for view in (TYPES_CONDITIONS, IMPORT_CONDITIONS, REQUIRE_CONDITIONS):
        assert workspace.resolver.look_up(package, subpath, view).path == (expected and f"packages/a/{expected}")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("tsconfig.types.json", "src/a.ts"), ("tsconfig.build.json", "src/a.ts"), ("types.json", None)],
)
def test_the_folders_of_a_build_with_a_configuration_of_its_own(name: str, expected: str | None) -> None:
    workspace = workspace_of(
        {
            "packages/a/package.json": '{ "name": "a", "exports": "./made/typings/a.d.ts" }',
            "packages/a/tsconfig.json": "{}",
            f"packages/a/{name}": '{ "extends": "./tsconfig.json", "compilerOptions": { "outDir": "made/typings" } }',
            "packages/a/src/a.ts": "",
        }
    )
    package = workspace.packages.package_at("packages/a")
    assert package is not None
    found = workspace.resolver.look_up(package, ".", TYPES_CONDITIONS).path
    assert found == (expected and f"packages/a/{expected}")


@pytest.mark.parametrize(
    ("options", "target", "files", "expected"),
    [
        ('"outDir": "built", "rootDir": "code"', "./built/x/a.js", "code/x/a.ts src/x/a.ts", "code/x/a.ts"),
        ('"outDir": "built", "rootDir": "."', "./built/src/a.js", "src/a.ts", "src/a.ts"),
        ('"outDir": "built"', "./built/a.js", "src/a.ts", "src/a.ts"),
        ('"outDir": "dist", "rootDir": "."', "./dist/src/a.js", "src/a.ts", "src/a.ts"),
        ('"outDir": "dist", "rootDir": "code"', "./dist/a.js", "src/a.ts", "src/a.ts"),
        ('"declarationDir": "types", "rootDir": "code"', "./types/a.d.ts", "code/a.ts", "code/a.ts"),
        ('"outDir": "../../dist/a"', "./dist/a.js", "src/a.ts", "src/a.ts"),
        ('"outDir": "."', "./built/a.js", "src/a.ts", None),
        ('"outDir": "built"', "./builtin/a.js", "src/in/a.ts", None),
    ],
)
def test_the_folders_of_the_build(options: str, target: str, files: str, expected: str | None) -> None:
    paths = [f"packages/a/{path}" for path in files.split()]
    workspace = workspace_of(
        {
            **dict.fromkeys(paths, ""),
            "packages/a/package.json": json.dumps({"name": "a", "exports": target}),
            "packages/a/tsconfig.json": f'{{ "compilerOptions": {{ {options} }} }}',
        }
    )
    package = workspace.packages.package_at("packages/a")
    assert package is not None
    assert workspace.resolver.look_up(package, ".", TYPES_CONDITIONS).path == (expected and f"packages/a/{expected}")


@pytest.mark.parametrize(
    ("exports", "expected"),
    [
        # The folders don't lead to the source, the types do.
        ({"types": "./src/main.ts", "import": "./dist/index.mjs"}, "a/src/main.ts"),
        ({"import": {"types": "./src/main.ts", "default": "./dist/bundle.js"}}, "a/src/main.ts"),
        # What the folders say comes first.
        ({"types": "./src/main.ts", "import": "./dist/other.js"}, "a/src/other.ts"),
        # No output folder: the file is missed, whatever the types say.
        ({"types": "./src/main.ts", "import": "./src/gone.js"}, None),
        ({"types": "./src/gone.ts", "import": "./dist/index.mjs"}, None),
    ],
)
def test_types_lead_to_the_source_of_what_is_not_built(exports: Any, expected: str | None) -> None:
    workspace = workspace_of(
        {"a/package.json": json.dumps({"name": "a", "exports": exports}), "a/src/main.ts": "", "a/src/other.ts": ""}
    )
    package = workspace.packages.package_at("a")
    assert package is not None
    found = workspace.resolver.look_up(package, ".", IMPORT_CONDITIONS)
    assert found.path == expected
    assert found.match is not None
    assert found.match.outcome == "found"


@pytest.mark.parametrize(
    ("fields", "files", "view", "expected"),
    [
        ({}, "index.ts", TYPES_CONDITIONS, "index.ts"),
        ({}, "src/index.ts", TYPES_CONDITIONS, None),
        ({"main": "./dist/index.js"}, "src/index.ts", TYPES_CONDITIONS, "src/index.ts"),
        ({"main": "./dist/index.js"}, "src/index.ts", IMPORT_CONDITIONS, "src/index.ts"),
        ({"main": "dist"}, "src/index.ts", REQUIRE_CONDITIONS, "src/index.ts"),
        ({"main": "dist/index"}, "src/index.ts", REQUIRE_CONDITIONS, "src/index.ts"),
        ({"main": "dist/server"}, "src/server/index.ts", REQUIRE_CONDITIONS, "src/server/index.ts"),
        ({"main": "dist/server.js"}, "src/server/index.ts", REQUIRE_CONDITIONS, None),
        ({"main": "./dist/a.js", "types": "./dist/b.d.ts"}, "src/a.ts src/b.ts", TYPES_CONDITIONS, "src/b.ts"),
        ({"main": "./dist/a.js", "types": "./dist/b.d.ts"}, "src/a.ts src/b.ts", IMPORT_CONDITIONS, "src/a.ts"),
        ({"types": "./types.d.ts"}, "types.d.ts", IMPORT_CONDITIONS, None),
        ({"module": "./esm/a.js"}, "src/a.ts", IMPORT_CONDITIONS, "src/a.ts"),
        ({"main": "../../b/a.js"}, "src/a.ts", IMPORT_CONDITIONS, None),
    ],
)
def test_a_package_without_exports(
    fields: dict[str, str], files: str, view: tuple[str, ...], expected: str | None
) -> None:
    paths = [f"a/{path}" for path in files.split()]
    workspace = workspace_of({**dict.fromkeys(paths, ""), "a/package.json": json.dumps({"name": "a", **fields})})
    package = workspace.packages.package_at("a")
    assert package is not None
    assert workspace.resolver.look_up(package, ".", view).path == (expected and f"a/{expected}")


def test_subpaths_of_a_package_without_exports() -> None:
    text = """
        //- /package.json
        { "workspaces": ["a"] }
        //- /a/package.json
        { "name": "a" }
        //- /a/src/x.ts
        //- /a/y/index.ts
    """
    check(text, "a/src/x", "a/src/x.ts")
    check(text, "a/dist/x.js", "a/src/x.ts")
    check(text, "a/y", "a/y/index.ts")
    check(text, "a/x", None)


def test_a_folder_of_the_output_is_the_index_of_its_source() -> None:
    text = """
        //- /package.json
        { "workspaces": ["a"] }
        //- /a/package.json
        { "name": "a" }
        //- /a/src/x/index.ts
        //- /a/src/y.ts
        //- /a/src/y/index.ts
        //- /a/dist/z/index.d.ts
    """
    check(text, "a/dist/x", "a/src/x/index.ts")
    check(text, "a/dist/y", "a/src/y.ts")
    check(text, "a/dist/z", "a/dist/z/index.d.ts")
    check(text, "a/dist/x.js", None)


def test_a_package_that_cannot_be_found_has_no_target() -> None:
    workspace = open_workspace('//- /node_modules/a/package.json\n{ "exports": { ".": null } }')
    assert workspace.resolver.resolve_in_package("b", "a.ts", TYPES_CONDITIONS) is None
    assert workspace.resolver.resolve_in_package("./a", "a.ts", TYPES_CONDITIONS) is None
    found = workspace.resolver.resolve_in_package("a", "a.ts", TYPES_CONDITIONS)
    assert found is not None
    assert (found.path, found.match and found.match.outcome) == (None, "excluded")
