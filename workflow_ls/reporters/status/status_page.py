"""`workflow-ls status --format html`: one file with the whole picture, which loads nothing from elsewhere."""

from __future__ import annotations

import hashlib
import json
import posixpath
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from html import escape
from pkgutil import get_data
from typing import TYPE_CHECKING
from urllib.parse import quote

from workflow_ls.causes import FoundCause, causes_of
from workflow_ls.diagnostics import Diagnostic, Notice, Status
from workflow_ls.printable import capitalized, counted, visible
from workflow_ls.records import field, record
from workflow_ls.reporters.excerpt import excerpt
from workflow_ls.reporters.report_context import ReportContext, region

if TYPE_CHECKING:
    from workflow_ls.status import CriterionResult, Progress, StatusReport
    from workflow_ls.status.history import HistoryPoint

_STATES = {"met": "met", "open": "open", "undecidable": "can't be decided by a static check"}
_SHOWN_CAUSES = 15
_LONGEST_OPTION = 70  # characters of a cause in a list


@record(slots=False)
class PageContent:
    """What a page shows: the status, the findings and notices of the check behind it, and the history, oldest first.

    `context` gives the sources.  `base` is the way from the directory of the page to the workspace root ("", "../"),
    for links to files; None for a page without links.
    """

    report: StatusReport
    findings: Sequence[Diagnostic]
    notices: Sequence[Notice]
    context: ReportContext
    history: Sequence[HistoryPoint] = ()
    base: str | None = None
    title: str = "Progress of the move"
    labels: Callable[[str], str] = field(default=lambda path: posixpath.dirname(path) or ".")

    @cached_property
    def causes(self) -> Sequence[FoundCause]:
        """What blocks findings, what blocks most first."""
        return causes_of(finding for finding in self.findings if finding.status is Status.BLOCKED)


def render(content: PageContent) -> str:
    """The page: readable without its script, in print, in the dark, and with the keyboard.

    All texts of the workspace are escaped.  Its policy (Content Security Policy, level 3) lets no other script run than
    its own, and nothing be loaded.
    """
    scripts = [_asset("uPlot.iife.min.js"), _asset("page.js")]
    styles = _asset("uPlot.min.css") + _asset("page.css")
    allowed = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    policy = f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'"
    body = "\n".join((*_head(content), *_history(content), *_causes(content), *_packages(content), *_criteria(content)))
    findings = "\n".join(_findings(content))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(content.title)}</title>
