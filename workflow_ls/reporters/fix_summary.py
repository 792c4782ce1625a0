"""The summary of `workflow-ls fix`: what was fixed, and what is left, one line for each cause."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from workflow_ls.causes import causes_of
from workflow_ls.diagnostics import Blocked, Diagnostic, Severity, Status
from workflow_ls.printable import capitalized, counted, listed, visible, visible_path
from workflow_ls.records import replace
from workflow_ls.text import LineIndex

TextOf = Callable[[str], "bytes | None"]


def render(
    fixed: Collection[Diagnostic],
    files: int,
    remaining: Sequence[Diagnostic],
    text_of: TextOf,
    *,
    dry_run: bool,
    hindered: bool = False,
    skipped: int = 0,
) -> str:
    """The summary, with a line break at its end.

    `fixed` are the findings that the changes to `files` files resolve; `remaining` are those that are left, at their
    places in the texts of `text_of`.  `hindered` says that there is something to fix that could not be, and `skipped`
    counts what was not looked at.
    """
    verb, nothing = "would be fixed" if dry_run else "fixed", "Nothing was fixed." if hindered else "Nothing to fix."
    if skipped:  # files, and directories
        were = "was" if skipped == 1 else "were"
        nothing = f"{nothing.rstrip('.')}, but {counted(skipped, 'path')} {were} not looked at."
    lines = [_fixed(fixed, files, verb) or nothing, *_remaining(remaining, text_of)]
    return "".join(f"{line}\n" for line in lines)


def _fixed(fixed: Collection[Diagnostic], files: int, verb: str) -> str:
    if not fixed:
        return ""
    unverified = sum(finding.status is Status.UNVERIFIED for finding in fixed)
    remark = f", {unverified} of them unverified" if unverified else ""
    return f"{counted(len(fixed), 'finding')} {verb} in {counted(files, 'file')}{remark}."


def _remaining(findings: Sequence[Diagnostic], text_of: TextOf) -> Iterator[str]:
    failing = [finding for finding in findings if finding.severity >= Severity.WARNING]
    if failing:
        yield f"{counted(len(failing), 'finding')} left:"
        yield from (f"  {_cause(group, text_of)}" for group in _by_cause(failing))
    information = len(findings) - len(failing)
    if information:
        them = "it" if information == 1 else "them"
        yield f"{counted(information, 'finding')} for information. Run `workflow-ls check` to see {them}."


def _by_cause(findings: Iterable[Diagnostic]) -> Sequence[Sequence[Diagnostic]]:
    """Groups of findings with one cause, the largest first.

    Those with one obstacle are a group, whatever the rule; others have the same reason and remedy by one rule, or
    without a cause the same message.
    """
    groups: dict[tuple[object, ...], list[Diagnostic]] = {}
    for finding in findings:
        cause = finding.cause
        key: tuple[object, ...]
        if cause is not None and cause.obstacle is not None and finding.status is not None:
            key = (cause.obstacle.kind, cause.obstacle.place)
        else:
            words = (finding.message,) if cause is None else (cause.reason, cause.remedy)
            key = (finding.rule, finding.status, *words)
        groups.setdefault(key, []).append(finding)
    return sorted(groups.values(), key=lambda group: -len(group))


def _cause(findings: Sequence[Diagnostic], text_of: TextOf) -> str:
    first = findings[0]
    places = [_place(finding, text_of) for finding in findings]
    if len(findings) == 1:
        return f"{places[0]} {visible(_text(first.message, first.cause))}"
    cause = first.cause
    if cause is not None and cause.obstacle is not None:
        [found] = causes_of(findings)
        remedy = f". {capitalized(found.remedy)}." if found.remedy else ""
        return f"{visible(found.headline + remedy)} ({listed(places)})"
    # The messages of a cause usually differ in their specifiers only.
    messages = {_without_specifier(finding) for finding in findings}
    message = messages.pop() if len(messages) == 1 else None
    if cause is not None and len({finding.cause.alternatives for finding in findings if finding.cause}) > 1:
        cause = replace(cause, alternatives=())
    return f"{len(findings)} {visible(first.rule)} findings: {visible(_text(message, cause))} ({listed(places)})"


def _text(message: str | None, cause: Blocked | None) -> str:
    return ": ".join(part for part in (message, None if cause is None else cause.message) if part is not None)


def _without_specifier(finding: Diagnostic) -> str:
    return finding.message if finding.specifier is None else finding.message.replace(f"`{finding.specifier}`", "`…`")


def _place(finding: Diagnostic, text_of: TextOf) -> str:
    position = LineIndex(text_of(finding.path) or b"").position(finding.span.start, "utf-32")
    return f"{visible_path(finding.path)}:{position.line + 1}:{position.column + 1}"
