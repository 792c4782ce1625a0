"""What is published, and when, where something else happens at the same time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.client import Client
from workflow_ls.server.features import publish_diagnostics
from workflow_ls.server.file_diagnostics import FileDiagnostics, check_file, in_slices
from workflow_ls.server.session.session import Session
from workflow_ls.server.session.snapshot import SessionSnapshot
from workflow_ls.server.session.workspace_folder import WorkspaceFolder

PUBLISH = "textDocument/publishDiagnostics"
LEGACY = "import { a } from '@shared/workflow/a';\n"
FILES = {
    "package.json": "{}",
    "tsconfig.json": '{ "compilerOptions": { "paths": { "@shared/*": ["./shared/*"] } } }',
    "ee/packages/workflows/package.json": '{ "name": "@alga-psa/workflows", "exports": { "./a": "./src/a.ts" } }',
    "ee/packages/workflows/src/a.ts": "export const a = 1;\n",
    "packages/a/one.ts": "export {};\n",
    "packages/a/two.ts": LEGACY,
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def test_nothing_is_published_while_a_client_applies_an_edit(root: Path) -> None:
    with Client(root, options={"workspaceDiagnostics": False}) as client:
        opened = (root / "packages/a/one.ts").as_uri()

        def apply(_: Any) -> dict[str, Any]:
            client.open("packages/a/one.ts", LEGACY)
            client.change(opened, f"\n{LEGACY}", 2)
            client.request("textDocument/codeLens", {"textDocument": {"uri": opened}})
            assert not published(client, opened)
            return {"applied": True}

        client.answers["workspace/applyEdit"] = apply
        assert client.execute("workflow-ls.fixFile", (root / "packages/a/two.ts").as_uri())["applied"]
        assert client.wait_for(PUBLISH, lambda params: params["uri"] == opened)["version"] == 2
        assert len(published(client, opened)) == 1


def test_each_document_is_checked_once_after_an_edit(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = list[str]()

    def check(snapshot: SessionSnapshot, folder: WorkspaceFolder, path: str) -> FileDiagnostics:
        checked.append(path)
        return check_file(snapshot, folder, path)

    monkeypatch.setattr(publish_diagnostics, "check_file", check)
    with Client(root, options={"workspaceDiagnostics": False}) as client:
        opened = [client.open(path) for path in ("packages/a/two.ts", "packages/a/one.ts")]
        client.wait_for(PUBLISH, lambda params: params["uri"] == opened[1])
        checked.clear()

        def apply(_: Any) -> dict[str, Any]:
            for version in (2, 3, 4):
                client.change(opened[0], "\n" * version, version)
            client.request("textDocument/codeLens", {"textDocument": {"uri": opened[0]}})
            assert not checked
            return {"applied": True}

        client.answers["workspace/applyEdit"] = apply
        assert client.execute("workflow-ls.fixFile", opened[0])["applied"]
        client.wait_for(PUBLISH, lambda params: params["uri"] == opened[0] and params.get("version") == 4)
    assert checked.count("packages/a/two.ts") == 1


def test_while_a_user_looks_at_a_preview_it_goes_on(root: Path) -> None:
    with Client(root, options={"workspaceDiagnostics": False}) as client:
        opened = (root / "packages/a/one.ts").as_uri()

        def preview(_: Any) -> dict[str, Any]:
            client.open("packages/a/one.ts", LEGACY)
            client.wait_for(PUBLISH, lambda params: params["uri"] == opened)
            return {"applied": False}

        client.answers["workspace/applyEdit"] = preview
        client.execute("workflow-ls.previewWorkspace")


def test_a_client_that_takes_long_gets_them_all_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish_diagnostics, "MAX_HOLD_SECONDS", 0.01)
    with Client(root, options={"workspaceDiagnostics": False}) as client:
        opened = (root / "packages/a/one.ts").as_uri()

        def preview(_: Any) -> dict[str, Any]:
            client.open("packages/a/one.ts", LEGACY)
            client.wait_for(PUBLISH, lambda params: params["uri"] == opened)
            return {"applied": False}

        client.answers["workspace/applyEdit"] = preview
        assert not client.execute("workflow-ls.fixFile", (root / "packages/a/two.ts").as_uri())["applied"]


def test_a_document_that_is_closed_while_all_files_are_checked(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = (root / "packages/a/two.ts").as_uri()
    visited, ended = threading.Event(), threading.Event()

    async def until_it_is_closed(session: Session, *what: Any) -> AsyncIterator[Any]:
        while opened not in session.published:
            await asyncio.sleep(0.001)
        async for checked in in_slices(session, *what):
            yield checked
        visited.set()
        while session.published[opened][1] is not None:
            await asyncio.sleep(0.001)
        ended.set()

    monkeypatch.setattr(publish_diagnostics, "in_slices", until_it_is_closed)
    with Client(root) as client:
        client.open("packages/a/two.ts", LEGACY * 2)
        client.wait_for(PUBLISH, lambda params: params["uri"] == opened and params.get("version") == 1)
        assert visited.wait(30)
        client.notify("textDocument/didClose", {"textDocument": {"uri": opened}})
        assert ended.wait(30)
        client.request("textDocument/codeLens", {"textDocument": {"uri": opened}})
        assert [len(each["params"]["diagnostics"]) for each in published(client, opened)] == [2, 1]


def published(client: Client, uri: str) -> list[Any]:
    return [it for it in client.notifications if it["method"] == PUBLISH and it["params"]["uri"] == uri]
