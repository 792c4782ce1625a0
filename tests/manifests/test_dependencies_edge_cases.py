"""Corners of the dependencies that rewrites bring along, each held by a mutant that nothing else noticed."""

from __future__ import annotations

import json

import pytest

from tests.checks import MONOREPO, check_diagnostics, fix_project, open_project
from tests.manifests.test_dependencies import FIXED, IMPORT, manifest_after
from workflow_ls.analysis import Analysis
from workflow_ls.proof.joined_fixes import FixOptions


@pytest.mark.parametrize("key", ["name", "version", "private", "type", "main", "types", "exports", "scripts"])
def test_it_stands_behind_what_describes_the_package(key: str) -> None:
    manifest = {key: "x", "keywords": []}
    after = manifest_after(json.dumps({"name": "a", **manifest}, indent=2))
    keys = list(json.loads(after))
    assert keys.index("dependencies") == keys.index(key) + 1


def test_an_import_alone_brings_its_dependency() -> None:
    _, workspace = open_project(f'//- /packages/a/package.json\n{{ "name": "a" }}\n//- /packages/a/src/x.ts\n{IMPORT}')
    (finding,) = Analysis(workspace, {"deprecated-import"}).check_file("packages/a/src/x.ts")
    assert finding.fix is not None
    assert [file.path for file in finding.fix.files] == ["packages/a/src/x.ts", "packages/a/package.json"]


def test_workspaces_that_lie_elsewhere_install_nothing_here() -> None:
    check_diagnostics(
        f"""
        //- /tools/package.json
        {{ "name": "tools", "workspaces": ["own/*"] }}
          ^^^^^^ undeclared-dependency …
        //- /tools/src/x.ts
        {FIXED}
        """,
        rules={"undeclared-dependency"},
    )


def test_same_package_is_the_preferred_version_model() -> None:
    stars = "\n".join(
        f'//- /packages/{name}/package.json\n{{ "name": "{name}", "dependencies": {{ "core": "*", "b": "*" }} }}'
        for name in ("c", "d", "e")
    )
    others = (
        '//- /packages/core/package.json\n{ "name": "core", "version": "1.0.0" }\n'
        '//- /packages/b/package.json\n{ "name": "b", "dependencies": { "@alga-psa/workflows": "workspace:~" } }\n'
    )
    assert '"@alga-psa/workflows": "workspace:~"' in manifest_after('{ "name": "a" }', others=others + stars)


@pytest.mark.parametrize("version", ["^1.0.0", "~1.0.0", "1.0.0"])
def test_a_package_without_a_version_is_taken_as_it_is(version: str) -> None:
    others = '//- /packages/core/package.json\n{ "name": "core", "version": "1.0.0" }'
    manifest = f'{{ "name": "a", "dependencies": {{ "core": "{version}" }} }}'
    assert '"@alga-psa/workflows": "*"' in manifest_after(manifest, others=others)


def test_a_root_without_workspaces_declares_what_it_imports() -> None:
    check_diagnostics(
        f"""
        //- /package.json
        {{ "name": "root" }}
          ^^^^^^ undeclared-dependency …
        //- /src/x.ts
        {FIXED}
        """,
        rules={"undeclared-dependency"},
    )


def test_version_follows_workspace_majority_without_model() -> None:
    others = (
        '//- /packages/core/package.json\n{ "name": "core", "version": "1.0.0" }\n'
        '//- /packages/b/package.json\n{ "name": "b", "dependencies": { "core": "workspace:^" } }\n'
        '//- /packages/c/package.json\n{ "name": "c", "dependencies": { "core": "workspace:^" } }\n'
        '//- /packages/d/package.json\n{ "name": "d", "dependencies": { "core": "*" } }'
    )
    assert '"@alga-psa/workflows": "workspace:^"' in manifest_after('{ "name": "a" }', others=others)


def test_a_dependency_from_outside_the_workspace_is_no_model() -> None:
    manifest = '{ "name": "a", "dependencies": { "react": "link:../react" } }'
    assert '"@alga-psa/workflows": "*"' in manifest_after(manifest)


def test_a_path_to_a_package_below() -> None:
    text = (
        '//- /ee/package.json\n{ "name": "ee", "dependencies": { "@alga-psa/shared": "file:../shared" } }\n'
        f"//- /ee/x.ts\n{FIXED}"
    )
    _, workspace = open_project(text)
    fixed = fix_project(workspace, FixOptions())["ee/package.json"].decode()
    assert '"@alga-psa/workflows": "file:./packages/workflows"' in fixed


BROKEN = "//- /packages/broken/package.json\n{\n"


def test_a_manifest_that_is_broken_says_nothing() -> None:
    one = '//- /packages/b/package.json\n{ "name": "b", "dependencies": { "@alga-psa/workflows": "workspace:~" } }'
    assert '"@alga-psa/workflows": "workspace:~"' in manifest_after('{ "name": "a" }', others=BROKEN + one)
    other = '//- /packages/b/package.json\n{ "name": "b", "dependencies": { "@alga-psa/shared": "workspace:^" } }'
    assert '"@alga-psa/workflows": "workspace:^"' in manifest_after('{ "name": "a" }', others=BROKEN + other)


def test_two_packages_with_one_subpath() -> None:
    text = f"""
//- /workflow-ls.json
{{ "packages": [{{ "name": "@alga-psa/clock", "directory": "packages/clock", "sources": "." }}],
  "modules": [{{ "from": "@shared/workflow/streams/builders", "to": ["@alga-psa/clock/runtime"] }}] }}
//- /packages/clock/package.json
{{ "name": "@alga-psa/clock", "exports": {{ "./runtime": "./runtime.ts" }} }}
//- /packages/clock/runtime.ts
export const buildA = 1, buildB = 2;
//- /packages/a/package.json
{{ "name": "a" }}
//- /packages/a/src/x.ts
{IMPORT}
import {{ buildA }} from '@shared/workflow/streams/builders';
"""
    _, workspace = open_project(text)
    findings = Analysis(workspace, {"deprecated-import"}).check_file("packages/a/src/x.ts")
    added = [edit.new for found in findings if found.fix for edit in found.fix.files[1].edits]
    assert [("workflows" in new, "clock" in new) for new in added] == [(True, False), (False, True)]


ROOT = '//- /package.json\n{ "workspaces": ["shared", "packages/*", "ee/packages/*"] }\n'


@pytest.mark.parametrize(
    ("base", "manifest"),
    [
        # No manifest at all, and one that can't be read.
        (MONOREPO.replace(ROOT, ""), ""),
        (MONOREPO, '//- /packages/a/package.json\n{ "name": "a", "dependencies": {\n'),
    ],
)
def test_import_is_rewritten_alone_without_a_manifest(base: str, manifest: str) -> None:
    path = "packages/a/x.ts"
    _, workspace = open_project(f"{manifest}//- /{path}\n{IMPORT}", base=base)
    (finding,) = Analysis(workspace, {"deprecated-import"}).check_file(path)
    assert finding.fix is not None
    assert [file.path for file in finding.fix.files] == [path]
