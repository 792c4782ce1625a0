"""What the workspace asks a package for in vain, and what shorter specifier there is for it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks import change, open_project
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_records import ModuleRow, NameRow, TargetPackage
from workflow_ls.manifests.entries.requested_subpaths import SubpathRequests, canonical_spelling
from workflow_ls.manifests.target_manifest import Manifest, open_manifest
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import replace
from workflow_ls.rewrite.packages.package_lookup import Conditions

OTHER = TargetPackage("@alga-psa/other", "packages/other", "src")
# Neither package admits its module `secrets`.
PACKAGES = """
//- /ee/packages/workflows/package.json
{ "name": "@alga-psa/workflows", "exports": { "./runtime": "./src/runtime/index.ts" } }
//- /packages/other/package.json
{ "name": "@alga-psa/other", "exports": { "./runtime": "./src/runtime.ts" } }
//- /packages/other/src/runtime.ts
export const a = 1;
//- /packages/other/src/secrets.ts
export const secret = 1;
//- /shared/workflow/secrets.ts
export const secret = 1;
export const other = 2;
"""


def wishes(text: str, **rows: Any) -> dict[str, list[str]]:
    """The files that wait for subpaths of the canonical package, by subpath."""
    over, workspace = open_project(PACKAGES + text)
    table = replace(workspace.table, packages=(workspace.table.canonical, OTHER), **rows)
    workspace = Workspace(workspace.files.untracked, table, Settings())
    requests = workspace.component(SubpathRequests)
    found = requests.of_package(table.canonical)
    for path in over.files:
        if path.endswith(".ts"):
            change(workspace, path.lstrip("/"), None)
    assert not requests.of_package(table.canonical)
    return {subpath: [wish.path for wish in waiting] for subpath, waiting in found.items()}


@pytest.mark.parametrize(
    ("file", "waiting"),
    [
        pytest.param("//- /app/a.ts\nimport '@alga-psa/workflows/secrets';", ["app/a.ts"], id="the specifier itself"),
        pytest.param("//- /app/a.ts\nimport '@alga-psa/workflows/runtime';", [], id="what is served"),
        pytest.param("//- /app/a.ts\nimport '@alga-psa/other/secrets';", [], id="another package's business"),
        pytest.param(
            "//- /app/a.ts\nimport { secret } from '@shared/workflow/secrets';", ["app/a.ts"], id="a legacy specifier"
        ),
        pytest.param(
            "//- /app/a.ts\nimport { secret, other } from '@shared/workflow/secrets';",
            [],
            id="one name of two is there",
        ),
        pytest.param("//- /app/a.ts\nimport '@shared/workflow/secrets';", ["app/a.ts"], id="no name to ask for"),
        pytest.param(
            "//- /shared/x.ts\nimport { secret } from '@shared/workflow/secrets';", [], id="the core does not wait"
        ),
        pytest.param(
            "//- /ee/packages/workflows/src/secrets/index.ts\nexport const nothing = 1;\n"
            "//- /app/a.ts\nimport { secret } from '@shared/workflow/secrets';",
            ["app/a.ts"],
            id="one file of two that fit has the name",
        ),
        pytest.param(
            '//- /ee/packages/workflows/package.json\n{ "name": "@alga-psa/workflows", "exports": "./src/index.ts" }\n'
            "//- /ee/packages/workflows/src/index.ts\nexport { secret } from './secrets';\n"
            "//- /app/a.ts\nimport { secret } from '@shared/workflow/secrets';\n"
            "//- /app/b.ts\nimport { other } from '@shared/workflow/secrets';",
            [],
            id="what goes to a barrel",
        ),
        pytest.param(
            '//- /ee/packages/workflows/package.json\n{ "name": "@alga-psa/workflows", "exports": {\n'
            '  "./secrets": "./src/index.ts"\n} }\n'
            "//- /app/a.ts\nimport { secret } from '@shared/workflow/secrets';",
            [],
            id="what is served by another file, which lacks the name",
        ),
        pytest.param(
            "//- /ee/packages/workflows/src/secrets.ts\nexport { secret } from '../../../../app/a';\n"
            "//- /app/a.ts\nimport { secret } from '@shared/workflow/secrets';\nexport { secret };",
            [],
            id="the module comes back to the file",
        ),
    ],
)
def test_who_waits(file: str, waiting: list[str]) -> None:
    assert wishes(file) == ({"./secrets": waiting} if waiting else {})


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param({"modules": (ModuleRow("secrets", ("@alga-psa/other/secrets",)),)}, id="another package has it"),
        pytest.param({"modules": ()}, id="no row speaks of it"),
        pytest.param(
            {"names": (NameRow("secrets", "secret", "@alga-psa/workflows/elsewhere"),)}, id="the name went elsewhere"
        ),
    ],
)
def test_what_goes_elsewhere_does_not_wait(rows: Any) -> None:
    assert wishes("//- /app/a.ts\nimport { secret } from '@shared/workflow/secrets';", **rows) == {}


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    workspace = open_project("""
//- /ee/packages/workflows/package.json
{ "name": "@alga-psa/workflows", "exports": {
  ".": "./src/index.ts", "./runtime": "./src/runtime/index.ts", "./client": "./src/runtime/client.ts"
} }
//- /ee/packages/workflows/src/client.ts
export const client = 1;
""")[1]
    found = open_manifest(workspace, workspace.table.canonical)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("subpath", "specifier"),
    [
        ("./index", "@alga-psa/workflows"),
        ("./src/index.ts", "@alga-psa/workflows"),
        ("./runtime/index.js", "@alga-psa/workflows/runtime"),
        ("./src/runtime", "@alga-psa/workflows/runtime"),
        ("./runtime", None),  # no shorter than that
        (".", None),
        ("./..", None),
        ("./client.js", None),  # which leads to another module
        ("./secrets.ts", None),  # which leads nowhere
    ],
)
def test_a_shorter_specifier(manifest: Manifest, subpath: str, specifier: str | None) -> None:
    assert canonical_spelling(manifest, subpath, (Conditions.TYPES, Conditions.IMPORT)) == specifier
