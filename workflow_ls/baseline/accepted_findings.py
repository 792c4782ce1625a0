"""Which findings of a workspace its baseline accepts, for an editor that shows them as hints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from workflow_ls.baseline.accepted import (
    BASELINE_FILE,
    AcceptedKey,
    Baseline,
    BaselineProblem,
    moved_key,
    read_baseline,
)
from workflow_ls.baseline.division import divide_by_counts, file_name, nearness
from workflow_ls.diagnostics import Diagnostic, Notice
from workflow_ls.project.queries.database import Component, query


class AcceptedFindings(Component):
    """The baseline of one workspace; a broken one accepts nothing."""

    @query
    def _read(self) -> Baseline | BaselineProblem | None:
        text = self.files.read(BASELINE_FILE)
        return None if text is None else read_baseline(text)

    def problem(self) -> Notice | None:
        """What is wrong with the baseline; None for a sound one, and without one."""
        read = self._read()
        return Notice(BASELINE_FILE, f"{read.message}.", read.line) if isinstance(read, BaselineProblem) else None

    @query
    def _by_path(self) -> Mapping[str, Mapping[AcceptedKey, int]]:
        baseline = self._read()
        found = defaultdict[str, dict[AcceptedKey, int]](dict)
        for key, count in baseline.counts.items() if isinstance(baseline, Baseline) else ():
            found[key.path][key] = count
        return dict(found)

    @query
    def _paths_by_name(self) -> Mapping[str, tuple[str, ...]]:
        """The files with entries, by their names without directories."""
        found = defaultdict[str, list[str]](list)
        for path in self._by_path():
            found[file_name(path)].append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    @query
    def counts(self, path: str) -> Mapping[AcceptedKey, int]:
        """How many findings of each key are accepted in a file.

        A file without entries has those of its nearest namesake that is gone: it was moved.  What a check of all files
        makes of a file that got another name, too, an editor does not show.
        """
        by_path = self._by_path()
        if path in by_path:
            return by_path[path]
        namesakes = self._paths_by_name().get(file_name(path), ())
        gone = [other for other in namesakes if self.files.kind(other) != "file"]
        near = {other: nearness(other, path) for other in gone}
        nearest = [other for other in gone if near[other] == max(near.values())]
        if len(nearest) != 1:
            return {}
        return {moved_key(key, path): count for key, count in by_path[nearest[0]].items()}

    def of(self, path: str, findings: Collection[Diagnostic]) -> frozenset[Diagnostic]:
        """Those of the findings of a file that are accepted: of several with one key, the first."""
        counts = self.counts(path)
        return frozenset(divide_by_counts(findings, counts)[0] if counts else ())
