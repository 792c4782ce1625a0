"""The references that need an alias of a bundler or a test runner which an edit removes."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from workflow_ls.project.builds.build_files import BuildFiles
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.regression import Regression


def lost_build_aliases(before: Workspace, after: Workspace, edited: Collection[str]) -> Iterator[Regression]:
    """What still names a legacy module by an alias that one of the edited configurations had, and has no longer."""
    builds, builds_after = before.component(BuildFiles), after.component(BuildFiles)
    for path in sorted(set(edited).intersection(builds.with_aliases())):
        kept = {written.key for written in builds_after.aliases(path)}
        gone = [alias for written in builds.aliases(path) if written.key not in kept for alias in written.aliases]
        for facts in after.sources.candidate_facts() if gone else ():
            named = (legacy.reference.specifier for legacy in facts.legacy_references if not legacy.relative)
            for specifier in dict.fromkeys(named):
                if any(alias.star_of(specifier) is not None for alias in gone):
                    reason = f"`{specifier}` in {facts.path} would lose its alias in {path}"
                    yield Regression(path, reason, frozenset({specifier}), (path,))
