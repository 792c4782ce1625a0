from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reporters.build import BLOCKED, MOVED, Sample
from workflow_ls.diagnostics import Blocked, FileEdit, Fix, Related
from workflow_ls.printable import visible, visible_path
from workflow_ls.reporters import REPORTERS
from workflow_ls.text import Edit

ATTACKS = (
    "\x1b[2J\x1b]0;title\x07",
    "\x9b31m",
    "a\rb",
    "a\nb",
    "\u202egnp.exe",
    "\u2028\u2029\x85\x0b\x0c",
    "\x00",
    "\x7f\x08",
    "##vso[task.setvariable variable=x]y",
    "##teamcity[message]",
    "\udce9",
    "\ufeff\ufffe",
    '"]]><![CDATA[',
)


def hostile(text: str) -> Sample:
    """A report in which every text that a workspace can choose is `text`."""
    data = text.encode("utf-8", "surrogatepass")
    finding = replace(MOVED, message=text, specifier=text, replacements=(text,))
    marked = b"'" + data + b"$0" + data + b"$0" + data + b"'"
    sample = Sample().file(text, marked, finding)
    related = (Related(text, None, text), Related(text, sample.findings[0].span, text))
    sample.file(
        f"{text}2", marked, replace(BLOCKED, message=text, specifier=text, cause=Blocked(text), related=related)
    )
    # An edit is text to be written to a file, so it holds no half of a surrogate pair.
    edit = FileEdit(text, (Edit(sample.findings[0].span, text.encode("utf-8", "replace").decode()),), b"")
    sample.findings[0] = replace(sample.findings[0], fix=Fix(text, (edit,)))
    return sample.notice(text, text)


@pytest.mark.parametrize("name", list(REPORTERS))
@pytest.mark.parametrize("text", ATTACKS)
def test_no_output_acts_on_a_terminal_or_a_ci_system(name: str, text: str) -> None:
    for statistics in (False, True):
        output = hostile(text).render(REPORTERS[name], statistics=statistics)
        assert output.replace("\n", "").isprintable()
        assert "##vso[" not in output or name not in ("text", "github")
        assert "##teamcity[" not in output or name not in ("text", "github")
        output.encode()


@pytest.mark.parametrize("text", ATTACKS)
def test_a_coloured_report_holds_no_escape_but_its_own(text: str) -> None:
    colored = hostile(text).render(REPORTERS["text"], color=True)
    for style in ("0", "1", "2", "32", "1;33", "1;31"):
        colored = colored.replace(f"\x1b[{style}m", "")
    assert colored == hostile(text).render(REPORTERS["text"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("plain é 日本 🎉 \\n", "plain é 日本 🎉 \\n"),
        ("a\tb\r\nc", r"a\tb\r\nc"),
        ("\x1b[0m\x9b\x7f", r"\x1b[0m\x9b\x7f"),
        ("a\u00a0b\u200b\u202e\u2028", r"a\xa0b\u200b\u202e\u2028"),
        ("\udce9\ufffe", r"\udce9\ufffe"),
        ("##[error] ##vso[x] ###[y]", r"\x23#[error] \x23#vso[x] #\x23#[y]"),
        ("# ## x[0] #[y]", "# ## x[0] #[y]"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("a/b.ts", "a/b.ts"),
        ("a::b.ts", "a::b.ts"),
        (":a.ts", ":a.ts"),
        ("::error::x", "./::error::x"),
        ("  ::error::x", "./  ::error::x"),
        ("\t::error::x", r"\t::error::x"),
    ],
)
def test_visible_path(path: str, shown: str) -> None:
    assert visible_path(path) == shown


@given(st.text(), st.integers(0, 20), st.integers(0, 20))
def test_any_source_and_range_can_be_reported(source: str, start: int, length: int) -> None:
    sample = Sample().file("a.ts", "$0$0", BLOCKED)
    data = source.encode("utf-8", "surrogatepass")
    finding = sample.findings[0]
    span = finding.span._replace(start=min(start, len(data)), end=min(start + length, len(data)))
    sample.sources["a.ts"], sample.findings = data, [replace(finding, span=span)]
    for name, reporter in REPORTERS.items():
        output = sample.render(reporter)
        assert output.replace("\n", "").isprintable(), name
