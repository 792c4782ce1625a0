"""Packages that Yarn's Plug'n'Play keeps in archives: what is said of them, and of those of the workspace."""

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, open_project
from workflow_ls.analysis import Analysis

AWAY = """
//- /workflow-ls.json
{ "replaceModules": true, "canonical": { "name": "@acme/flows", "directory": "gone" },
  "modules": [{ "from": "@shared/workflow/*", "to": ["@acme/flows/*"] }] }
//- /packages/a/package.json
{ "name": "@alga-psa/a", "dependencies": { "@acme/flows": "^1.0.0" } }
//- /packages/a/src/a.ts
import { client } from '@shared/workflow/runtime/client';
"""


@pytest.mark.parametrize(
    ("files", "file"),
    [
        ("//- /.pnp.cjs\n//\n", ".pnp.cjs"),
        ("//- /.pnp.cjs\n//\n//- /.yarnrc.yml\nnodeLinker: pnp\n", ".pnp.cjs"),
        ("//- /.yarnrc.yml\ncompressionLevel: 0\nnodeLinker: 'pnp'\n", ".yarnrc.yml"),
        ("//- /packages/.pnp.js\n//\n", "packages/.pnp.js"),
        ("//- /.yarnrc.yml\nnodeLinker: node-modules\n", ""),
        ("//- /yarn.lock\n__metadata:\n  version: 8\n", ""),
    ],
)
def test_an_archive_is_named(files: str, file: str) -> None:

    _, workspace = open_project(f"{AWAY}{files}")
    (found,) = Analysis(workspace, {"deprecated-import"}).check_file("packages/a/src/a.ts")
    assert found.cause is not None
    named = f"the package @acme/flows is not in the workspace, and Yarn's Plug'n'Play ({file}) keeps it in an archive"
    absent = "the package @acme/flows is neither in the workspace nor in node_modules"
    assert found.cause.reason == (named if file else absent)


def test_packages_of_the_workspace_are_found_as_ever() -> None:
    check_diagnostics(
        """
        //- /.pnp.cjs
        //
        //- /packages/a/package.json
        { "name": "@alga-psa/a", "dependencies": { "@alga-psa/workflows": "workspace:*" } }
        //- /packages/a/src/a.ts
        import { client } from '@shared/workflow/runtime/client';
                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @alga-psa/workflows/runtime/client
        """,
        rules={"deprecated-import"},
    )
