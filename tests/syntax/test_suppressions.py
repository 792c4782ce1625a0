from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_ls.syntax.model import Suppression
from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.suppressions import find_suppressions


def shown(suppression: Suppression, text: str) -> str:
    """The lines, from 1, of the comment and of what it silences, the rules and the reason."""
    line = text.encode()[: suppression.span.start].count(b"\n") + 1
    silenced = "file" if suppression.line is None else suppression.line + 1
    return f"{line} -> {silenced}: {', '.join(suppression.rules) or '-'}: {suppression.reason}".strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "f()",
        "const a = 'workflow-ls-ignore a: b'",
        "const a = '// workflow-ls-ignore a: b'",
        "const a = `\n// workflow-ls-ignore a: b\n`",
        "// See workflow-ls-ignore a: b",
        "// workflow-ls-ignored a: b",
        "// workflow-ls-ignore-line a: b",
        "// workflow-ls-ignore_file a: b",
        "/** workflow-ls-ignore a: b */",
        "//// workflow-ls-ignore a: b",
        "// Workflow-LS-ignore a: b",
        "/* a\n * workflow-ls-ignore a: b */",
        "<a>// workflow-ls-ignore a: b</a>",
        "/\\/\\/ workflow-ls-ignore a: b/",
    ],
)
def test_look_alikes_are_no_suppressions(text: str) -> None:
    assert find_suppressions(parse(text.encode(), "a.tsx")) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("// workflow-ls-ignore a-b: why\nf()", ["1 -> 2: a-b: why"]),
        ("//workflow-ls-ignore a-b:why\nf()", ["1 -> 2: a-b: why"]),
        ("// workflow-ls-ignore a-b\nf()", ["1 -> 2: a-b:"]),
        ("// workflow-ls-ignore a-b:\nf()", ["1 -> 2: a-b:"]),
        ("// workflow-ls-ignore a, b-c ,d : why: é\nf()", ["1 -> 2: a, b-c, d: why: é"]),
        ("// workflow-ls-ignore a: see `b` // c\nf()", ["1 -> 2: a: see `b` // c"]),
        ("/* workflow-ls-ignore a: why */\nf()", ["1 -> 2: a: why"]),
        ("/* workflow-ls-ignore a: why,\n   and how */\nf()", ["1 -> 3: a: why, and how"]),
        ("// workflow-ls-ignore-file a: why\nf()", ["1 -> file: a: why"]),
        ("f()\n/* workflow-ls-ignore-file a, b */", ["2 -> file: a, b:"]),
        # Without a rule.
        ("// workflow-ls-ignore\nf()", ["1 -> 2: -:"]),
        ("// workflow-ls-ignore: why\nf()", ["1 -> 2: -: why"]),
        ("// workflow-ls-ignore a b: why\nf()", ["1 -> 2: -: why"]),
        ("// workflow-ls-ignore a, : why\nf()", ["1 -> 2: -: why"]),
        ("// workflow-ls-ignore-file\nf()", ["1 -> file: -:"]),
        # The line it silences.
        ("// workflow-ls-ignore a: b\n\n\nf()", ["1 -> 4: a: b"]),
        ("// workflow-ls-ignore a: b\n// c\n/* d\n e */\nf()", ["1 -> 5: a: b"]),
        ("// workflow-ls-ignore a: b\n// workflow-ls-ignore c: d\nf()", ["1 -> 3: a: b", "2 -> 3: c: d"]),
        ("// workflow-ls-ignore a: b\n/* c */ f()", ["1 -> 2: a: b"]),
        ("f() // workflow-ls-ignore a: b\ng()", ["1 -> 2: a: b"]),
        ("/* workflow-ls-ignore a: b */ f()\ng()", ["1 -> 2: a: b"]),
        ("f(/* workflow-ls-ignore a: b */ 'c',\n  'd')", ["1 -> 2: a: b"]),
        ("import {\n  // workflow-ls-ignore a: b\n  c,\n} from 'd'", ["2 -> 3: a: b"]),
        ("// workflow-ls-ignore a: b\r\n\r\nf()\r\n", ["1 -> 3: a: b"]),
        ("\ufeff// workflow-ls-ignore a: b\nf()", ["1 -> 2: a: b"]),
        ("f()\n// workflow-ls-ignore a: b", ["2 -> 3: a: b"]),
        ("// workflow-ls-ignore a: b\n// c\n", ["1 -> 2: a: b"]),
        ("<a>\n  {/* workflow-ls-ignore a: b */}\n  <c/>\n</a>", ["2 -> 3: a: b"]),
        ("<a>\n  {\n    // workflow-ls-ignore a: b\n  }\n  {c}\n</a>", ["3 -> 5: a: b"]),
        ("<a>\n  {/* workflow-ls-ignore a: b */}\n  {/* c */}\n  {d}\n</a>", ["2 -> 4: a: b"]),
        ("<a\n  // workflow-ls-ignore a: b\n  c={d}\n/>", ["2 -> 3: a: b"]),
        ("`${/* workflow-ls-ignore a: b */ c}\n${d}`", ["1 -> 2: a: b"]),
        (
            "export // workflow-ls-ignore a: b\n{ c } // workflow-ls-ignore d: e\nfrom 'f'",
            ["1 -> 2: a: b", "2 -> 3: d: e"],
        ),
        # Broken code.
        ("function f( {\n// workflow-ls-ignore a: b\ng(", ["2 -> 3: a: b"]),
        ("/* workflow-ls-ignore a: b", []),
    ],
)
def test_suppressions(text: str, expected: list[str]) -> None:
    found = find_suppressions(parse(text.encode(), "a.tsx"))
    assert [shown(suppression, text) for suppression in found] == expected


def test_the_span_is_the_comment() -> None:
    text = b"f(); /* workflow-ls-ignore a: b */ g() // workflow-ls-ignore-file c\n"
    spans = [text[slice(*suppression.span)] for suppression in find_suppressions(parse(text, "a.ts"))]
    assert spans == [b"/* workflow-ls-ignore a: b */", b"// workflow-ls-ignore-file c"]


PIECES = [
    "//",
    "/*",
    "*/",
    "workflow-ls-ignore",
    "-file",
    " ",
    "a",
    ",",
    ":",
    "\n",
    "\r",
    "`",
    "'",
    "{",
    "}",
    "<a>",
    "é",
]


@given(text=st.lists(st.sampled_from(PIECES)).map("".join) | st.text())
def test_any_text_is_read(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    for suppression in find_suppressions(parse(data, "a.tsx")):
        assert b"workflow-ls-ignore" in data[slice(*suppression.span)]
        assert all(suppression.rules)
