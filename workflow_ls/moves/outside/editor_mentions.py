"""The edits outside of references for moves in an editor: in builds, and in files that are no sources."""

from __future__ import annotations

import posixpath
from functools import cached_property

from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.outside.build_entries import FollowedBuilds, follow_builds
from workflow_ls.moves.outside.mention_edits import mention_changes, mentioning_files
from workflow_ls.project.builds.tree_entries import TreeEntries
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.rewrite.specifiers.specifier_style import spelling, stem_of
from workflow_ls.text import Edit
from workflow_ls.vfs.files import holds_code, is_source


class EditorMentions:
    """What names moved files by a path that is no reference; `paths` are the files that may do so."""

    def __init__(self, move_set: MoveSet) -> None:
        self._move_set = move_set
        self._entries = move_set.before.component(TreeEntries)
        builds = self._entries.paths()
        followed = self._builds.edits if builds and not move_set.renames else ()
        self.paths = (*mentioning_files(move_set), *builds, *followed)

    @cached_property
    def _builds(self) -> FollowedBuilds:
        return follow_builds(self._move_set)

    def takes(self, path: str, offset: int) -> bool:
        """Whether a place of a configuration is an entry, which follows as such."""
        return not self._move_set.renames and self._builds.takes(path, offset)

    def edits(self, path: str) -> tuple[Edit, ...]:
        """The edits to one file."""
        if not holds_code(path):
            if path in self._move_set.manifests:
                return ()  # its edits are made for the text as it is
            changes = mention_changes(self._move_set, path, self._move_set.text(path))
            return tuple(edit for change in changes for edit in change.edits)
        if self._move_set.renames:
            return self._renamed(path)
        return tuple(self._builds.edits.get(path, ()))

    def _renamed(self, path: str) -> tuple[Edit, ...]:
        """The edits to a configuration whose package keeps the files that it builds."""
        found, files = dict[Edit, None](), self._move_set.before.files
        for _, items in self._entries.of_file(path):
            for item in items:
                file = item.path if files.kind(item.path) else module_file(files, stem_of(item.path), "") or ""
                new = self._move_set.destination(file)
                written = item.text.value
                if new == file or item.text.pieces != (item.text.at,) or item.at.path != path:
                    continue
                named = spelling(written, file)(new) if is_source(file) and not item.rest else new
                relative = posixpath.relpath(named, posixpath.dirname(path) or ".")
                lead = "./" if written.removeprefix("!").startswith("./") else ""
                rest = f"/{item.rest}" if item.rest else ""
                found[Edit(item.text.at.span, f"{'!' * written.startswith('!')}{lead}{relative}{rest}")] = None
        return tuple(found)
