"""A long editing session ends where a fresh server starts: with the same texts, and the same findings."""

from __future__ import annotations

import random
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence

import pytest
from lsprotocol import types

from tests.e2e.editor import Editor
from tests.strategies import many
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import CONFIG_FILE, load_config
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.mapping.checking.table_check import check_table
from workflow_ls.project.workspace import Workspace
from workflow_ls.rules import CODES
from workflow_ls.server.session.session import Session
from workflow_ls.text import LineIndex
from workflow_ls.vfs.disk import DiskFiles

Findings = Mapping[str, Sequence[types.Diagnostic]]
FULL = types.WorkspaceFullDocumentDiagnosticReport

EDITS = many(1_200)
FILES = (
    "packages/billing/src/invoice-events.ts",
    "packages/billing/src/invoice-events.test.ts",
    "packages/notifications/src/emoji-before-import.ts",
    "packages/notifications/src/windows-line-ends.ts",
    "packages/notifications/src/byte-order-mark.ts",
    "packages/documents/src/jsdoc-client.js",
    "packages/documents/src/suppressed-line.ts",
    "ee/server/src/designer.tsx",
    "ee/packages/workflows/src/streams/eventNames.ts",
    "ee/packages/workflows/src/actions/approvals.ts",
    "ee/packages/workflows/package.json",
    "server/tsconfig.json",
)
SNIPPETS = (
    "import { EventName } from '@shared/workflow/streams/eventNames';\n",
    "import type { Task } from '@alga-psa/shared/workflow/types';\r\n",
    "export * from '@shared/workflow/persistence';\n",
    "vi.mock('@shared/workflow/streams', () => ({}));\n",
    "const late = await import('@shared/workflow/services');\r",
    "// workflow-ls-ignore-next-line deprecated-import\n",
    "export const EVENT_VERSION = 3;\n",
    "🚀🧾",
    "é\u2028\u0085\f",
    "`${",
    "/* ",
    "*/",
    "'",
    "}\r\n",
    "{ ",
)
_BREAK = re.compile(r"\r\n|\r|\n")


class Typist:
    """Random edits of open documents, the same ones for the same seed."""

    def __init__(self, editor: Editor, seed: int) -> None:
        self.editor = editor
        self.chance = random.Random(seed)
        self.inserted: dict[str, list[str]] = {}

    def edit(self) -> str:
        """One edit of some file, or a few in one message; now and then a file is saved, closed or read anew."""
        editor, path, roll = self.editor, self.chance.choice(FILES), self.chance.random()
        if path not in editor.texts:
            editor.open(path)
        elif roll < 0.03:
            editor.save(path)
            editor.close(path)
        elif roll < 0.06:
            editor.replace_all(path, editor.text_on_disk(path))
        else:
            editor.replace(path, lambda text: self.change(path, text), 1 if roll < 0.7 else self.chance.randint(2, 5))
        return path

    def change(self, path: str, text: str) -> tuple[int, int, str]:
        """What to replace in a text: from, to, and by what."""
        inserted, roll = self.inserted.setdefault(path, []), self.chance.random()
        # Most of what is inserted goes again, lest the text ends as a heap of rubbish.
        if inserted and roll < 0.45:
            old = inserted.pop(self.chance.randrange(len(inserted)))
            at = text.find(old)
            start, end, new = (at, at + len(old), "") if at >= 0 else (0, 0, "")
        elif roll < 0.55:
            start = self.chance.randrange(len(text) + 1)
            end, new = min(len(text), start + self.chance.randint(1, 30)), ""
        else:
            start = self.chance.choice([0, *(match.end() for match in _BREAK.finditer(text))])
            start = start if roll < 0.9 else self.chance.randrange(len(text) + 1)
            end, new = start, self.chance.choice(SNIPPETS)
            inserted.append(new)
        return outside_break(text, start), outside_break(text, end), new


def outside_break(text: str, offset: int) -> int:
    """The offset, or the one before it if it lies inside a line break, where no position leads to."""
    return offset - (text[max(0, offset - 1) : offset + 1] == "\r\n")


