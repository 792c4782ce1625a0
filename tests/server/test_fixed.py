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
