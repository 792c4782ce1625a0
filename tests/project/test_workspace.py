from __future__ import annotations

import json

import pytest

from tests.checks import change
from tests.project.workspaces import open_workspace, workspace_of
from workflow_ls.config.settings import Settings
from workflow_ls.config.table import Table
from workflow_ls.config.table_records import TargetPackage
from workflow_ls.project import parsed_sources
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.workspace import Workspace
from workflow_ls.syntax.parser import parse


def members(workspaces: object, *directories: str) -> set[str]:
    """Which of the packages in `directories`, each called as its directory, are members of the workspace."""
    files: dict[str, bytes | str] = {f"{path}/package.json": json.dumps({"name": path}) for path in directories}
    workspace = workspace_of({"package.json": json.dumps({"workspaces": workspaces}), **files})
    return {path for path in directories if workspace.packages.package_named(path, "a.ts") is not None}


def test_members_at_any_depth() -> None:
    deep = "/".join(["a"] * 1200)
    assert members(["**"], deep) == {deep}


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        ([], set()),
        (["a"], {"a"}),
        (["./a/"], {"a"}),
        (["*"], {"a", "b"}),
        (["packages/*"], {"packages/a", "packages/b-lib", "packages/bb"}),
        (["packages/b*"], {"packages/b-lib", "packages/bb"}),
        (["packages/*-lib"], {"packages/b-lib"}),
        (["packages/*b*i*"], {"packages/b-lib"}),
        (["packages/?"], {"packages/a"}),
        (["packages/[ac]"], {"packages/a"}),
        (["packages/*/*"], {"packages/a/nested"}),
        (["packages/**"], {"packages/a", "packages/b-lib", "packages/bb", "packages/a/nested"}),
        (["**"], {"a", "b", "packages/a", "packages/b-lib", "packages/bb", "packages/a/nested"}),
        (["**/nested"], {"packages/a/nested"}),
        (["packages/*", "!packages/a"], {"packages/b-lib", "packages/bb"}),
        (["!packages/b*", "packages/*"], {"packages/a"}),
        (["packages/**", "!packages/a/**"], {"packages/b-lib", "packages/bb"}),
        (["packages/**", "!**/nested"], {"packages/a", "packages/b-lib", "packages/bb"}),
        ({"packages": ["a", "b"]}, {"a", "b"}),
        (["none", "none/*", "../*", "/a", ""], {"a"}),
        (["packages/a/package.json"], set()),
    ],
)
def test_members(patterns: object, expected: set[str]) -> None:
    directories = ("a", "b", "packages/a", "packages/a/nested", "packages/b-lib", "packages/bb", ".hidden")
    installed = ("packages/a/node_modules/c", "node_modules/.cache")
    assert members(patterns, *directories, *installed) == expected


def test_two_members_of_one_name() -> None:
    workspace = open_workspace(
        """
        //- /package.json
        { "workspaces": ["b", "a"] }
        //- /a/package.json
        { "name": "x" }
        //- /b/package.json
        { "name": "x" }
        """
    )
    assert workspace.packages.package_named("x", "c.ts") == Package("b", "x", dependencies={})


def test_links_among_the_members_end() -> None:
    workspace = open_workspace(
        """
        //- /package.json
        { "workspaces": ["packages/**"] }
        //- /packages/a/package.json
        { "name": "a" }
        //- /packages/a/up -> packages
        //- /packages/loop -> packages/loop
        """
    )
    assert workspace.packages.package_named("a", "x.ts") == Package("packages/a", "a", dependencies={})


PLACES = """
//- /package.json
{ "workspaces": ["packages/*"] }
//- /packages/target/package.json
{ "name": "target", "version": "member" }
//- /node_modules/target/package.json
{ "name": "target", "version": "installed" }
//- /node_modules/linked -> packages/target
//- /node_modules/bare/index.js
//- /app/node_modules/target/package.json
{ "name": "target", "version": "nested" }
"""


