"""Documents that were never saved: what can be known of them is served, and no count or fix has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checks import SOUND
from tests.fixture import project
from tests.server.client import VS_CODE, Client, apply_edits, write_project

URI = "untitled:Untitled-1"
LEGACY, NEW = "@shared/workflow/runtime/client", "@alga-psa/workflows/runtime/client"
TEXT = f"/* 🧾 */ import {{ client }} from '{LEGACY}';\n"
PULL: dict[str, Any] = {**VS_CODE, "textDocument": {**VS_CODE["textDocument"], "diagnostic": {}}}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project", {**project(SOUND).files, "packages/a/package.json": '{"name": "a"}'})


def opened(client: Client, text: str, language: str = "typescript", uri: str = URI) -> dict[str, str]:
    document = {"uri": uri, "languageId": language, "version": 1, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": document})
    return {"uri": uri}


def pulled(client: Client, document: dict[str, str]) -> list[str]:
    items = client.request("textDocument/diagnostic", {"textDocument": document})["items"]
    return [f"{item['code']}: {item['message']}" for item in items]


def at(document: dict[str, str], column: int = 40) -> dict[str, Any]:
    return {"textDocument": document, "position": {"line": 0, "character": column}}


MOVED = f"deprecated-import: `{LEGACY}` moved to `{NEW}`"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("typescript", TEXT),
        ("typescriptreact", f"{TEXT}export const a = <p />;\n"),
        ("javascript", f"const {{ client }} = require('{LEGACY}');\n"),
        ("javascriptreact", TEXT),
        ("vue", f"<script lang='ts'>import {{ client }} from '{LEGACY}';</script>\n"),
        ("svelte", f"<script>import {{ client }} from '{LEGACY}';</script>\n"),
    ],
)
def test_its_specifiers_are_found(root: Path, language: str, text: str) -> None:
    with Client(root, PULL) as client:
        document = opened(client, text, language)
        assert pulled(client, document) == [MOVED]


@pytest.mark.parametrize("uri", [URI, "untitled:/nowhere/new.ts", "untitled:a%20b", "untitled:🧾", "untitled:.."])
def test_hover_definition_link_and_completion(root: Path, uri: str) -> None:
    with Client(root, PULL) as client:
        document = opened(client, TEXT, uri=uri)
        assert NEW in client.request("textDocument/hover", at(document))["contents"]["value"]
        (found,) = client.request("textDocument/definition", at(document))
        assert (found.get("uri") or found["targetUri"]).endswith("/src/runtime/client.ts")
        (link,) = client.request("textDocument/documentLink", {"textDocument": document})
        assert link["target"].endswith("/src/runtime/client.ts")
        items = client.request("textDocument/completion", at(document))["items"]
        assert NEW in [item["label"] for item in items]


def test_a_quick_fix_rewrites_it_alone(root: Path) -> None:
    """A manifest is none of its business, until it is saved in a package."""
    with Client(root, PULL) as client:
        document = opened(client, TEXT)
        cursor = at(document)["position"]
        asked = {"textDocument": document, "range": {"start": cursor, "end": cursor}, "context": {"diagnostics": []}}
        (action,) = client.request("textDocument/codeAction", asked)
        assert action["title"] == f"Replace with '{NEW}'"
        (change,) = action["edit"]["documentChanges"]
        assert change["textDocument"] == {"uri": URI, "version": 1}
        assert apply_edits(TEXT, change["edits"]) == TEXT.replace(LEGACY, NEW)


def test_what_depends_on_its_place_is_not_said(root: Path) -> None:
    text = f"import {{ client }} from '{NEW}';\nimport a from './nothing';\nimport b from '../../shared/workflow/x';\n"
    with Client(root, PULL) as client:
        assert pulled(client, opened(client, text)) == []


def test_what_is_wrong_with_a_specifier_is_said(root: Path) -> None:
    text = f"import {{ nope }} from '{NEW}';\nimport a from '@alga-psa/workflows/gone';\n"
    with Client(root, PULL) as client:
        assert [told.partition(":")[0] for told in pulled(client, opened(client, text))] == [
            "missing-name",
            "unexported-subpath",
        ]


def test_no_count_and_no_fix_has_it(root: Path) -> None:
    with Client(root, PULL) as client:
        before = client.execute("workflow-ls.status")["total"]
        document = opened(client, TEXT)
        assert pulled(client, document) == [MOVED]
        assert client.execute("workflow-ls.status")["total"] == before
        client.execute("workflow-ls.fixWorkspace")
        assert all(URI not in str(request) for request in client.requests)
        assert client.request("textDocument/codeLens", {"textDocument": document}) == []


def test_it_follows_what_is_typed_until_it_is_closed(root: Path) -> None:
    with Client(root, PULL) as client:
        document = opened(client, "")
        assert pulled(client, document) == []
        change = {"textDocument": {**document, "version": 2}, "contentChanges": [{"text": TEXT}]}
        client.notify("textDocument/didChange", change)
        assert pulled(client, document) == [MOVED]
        place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 9}}
        client.notify("textDocument/didChange", {**change, "contentChanges": [{"range": place, "text": "// "}]})
        assert pulled(client, document) == []
        client.notify("textDocument/didChange", change)
        client.notify("textDocument/didClose", {"textDocument": document})
        assert pulled(client, document) == []
        assert client.request("textDocument/hover", at(document)) is None


def test_its_diagnostics_are_published(root: Path) -> None:
    with Client(root) as client:
        opened(client, TEXT)
        told = client.wait_for("textDocument/publishDiagnostics", lambda params: params["uri"] == URI)
        assert [item["code"] for item in told["diagnostics"]] == ["deprecated-import"]
        client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
        assert client.wait_for(
            "textDocument/publishDiagnostics", lambda params: params["uri"] == URI and not params["diagnostics"]
        )


@pytest.mark.parametrize(
    ("uri", "language"),
    [
        (URI, "plaintext"),
        (URI, "markdown"),
        ("output:a", "typescript"),
        ("git:/a.ts", "typescript"),
        ("vscode-notebook-cell:/a.ipynb#1", "typescript"),
        ("untitled:", "json"),
    ],
)
def test_other_documents_are_left_alone(root: Path, uri: str, language: str) -> None:
    with Client(root, PULL) as client:
        document = opened(client, TEXT, language, uri)
        assert pulled(client, document) == []
        assert client.request("textDocument/hover", at(document)) is None


def test_without_a_folder_nothing_is_known(root: Path) -> None:
    with Client(root, PULL, folders=[]) as client:
        document = opened(client, TEXT)
        assert pulled(client, document) == []
        assert client.request("textDocument/hover", at(document)) is None
