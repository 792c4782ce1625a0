"""A hover quotes what others wrote, and none of it acts: no link, no picture, no HTML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

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


@pytest.mark.parametrize("reason", REASONS)
def test_the_reason_of_a_suppression(tmp_path: Path, reason: str) -> None:
    root = tmp_path / "a b$1(c)"
    text = f"// workflow-ls-ignore deprecated-import: {reason}\nimport {{ client }} from '@shared/workflow/x';\n"
    lay_out(root, {"workflow-ls.json": "{}", "a.ts": text})
    with RawClient(ThreadedServer()) as client:
        formats = {**PUSH["textDocument"], "hover": {"contentFormat": ["markdown"]}}
        client.initialize({**PUSH, "textDocument": formats}, root)
        document = uri(root, "a.ts")
        client.open(document, text)
        place = {"textDocument": {"uri": document}, "position": {"line": 0, "character": 5}}
        found: dict[str, Any] = client.request("textDocument/hover", place)["result"]
    blocks = MarkdownIt("commonmark").parse(found["contents"]["value"])
    tokens = [token for block in blocks for token in block.children or ()]
    assert {block.type for block in blocks} == {"paragraph_open", "inline", "paragraph_close"}
    assert {token.type for token in tokens} <= {"text", "code_inline"}
    shown = "".join(token.content for token in tokens)
    assert shown.translate(_BARE).endswith(reason.translate(_BARE))


_BARE = str.maketrans("", "", "` ")
