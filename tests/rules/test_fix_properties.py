"""Fixing files made of arbitrary pieces: edits are disjoint, the rest stays, and a second fix changes nothing."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checks import MONOREPO
from tests.fixture import project
from tests.strategies import examples
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.joined_fixes import FixOptions, applies
from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.references.reference_finder import find_references
from workflow_ls.text import Edit, apply_edits, sort_edits
from workflow_ls.vfs.files import MemoryFiles

BASE = project(MONOREPO).files
PATHS = (
    "packages/a/src/a.ts",
    "packages/a/src/a.tsx",
    "shared/workflow/workers/w.ts",
    "shared/x.ts",
    "services/s/a.mts",
)

SPECIFIERS = st.sampled_from(
    [
        "@shared/workflow/runtime",
        "@alga-psa/shared/workflow/runtime/index.js",
        "@shared/workflow/runtime/client",
        "@shared/workflow/runtime/types",
        "@shared/workflow/streams/builders",
        "@shared/workflow/secrets",
        "@shared/workflow/gone",
        "@shared/workflows",
        "@alga-psa/workflows/runtime",
        "../../../shared/workflow/runtime/client",
        "./local",
        "zod",
    ]
)
SHAPES = st.sampled_from(
    [
        "import {{ start }} from Q{0}Q;",
        "import {{\n  start, // first\n  type Run as R,\n}} from Q{0}Q",
        "import type {{ Run }} from Q{0}Q;",
        "import * as all from Q{0}Q;",
        "import Q{0}Q;",
        "export * from Q{0}Q;",
        "export {{ buildA as b, buildB }} from Q{0}Q;",
        "const lazy = () => import(Q{0}Q);",
        "type T = import(Q{0}Q).Run;",
        "vi.mock(Q{0}Q, () => ({{ client: 1 }}));",
        "const actual = await vi.importActual<typeof import(Q{0}Q)>(Q{0}Q);",
        "const {{ client }} = require(Q{0}Q);",
        "// import {{ x }} from Q{0}Q;",
        "const text = Q{0}Q;",
    ]
)
STATEMENTS = st.builds(
    lambda shape, specifier, quote: shape.format(specifier).replace("Q", quote),
    SHAPES,
    SPECIFIERS,
    st.sampled_from("'\""),
)
NOISE = st.sampled_from(["", "/* 😀 */ ", "\ufeff", "const é = `${1}`; ", "\u2028", "class {", "<div>", "\x0c"])
LINES = st.lists(st.builds(str.__add__, NOISE, STATEMENTS), min_size=1, max_size=6)


@settings(max_examples=examples(200))
@given(lines=LINES, path=st.sampled_from(PATHS), line_break=st.sampled_from(["\n", "\r\n", "\r"]))
def test_fixing_anything(lines: list[str], path: str, line_break: str) -> None:
    text = "\n".join(lines).replace("\n", line_break).encode()
    analysis = analyse(path, text)
    fixable = [finding for finding in analysis.check_file(path) if applies(finding, FixOptions())]
    changes = analysis.fix_file(path, FixOptions())
    # In broken code, an edit may show a string that recovery hid, and is taken back for that.
    broken = parse(text, path).tree.root_node.has_error
    if not changes:
        assert fixable == [] or broken
        return
    [change] = changes
    edits = sort_edits({edit for finding in change.resolved if finding.fix for edit in finding.fix.files[0].edits})
    assert change.after == apply_edits(text, edits)
    assert len(change.resolved) == len(fixable) or broken
    kept = kept_pieces(text, [(edit.span.start, edit.span.end) for edit in edits])
    assert kept == kept_pieces(change.after, moved(edits))
    assert analyse(path, change.after).fix_file(path, FixOptions()) == () or broken
    if broken:
        return  # what can be seen of broken code depends on all of it
    before, after = specifiers(path, text), specifiers(path, change.after)
    settled = [str(finding.specifier) for finding in change.resolved]
    replaced = [name for finding in change.resolved for name in str(finding.replacement).split(", ")]
    # What was there, less what was settled, plus what that became: each as often as before.
    assert Counter(after) == Counter(before) - Counter(settled) + Counter(replaced)


@settings(max_examples=examples(100))
@given(lines=LINES, path=st.sampled_from(PATHS))
def test_every_rule_together_settles_in_one_run(lines: list[str], path: str) -> None:
    workspace = Workspace(MemoryFiles({**BASE, path: "\n".join(lines)}), builtin_table(), Settings())
    fixed = {change.path: change.after for change in Analysis(workspace).fix(("",), FixOptions())}
    again = Workspace(MemoryFiles({**BASE, path: "\n".join(lines), **fixed}), builtin_table(), Settings())
    assert Analysis(again).fix(("",), FixOptions()) == ()


def analyse(path: str, text: bytes) -> Analysis:
    rules = {"deprecated-import", "deprecated-relative-import", "unused-suppression"}
    return Analysis(Workspace(MemoryFiles({**BASE, path: text}), builtin_table(), Settings()), rules)


def kept_pieces(text: bytes, spans: list[tuple[int, int]]) -> list[bytes]:
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    return [text[end:start] for end, start in zip(ends, starts)]


def moved(edits: tuple[Edit, ...]) -> list[tuple[int, int]]:
    shift, spans = 0, []
    for edit in edits:
        start, end = edit.span
        size = len(edit.new.encode())
        spans.append((start + shift, start + shift + size))
        shift += size - (end - start)
    return spans


def specifiers(path: str, text: bytes) -> list[str]:
    return [reference.specifier for reference in find_references(parse(text, path))]
