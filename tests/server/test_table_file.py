"""workflow-ls.json in an editor: what is wrong in its rows, where they lead, what fits, and new rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.checks import MONOREPO
from tests.fixture import project
from tests.server.client import VS_CODE, Client, RemoteError, apply_edits, write_project

CONFIG = """{
  "packages": [
    { "name": "@acme/clock", "directory": "packages/clock", "sources": "." }
  ],
  "modules": [
    { "from": "@shared/workflow/utils/clock", "to": ["@acme/clock"] }
  ]
}
"""
FILES = f"""{MONOREPO}
//- /workflow-ls.json
{CONFIG}
//- /packages/bill/package.json
{{ "name": "@acme/bill", "dependencies": {{ "@acme/clock": "*", "@acme/dates": "*" }} }}
//- /packages/bill/run.ts
import {{ now }} from '@shared/workflow/utils/clock';
now();
//- /packages/bill/day.ts
import {{ day }} from '@shared/workflow/utils/dates';
day();
//- /shared/workflow/utils/clock.ts
export const now = 1;
//- /shared/workflow/utils/dates.ts
export * from '@acme/dates';
//- /packages/clock/package.json
{{ "name": "@acme/clock", "exports": {{ ".": "./index.ts", "./watch": "./watch.ts" }} }}
//- /packages/clock/index.ts
export const now = 1;
//- /packages/clock/watch.ts
export const now = 1;
//- /packages/dates/package.json
{{ "name": "@acme/dates", "main": "index.ts" }}
//- /packages/dates/index.ts
export const day = 1;
"""
CREATES = {**VS_CODE, "workspace": {**VS_CODE["workspace"], "workspaceEdit": {"documentChanges": True}}}
CREATES["workspace"]["workspaceEdit"]["resourceOperations"] = ["create"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project", {**project(FILES).files})


@pytest.fixture
def code(root: Path) -> Iterator[Client]:
    with Client(root, VS_CODE) as client:
        yield client


def reported(client: Client, uri: str) -> list[dict[str, Any]]:
    report = client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
    return list(report["items"])


def at(text: str, found: str) -> dict[str, int]:
    """The position in the middle of a text."""
    offset = text.index(found) + len(found) // 2
    return {"line": text[:offset].count("\n"), "character": offset - text.rfind("\n", 0, offset) - 1}


def edits_in(action: dict[str, Any]) -> list[dict[str, Any]]:
    edit = action["edit"]
    if "changes" in edit:
        ((_, edits),) = edit["changes"].items()
        return list(edits)
    return list(edit["documentChanges"][-1]["edits"])


def actions(client: Client, uri: str, text: str, found: str) -> list[dict[str, Any]]:
    place = at(text, found)
    return client.actions(uri, (place["line"], place["character"]), only=["quickfix"])


def test_a_true_table_is_silent(code: Client) -> None:
    assert reported(code, code.open("workflow-ls.json")) == []


def test_a_wrong_row_is_reported_as_it_is_typed_and_corrected(code: Client) -> None:
    uri = code.open("workflow-ls.json")
    text = CONFIG.replace('["@acme/clock"]', '["@acme/clock/watches"]')
    code.change(uri, text, 2)
    [found] = reported(code, uri)
    assert found["message"].startswith("@acme/clock does not export `./watches`.")
    assert (found["source"], found["code"], found["severity"]) == ("workflow-ls", "mapping", 2)
    [action] = actions(code, uri, text, "clock/watches")
    assert action["title"] == "Replace with '@acme/clock/watch'"
    assert apply_edits(text, edits_in(action)) == text.replace("watches", "watch")
    code.change(uri, CONFIG, 3)
    assert reported(code, uri) == []


def test_a_row_that_is_not_needed_is_removed(code: Client) -> None:
    uri = code.open("workflow-ls.json")
    row = '{ "from": "@shared/workflow/utils/never", "to": ["@acme/clock"] }'
    text = CONFIG.replace('"to": ["@acme/clock"] }', f'"to": ["@acme/clock"] }},\n    {row}')
    code.change(uri, text, 2)
    assert [found["message"].partition(".")[0] for found in reported(code, uri)] == [
        "This names no module of shared/workflow, and nothing refers to it"
    ]
    [remove] = [each for each in actions(code, uri, text, "utils/never") if each["title"] == "Remove this row"]
    assert apply_edits(text, edits_in(remove)) == CONFIG


def test_a_change_elsewhere_changes_what_a_row_is_worth(code: Client) -> None:
    uri = code.open("workflow-ls.json")
    assert reported(code, uri) == []
    other = code.open("packages/bill/run.ts")
    code.change(other, "export {};\n", 2)
    [found] = reported(code, uri)
    assert found["message"] == "Nothing refers to this module. The row is not needed."


def test_hover_says_where_a_row_leads(code: Client) -> None:
    uri = code.open("workflow-ls.json")
    hover = code.request(
        "textDocument/hover", {"textDocument": {"uri": uri}, "position": at(CONFIG, "workflow/utils/clock")}
    )
    assert hover["contents"]["value"] == "1 of 1 reference verified: @acme/clock\nIn packages/bill/run.ts"
    outside = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}
    assert code.request("textDocument/hover", outside) is None


@pytest.mark.parametrize(
    ("found", "labels"),
    [
        ("workflow/utils/clock", {"@shared/workflow/utils/dates", "@alga-psa/shared/workflow/utils/clock"}),
        ('["@acme/clock"]', {"@acme/clock/watch", "@acme/dates"}),
        ('"@acme/clock", "dir', {"@acme/dates"}),
        ("packages/clock", {"packages/dates"}),
        ('"from"', {"from", "note"}),
        ('"sources"', {"sources"}),
        ('"modules"', {"names", "ignore"}),
    ],
)
def test_completion(code: Client, found: str, labels: set[str]) -> None:
    uri = code.open("workflow-ls.json")
    place = at(CONFIG, found)
    if found == '"@acme/clock", "dir':
        place = at(CONFIG, '"@acme/clock"')
    answer = code.request("textDocument/completion", {"textDocument": {"uri": uri}, "position": place})
    assert labels <= {item["label"] for item in answer["items"]}


def test_a_blocked_reference_offers_the_row_for_its_home(code: Client) -> None:
    text = "import { day } from '@shared/workflow/utils/dates';\nday();\n"
    uri = code.open("packages/bill/day.ts")
    offered = [each for each in actions(code, uri, text, "utils/dates") if "workflow-ls.json" in each["title"]]
    [action] = offered
    assert action["title"] == "Add the row to workflow-ls.json: '@acme/dates' has it (same declaration)"
    config = json.loads(apply_edits(CONFIG, edits_in(action)))
    assert config["modules"][1] == {
        "from": "@shared/workflow/utils/dates",
        "to": ["@acme/dates"],
        "note": "same declaration",
    }
    assert config["packages"][1]["name"] == "@acme/dates"


def test_a_reference_without_a_home_offers_no_row(code: Client) -> None:
    text = "import { lost } from '@shared/workflow/utils/lost';\nlost();\n"
    uri = code.open("packages/bill/lost.ts", text)
    assert [each for each in actions(code, uri, text, "utils/lost") if "workflow-ls.json" in each["title"]] == []


def test_infer_mapping_adds_the_rows(code: Client) -> None:
    answer = code.execute("workflow-ls.inferMapping")
    assert (answer["written"], answer["reason"]) == (1, None)
    assert [row["to"] for row in answer["proposal"]["modules"]] == [["@acme/dates"]]
    [change] = code.wait_for("workspace/applyEdit")["edit"]["documentChanges"]
    config = json.loads(apply_edits(CONFIG, change["edits"]))
    assert [row["to"] for row in config["modules"]] == [["@acme/clock"], ["@acme/dates"]]


def test_infer_mapping_without_anything_to_add(code: Client) -> None:
    code.open("packages/bill/day.ts", "export {};\n")
    answer = code.execute("workflow-ls.inferMapping")
    assert (answer["written"], answer["reason"]) == (0, "the table has rows already for all that was found")


@pytest.mark.parametrize("arguments", [[7], ["file:///no/such/folder"], ["a", "b"]])
def test_arguments_of_infer_mapping(code: Client, arguments: list[object]) -> None:
    with pytest.raises(RemoteError):
        code.execute("workflow-ls.inferMapping", *arguments)


def test_a_new_file_is_created_where_the_editor_can(root: Path) -> None:
    (root / "workflow-ls.json").unlink()
    with Client(root, VS_CODE) as client:
        answer = client.execute("workflow-ls.inferMapping")
        assert answer["written"] == 0
        assert answer["reason"].startswith("this editor can't create workflow-ls.json")
    with Client(root, CREATES) as client:
        answer = client.execute("workflow-ls.inferMapping")
        assert (answer["written"], answer["reason"]) == (2, None)
        create, change = client.wait_for("workspace/applyEdit")["edit"]["documentChanges"]
        assert create["kind"] == "create"
        assert len(json.loads(apply_edits("", change["edits"]))["modules"]) == 2
