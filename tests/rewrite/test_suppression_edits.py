"""The comment that is written is read back as one, stands where it silences, and changes nothing else."""

from __future__ import annotations

import pytest

from workflow_ls.rewrite.text_edits.suppression_edits import suppress_file, suppress_line
from workflow_ls.syntax.parser import parse
from workflow_ls.text import Span, apply_edits

RULE = "deprecated-import"
LINE = "// workflow-ls-ignore deprecated-import: reason"
JSX = "{/* workflow-ls-ignore deprecated-import: reason */}"
FILE = "// workflow-ls-ignore-file deprecated-import: reason"


def suppressed_line(before: str, *, statement: str | None, path: str = "a.tsx") -> str | None:
    """`before` with a comment for the first `'x'` in it; `statement` is how the statement that holds that begins."""
    text = before.encode()
    at = text.index(b"'x'") + 1
    start = None if statement is None else text.index(statement.encode())
    edit = suppress_line(parse(text, path), span=Span(at, at + 1), statement=start, rule=RULE, reason="reason")
    return None if edit is None else apply_edits(text, (edit,)).decode()


@pytest.mark.parametrize(
    ("before", "statement"),
    [
        ("const a = `\n${require('x')}`;\n", None),
        ("const a = <p>\n  one\n  two {require('x')}\n</p>;\n", None),
        ("const a = <p\n  title='\n'x' />;\n", None),
        ("/*\n import('x') */\n", None),
    ],
)
def test_no_place_for_a_comment(before: str, statement: str | None) -> None:
    assert suppressed_line(before, statement=statement) is None


@pytest.mark.parametrize(
    ("before", "statement", "after"),
    [
        ("import a from 'x';\n", "import", f"{LINE}\nimport a from 'x';\n"),
        ("\ufeffimport a from 'x';\n", "import", f"\ufeff{LINE}\nimport a from 'x';\n"),
        ("\ufeffb;\nimport a from 'x';\n", "import", f"\ufeffb;\n{LINE}\nimport a from 'x';\n"),
        ("import a from 'x';\n// @ts-ignore", "import", f"{LINE}\nimport a from 'x';\n// @ts-ignore"),
        # Behind code, a comment of another tool can't be kept next to its line.
        (
            "b; // eslint-disable-next-line c\nimport a from 'x';\n",
            "import",
            f"b; // eslint-disable-next-line c\n{LINE}\nimport a from 'x';\n",
        ),
        ("b;\r\nimport a from 'x';\r\n", "import", f"b;\r\n{LINE}\r\nimport a from 'x';\r\n"),
        ("import a from 'x';", "import", f"{LINE}\nimport a from 'x';"),
        ("import {\n  a,\n} from 'x';\n", "import", f"{LINE}\nimport {{\n  a,\n}} from 'x';\n"),
        ("f(() => {\n\tvi.mock('x');\n});\n", None, f"f(() => {{\n\t{LINE}\n\tvi.mock('x');\n}});\n"),
        ("vi.mock(\n  'x',\n);\n", None, f"vi.mock(\n  {LINE}\n  'x',\n);\n"),
        ("const a = <p>{require('x')}</p>;\n", None, f"{LINE}\nconst a = <p>{{require('x')}}</p>;\n"),
        (
            "const a = (\n  <p>\n    {require('x')}\n  </p>\n);\n",
            None,
            f"const a = (\n  <p>\n    {JSX}\n    {{require('x')}}\n  </p>\n);\n",
        ),
        (
            "const a = <p>\n  one {require('x')}\n</p>;\n",
            None,
            f"const a = <p>\n  {JSX}\n  one {{require('x')}}\n</p>;\n",
        ),
        ("const a = <B\n  c={import('x')}\n/>;\n", None, f"const a = <B\n  {LINE}\n  c={{import('x')}}\n/>;\n"),
        (
            "// eslint-disable-next-line no-restricted-imports\nimport a from 'x';\n",
            "import",
            f"{LINE}\n// eslint-disable-next-line no-restricted-imports\nimport a from 'x';\n",
        ),
        (
            "const c = 1;\n// @ts-ignore\n/* biome-ignore lint: so */\nimport a from 'x';\n",
            "import",
            f"const c = 1;\n{LINE}\n// @ts-ignore\n/* biome-ignore lint: so */\nimport a from 'x';\n",
        ),
        ("// about a\nimport a from 'x';\n", "import", f"// about a\n{LINE}\nimport a from 'x';\n"),
    ],
)
def test_line(before: str, statement: str | None, after: str) -> None:
    assert suppressed_line(before, statement=statement) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a;\n", f"{FILE}\na;\n"),
        ("\ufeffa;\r\n", f"\ufeff{FILE}\r\na;\r\n"),
        ("#!/usr/bin/env node\na;\n", f"#!/usr/bin/env node\n{FILE}\na;\n"),
        ("'use client';\na;\n", f"{FILE}\n'use client';\na;\n"),
        ("/** @jest-environment jsdom */\n\na;\n", f"/** @jest-environment jsdom */\n{FILE}\n\na;\n"),
        ("#!/bin/x\n/*\n * MIT\n */\na;\n", f"#!/bin/x\n/*\n * MIT\n */\n{FILE}\na;\n"),
        ("/* one */ a;\n/* two */\n", f"{FILE}\n/* one */ a;\n/* two */\n"),
    ],
)
def test_file(before: str, after: str) -> None:
    text = before.encode()
    edit = suppress_file(parse(text, "a.ts"), rule=RULE, reason="reason")
    assert edit is not None
    assert apply_edits(text, (edit,)).decode() == after


def test_other_rules_comment_is_no_hindrance() -> None:
    before = "// workflow-ls-ignore legacy-proxy: other\nimport a from 'x';\n"
    after = suppressed_line(before, statement="import")
    assert after == f"{LINE}\n// workflow-ls-ignore legacy-proxy: other\nimport a from 'x';\n"
