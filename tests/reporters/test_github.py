from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import pytest

from tests.reporters.build import BLOCKED, MOVED, PROXY, Sample, everyday
from workflow_ls.diagnostics import Blocked, Severity
from workflow_ls.reporters import REPORTERS

GITHUB, TEXT = REPORTERS["github"], REPORTERS["text"]

# The commands that a runner knows.
COMMANDS = {"error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "stop-commands", "set-env", "echo"}


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    data: str


def commands(output: str) -> list[Command]:
    """The commands that GitHub's runner takes from an output (actions/runner, ActionCommand: both syntaxes)."""
    found = []
    for line in output.replace("\r", "\n").split("\n"):
        command = _double_colon(line.lstrip()) or _number_signs(line)
        if command is not None and command.name in COMMANDS:
            found.append(command)
    return found


def _double_colon(line: str) -> Command | None:
    head, separator, data = line[2:].partition("::")
    if not line.startswith("::") or not separator:
        return None
    name, _, listed = head.partition(" ")
    pairs = (pair.split("=", 1) for pair in listed.split(",") if "=" in pair)
    properties = {key: _unescape(value, "\r\n:,%") for key, value in pairs}
    return Command(name, properties, _unescape(data, "\r\n%"))


def _number_signs(line: str) -> Command | None:
    _, start, rest = line.partition("##[")
    head, end, data = rest.partition("]")
    return Command(head.split(" ")[0], {}, data) if start and end else None


def _unescape(value: str, characters: str) -> str:
    for character in characters:
        value = value.replace(f"%{ord(character):02X}", character)
    return value


def test_nothing_found() -> None:
    assert Sample().render(GITHUB) == Sample().render(TEXT)


def test_a_report_is_annotations_and_the_text() -> None:
    sample = everyday()
    output = sample.render(GITHUB)
    assert output == (
        "::notice file=ee/packages/workflows/src/runtime/index.ts,line=1,endLine=1,col=1,endColumn=42,"
        "title=legacy-proxy::it only re-exports the legacy tree\n"
        "::warning file=packages/jobs/src/run.ts,line=1,endLine=1,col=24,endColumn=48,"
        "title=deprecated-import::'@shared/workflow/runtime' is deprecated%0A→ '@alga-psa/workflows/runtime'\n"
        "::warning file=packages/jobs/src/run.ts,line=2,endLine=2,col=23,endColumn=47,"
        "title=deprecated-import::'@shared/workflow/runtime' is deprecated"
        "%0Ablocked: `start` is not exported by ee/packages/workflows/src/runtime/index.ts; export it there\n"
        "::warning file=server/a.ts,line=3,endLine=3,col=12,endColumn=36,"
        "title=deprecated-import::'@shared/workflow/runtime' is deprecated%0A→ '@alga-psa/workflows/runtime'"
        "%0Aunverified: the package `@alga-psa/workflows` is not in this workspace\n"
        "::notice file=server/latin1.ts::skipped: it is not UTF-8\n"
    ) + sample.render(TEXT)
    assert len(commands(output)) == 5


@pytest.mark.parametrize(
    ("severity", "name"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFORMATION, "notice")],
)
def test_severities(severity: Severity, name: str) -> None:
    (command,) = commands(Sample().file("a.ts", "$0x$0", replace(PROXY, severity=severity)).render(GITHUB))
    assert command == Command(
        name,
        {"file": "a.ts", "line": "1", "endLine": "1", "col": "1", "endColumn": "2", "title": "legacy-proxy"},
        "it only re-exports the legacy tree",
    )


def test_a_range_over_several_lines_has_no_columns() -> None:
    (command,) = commands(Sample().file("a.ts", "a\n$0b\nc$0", PROXY).render(GITHUB))
    assert command.properties == {"file": "a.ts", "line": "2", "endLine": "3", "title": "legacy-proxy"}


@pytest.mark.parametrize(
    ("line", "fatal", "expected"),
    [
        (None, False, Command("notice", {"file": "b.json"}, "odd")),
        (7, True, Command("error", {"file": "b.json", "line": "7"}, "odd")),
    ],
)
def test_notices(line: int | None, fatal: bool, expected: Command) -> None:
    assert commands(Sample().notice("b.json", "odd", line, fatal).render(GITHUB)) == [expected]


HOSTILE = (
    "::error::x",
    " \t::error::x",
    "\u00a0::add-mask::x",
    "a\n::error::x",
    "a\r::stop-commands::x",
    "a\u2028::error::x",
    "##[error]x",
    "###[group]x",
    "#\n##[debug]x",
    "a,b:c=d%0A::error::%3A%25",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_path_message_or_source_is_a_command(text: str) -> None:
    finding = replace(BLOCKED, message=text, specifier=text, cause=Blocked(text))
    sample = Sample().file(text, f"{text}$0{text}$0{text}", finding, *[]).notice(text, text)
    sample.file("moved.ts", f"$0{text}$0", replace(MOVED, replacements=(text,)))
    first, second, notice = commands(sample.render(GITHUB))
    assert (first.name, second.name, notice.name) == ("warning", "warning", "notice")
    assert commands(sample.render(TEXT)) == []
    assert commands(sample.render(TEXT, statistics=True)) == []
    assert set(first.properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
    # What the runner can be told is told as it is.
    if text.replace("\n", "").replace("\r", "").isprintable() and "##" not in text:
        assert first.properties["file"] == text
        assert first.data == f"{text}\nblocked: {text}"
