"""The formats of `workflow-ls status`: each renders a status report, with or without colours, as one text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from workflow_ls.printable import capitalized, counted, listed, visible, visible_path
from workflow_ls.reporters.json_ import dumps
from workflow_ls.reporters.markdown import code, plain, prose

if TYPE_CHECKING:
    from workflow_ls.status import CountedCause, CriterionResult, Progress, State, StatusReport

StatusReporter = Callable[["StatusReport", bool], str]

WIDTH = 100

_KINDS = {
    "requirement": "Functional requirements",
    "acceptance": "Acceptance criteria",
    "condition": "Criteria of the move",
}
_MARKS: dict[State, str] = {"met": "✓", "open": "✗", "undecidable": "?"}
_STYLES: dict[State, str] = {"met": "32", "open": "1;31", "undecidable": "1;33"}
_BOLD, _DIM = "1", "2"
_SIGNS = {"met": "✅", "open": "❌", "undecidable": "❔"}
_CAUSES = 10
_UNFOLDED_ROWS = 12  # longer tables are folded in a comment


def render_text(report: StatusReport, color: bool) -> str:
    """For people: the criteria, the progress by surface and by package, what blocks most, and a summary at the end.

    No line is longer than WIDTH, unless a name is; long paths are cut at the beginning.
    """
    by_kind = {kind: [c for c in report.requirements if c.kind == kind] for kind in _KINDS}
    paragraphs = ["\n".join(_section(_KINDS[kind], criteria, color)) for kind, criteria in by_kind.items() if criteria]
    if report.missing:
        paragraphs = ["\n".join(wrap(visible(report.missing), WIDTH, break_on_hyphens=False, break_long_words=False))]
    for heading, entries in (("By surface", report.surfaces), ("By package", report.packages)):
        if entries:
            paragraphs.append("\n".join(_table(heading, entries, color)))
    if report.causes:
        paragraphs.append("\n".join(_causes(report.causes, color)))
    paragraphs.append("\n".join(_summary(report)))
    return "\n\n".join(paragraphs) + "\n"


def render_json(report: StatusReport, color: bool) -> str:  # noqa: ARG001 - all formats are called alike
    """One object, of version 1, with these keys.

    - `requirements`: a list, in the order of the document, of `code` ("FR1"), `kind` ("requirement", "acceptance", or
      "condition" where the built-in rows are not in force), `text`, `state` ("met", "open", "undecidable"), `count` and
      `files` (how many places, in how many files, contradict it), `places` (the first of them, each a `path` from the
      root and a `line` from 1), `configurations` (the paths of all files with such places that are no sources, or
      configure builds or linters), and `how` (what decides it, or why it can't be decided);
    - `surfaces` and `packages`: lists, most left first, of `name`, `left` (legacy references), `done` (canonical
      ones), and `percent` (of references done, rounded down; null where there are none);
    - `causes`: what blocks the findings, the most first: `reason`, `remedy` ("" if there is none), `count` (how many
      findings have this cause), and `places` (the first of them, as above);
    - `missing`: why the workspace shows nothing about the move, and what to do, "" where it does;
    - `skipped`: the paths of the files and directories that could not be looked at; while there are any, no criterion
      is "met" and no `percent` that they concern is 100;
    - `unread`: the paths of files that name the legacy tree and are of a kind that is not read, likewise for the
      criteria about references and configurations;
    - `computed`: the configurations whose aliases are not all known, where that may concern the move: `path`, `line`
      (from 1), and `reason` (what is not known, and why);
    - `summary`: how many criteria are `met`, `open` and `undecidable`; `left`, `done` and `percent` of all references;
      `legacy_files`, the number of source files that are still in the legacy tree; `skipped` and
      `unread`, how many paths.

    Later versions may add keys, and remove none.
    """
    return dumps({"version": 1, **to_data(report)})


def to_data(report: StatusReport) -> dict[str, object]:
    """The status as JSON data, without the version."""
    total = _progress(report.total)
    del total["name"]
    return {
        "requirements": [
            {
                "code": criterion.code,
                "kind": criterion.kind,
                "text": criterion.text,
                "state": criterion.state,
                "count": criterion.count,
                "files": criterion.files,
                "places": [{"path": place.path, "line": place.line} for place in criterion.places],
                "configurations": [*criterion.configurations],
                "how": criterion.how,
            }
            for criterion in report.requirements
        ],
        "surfaces": [_progress(entry) for entry in report.surfaces],
        "packages": [_progress(entry) for entry in report.packages],
        "causes": [
            {
                "reason": cause.reason,
                "remedy": cause.remedy,
                "count": cause.count,
                "places": [{"path": place.path, "line": place.line} for place in cause.places],
            }
            for cause in report.causes
        ],
        "missing": report.missing,
        "skipped": [*report.skipped],
        "unread": [*report.unread],
        "computed": [
            {"path": each.place.path, "line": each.place.line, "reason": each.reason} for each in report.computed
        ],
        "summary": {
            "met": report.count("met"),
            "open": report.count("open"),
            "undecidable": report.count("undecidable"),
            **total,
            "legacy_files": report.legacy_files,
            "skipped": len(report.skipped),
            "unread": len(report.unread),
        },
    }


def render_markdown(report: StatusReport, color: bool) -> str:  # noqa: ARG001 - all formats are called alike
    """For a comment on a pull request: a heading, a summary and the criteria; long tables are folded."""
    met, still_open = report.count("met"), report.count("open")
    blocks = [
        f"## {'Workflow cutover' if report.of_workflows else 'Move'}: {met} of {met + still_open} criteria met",
        *([prose(report.missing)] if report.missing else []),
        " ".join(_counts(report)),
        *([f"Not looked at, so not counted: {listed([*map(code, report.skipped)])}."] if report.skipped else []),
        *(
            [f"Not read, though they name the legacy tree: {listed([*map(code, report.unread)])}."]
            if report.unread
            else []
        ),
        *(
            ["\n".join(f"- {code(str(c.place))}: {prose(c.reason)}" for c in report.computed)]
            if report.computed
            else []
        ),
        "\n".join(
            (
                "| | | Criterion | State |",
                "|---|---|---|---|",
                *(
                    f"| {_SIGNS[c.state]} | {c.code} | {plain(c.text)} | {plain(_state(c))} |"
                    for c in report.requirements
                ),
            )
        ),
    ]
    unmet = [c for c in report.requirements if c.state != "met"]
    if unmet:
        blocks.append(_folded("Open and undecidable criteria", "\n\n".join(map(_details, unmet))))
    if report.causes:
        blocks.append("### What blocks most\n\n" + "\n".join(_markdown_causes(report.causes)))
    for heading, entries in (("By surface", report.surfaces), ("By package", report.packages)):
        if entries:
            table = "\n".join(_markdown_table(entries))
            blocks.append(_folded(heading, table) if len(entries) > _UNFOLDED_ROWS else f"### {heading}\n\n{table}")
    return "\n\n".join(blocks) + "\n"


def _section(heading: str, criteria: Sequence[CriterionResult], color: bool) -> Iterator[str]:
    yield _paint(heading, _BOLD, color)
    width = max((len(criterion.text) for criterion in criteria), default=0)
    for criterion in criteria:
        style = _STYLES[criterion.state]
        mark, state = _paint(_MARKS[criterion.state], style, color), _paint(_state(criterion), style, color)
        yield f"  {mark} {criterion.code:<4}  {criterion.text:<{width}}  {state}"
        if criterion.state != "met":
            indent = " " * 10
            files = f"In {counted(criterion.files, 'file')}. " if criterion.state == "open" and criterion.files else ""
            yield from _lines_of(files + visible(criterion.how), indent, color)
            for place in criterion.places:
                yield indent + _shortened(visible_path(str(place)), WIDTH - len(indent))
            if criterion.count > len(criterion.places):
                yield indent + _paint(f"and {criterion.count - len(criterion.places)} more", _DIM, color)
                others = [visible_path(path) for path in criterion.configurations]
                yield from _lines_of(
                    f"Configurations and other files: {', '.join(others)}" if others else "", indent, color
                )


def _lines_of(text: str, indent: str, color: bool) -> Iterator[str]:
    width = WIDTH - len(indent)
    lines = wrap(text, width, break_on_hyphens=False, break_long_words=False)
    return (indent + _paint(_shortened(line, width), _DIM, color) for line in lines)


def _state(criterion: CriterionResult) -> str:
    return f"open: {criterion.count}" if criterion.state == "open" and criterion.count else criterion.state


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else f"…{text[1 - width :]}"


def _table(heading: str, entries: Sequence[Progress], color: bool) -> Iterator[str]:
    """The rows with references left, and the number of the others."""
    unfinished = [entry for entry in entries if entry.left]
    finished = sum(not entry.left and not entry.unknown for entry in entries)
    names = [visible(entry.name) for entry in unfinished]
    width = max(len(heading), *(2 + len(name) for name in names)) if names else 0
    yield _paint(f"{heading:<{width}}  {'left':>6}  {'done':>6}" if names else heading, _BOLD, color)
    for name, entry in zip(names, unfinished):
        yield f"  {name:<{width - 2}}  {entry.left:>6}  {entry.done:>6}  {entry.percent:>4} %"
    if finished:
        yield "  " + _paint(_finished(finished, bool(unfinished)), _DIM, color)


def _finished(number: int, among_unfinished: bool) -> str:
    subject = counted(number, "other") if among_unfinished else str(number)
    return f"{subject} {'has' if number == 1 else 'have'} no legacy references left"


def _causes(causes: Sequence[CountedCause], color: bool) -> Iterator[str]:
    yield _paint("What blocks most", _BOLD, color)
    for cause in causes[:_CAUSES]:
        for number, line in enumerate(_wrapped(f"{visible(cause.reason)}: {cause.what}", 2)):
            yield line if not number else f"    {line.lstrip()}"
        if cause.remedy:
            yield from (_paint(line, _DIM, color) for line in _wrapped(f"remedy: {visible(cause.remedy)}", 6))
    if causes[_CAUSES:]:
        yield f"  and {counted(len(causes) - _CAUSES, 'more cause')}"


def _wrapped(text: str, indent: int) -> list[str]:
    width = WIDTH - indent - 2
    return [" " * indent + line for line in wrap(text, width, break_on_hyphens=False, break_long_words=False)]


def _markdown_causes(causes: Sequence[CountedCause]) -> Iterator[str]:
    for cause in causes[:_CAUSES]:
        remedy = f" {prose(capitalized(cause.remedy))}." if cause.remedy else ""
        yield f"- {prose(cause.reason)}: {cause.what}.{remedy}"
    if causes[_CAUSES:]:
        yield f"- and {counted(len(causes) - _CAUSES, 'more cause')}"


def _summary(report: StatusReport) -> Iterator[str]:
    met, still_open, undecidable = (report.count(state) for state in _MARKS)
    yield f"{met} of {met + still_open} criteria met; a static check can't decide {undecidable} more."
    yield from _counts(report)
    if report.skipped:
        yield f"Not looked at, so not counted: {listed([*map(visible_path, report.skipped)])}."
    for each in report.computed:
        yield f"{visible_path(str(each.place))}: {visible(each.reason)}."
    if report.unread:
        yield f"Not read, though they name the legacy tree: {listed([*map(visible_path, report.unread)])}."


def _counts(report: StatusReport) -> Iterator[str]:
    total = report.total
    modules = "workflow modules" if report.of_workflows else "legacy modules and their targets"
    done = "canonical" if report.of_workflows else "moved"
    if total.percent is None:
        yield f"References to {modules}: none."
    else:
        yield f"References to {modules}: {total.done} of {total.left + total.done} {done} ({total.percent} %)."
    if not report.missing:
        yield f"Source files left in the legacy tree: {report.legacy_files}."


def _progress(entry: Progress) -> dict[str, object]:
    return {"name": entry.name, "left": entry.left, "done": entry.done, "percent": entry.percent}


def _details(criterion: CriterionResult) -> str:
    files = f" in {counted(criterion.files, 'file')}" if criterion.state == "open" and criterion.files else ""
    state = _state(criterion) + files
    lines = [f"**{criterion.code}** {plain(criterion.text)} ({state}). {prose(criterion.how)}"]
    if criterion.places:
        lines += ["", *(f"- {code(str(place))}" for place in criterion.places)]
        if criterion.count > len(criterion.places):
            lines.append(f"- and {criterion.count - len(criterion.places)} more")
    return "\n".join(lines)


def _markdown_table(entries: Sequence[Progress]) -> Iterator[str]:
    yield "| | Left | Done | |"
    yield "|---|---:|---:|---:|"
    for entry in entries:
        yield f"| {_code(entry.name)} | {entry.left} | {entry.done} | {entry.percent} % |"


def _folded(summary: str, body: str) -> str:
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def _code(text: str) -> str:
    """A code span in a table's cell, which a `|` would end."""
    return code(text).replace("|", "\\|")


def _paint(text: str, style: str, color: bool) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if color and text else text
