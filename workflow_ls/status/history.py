"""The progress of a workspace in one commit after another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.status.progress import find_workflow_references, progress_by
from workflow_ls.status.report import Progress

Every = Literal["commit", "day", "week", "month"]
EVERY: tuple[Every, ...] = ("commit", "day", "week", "month")


@record
class Commit:
    """A commit: its full name, its date (UTC, "2026-05-30"), and the first line of its message."""

    name: str
    date: str
    summary: str


@record
class HistoryPoint:
    """The references in a commit, by surface and by package."""

    commit: Commit
    surfaces: tuple[Progress, ...]
    packages: tuple[Progress, ...]

    @property
    def left(self) -> int:
        """How many references are legacy."""
        return sum(entry.left for entry in self.surfaces)

    @property
    def done(self) -> int:
        """How many references are canonical."""
        return sum(entry.done for entry in self.surfaces)


def history_point(commit: Commit, workspace: Workspace) -> HistoryPoint:
    """The point of a commit, whose files are those of the workspace."""
    references = tuple(find_workflow_references(workspace, workspace.sources.candidates()))
    surfaces = progress_by(references, lambda reference: reference.surface)
    return HistoryPoint(commit, surfaces, progress_by(references, lambda reference: reference.package))


def sampled(commits: Iterable[Commit], every: Every) -> tuple[Commit, ...]:
    """The last commit of each period, and the first of all, in their order: the oldest first."""
    commits = tuple(commits)
    last = {_period(commit, every): commit for commit in commits}
    return tuple(dict.fromkeys((*commits[:1], *last.values(), *commits[-1:])))


def _period(commit: Commit, every: Every) -> object:
    day = date.fromisoformat(commit.date)
    match every:
        case "commit":
            return commit.name
        case "day":
            return day
        case "week":
            return day.isocalendar()[:2]
        case "month":
            return day.year, day.month


def point_to_data(point: HistoryPoint) -> dict[str, Any]:
    """A point as JSON data."""
    return {
        "commit": point.commit.name,
        "date": point.commit.date,
        "summary": point.commit.summary,
        "left": point.left,
        "done": point.done,
        "surfaces": [_entry(entry) for entry in point.surfaces],
        "packages": [_entry(entry) for entry in point.packages],
    }


def point_from_data(commit: Commit, data: Any) -> HistoryPoint:
    """The point of a commit from its JSON data; raises LookupError, TypeError or ValueError for any other data."""
    surfaces, packages = (
        tuple(Progress(str(each["name"]), int(each["left"]), int(each["done"])) for each in data[key])
        for key in ("surfaces", "packages")
    )
    return HistoryPoint(commit, surfaces, packages)


def _entry(entry: Progress) -> dict[str, Any]:
    return {"name": entry.name, "left": entry.left, "done": entry.done}
