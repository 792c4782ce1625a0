"""The edits of a rewrite, and of the rewrites that must be made with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflow_ls.diagnostics import Blocked, FileEdit
from workflow_ls.manifests.dependencies import declarations
from workflow_ls.manifests.dependency_cycles import closed_cycle
from workflow_ls.manifests.project_references import references_needed
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.source_index import Sources
from workflow_ls.records import OrderedMapping, record
from workflow_ls.rewrite.conflicts import Outcomes
from workflow_ls.rewrite.mocking.mock_proof import MockProof
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.text_edits.import_edits import rewrite
from workflow_ls.text import Edit


@record
class RewriteEdit:
    """The edits of one or more rewrites, one entry for each file, that of the first rewrite first.

    `cycle` says which cycle of packages a dependency that they add would close, None if none.
    """

    files: tuple[FileEdit, ...]
    cycle: Blocked | None = None


@record
class _GroupEdit:
    """The edits of all rewrites of a group, by file."""

    files: Mapping[str, FileEdit]
    cycle: Blocked | None = None


class RewriteEdits(Component):
    """The edits of rewrites."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.targets = database.component(TargetResolver)
        self.sources = database.component(Sources)
        self.outcomes = database.component(Outcomes)
        self.proof = database.component(MockProof)

    def of_group(self, path: str, number: int) -> RewriteEdit | Blocked:
        """The edits of a rewrite and of those that must be made with it; why there are none if one is blocked."""
        own, group = self.of_one(path, number), self.proof.group_of(path, number)
        if isinstance(own, Blocked):
            return own
        if not group:
            joined = join_edits(own.files)
            return joined if isinstance(joined, Blocked) else RewriteEdit(joined, own.cycle)
        whole = self._of_whole(*group[0])
        if isinstance(whole, Blocked):
            return whole
        files = {**dict.fromkeys(file.path for file in own.files), **whole.files}
        return RewriteEdit(tuple(filter(None, files.values())), own.cycle or whole.cycle)

    @query
    def _of_whole(self, path: str, number: int) -> _GroupEdit | Blocked:
        """The edits of the group whose first rewrite this is; all of its members share them."""
        files, cycle = list[FileEdit](), None
        for each in self.proof.group_of(path, number):
            edit = self.of_one(*each)
            if isinstance(edit, Blocked):
                return edit
            files += edit.files
            cycle = cycle or edit.cycle
        joined = join_edits(files)
        if isinstance(joined, Blocked):
            return joined
        return _GroupEdit(OrderedMapping((file.path, file) for file in joined), cycle)

    @query
    def of_one(self, path: str, number: int) -> RewriteEdit | Blocked:
        """The edits of one rewrite: those of its file, then those of manifests and configurations."""
        facts, outcome = self.sources.facts(path), self.outcomes.of_file(path)[number]
        if isinstance(outcome.target, Blocked):
            return outcome.target
        if facts is None:
            return Blocked(f"{path} can't be read")
        parts = outcome.target.parts
        referenced = references_needed(self.targets, path, parts, outcome.legacy.module)
        if isinstance(referenced, Blocked):
            return referenced
        edits = rewrite(facts.text, reference=outcome.legacy.reference, parts=parts)
        needed = declarations(self.targets, path, parts)
        cycle = closed_cycle(self.targets.workspace, path, parts) if needed else None
        return RewriteEdit((FileEdit(path, edits, facts.text), *needed, *referenced), cycle)


def join_edits(files: Iterable[FileEdit]) -> tuple[FileEdit, ...] | Blocked:
    """The edits of several changes, one entry for each file, in the order in which the files come first.

    Edits of one file that are for different texts can't be joined.
    """
    texts, edits = dict[str, bytes](), dict[str, dict[Edit, None]]()
    for file in files:
        if texts.setdefault(file.path, file.before) != file.before:
            return Blocked(f"{file.path} changed while it was read", "try again")
        edits.setdefault(file.path, {}).update(dict.fromkeys(file.edits))
    return tuple(FileEdit(path, tuple(sorted(each)), texts[path]) for path, each in edits.items())
