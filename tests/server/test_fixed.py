"""What a fix says that it has done: what is left, which manifests changed, and whether an install is due."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.checks import SOUND
from tests.fixture import project
from tests.server.client import VS_CODE, Client, write_project
from workflow_ls.server.edits.fixed import summary

pytestmark = pytest.mark.slow

START = "import { start } from '@shared/workflow/runtime';\n"
BASE = project(SOUND).files
CANONICAL = {"name": "@alga-psa/workflows", "version": "2.1.0", "exports": {"./runtime": "./src/runtime/index.ts"}}


def fix(root: Path, files: dict[str, str]) -> tuple[dict[str, Any], str]:
    """Fix the workspace; the answer, and what the user reads."""
    all_files: dict[str, str | bytes] = {**BASE, "ee/packages/workflows/package.json": json.dumps(CANONICAL), **files}
    with Client(write_project(root / "project", all_files), VS_CODE) as client:
        done: dict[str, Any] = client.execute("workflow-ls.fixWorkspace")
        return done, client.wait_for("window/showMessage")["message"]


def test_no_manifest(tmp_path: Path) -> None:
    declared = '{ "name": "a", "dependencies": { "@alga-psa/workflows": "*" } }'
    done, told = fix(tmp_path, {"packages/a/package.json": declared, "packages/a/one.ts": START})
    assert (done["manifests"], done["install"]) == ([], False)
    assert told == f"1 finding fixed in 1 file; {done['left']} left."


def test_a_client_that_shows_the_summary_itself(tmp_path: Path) -> None:
    manifest = {"ee/packages/workflows/package.json": json.dumps(CANONICAL)}
    root = write_project(tmp_path / "project", {**BASE, **manifest, "packages/a/one.ts": START})
    with Client(root, VS_CODE, options={"showsSummary": True}) as client:
        done = client.execute("workflow-ls.fixWorkspace")
        assert done["summary"] == f"1 finding fixed in 1 file; {done['left']} left."
        client.execute("workflow-ls.status")
        assert "window/showMessage" not in {message["method"] for message in client.notifications}


def test_dependencies_that_change(tmp_path: Path) -> None:
    files = {
        "packages/a/package.json": '{ "name": "a", "dependencies": {} }\n',
        "packages/a/one.ts": START,
        "packages/b/package.json": '{ "name": "b" }\n',
        "packages/b/two.ts": START,
    }
    done, told = fix(tmp_path, files)
    assert done["manifests"] == ["packages/a/package.json", "packages/b/package.json"]
    assert done["install"]
    assert " packages/a/package.json, packages/b/package.json changed: install the packages again" in told


def test_exports_that_change_need_no_install(tmp_path: Path) -> None:
    shared = '{ "name": "@alga-psa/shared", "exports": { "./workflow/*": "./workflow/*", "./core": "./core.ts" } }\n'
    done, told = fix(tmp_path, {"shared/package.json": shared, "shared/core.ts": "export {};\n"})
    assert (done["manifests"], done["install"]) == (["shared/package.json"], False)
    assert told.endswith(" shared/package.json changed.")


@pytest.mark.parametrize(
    ("done", "told"),
    [
        ({}, "4 findings fixed in 2 files."),
        ({"left": 3}, "4 findings fixed in 2 files; 3 left."),
        ({"left": 3, "reason": "a.ts went"}, "4 findings fixed in 2 files; 3 left; a.ts went."),
        ({"manifests": ["p/package.json"]}, "4 findings fixed in 2 files. p/package.json changed."),
        (
            {"manifests": [f"{name}/package.json" for name in "abcde"], "install": True, "left": 1},
            "4 findings fixed in 2 files; 1 left. a/package.json, b/package.json, c/package.json and 2 more changed: install the packages again to update the lock file.",  # noqa: E501 - one sentence
        ),
    ],
)
def test_summary(done: dict[str, Any], told: str) -> None:
    nothing = {"left": 0, "manifests": [], "install": False, "applied": True, "reason": None}
    assert summary({"fixed": 4, "files": 2, **nothing, **done}) == told


def test_what_is_left_is_what_is_found_afterwards(tmp_path: Path) -> None:
    proxy = "export * from '../../../shared/workflow/runtime';\n"
    files = {
        "packages/a/package.json": '{ "name": "a", "dependencies": { "@alga-psa/workflows": "*" } }',
        "packages/a/one.ts": f"{START}import {{ gone }} from '@shared/workflow/gone';\n",
        "packages/a/proxy.ts": proxy,
    }
    all_files: dict[str, str | bytes] = {**BASE, **files}
    with Client(write_project(tmp_path / "project", all_files), VS_CODE) as client:
        before = client.execute("workflow-ls.status")
        done = client.execute("workflow-ls.fixWorkspace")
    assert done["fixed"] + done["left"] == before["total"]
    assert done["fixed"] == sum(finding["fix"] in ("always", "workspace-fix") for finding in before["findings"])


SHARED = "import { start } from '@alga-psa/shared/workflow/runtime';\n"
LEAVING = '{ "name": "PACKAGE", "dependencies": { "@alga-psa/shared": "*", "@alga-psa/workflows": "*" } }\n'
NEEDED = "import { other } from '@alga-psa/shared/other';\n"


@pytest.mark.parametrize(
    ("files", "gone"),
    [
        # A dependency that nothing needs once the import is rewritten goes along, and was never found.
        ({"packages/a/package.json": LEAVING, "packages/a/one.ts": SHARED}, 1),
        ({"packages/a/package.json": LEAVING, "packages/a/one.ts": SHARED, "packages/a/two.ts": SHARED}, 2),
        (
            {
                **{f"packages/{name}/package.json": LEAVING.replace("PACKAGE", name) for name in "abc"},
                **{f"packages/{name}/one.ts": SHARED for name in "abc"},
            },
            3,
        ),
        # One that was not needed before is a finding of its own.
        ({"packages/a/package.json": LEAVING, "packages/b/package.json": LEAVING, "packages/b/one.ts": SHARED}, 1),
        # One that is still needed stays.
        ({"packages/a/package.json": LEAVING, "packages/a/one.ts": SHARED + NEEDED}, 1),
        ({"packages/a/package.json": LEAVING, "packages/a/one.ts": SHARED, "packages/a/two.ts": NEEDED}, 1),
    ],
)
def test_fixed_and_left_are_what_was_there(tmp_path: Path, files: dict[str, str], gone: int) -> None:
    base = {**BASE, "ee/packages/workflows/package.json": json.dumps(CANONICAL)}
    base |= {"shared/package.json": '{ "name": "@alga-psa/shared" }\n', "shared/other.ts": "export const other = 1;\n"}
    with Client(write_project(tmp_path / "project", {**base, **files}), VS_CODE) as client:
        before = client.execute("workflow-ls.status")
        done = client.execute("workflow-ls.fixWorkspace")
        legacy = [finding for finding in before["findings"] if finding["rule"] == "deprecated-import"]
        assert len(legacy) == gone
        assert done["fixed"] + done["left"] == before["total"]
        assert done["fixed"] == sum(finding["fix"] in ("always", "workspace-fix") for finding in before["findings"])


def test_what_a_fix_leads_to_is_new(tmp_path: Path) -> None:
    """A rewrite to a package that can't be read leaves its declaration to the user."""
    table = {
        "packages": [{"name": "@acme/kit", "directory": "packages/kit", "sources": "src"}],
        "modules": [{"from": "@shared/workflow/kit", "to": ["@acme/kit"]}],
    }
    files = {
        "workflow-ls.json": json.dumps(table),
        "packages/a/package.json": '{ "name": "a" }\n',
        "packages/a/one.ts": "import { kit } from '@shared/workflow/kit';\n",
    }
    done, told = fix(tmp_path, files)
    assert (done["fixed"], done["new"]) == (1, 1)
    assert told == f"1 finding fixed in 1 file; {done['left']} left, 1 of them new."
