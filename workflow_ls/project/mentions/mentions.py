"""The mentions of the legacy tree in the files of a workspace that are no sources."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from workflow_ls import BASELINE_FILE, CONFIG_FILE
from workflow_ls.project.candidate_search import candidate_queries, is_candidate, mention_queries
from workflow_ls.project.configuration.package_manager import LOCK_FILES
from workflow_ls.project.mentions.mention_finder import find_mentions
from workflow_ls.project.mentions.mention_kinds import kind_of
from workflow_ls.project.mentions.mention_model import Mention, Role
from workflow_ls.project.parsed_sources import is_utf8
from workflow_ls.project.queries.database import Component, query
from workflow_ls.text import Span
from workflow_ls.vfs.files import holds_any, is_source, is_utf16, is_within

SILENT = (Role.BAN, Role.COMMENT, Role.TEXT)
"""The roles of mentions that nobody has to change."""


class Mentions(Component):
    """The files that are no sources and name the tree, and what they say of it."""

    @query
    def files_with_names(self) -> tuple[str, ...]:
        """The files that may have mentions, sorted."""
        names = (*self.table.roots, self.table.tree)
        found = {
            path
            for path in self.files.search(candidate_queries(self.table))
            if self._may_mention(path) and holds_any(self.files.read(path) or b"", names)
        }
        for queries in mention_queries(self.table):
            found.update(filter(self._may_mention, self.files.search(queries)))
        return tuple(sorted(found))

    def _may_mention(self, path: str) -> bool:
        is_other = is_source(path) or path in (CONFIG_FILE, BASELINE_FILE) or is_within(path, self.table.tree)
        is_other |= posixpath.basename(path) in LOCK_FILES
        return not is_other and not self.context.is_exempt(path)

    @query
    def of_file(self, path: str) -> tuple[Mention, ...]:
        """The mentions in one file, in file order, each place once."""
        text = self.files.read(path)
        if text is None or b"\0" in text or not self._may_mention(path):
            return ()
        if len(text) > self.settings.max_file_size or not is_utf8(text):
            return ()
        kind = kind_of(path)
        found = dict[Span, Mention]()
        for mention in find_mentions(self.files, self.table, path, text, kind, kind.read(text)):
            found.setdefault(mention.span, mention)
        return tuple(found[span] for span in sorted(found))

    @query
    def with_findings(self) -> tuple[str, ...]:
        """The files that have mentions which someone has to change, sorted."""
        return tuple(path for path in self.files_with_names() if any(to_change(self.of_file(path))))

    @query
    def unread(self) -> tuple[str, ...]:
        """The files that name the tree and are of a kind that is not read, or can't be read, sorted."""
        return tuple(
            path
            for path in self.files_with_names()
            if any(mention.role is Role.UNREAD for mention in self.of_file(path))
        )

    @query
    def in_utf16(self) -> tuple[str, ...]:
        """The files that seem to name the tree in UTF-16, sorted: nothing of them is read."""
        found = {*self.files_with_names(), *filter(self._is_read, self.files.search(candidate_queries(self.table)))}
        return tuple(path for path in sorted(found) if is_utf16(self.files.read(path) or b""))

    def _is_read(self, path: str) -> bool:
        """Whether a file that may name the tree is read for that, as sources and configurations are."""
        return is_candidate(path) and not self.context.is_exempt(path)


def to_change(mentions: Iterable[Mention]) -> Iterable[Mention]:
    """The mentions that are no bans, no comments and no texts for people."""
    return (mention for mention in mentions if mention.role not in SILENT)
