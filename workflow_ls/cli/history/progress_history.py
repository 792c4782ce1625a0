"""The progress of the commits of a branch, from git without a checkout."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import Any

from workflow_ls.cli.cache import read_entry, write_entry
from workflow_ls.cli.context import CommandContext
from workflow_ls.cli.errors import UsageError, unknown
from workflow_ls.cli.history.commit_files import open_commits
from workflow_ls.cli.history.git_repository import MISSING, GitRepository, open_repository
from workflow_ls.cli.progress import steps
from workflow_ls.config.settings import Settings
from workflow_ls.config.table import Table
from workflow_ls.kept.cache_directory import cache_directory
from workflow_ls.kept.tool_state import first_tool_state
from workflow_ls.project.workspace import Workspace
from workflow_ls.status.history import (
    EVERY,
    Commit,
    Every,
    HistoryPoint,
    history_point,
    point_from_data,
    point_to_data,
    sampled,
)

_MOST_POINTS = 20_000


def commits_since(repository: GitRepository, since: str | None, every: Every) -> tuple[Commit, ...]:
    """The commits to look at, the oldest first: those of the branch itself since `since`, None for all.

    Raises UsageError for a revision that git does not know.
    """
    arguments = ["log", "--first-parent", "--reverse", "-z", "--format=%H%x09%ct%x09%s"]
    first = None if since is None else repository.commit(since)
    if since is not None and first is None:
        raise repository.unknown(since)
    if repository.commit("HEAD") is None:
        raise UsageError("--history needs a commit, and there is none yet.")
    commits = _commits(repository.output(*arguments, *([f"{first}..HEAD"] if first else ["HEAD"]), "--"))
    if first is not None:
        commits = _commits(repository.output(*arguments, "--max-count=1", first, "--")) + commits
    return sampled(commits, every)


def _commits(output: bytes) -> list[Commit]:
    found = list[Commit]()
    for entry in output.split(b"\0"):
        if entry:
            name, seconds, summary = entry.decode("utf-8", "replace").split("\t", 2)
            found.append(Commit(name, f"{datetime.fromtimestamp(int(seconds), timezone.utc):%Y-%m-%d}", summary))
    return found


def history_by(context: CommandContext, options: argparse.Namespace) -> tuple[HistoryPoint, ...]:
    """The history of a workspace, by the options `--since` and `--every`.

    Raises UsageError for an unknown period or revision, and without git.
    """
    every = next((period for period in EVERY if period == (options.every or "week")), None)
    if every is None:
        raise unknown("period", options.every, EVERY)
    repository = open_repository(context.root, "--history")
    commits = commits_since(repository, options.since, every)
    if options.since is None and repository.is_shallow():
        print(
            f"workflow-ls: the history begins at {commits[0].date}, since this clone is shallow. {MISSING}",
            file=sys.stderr,
        )
    with steps("Counting the references of commits", len(commits)) as counted:
        return history_of(repository, commits, context.table, context.settings, counted)


def history_of(
    repository: GitRepository,
    commits: Sequence[Commit],
    table: Table,
    settings: Settings,
    on_point: Callable[[HistoryPoint], object] = lambda _: None,
) -> tuple[HistoryPoint, ...]:
    """The points of commits, by the table and the settings of now; known ones are taken from the user's cache.

    `on_point` gets each point once it is there.
    """
    cache = _Cache(repository.root, table, settings)
    points = list[HistoryPoint]()
    try:
        with open_commits(repository) as files:
            workspace = Workspace(files, table, settings)
            for commit in commits:
                point = cache.find(commit)
                if point is None:
                    changes = files.changes(commit.name)
                    workspace.changed(
                        [change.path for change in changes],
                        lambda: files.show(commit.name, changes),  # noqa: B023 - at once
                    )
                    point = history_point(commit, workspace)
                    cache.keep(point)
                points.append(point)
                on_point(point)
    finally:
        # Who stops a long count has what was counted so far the next time.
        cache.write()
    return tuple(points)


class _Cache:
    """The points of one workspace, by commit, for one state of the tool, of the table and of the settings."""

    def __init__(self, root: str, table: Table, settings: Settings) -> None:
        directory = cache_directory(root)
        state = json.dumps([first_tool_state(), root, repr(table), repr(settings)])
        name = hashlib.blake2b(state.encode("utf-8", "replace"), digest_size=16).hexdigest()
        self._path = None if directory is None else os.path.join(directory, f"{name}.json")  # noqa: PTH118
        self._points: dict[str, Any] = {}
        self._is_new = False
        if self._path is not None:
            read = read_entry(self._path)
            self._points = read if isinstance(read, dict) else {}

    def find(self, commit: Commit) -> HistoryPoint | None:
        try:
            return point_from_data(commit, self._points[commit.name])
        except (LookupError, TypeError, ValueError):
            return None

    def keep(self, point: HistoryPoint) -> None:
        self._points[point.commit.name] = point_to_data(point)
        self._is_new = True

    def write(self) -> None:
        if self._path is not None and self._is_new:
            write_entry(self._path, dict([*self._points.items()][-_MOST_POINTS:]))