@pytest.mark.parametrize(
    ("name", "importer", "directory"),
    [
        ("target", "app/src/a.ts", "app/node_modules/target"),
        ("target", "lib/a.ts", "node_modules/target"),
        ("linked", "lib/a.ts", "packages/target"),
        ("bare", "lib/a.ts", "node_modules/bare"),
        ("none", "lib/a.ts", None),
        ("", "lib/a.ts", None),
    ],
)
def test_where_a_package_is_found(name: str, importer: str, directory: str | None) -> None:
    package = open_workspace(PLACES).packages.package_named(name, importer)
    assert (package and package.directory) == directory


def in_table(text: str) -> Workspace:
    target = TargetPackage("target", "packages/target", "src")
    return Workspace(open_workspace(text).files, Table(target, (target,), (), "legacy", None, ()), Settings())


@pytest.mark.parametrize(
    ("manifest", "directory"),
    [
        ('{ "name": "target" }', "packages/target"),
        ('{ "name": "target"', "packages/target"),
        ('{ "name": "other" }', "node_modules/target"),
    ],
)
def test_a_package_of_the_table_is_looked_for_in_its_place(manifest: str, directory: str) -> None:
    text = f"//- /packages/target/package.json\n{manifest}\n//- /node_modules/target/package.json\n{{}}"
    package = in_table(text).packages.package_named("target", "app/a.ts")
    assert package is not None
    assert package.directory == directory


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("app/src/a.ts", "app/tsconfig.json"),
        ("app/js/a.js", "app/js/jsconfig.json"),
        ("app/both/a.ts", "app/both/tsconfig.json"),
        ("lib/a.ts", "tsconfig.base.json"),
        ("a.ts", "tsconfig.base.json"),
        ("packages/a.ts", "tsconfig.base.json"),
    ],
)
def test_the_configuration_of_a_file(path: str, expected: str) -> None:
    workspace = open_workspace(
        """
        //- /tsconfig.base.json
        {}
        //- /packages/tsconfig.base.json
        {}
        //- /app/tsconfig.json
        {}
        //- /app/js/jsconfig.json
        {}
        //- /app/both/jsconfig.json
        {}
        //- /app/both/tsconfig.json
        {}
        """
    )
    config = workspace.packages.tsconfig_for(path)
    assert config is not None
    assert config.path == expected
    assert workspace_of({}).packages.tsconfig_for(path) is None


@pytest.mark.parametrize(
    ("path", "directory"), [("a/src/x.ts", "a"), ("a/b/x.ts", "a/b"), ("c/x.ts", ""), ("x.ts", "")]
)
def test_the_package_of_a_file(path: str, directory: str) -> None:
    files = dict.fromkeys(("package.json", "a/package.json", "a/b/package.json"), "{}")
    package = workspace_of(files).packages.package_of(path)
    assert package is not None
    assert package.directory == directory
    assert workspace_of({}).packages.package_of(path) is None


@pytest.mark.parametrize(
    ("path", "opaque"),
    [
        ("a.ts", None),
        ("none.ts", "it cannot be read"),
        ("data.json", None),
        ("none.json", "it cannot be read"),
        ("large.json", "it is larger than the limit"),
        ("a.css", "it is neither TypeScript nor JavaScript"),
        ("large.ts", "it is larger than the limit for a source file"),
    ],
)
def test_syntax_of_what_is_no_module(path: str, opaque: str | None) -> None:
    files = workspace_of(
        {"a.ts": "export {}", "data.json": "{}", "large.json": " " * 100, "large.ts": "export {};" + " " * 100}
    ).files
    target = TargetPackage("target", "packages/target", "src")
    table = Table(target, (target,), (), "legacy", None, ())
    assert Workspace(files, table, Settings(max_file_size=50)).sources.syntax(path).opaque == opaque


def test_exports_of_open_document_reuse_its_tree(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workspace = workspace_of({"a.ts": "export const old = 1;"})
    assert [export.name for export in workspace.sources.syntax("a.ts").exports] == ["old"]
    source = parse(b"export const now = 1;", "a.ts")
    workspace.context.parsed.open["a.ts"] = source
    monkeypatch.setattr(parsed_sources, "parse", None)
    change(workspace, "a.ts", source.text.decode())
    assert [export.name for export in workspace.sources.syntax("a.ts").exports] == ["now"]
