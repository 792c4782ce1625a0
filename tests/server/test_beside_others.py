"""What the server leaves to others in the same editor: a server for TypeScript, a check of JSON, findings in hovers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checks import SOUND
from tests.fixture import project
from tests.server.client import VS_CODE, Client, write_project

pytestmark = pytest.mark.slow

LEGACY = "@shared/workflow/runtime/client"
NEW = "@alga-psa/workflows/runtime/client"
LABELS: dict[str, Any] = {
    **VS_CODE,
    "textDocument": {
        **VS_CODE["textDocument"],
        "hover": {"contentFormat": ["markdown"]},
        "completion": {"completionItem": {"labelDetailsSupport": True}},
    },
}
FILES: dict[str, str | bytes] = {
    **project(SOUND).files,
    "packages/a/package.json": '{"name": "a", "dependencies": {"@alga-psa/workflows": "*"}}',
}
PATH = "packages/a/one.ts"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project", {**FILES, PATH: ""})


def offered(client: Client, marked: str, path: str = PATH) -> list[dict[str, Any]]:
    before, after = marked.split("$0")
    uri = client.open(path, before + after)
    position = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
    found = client.request("textDocument/completion", {"textDocument": {"uri": uri}, "position": position})
    items: list[dict[str, Any]] = found["items"]
    return items


@pytest.mark.parametrize(
    "marked",
    [
        "import {} from '@alga-psa/workflows/$0'",
        "import {} from '@alga-psa/workflows/runtime/$0client'",
        "import {} from '$0'",
        "const a = await import('@alga-psa/$0')",
        f"import {{ $0 }} from '{NEW}'",
        f"import type {{ c$0 }} from '{NEW}'",
    ],
)
def test_what_is_canonical_is_completed_by_typescript(root: Path, marked: str) -> None:
    with Client(root, LABELS) as client:
        assert offered(client, marked), "it is the server's where it is alone"
    with Client(root, LABELS, options={"besideTypescript": True}) as client:
        assert offered(client, marked) == []


@pytest.mark.parametrize(
    "marked",
    [
        "import {} from '@shared/workflow/$0'",
        f"import {{ client }} from '{LEGACY}$0'",
        "vi.mock('@shared/workflow/runtime/cl$0')",
        "const a = require('@alga-psa/shared/workflow/runtime/$0')",
    ],
)
def test_where_a_legacy_specifier_went_is_completed_beside_typescript(root: Path, marked: str) -> None:
    with Client(root, LABELS, options={"besideTypescript": True}) as client:
        items = offered(client, marked)
    assert NEW in [item["label"] for item in items]
    assert {item["labelDetails"]["description"] for item in items} == {"workflow-ls"}
    assert all("/workflow" in item["filterText"] and item["filterText"] != item["label"] for item in items)


def hover(client: Client, text: str, path: str = PATH) -> str:
    uri = client.open(path, text)
    position = {"line": text[: text.index("@shared")].count("\n"), "character": 40}
    found = client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": position})
    value: str = found["contents"]["value"]
    return value


def test_a_hover_below_its_finding_does_not_repeat_it(root: Path) -> None:
    text = f"import {{ client }} from '{LEGACY}';\n"
    with Client(root, LABELS) as client:
        alone = hover(client, text)
    with Client(root, LABELS, options={"hoverBelowFindings": True}) as client:
        below = hover(client, text)
    assert alone.startswith(f"`{LEGACY}` → `{NEW}`: **verified**")
    assert below.startswith("Imports `client`: **verified**")
    assert NEW not in below
    assert "To: " in alone
    assert "To: " not in below, "the finding has the place"
    assert "From: " in below


def test_a_blocked_hover_below_its_finding_does_not_repeat_why(root: Path) -> None:
    text = "import { gone } from '@shared/workflow/streams/gone';\n"
    with Client(root, LABELS) as client:
        alone = hover(client, text)
    with Client(root, LABELS, options={"hoverBelowFindings": True}) as client:
        below = hover(client, text)
    assert "does not export" in alone
    assert "does not export" not in below
    assert below.startswith("Imports `gone`: **blocked**")


def test_a_hover_without_a_finding_says_all(root: Path) -> None:
    text = f"// workflow-ls-ignore deprecated-import: later\nimport {{ client }} from '{LEGACY}';\n"
    with Client(root, LABELS, options={"hoverBelowFindings": True}) as client:
        assert hover(client, text).startswith(f"`{LEGACY}` → `{NEW}`: **verified**")


BROKEN = '{ "rules": {'
TWICE = '{ "rules": {}, "rules": {} }'
MISTAKE = '{ "rules": { "deprecated-import": "loud" } }'


def reported(root: Path, text: str, *, opened: bool, path: str = "workflow-ls.json", **options: object) -> list[str]:
    (root / path).write_text(text, encoding="utf-8")
    with Client(root, LABELS, options=options) as client:
        uri = (root / path).as_uri()
        if opened:
            client.open(path)
        # All is published that comes before the answer to a command.
        client.execute("workflow-ls.status")
        client.wait_for("textDocument/publishDiagnostics", lambda params: params["uri"] == uri)
        params = client.wait_for("textDocument/publishDiagnostics", lambda params: params["uri"] == uri)
    return [item["message"] for item in params["diagnostics"]]


@pytest.mark.parametrize("text", [BROKEN, TWICE])
def test_what_a_check_of_json_reports_is_not_reported_twice(root: Path, text: str) -> None:
    assert reported(root, text, opened=True)
    assert reported(root, text, opened=False, checksJson=True), "nobody else looks at a closed file"
    assert reported(root, text, opened=True, checksJson=True) == []


@pytest.mark.parametrize("text", [MISTAKE, f"// a comment\n{MISTAKE}", '{ "rules": { "deprecated-import": "loud" }, }'])
def test_a_mistake_that_is_sound_json_is_reported(root: Path, text: str) -> None:
    assert reported(root, text, opened=True, checksJson=True) == reported(root, text, opened=True) != []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"import {{ client }} from '{LEGACY}';\n", 0),
        (f"// why\nimport {{\n  client,\n}} from '{LEGACY}';\n", 1),
        (f"export const a = 1;\n\nexport {{\n  client\n}} from\n  '{LEGACY}';\n", 2),
        (f"const a = call(\n  1,\n  require('{LEGACY}'),\n);\n", 0),
        (f"vi.mock(\n  '{LEGACY}',\n  () => ({{}}),\n);\n", 0),
    ],
)
def test_the_lens_is_above_the_statement(root: Path, text: str, line: int) -> None:
    with Client(root) as client:
        uri = client.open(PATH, text)
        (lens,) = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    assert lens["range"]["start"] == {"line": line, "character": 0}
