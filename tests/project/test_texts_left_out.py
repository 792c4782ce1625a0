"""Of closed files, no texts are kept; and facts are never about another text than their own."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.diagnostics import FileEdit
from workflow_ls.project.parsed_sources import ParsedSources
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import MemoryFiles

LINES = "// A line of a file that is long.\n" * 40
BLOCKED = f"import {{ a }} from '@shared/workflow/nowhere';\n{LINES}"
MOVED = f"import {{ a }} from '@shared/workflow/runtime';\n{LINES}"
FILES = {
    "ee/packages/workflows/package.json": '{"name": "@alga-psa/workflows", "exports": {"./*": "./src/*.ts"}}\n',
    "ee/packages/workflows/src/runtime.ts": f"export const a = 1;\n{LINES}",
    "shared/workflow/runtime.ts": f"export const a = 1;\n{LINES}",
    "packages/p/package.json": '{"name": "p", "dependencies": {"@alga-psa/workflows": "*"}}\n',
    **{f"packages/p/src/blocked{n}.ts": BLOCKED for n in range(3)},
    "packages/p/src/mocks.test.ts": f"vi.mock('@shared/workflow/runtime', () => ({{ a: 2 }}));\n{MOVED}",
    "packages/p/src/moved.ts": MOVED,
}


def texts_in(value: object) -> Iterator[bytes]:
    """The texts that a value holds, but for those that the edits of a fix are for."""
    if isinstance(value, FileEdit):
        return
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict):
        yield from (text for each in value.items() for text in texts_in(each))
    elif isinstance(value, (tuple, list, frozenset)):
        yield from (text for each in value for text in texts_in(each))
    else:
        names = getattr(type(value), "__match_args__", ())
        yield from (text for name in names for text in texts_in(getattr(value, name)))


def test_no_memo_holds_the_text_of_a_source_file() -> None:
    files = MemoryFiles(FILES)
    analysis = Analysis(Workspace(files, builtin_table(), Settings(), parsed=ParsedSources(1000)))
    assert len(analysis.check().diagnostics) > len(FILES) // 2
    texts = {text.encode() for path, text in FILES.items() if path.endswith(".ts")}
    memos = [memo for memos in analysis.workspace.database.memos.values() for memo in memos.values()]
    assert not [memo for memo in memos if not texts.isdisjoint(texts_in(memo.value))]


def test_facts_are_about_the_text_that_they_come_with() -> None:
    """A file changes and nobody says so -> its facts are those of its text all the same, and later ones, too."""
    path, files = "packages/p/src/moved.ts", MemoryFiles(FILES)
    sources = Workspace(files, builtin_table(), Settings(), parsed=ParsedSources(1000)).sources
    assert sources.facts(path) is not None
    assert sources.facts("packages/p/src/blocked1.ts") is not None  # so that the first is not at hand any more
    changed = f"// before\n\n{MOVED}".encode()
    files.put(path, changed)
    facts = sources.facts(path)
    assert facts is not None
    assert facts.text == changed
    [legacy] = facts.legacy_references
    span = legacy.reference.span
    assert changed[span.start : span.end] == b"@shared/workflow/runtime"
    files.drop(path)
    assert sources.facts(path) is None
