"""A workspace with findings of each kind, and the edits that a command has the client make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checks import SOUND
from tests.fixture import project
from tests.server.client import Client, write_project

RULE = "deprecated-import"
CLIENT = "import { client } from '@shared/workflow/runtime/client';\n"

START = "import { start } from '@shared/workflow/runtime';\n"

MISSING = "import { gone } from '@shared/workflow/streams/gone';\n"

MARKED = f"\ufeffconst a = '😀'; {CLIENT}".encode()

FILES: dict[str, str | bytes] = {
    **project(SOUND).files,
    "packages/a/package.json": '{"name": "a", "dependencies": {"@alga-psa/workflows": "*"}}',
    "packages/a/one.ts": f"{CLIENT}{START}",
    "packages/a/mark.ts": MARKED,
    "packages/b/package.json": '{"name": "b", "dependencies": {"@alga-psa/workflows": "*"}}',
    "packages/b/two.ts": f"{MISSING}{CLIENT}",
    "packages/b/clean.ts": "export {};\n",
    "packages/b/ignored/three.ts": CLIENT,
    "packages/b/.gitignore": "ignored\n",
    "packages/b/docs/four.ts": CLIENT,
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project", FILES)


def moved(text: str) -> str:
    return text.replace("@shared/workflow/runtime", "@alga-psa/workflows/runtime")


def applied(client: Client) -> dict[str, Any]:
    (request,) = [request for request in client.requests if request["method"] == "workspace/applyEdit"]
    params: dict[str, Any] = request["params"]
    return params


def edits_of(edit: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    if "changes" in edit:
        changes: dict[str, list[dict[str, Any]]] = edit["changes"]
        return changes
    found = {change["textDocument"]["uri"]: change["edits"] for change in edit["documentChanges"]}
    assert len(found) == len(edit["documentChanges"])
    return found
