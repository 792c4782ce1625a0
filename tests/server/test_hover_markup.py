"""A hover quotes what others wrote, and none of it acts: no link, no picture, no HTML."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.server.places import uri
from tests.server.processes import ThreadedServer
from tests.server.raw import PUSH, RawClient
from tests.vfs.trees import lay_out

REASONS = [
    "see the ticket",
    "``[now](command:workbench.action.quit)``` `x",
    "`a``<img src=x onerror=alert(1)>` ``",
    "![i](https://evil.example/p.png) <b>bold</b> www.evil.example https://evil.example",
    "` `` ``` ` [x][y] <https://evil.example>",
]


def inline_tokens(markdown: str) -> list[Token]:
    return [token for block in MarkdownIt("commonmark").parse(markdown) for token in block.children or ()]


def hover(root: Path, text: str, character: int) -> str:
    """The Markdown of a hover in the first line of a file."""
    with RawClient(ThreadedServer()) as client:
        formats = {**PUSH["textDocument"], "hover": {"contentFormat": ["markdown"]}}
        client.initialize({**PUSH, "textDocument": formats}, root)
        document = uri(root, "a.ts")
        client.open(document, text)
        place = {"textDocument": {"uri": document}, "position": {"line": 0, "character": character}}
        found: str = client.request("textDocument/hover", place)["result"]["contents"]["value"]
        return found


@pytest.mark.parametrize("note", REASONS)
def test_the_note_of_a_row(tmp_path: Path, note: str) -> None:
    row = {"from": "@shared/workflow/x", "to": ["@alga-psa/workflows/x"], "note": note}
    text = "import { client } from '@shared/workflow/x';\n"
    root = lay_out(tmp_path / "w", {"workflow-ls.json": json.dumps({"modules": [row]}), "a.ts": text})
    tokens = inline_tokens(hover(root, text, 30))
    links = {str(token.attrs["href"]) for token in tokens if token.type == "link_open"}
    assert all(link.startswith("file://") for link in links)
    assert {token.type for token in tokens}.isdisjoint({"image", "html_inline"})
    assert note.translate(_BARE) in "".join(token.content for token in tokens).translate(_BARE)


@pytest.mark.parametrize("reason", REASONS)
def test_the_reason_of_a_suppression(tmp_path: Path, reason: str) -> None:
    root = tmp_path / "a b$1(c)"
    text = f"// workflow-ls-ignore deprecated-import: {reason}\nimport {{ client }} from '@shared/workflow/x';\n"
    lay_out(root, {"workflow-ls.json": "{}", "a.ts": text})
    blocks = MarkdownIt("commonmark").parse(hover(root, text, 5))
    tokens = [token for block in blocks for token in block.children or ()]
    assert {block.type for block in blocks} == {"paragraph_open", "inline", "paragraph_close"}
    assert {token.type for token in tokens} <= {"text", "code_inline"}
    shown = "".join(token.content for token in tokens)
    assert shown.translate(_BARE).endswith(reason.translate(_BARE))


_BARE = str.maketrans("", "", "` ")
