"""A workspace that may be hostile, and what lies beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.checks import SOUND
from tests.faults.security.attacks import LEGACY, SECRET
from tests.fixture import project
from tests.vfs.trees import lay_out


@pytest.fixture(autouse=True)
def a_ci_that_takes_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it, a patch is for `git apply`, and holds what the files hold."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """What lies beside the workspace: files that look like its own."""
    files = {
        "a.ts": f"export const client = 1; // {SECRET}\n{LEGACY}",
        "package.json": json.dumps({"name": SECRET, "exports": {"./*": "./*"}}),
        "tsconfig.json": json.dumps({"compilerOptions": {"paths": {"@shared/*": [f"./{SECRET}/*"]}}}),
        "workflow-ls.json": json.dumps({"ignore": ["**"]}),
        "src/runtime/client.ts": f"export const client = '{SECRET}';\n",
    }
    return lay_out(tmp_path / "outside", files)


@pytest.fixture
def root(tmp_path: Path, outside: Path) -> Path:  # noqa: ARG001 - it lies beside
    return lay_out(tmp_path / "w", {**project(SOUND).files, "packages/a/package.json": "{}", "packages/a/a.ts": LEGACY})
