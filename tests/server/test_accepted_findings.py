"""Findings that a baseline accepts are hints in an editor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.server.places import uri, write
from tests.server.raw import PULL, PUSH, Message, RawClient

FILE = "packages/a/src/a.ts"
BASELINE = "workflow-ls-baseline.json"
TEXT = "import { client } from '@shared/workflow/runtime/client';\nimport '@shared/workflow/runtime';\n"
ACCEPTED = {f"{FILE}: deprecated-import: @shared/workflow/runtime/client": 1, "version": 1}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = write(tmp_path / "w", f"//- /{FILE}\n{TEXT}")
    (root / BASELINE).write_text(json.dumps(ACCEPTED))
    return root


def severities(items: list[Message]) -> list[int]:
    return [item["severity"] for item in items]


def test_pulled(root: Path) -> None:
    with RawClient() as client:
        client.initialize(PULL, root)
        client.open(uri(root, FILE), TEXT)
        assert severities(client.pull(uri(root, FILE))) == [4, 2]


def test_pushed_anew_when_the_baseline_changes(root: Path) -> None:
    with RawClient() as client:
        client.initialize(PUSH, root)
        client.open(uri(root, FILE), TEXT)
        assert severities(client.published(uri(root, FILE))) == [4, 2]
        (root / BASELINE).unlink()
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri(root, BASELINE), "type": 3}]})
        assert severities(client.published(uri(root, FILE))) == [2, 2]
        client.open(uri(root, BASELINE), json.dumps(ACCEPTED))
        assert severities(client.published(uri(root, FILE))) == [4, 2]


def test_a_broken_baseline_accepts_nothing_and_is_named(root: Path) -> None:
    (root / BASELINE).write_text("{\n<<<<<<< ours\n}")
    with RawClient() as client:
        client.initialize(PULL, root)
        client.open(uri(root, FILE), TEXT)
        assert severities(client.pull(uri(root, FILE))) == [2, 2]
        [problem] = client.pull(uri(root, BASELINE))
        assert problem["range"]["start"]["line"] == 1
        assert problem["message"].endswith("Run `workflow-ls baseline --merge` to resolve it.")


def test_hints_follow_a_moved_file(root: Path) -> None:
    new = "libs/a/src/a.ts"
    (root / new).parent.mkdir(parents=True)
    (root / new).write_text(TEXT)
    with RawClient() as client:
        client.initialize(PULL, root)
        client.open(uri(root, new), TEXT)
        # A copy is new.
        assert severities(client.pull(uri(root, new))) == [2, 2]
        (root / FILE).unlink()
        client.changed_on_disk((root / FILE, 3))
        assert severities(client.pull(uri(root, new))) == [4, 2]


@pytest.mark.parametrize(
    ("entries", "new"),
    [
        pytest.param({"packages/a/src/b.ts": 1}, "libs/a/src/a.ts", id="another name"),
        pytest.param({"packages/a/src/a.ts": 1, "packages/b/src/a.ts": 1}, "libs/c/src/a.ts", id="two as near"),
        pytest.param({"packages/a/src/a.ts": 1, "libs/c/src/a.ts": 0}, "libs/c/src/a.ts", id="entries of its own"),
    ],
)
def test_hints_follow_no_other_file(root: Path, entries: dict[str, int], new: str) -> None:
    (root / FILE).unlink()
    (root / new).parent.mkdir(parents=True)
    (root / new).write_text(TEXT)
    keys = {
        f"{path}: deprecated-import: @shared/workflow/runtime{'/client' * count}": 1 for path, count in entries.items()
    }
    (root / BASELINE).write_text(json.dumps({**keys, "version": 1}))
    with RawClient() as client:
        client.initialize(PULL, root)
        client.open(uri(root, new), TEXT)
        assert severities(client.pull(uri(root, new))) == ([2, 4] if "libs/c/src/a.ts" in entries else [2, 2])