<style>{styles}</style>
</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
<main>
{body}
{findings}
</main>
<script type="application/json" id="history">{_data(content.history)}</script>
<script>{scripts[0]}</script>
<script>{scripts[1]}</script>
</body>
</html>
"""


def _head(content: PageContent) -> Iterator[str]:
    report, total = content.report, content.report.total
    met, still_open = report.count("met"), report.count("open")
    fixable = sum(finding.fix is not None for finding in content.findings)
    percent = "none" if total.percent is None else f"{total.percent} %"
    numbers = (
        (percent, f"{total.done} of {total.left + total.done} references are canonical"),
        (str(total.left), "legacy references left"),
        (str(fixable), "findings that workflow-ls can fix"),
        (str(sum(finding.status is Status.BLOCKED for finding in content.findings)), "blocked findings"),
        (str(report.legacy_files), "source files in the legacy tree"),
        (f"{met} of {met + still_open}", "criteria met"),
    )
    yield f"<h1>{_text(content.title)}</h1>"
    yield f'<p class="soft">Written by workflow-ls {_text(content.context.version)}.</p>'
    yield '<ul class="numbers">'
    yield from (f"<li><b>{_text(number)}</b> {_text(meaning)}</li>" for number, meaning in numbers)
    yield "</ul>"
    if report.missing:
        yield f"<p><strong>{_text(report.missing)}</strong></p>"
    if report.skipped:
        paths = ", ".join(_code(path) for path in report.skipped)
        yield f"<p><strong>Not looked at, so not counted:</strong> {paths}</p>"
    if report.unread:
        paths = ", ".join(_code(path) for path in report.unread)
        yield f"<p><strong>Not read, though they name the legacy tree:</strong> {paths}</p>"
    if report.computed:
        yield "<p><strong>Aliases that are known only when the configuration runs:</strong></p>"
        yield "<ul>"
        for each in report.computed:
            place = _linked(content, each.place.path, _code(str(each.place)))
            yield f"<li>{place}: {_marked(_sentence(each.reason))}</li>"
        yield "</ul>"


def _history(content: PageContent) -> Iterator[str]:
    points = content.history
    if not points:
        return
    first, last = points[0], points[-1]
    yield '<h2 id="burn-down">Burn-down</h2>'
    dates = _text(first.commit.date), _text(last.commit.date)
    yield f"<p>{first.left} legacy references on {dates[0]}, {last.left} on {dates[1]}.</p>"
    label = "Legacy and canonical references over time; the table has the numbers"
    yield f'<div id="chart" role="img" aria-label="{label}"></div>'
    yield "<details><summary>The numbers as a table</summary>"
    rows = (
        f"<tr><td>{_text(point.commit.date)}</td><td>{_code(point.commit.name[:9])}</td>"
        f'<td class="number">{point.left}</td><td class="number">{point.done}</td>'
        f"<td>{_text(point.commit.summary)}</td></tr>"
        for point in points
    )
    heads = ("Date", "Commit", "Legacy", "Canonical", "Message")
    yield from _table(heads, rows, numbers=("Legacy", "Canonical"))
    yield "</details>"


def _causes(content: PageContent) -> Iterator[str]:
    """What blocks most, with how to resolve it."""
    causes = content.causes
    if not causes:
        return
    yield '<h2 id="causes">What blocks most</h2>'
    rows = (
        f'<tr><td class="number" data-shows="{number}">{len(cause.findings)}</td>'
        f"<td>{_marked(_sentence(cause.reason))}</td><td>{_marked(_sentence(cause.remedy))}</td></tr>"
        for number, cause in enumerate(causes[:_SHOWN_CAUSES], 1)
    )
    yield from _table(("Findings", "Cause", "Remedy"), rows, numbers=("Findings",), stacks=True)
    rest = causes[_SHOWN_CAUSES:]
    if rest:
        number = sum(len(cause.findings) for cause in rest)
        yield f'<p class="soft">{counted(len(rest), "other cause")} with {counted(number, "finding")}.</p>'


def _packages(content: PageContent) -> Iterator[str]:
    for name, heading, entries in (
        ("packages", "Packages, by what is left", content.report.packages),
        ("surfaces", "Surfaces, by what is left", content.report.surfaces),
    ):
        if entries:
            yield f'<h2 id="{name}">{heading}</h2>'
            yield from _table(("Name", "Left", "Done", "Progress"), map(_progress, entries), numbers=("Left", "Done"))


def _progress(entry: Progress) -> str:
    meter = f'<meter min="0" max="100" value="{entry.percent}">{entry.percent} %</meter> {entry.percent} %'
    return (
        f'<tr><td>{_code(entry.name)}</td><td class="number">{entry.left}</td><td class="number">{entry.done}</td>'
        f"<td>{meter}</td></tr>"
    )


def _criteria(content: PageContent) -> Iterator[str]:
    if content.report.requirements:
        yield '<h2 id="criteria">Criteria</h2>'
        yield from _table(("", "Criterion", "State"), map(_criterion, content.report.requirements), stacks=True)


def _criterion(criterion: CriterionResult) -> str:
    places = "".join(f"<br>{_code(str(place))}" for place in criterion.places)
    more = criterion.count - len(criterion.places)
    rest = f"<br>and {more} more" if places and more > 0 else ""
    how = "" if criterion.state == "met" else f'<div class="soft">{_marked(criterion.how)}{places}{rest}</div>'
    count = f": {criterion.count}" if criterion.state == "open" and criterion.count else ""
    return (
        f"<tr><th>{_text(criterion.code)}</th><td>{_text(criterion.text)}{how}</td>"
        f'<td class="{criterion.state}">{_STATES[criterion.state]}{count}</td></tr>'
    )


def _findings(content: PageContent) -> Iterator[str]:
    findings = sorted(content.findings, key=lambda finding: (finding.path, finding.span, finding.rule))
    yield f'<h2 id="findings-heading">{counted(len(findings), "finding").capitalize()}</h2>'
    for notice in content.notices:
        yield f'<p class="soft">{_code(notice.path)}: {_text(notice.message)}</p>'
    if not findings:
        yield '<p id="findings">The rules find nothing in this workspace.</p>'
        return
    states = Counter(_status(finding) for finding in findings)
    options = "".join(f'<option value="{name}">{name} ({number})</option>' for name, number in sorted(states.items()))
    shown = content.causes[:_SHOWN_CAUSES]
    causes = "".join(
        f'<option value="{number}">{_text(_shortened(cause.reason))} ({len(cause.findings)})</option>'
        for number, cause in enumerate(shown, 1)
    )
    numbers = {id(finding): number for number, cause in enumerate(shown, 1) for finding in cause.findings}
    yield (
        '<form hidden role="search"><label>Search in paths, specifiers and messages '
        '<input id="search" type="search" autocomplete="off" aria-controls="findings"></label>'
        f'<label>Status <select id="status"><option value="">all</option>{options}</select></label>'
        f'<label>Cause <select id="cause"><option value="">all</option>{causes}</select></label>'
        '<output id="shown" class="soft" aria-live="polite"></output></form>'
    )
    rows = (_finding(finding, content, numbers.get(id(finding))) for finding in findings)
    yield from _table(("Place", "Rule", "Status", "Finding"), rows, identity="findings", stacks=True)
    yield '<p><button id="more" type="button" hidden></button></p>'


def _shortened(reason: str) -> str:
    plain = capitalized(reason).replace("`", "")
    return plain if len(plain) <= _LONGEST_OPTION else f"{plain[: _LONGEST_OPTION - 1]}…"


def _finding(finding: Diagnostic, content: PageContent, cause: int | None) -> str:
    file = content.context.file(finding.path)
    line = region(file, finding.span).line
    source = visible(excerpt(file, finding.span).source)
    place = _linked(content, finding.path, _code(f"{finding.path}:{line}"))
    reason = f"<br>{_marked(_sentence(finding.reason))}" if finding.reason else ""
    status = _status(finding)
    of_cause = "" if cause is None else f' data-cause="{cause}"'
    return (
        f'<tr data-status="{status}"{of_cause}><td>{place}</td><td>{_text(finding.rule)}</td><td>{status}</td>'
        f"<td>{_marked(finding.message)}{reason}<pre>{_text(source)}</pre></td></tr>"
    )


def _linked(content: PageContent, path: str, shown: str) -> str:
    return shown if content.base is None else f'<a href="{escape(content.base + quote(path))}">{shown}</a>'


def _status(finding: Diagnostic) -> str:
    return "none" if finding.status is None else finding.status.value


def _table(
    heads: Sequence[str],
    rows: Iterable[str],
    *,
    numbers: Sequence[str] = (),
    identity: str = "",
    stacks: bool = False,
) -> Iterator[str]:
    """A table; one that `stacks` shows the cells of a row below each other where it is too narrow for columns."""
    named = f' id="{identity}"' if identity else ""
    styled = ' class="stack"' if stacks else ""
    yield f'<div class="scroll"><table{named}{styled}><thead><tr>'
    yield from (f'<th scope="col"{" class=number" if head in numbers else ""}>{head}</th>' for head in heads)
    yield "</tr></thead><tbody>"
    yield from rows
    yield "</tbody></table></div>"


def _data(history: Sequence[HistoryPoint]) -> str:
    """JSON that ends no script element, whatever it holds."""
    points = [{"date": point.commit.date, "left": point.left, "done": point.done} for point in history]
    return json.dumps(points).replace("<", "\\u003c")


def _asset(name: str) -> str:
    return (get_data(__package__, name) or b"").decode()


def _digest(script: str) -> str:
    return b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _sentence(text: str) -> str:
    if not text:
        return ""
    return capitalized(text if text.endswith((".", "!", "?")) else f"{text}.")


def _text(text: str) -> str:
    return escape(visible(text))


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _marked(text: str) -> str:
    """A message, in which back-quotes mark code."""
    parts = _text(text).split("`")
    if len(parts) % 2 == 0:
        return "`".join(parts)
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
