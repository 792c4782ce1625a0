"""Pointers of Git LFS in the place of sources"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.server.processes import spawn
from tests.server.raw import PULL, RawClient
from tests.vfs.trees import needs_git

Write = Callable[..., Path]

CLEAN = "import { client } from '@alga-psa/workflows/runtime/client';\n"
LEGACY = "import { client } from '@shared/workflow/runtime/client';\n"
PROJECT = f"""
//- /packages/a/package.json
{{ "name": "a", "dependencies": {{ "@alga-psa/workflows": "*" }} }}
//- /packages/a/src/done.ts
{CLEAN}"""
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'4d7a' * 16}\nsize 12345\n"
ABSENT = "its content is not checked out, only a pointer of Git LFS to it"
SAID = f"skipped: {ABSENT}. Run `git lfs pull` to have its content."
PATHS = ("packages/a/src/open.ts", "packages/a/public/bundle.js", "shared/old/sender.tsx", "packages/a/View.vue")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("with_git", [pytest.param(True, marks=needs_git), False])
def test_a_pointer_in_the_place_of_a_source(
    workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch, path: str, end: str, with_git: bool
) -> None:
    """A source is a pointer of Git LFS -> each command names it; nothing is all clear, done, accepted or moved."""
    root = workspace(PROJECT)
    if not with_git:
        monkeypatch.setenv("PATH", "/nowhere")
    select = ("--select", "deprecated-import")
    assert cli("check", root, *select, "--no-cache").out.startswith("All clear")
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(POINTER.replace("\n", end).encode())
    for _ in range(2):
        check = cli("check", root, *select)
        assert f"{path}: {SAID}" in check.out
        assert "1 file was skipped" in check.out
    fix = cli("fix", root, "--allow-dirty")
    assert f"{path}: {SAID}" in fix.err
    assert "Nothing to fix, but 1 path was not looked at." in fix.out
    assert json.loads(cli("status", root, "--format", "json").out)["skipped"] == [path]
    plan = cli("cutover", root, "--dry-run")
    assert (plan.code, f"{path}: {ABSENT}" in plan.out) == (2, True)
    assert cli("baseline", root).code == 2
    (root / path).write_text("export const one = 1;\n")
    assert "skipped" not in cli("check", root, *select).out


def test_a_pointer_in_the_place_of_a_target(workspace: Write, cli: Cli) -> None:
    """The module that an import would move to is a pointer of Git LFS -> no fix counts on what it exports."""
    root = workspace(f"{PROJECT}//- /packages/a/src/open.ts\n{LEGACY}")
    target = root / "ee/packages/workflows/src/runtime/client.ts"
    assert target.is_file()
    target.write_text(POINTER)
    result = cli("check", root, "--select", "deprecated-import")
    assert "only a pointer of Git LFS to it is checked out" in result.out


def test_what_is_no_pointer(workspace: Write, cli: Cli) -> None:
    """A pointer is in the place of an image, or a source is about pointers -> no message names it."""
    root = workspace(PROJECT)
    (root / "logo.png").write_text(POINTER)
    (root / "packages/a/src/pointers.ts").write_text(f"export const pointer = `{POINTER}`;\n")
    (root / "packages/a/src/long.ts").write_text(POINTER + "x\n" * 1000)
    assert "skipped" not in cli("check", root).out


def test_a_pointer_in_an_editor(workspace: Write) -> None:
    """A closed source is a pointer of Git LFS -> the list of problems says what to do."""
    root = workspace(PROJECT)
    path = root / "packages/a/src/open.ts"
    path.write_text(POINTER)
    with RawClient(spawn()) as client:
        client.initialize(PULL, root)
        answer = client.request("workspace/diagnostic", {"previousResultIds": []})["result"]["items"]
        (found,) = (each["items"] for each in answer if each["uri"] == path.as_uri())
        assert [item["message"] for item in found] == [SAID]