@pytest.mark.slow
async def test_many_edits(editor: Editor, fresh: Callable[[], Awaitable[Editor]]) -> None:
    typist = Typist(editor, seed=2026)
    for number in range(EDITS):
        path = typist.edit()
        if number % 10 == 0:
            # An answer shows that the server keeps up, whatever the text looks like.
            place = types.Position(0, 0)
            params = types.CodeActionParams(
                editor.identifier(path), types.Range(place, place), types.CodeActionContext([])
            )
            await editor.client.text_document_code_action_async(params)
            await editor.diagnostics(path)
    for path in list(editor.texts):
        editor.save(path)
    assert len(editor.sent) >= EDITS
    assert served_texts(editor) == editor.texts
    assert {path: editor.text_on_disk(path) for path in editor.texts} == editor.texts

    other = await fresh()
    for path in editor.texts:
        other.open(path)
    assert other.texts == editor.texts
    await same(editor, other)


def served_texts(editor: Editor) -> dict[str, str]:
    """The server's copy of the documents, after the messages that were sent: text by path."""
    session = Session()
    session.encoding = "utf-8" if editor.units == "utf-8" else "utf-16"
    for params in editor.sent:
        match params:
            case types.DidOpenTextDocumentParams():
                session.open(params.text_document)
            case types.DidChangeTextDocumentParams():
                session.change(params.text_document.uri, params.text_document.version, params.content_changes)
            case types.DidCloseTextDocumentParams():
                session.close_document(params.text_document.uri)
    session.close()
    return {editor.path(uri): document.source.raw.decode() for uri, document in session.documents.items()}


async def same(one: Editor, other: Editor) -> None:
    """Both show the same findings, of open and of closed files, and those are what the command line tells."""
    expected = told_by_the_command_line(one)
    if one.pulls:
        found = await pulled(one)
        assert found == await pulled(other)
    else:
        await one.published(lambda _: by_path(one, shown(one)) == expected)
        await other.published(lambda _: by_path(other, shown(other)) == expected)
        found = shown(one)
        assert found == shown(other)
    assert by_path(one, found) == expected


def shown(editor: Editor) -> Findings:
    """What was published, by path."""
    return {editor.path(uri): items for uri, items in editor.client.diagnostics.items() if items}


def by_path(editor: Editor, findings: Findings) -> dict[str, list[str]]:
    return {path: sorted(editor.rows(path, items)) for path, items in findings.items()}


async def pulled(editor: Editor) -> Findings:
    """The findings of all files, by path; those of open documents asked for one by one."""
    report = await editor.workspace_report()
    found = {path: item.items for path, item in report.items() if isinstance(item, FULL)}
    assert {path: await editor.diagnostics(path) for path in editor.texts} == {
        path: found.get(path, ()) for path in editor.texts
    }
    return found


def told_by_the_command_line(editor: Editor) -> dict[str, list[str]]:
    """What the command line tells of the files on disk: rows as `Editor.rows` has them."""
    config = load_config((editor.root / CONFIG_FILE).read_bytes(), base=builtin_table(), rules=CODES)
    workspace = Workspace(DiskFiles(editor.root), config.table, config.settings)
    analysis = Analysis(workspace)
    report, rows = analysis.check(), dict[str, list[str]]()
    text = (editor.root / CONFIG_FILE).read_bytes()
    for span in (row.span for row in check_table(analysis).findings if row.span is not None):
        line = LineIndex(text).position(span.start, "utf-8").line + 1
        rows.setdefault(CONFIG_FILE, []).append(f"{line} mapping {text[span.start : span.end].decode()}")
    for finding in report.diagnostics:
        text = (editor.root / finding.path).read_bytes()
        line = LineIndex(text).position(finding.span.start, "utf-8").line + 1
        found = text[finding.span.start : finding.span.end].decode()
        rows.setdefault(finding.path, []).append(f"{line} {finding.rule} {found}")
    for notice in report.notices:
        line, text = notice.line or 1, (editor.root / notice.path).read_bytes()
        index = LineIndex(text)
        start, end = notice.span or index.line_span(min(line, index.line_count) - 1)
        found = text[start:end].decode()
        rows.setdefault(notice.path, []).append(f"{line} None {found}")
    return {path: sorted(found) for path, found in rows.items()}
