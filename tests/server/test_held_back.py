"""While a client applies an edit, nothing is published; what holds afterwards is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.client import Client
from workflow_ls.server.features import publish_diagnostics

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


def published(client: Client, uri: str) -> list[Any]:
    return [it for it in client.notifications if it["method"] == PUBLISH and it["params"]["uri"] == uri]
