"""Hover, definition, document links, completion and code lens, as a spawned server answers them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.server.places import uri, write
from tests.server.raw import Message, RawClient

RICH: Message = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "definition": {"linkSupport": True},
        "documentLink": {"tooltipSupport": True},
        "diagnostic": {},
    },
    "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
}
PLAIN: Message = {"general": {"positionEncodings": ["utf-8"]}, "textDocument": {"diagnostic": {}}}
APP = "packages/app/src/a.ts"
SPECIFIER = "@shared/workflow/runtime"
TEXT = f"""const emoji = '😀'; import {{ start, type Run }} from '{SPECIFIER}';
import {{ nothing }} from '@shared/workflow/runtime/client';
import {{ client, stop }} from '@alga-psa/workflows/runtime/client';
// workflow-ls-ignore deprecated-import, legacy-proxy: waits for spring
import '{SPECIFIER}';
"""
RUNTIME = "ee/packages/workflows/src/runtime/index.ts"


class Reader:
    """A client with one document open."""

    def __init__(self, client: RawClient, root: Path, capabilities: Message, **options: object) -> None:
        self.client, self.root, self.uri = client, root, uri(root, APP)
        self.units = "utf-16-le" if capabilities is RICH else "utf-8"
        self.capabilities = client.initialize(capabilities, root, initializationOptions=options)
        self.text = TEXT
        client.open(self.uri, TEXT)

    def at(self, marked: str) -> Message:
        """A document and the place of `$0` in a piece of its text."""
        before, after = marked.split("$0")
        lead, found, _ = self.text.partition(before + after)
        assert found
        lines = (lead + before).split("\n")
        column = len(lines[-1].encode(self.units)) // (2 if self.units == "utf-16-le" else 1)
        position = {"line": len(lines) - 1, "character": column}
        return {"textDocument": {"uri": self.uri}, "position": position}

    def covered(self, range_: Any) -> str:
        """The text of a range on one line."""
        assert range_["start"]["line"] == range_["end"]["line"]
        line = self.text.split("\n")[range_["start"]["line"]].encode(self.units)
        width = 2 if self.units == "utf-16-le" else 1
        start, end = int(range_["start"]["character"]), int(range_["end"]["character"])
        found: str = line[start * width : end * width].decode(self.units)
        return found

    def ask(self, method: str, marked: str | None = None) -> Any:
        params = {"textDocument": {"uri": self.uri}} if marked is None else self.at(marked)
        return self.client.request(f"textDocument/{method}", params)["result"]

    def show(self, text: str) -> None:
        """Give the document another text."""
        self.text = text
        self.client.replace(self.uri, text, 2)

    def file(self, name: str) -> str:
        return uri(self.root, name)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path, "//- /shared/workflow/runtime/client.ts\nexport const client = 1, nothing = 2;")


@pytest.fixture
def client() -> Iterator[RawClient]:
    with RawClient() as client:
        yield client


@pytest.fixture
def rich(client: RawClient, root: Path) -> Reader:
    return Reader(client, root, RICH)


@pytest.fixture
def plain(client: RawClient, root: Path) -> Reader:
    return Reader(client, root, PLAIN)


def test_the_server_says_what_it_can(rich: Reader) -> None:
    assert rich.capabilities["hoverProvider"]
    assert rich.capabilities["definitionProvider"]
    assert rich.capabilities["documentLinkProvider"] == {"resolveProvider": False}
    assert rich.capabilities["codeLensProvider"] == {"resolveProvider": False}
    assert set(rich.capabilities["completionProvider"]["triggerCharacters"]) >= {"'", '"', "/", "@"}


def test_hover_is_nothing_outside_of_specifiers(rich: Reader) -> None:
    for marked in ("const em$0oji", "imp$0ort { start", "sta$0rt, type", "'@shared/workflow/runtime'$0;"):
        assert rich.ask("hover", marked) is None, marked


def test_hover_tells_of_a_verified_specifier(rich: Reader) -> None:
    found = rich.ask("hover", "type Run } from '@shared/$0")
    assert found["contents"]["kind"] == "markdown"
    assert rich.covered(found["range"]) == SPECIFIER
    value = found["contents"]["value"]
    lines = value.split("\n\n")
    assert lines[0] == f"`{SPECIFIER}` → `@alga-psa/workflows/runtime`: **verified**"
    assert lines[1] == "Imports `start`, `type Run`"
    assert lines[2].startswith("Note: Expressions, registries")
    assert lines[3] == f"From: [shared/workflow/runtime/index.ts]({rich.file('shared/workflow/runtime/index.ts')})"
    assert lines[4] == f"To: [{RUNTIME}]({rich.file(RUNTIME)}) (exports key `./runtime`)"
    assert "command:" not in value


def test_hover_is_plain_where_no_markdown_is_read(plain: Reader) -> None:
    found = plain.ask("hover", "type Run } from '@shared/$0")
    assert found["contents"]["kind"] == "plaintext"
    assert plain.covered(found["range"]) == SPECIFIER
    lines = found["contents"]["value"].split("\n")
    assert lines[0] == f"{SPECIFIER} → @alga-psa/workflows/runtime: verified"
    assert lines[-1] == f"To: {RUNTIME} (exports key ./runtime)"
    assert "`" not in lines[1]


def test_hover_says_which_name_goes_where(plain: Reader) -> None:
    plain.show("import { start, buildA } from '@shared/workflow';")
    names = '{ "module": "@shared/workflow", "name": "start", "to": "@alga-psa/workflows/runtime" }'
    write(plain.root, f'//- /workflow-ls.json\n{{ "names": [{names}] }}', base="")
    plain.client.changed_on_disk((plain.root / "workflow-ls.json", 1))
    lines = plain.ask("hover", "from '@$0")["contents"]["value"].split("\n")
    assert lines[0] == "@shared/workflow → @alga-psa/workflows/runtime, @alga-psa/workflows/streams: verified"
    assert lines[-2:] == [
        f"To: {RUNTIME} (exports key ./runtime): start",
        "To: ee/packages/workflows/src/streams/index.ts (exports key ./streams): buildA",
    ]


def test_hover_says_what_is_in_the_way(rich: Reader) -> None:
    value = rich.ask("hover", "nothing } from '@$0")["contents"]["value"]
    assert value.startswith("`@shared/workflow/runtime/client`: **blocked**")
    assert "does not export `nothing`. Export it from ee/packages/workflows/src/runtime/client.ts" in value
    assert "To: " not in value


def test_hover_says_what_was_not_checked(rich: Reader) -> None:
    (rich.root / "ee/packages/workflows/package.json").unlink()
    rich.client.changed_on_disk((rich.root / "ee/packages/workflows/package.json", 3))
    value = rich.ask("hover", "type Run } from '@$0")["contents"]["value"]
    assert value.startswith(f"`{SPECIFIER}` → `@alga-psa/workflows/runtime`: **not checked**")
    assert "neither in the workspace nor in node\\_modules" in value


def test_hover_tells_of_a_canonical_specifier(rich: Reader) -> None:
    value = rich.ask("hover", "stop } from '@$0")["contents"]["value"]
    path = "ee/packages/workflows/src/runtime/client.ts"
    assert f"Resolves to [{path}]({rich.file(path)}) (exports key `./runtime/*`)" in value
    assert "**Missing exports**: `stop`" in value


def test_hover_tells_of_a_suppression(rich: Reader) -> None:
    found = rich.ask("hover", "// workflow-ls-$0ignore")
    assert rich.covered(found["range"]) == "// workflow-ls-ignore deprecated-import, legacy-proxy: waits for spring"
    assert found["contents"]["value"].split("\n\n") == [
        "Suppresses `deprecated-import`, `legacy-proxy` in line 5",
        "Unused: this comment suppresses nothing: the next line has no finding of `legacy-proxy`",
        "Reason: waits for spring",
    ]


def test_a_used_suppression_is_called_used(plain: Reader) -> None:
    plain.show(TEXT.replace(", legacy-proxy: waits for spring", ""))
    value = plain.ask("hover", "// workflow-ls-$0ignore")["contents"]["value"]
    assert value == "Suppresses deprecated-import in line 5\nUsed\nNo reason given"


def test_a_link_in_a_hover_applies_the_fix(client: RawClient, root: Path) -> None:
    reader = Reader(client, root, RICH, hoverCommandLinks=True)
    value = reader.ask("hover", "type Run } from '@$0")["contents"]["value"]
    link = value.rpartition("\n\n")[2]
    assert link.startswith("[Replace with '\\@alga-psa/workflows/runtime'](command:workflow-ls.fixReference?")
    arguments = json.loads(unquote(link[:-1].partition("?")[2]))
    edits: list[Message] = []

    def apply(message: Message) -> Any:
        if message["method"] == "workspace/applyEdit":
            edits.append(message["params"]["edit"])
        return {"applied": True}

    client.answer_with = apply
    command = {"command": "workflow-ls.fixReference", "arguments": arguments}
    assert client.request("workspace/executeCommand", command)["result"] is True
    (change,) = edits[0]["documentChanges"]
    assert change["textDocument"] == {"uri": reader.uri, "version": 1}
    (edit,) = change["edits"]
    assert (reader.covered(edit["range"]), edit["newText"]) == (SPECIFIER, "@alga-psa/workflows/runtime")
    assert "command:" not in reader.ask("hover", "nothing } from '@$0")["contents"]["value"]


def test_a_link_that_fits_nothing_changes_nothing(rich: Reader) -> None:
    odd: list[list[object]] = [
        [],
        ["x"],
        [1, 2, 3],
        ["file:///a.ts", -1, 0],
        ["file:///a.ts", "0", None],
        [rich.uri, True, 0],
        [rich.uri, 0, 0],
    ]
    for arguments in odd:
        command = {"command": "workflow-ls.fixReference", "arguments": arguments}
        assert rich.client.request("workspace/executeCommand", command)["result"] is False, arguments


@pytest.mark.parametrize(
    ("marked", "target"),
    [
        ("type Run } from '@$0", RUNTIME),
        ("nothing } from '@$0", "shared/workflow/runtime/client.ts"),
        ("stop } from '@$0", "ee/packages/workflows/src/runtime/client.ts"),
    ],
)
def test_definition(rich: Reader, marked: str, target: str) -> None:
    (link,) = rich.ask("definition", marked)
    assert link["targetUri"] == rich.file(target)
    assert rich.covered(link["originSelectionRange"]).startswith("@")


def test_definition_is_a_location_where_links_are_not_read(plain: Reader) -> None:
    start = {"line": 0, "character": 0}
    found = plain.ask("definition", "type Run } from '@$0")
    assert found == [{"uri": plain.file(RUNTIME), "range": {"start": start, "end": start}}]
    assert plain.ask("definition", "const em$0oji") is None


def test_document_links(rich: Reader) -> None:
    links = rich.ask("documentLink")
    found = [(rich.covered(link["range"]), link["target"], link["tooltip"]) for link in links]
    legacy, client = "shared/workflow/runtime/client.ts", "ee/packages/workflows/src/runtime/client.ts"
    assert found == [
        (SPECIFIER, rich.file(RUNTIME), f"{RUNTIME} (@alga-psa/workflows/runtime)"),
        ("@shared/workflow/runtime/client", rich.file(legacy), f"{legacy} (legacy module, blocked)"),
        ("@alga-psa/workflows/runtime/client", rich.file(client), client),
        (SPECIFIER, rich.file(RUNTIME), f"{RUNTIME} (@alga-psa/workflows/runtime)"),
    ]


def test_document_links_without_tooltips(plain: Reader) -> None:
    links = plain.ask("documentLink")
    assert len(links) == 4
    assert not any("tooltip" in link for link in links)


def test_completion_of_specifiers(rich: Reader) -> None:
    rich.show("const emoji = '😀'; import { start } from '@alga-psa/workflows/r")
    found = rich.ask("completion", "workflows/r$0")
    assert found["isIncomplete"] is False
    assert [(item["label"], item["kind"], item["detail"]) for item in found["items"]] == [
        ("@alga-psa/workflows/runtime", 9, RUNTIME),
        ("@alga-psa/workflows/runtime/client", 17, "ee/packages/workflows/src/runtime/client.ts"),
    ]
    for item in found["items"]:
        assert rich.covered(item["textEdit"]["range"]) == "@alga-psa/workflows/r"
        assert item["textEdit"]["newText"] == item["label"]
    assert [item["sortText"] for item in found["items"]] == sorted(item["sortText"] for item in found["items"])


def test_completion_offers_what_replaces_a_legacy_specifier(plain: Reader) -> None:
    plain.show("import { start } from '@shared/workflow/str';")
    (item,) = plain.ask("completion", "workflow/str$0")["items"]
    assert item["label"] == "@alga-psa/workflows/streams"
    assert item["filterText"] == "@shared/workflow/streams"
    assert plain.covered(item["textEdit"]["range"]) == "@shared/workflow/str"


def test_completion_of_names(rich: Reader) -> None:
    rich.show("import { start, Ru } from '@alga-psa/workflows/runtime';")
    items = rich.ask("completion", "start, Ru$0")["items"]
    assert [(item["label"], item["kind"], item["textEdit"]["newText"]) for item in items] == [
        ("Run", 8, "type Run"),
        ("Runner", 7, "Runner"),
    ]
    assert {rich.covered(item["textEdit"]["range"]) for item in items} == {"Ru"}


def test_completion_is_nothing_elsewhere(rich: Reader) -> None:
    for marked in ("const em$0oji", "'😀$0'", "imp$0ort { nothing"):
        assert rich.ask("completion", marked) is None, marked


def test_code_lens(rich: Reader) -> None:
    (lens,) = rich.ask("codeLens")
    assert lens["range"]["start"]["line"] == 0
    assert lens["command"] == {
        "title": "2 workflow imports to move, 1 can be fixed — Fix all",
        "command": "workflow-ls.fixFile",
        "arguments": [rich.uri],
    }


def test_code_lens_where_nothing_can_be_fixed(plain: Reader) -> None:
    plain.show("\n\nimport { nothing } from '@shared/workflow/runtime/client';")
    (lens,) = plain.ask("codeLens")
    assert lens["range"]["start"]["line"] == 2
    assert lens["command"]["title"] == "1 workflow import to move, none can be fixed yet"


def test_code_lens_is_nothing_where_nothing_is_to_move(rich: Reader) -> None:
    rich.show("import { client } from '@alga-psa/workflows/runtime/client';")
    assert rich.ask("codeLens") == []


def test_code_lens_can_be_turned_off(client: RawClient, root: Path) -> None:
    assert Reader(client, root, RICH, codeLens=False).ask("codeLens") == []


def test_documents_that_are_none_of_ours(rich: Reader) -> None:
    for document in ("untitled:a", "file:///nowhere/a.ts", "file:///nowhere/readme.md"):
        place = {"textDocument": {"uri": document}, "position": {"line": 0, "character": 0}}
        for method in ("hover", "definition", "documentLink", "completion", "codeLens"):
            answer = rich.client.request(f"textDocument/{method}", place)
            assert not answer["result"], (document, method)
