"""Causes: findings that one obstacle blocks, as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workflow_ls.diagnostics import Blocked, Diagnostic, Status
from workflow_ls.printable import counted, listed
from workflow_ls.records import record


@record
class FoundCause:
    """An obstacle, and the findings that it blocks, in the order in which they were given.

    `reason` is a clause, and `remedy` an imperative clause that unblocks all of them, "" if there is none.
    """

    reason: str
    remedy: str
    findings: tuple[Diagnostic, ...]

    @property
    def count(self) -> str:
        """How many findings it has: "61 references", or "findings" where some are about no specifier."""
        of_references = all(finding.specifier is not None for finding in self.findings)
        return counted(len(self.findings), "reference" if of_references else "finding")

    @property
    def headline(self) -> str:
        """The reason and the count, as one clause."""
        return f"{self.reason}: {self.count}"


def causes_of(findings: Iterable[Diagnostic]) -> tuple[FoundCause, ...]:
    """The causes of what is blocked or not verified among the findings: those with the most findings first."""
    groups = dict[tuple[object, ...], list[tuple[Diagnostic, Blocked]]]()
    for finding in findings:
        cause = finding.cause
        if cause is not None and finding.status in (Status.BLOCKED, Status.UNVERIFIED):
            groups.setdefault(_identity(cause), []).append((finding, cause))
    found = (_joined(group) for group in groups.values())
    return tuple(sorted(found, key=lambda cause: -len(cause.findings)))


def _identity(cause: Blocked) -> tuple[object, ...]:
    if cause.obstacle is None:
        return (cause.reason, cause.remedy)
    return (cause.obstacle.kind, cause.obstacle.place)


def _joined(group: Sequence[tuple[Diagnostic, Blocked]]) -> FoundCause:
    reason, remedy = _told_together([(finding.specifier, cause) for finding, cause in group])
    return FoundCause(reason, remedy, tuple(finding for finding, _ in group))


def shared_reasons(refused: Iterable[tuple[str, str, Blocked]]) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The reasons of refusals, each a file, a specifier and the refusal, with the files and specifiers of one cause.

    The most frequent come first.
    """
    groups = dict[tuple[object, ...], list[tuple[str, str, Blocked]]]()
    for path, specifier, cause in refused:
        groups.setdefault(_identity(cause), []).append((path, specifier, cause))
    found = [
        (
            _told_together([(specifier, cause) for _, specifier, cause in group])[0],
            tuple((path, specifier) for path, specifier, _ in group),
        )
        for group in groups.values()
    ]
    return tuple(sorted(found, key=lambda each: -len(each[1])))


def _told_together(group: Sequence[tuple[str | None, Blocked]]) -> tuple[str, str]:
    """The reason and the remedy of refusals with one cause; each comes with the specifier that it is for."""
    first = group[0][1]
    obstacle = first.obstacle
    items = dict.fromkeys(item for _, cause in group for item in (cause.obstacle.items if cause.obstacle else ()))
    is_same = len({(cause.reason, cause.remedy) for _, cause in group}) == 1
    if obstacle is None or not group[1:] or (is_same and items):
        return first.reason, first.remedy
    # Where the refusal leaves out what it is about, it is about the specifier.
    shown = _shown(tuple(items) or tuple(dict.fromkeys(name for name, _ in group if name is not None)))
    remedy = obstacle.remedy or first.remedy
    return obstacle.summary.replace("{}", shown), remedy.replace("{}", shown)


def _shown(items: Sequence[str]) -> str:
    """Items in a clause: paths below one folder as a pattern, else the first of them."""
    common = items[0] if items else ""
    while len(items) > 1 and common and not all(item == common or item.startswith(f"{common}/") for item in items):
        common = common.rpartition("/")[0]
    if len(items) < 2 or common in ("", "."):
        return listed([f"`{item}`" for item in items])
    return f"`{common}` and `{common}/*`" if common in items else f"`{common}/*`"
