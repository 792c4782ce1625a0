"""The mentions of the legacy tree in the files of a workspace that are no sources."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from workflow_ls import BASELINE_FILE, CONFIG_FILE
from workflow_ls.project.candidate_search import candidate_queries, mention_queries
from workflow_ls.project.configuration.package_manager import LOCK_FILES
from workflow_ls.project.mentions.mention_finder import find_mentions
from workflow_ls.project.mentions.mention_kinds import kind_of, known_kind
from workflow_ls.project.mentions.mention_model import Mention, Role
from workflow_ls.project.queries.database import Component, query
from workflow_ls.project.unread_texts import in_utf8, is_foreign, is_read
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
        return () if not is_read(text, self.settings.max_file_size) else self._mentions_in(path, text)

    def _mentions_in(self, path: str, text: bytes) -> tuple[Mention, ...]:
        kind = kind_of(path)
        found = dict[Span, Mention]()
        for mention in find_mentions(self.files, self.table, path, text, kind, kind.read(text)):
            found.setdefault(mention.span, mention)
        return tuple(found[span] for span in sorted(found))

    @query
    def with_findings(self) -> tuple[str, ...]:
        """The files that have mentions which someone has to change, or seem to have some, sorted."""
        named = self.files_with_names()
        return tuple(path for path in named if any(to_change(self.of_file(path))) or self.is_overlooked(path))

    @query
    def unread(self) -> tuple[str, ...]:
        """The files that name the tree and are of a kind that is not read, or can't be read, sorted."""
        return tuple(
            path
            for path in self.files_with_names()
            if any(mention.role is Role.UNREAD for mention in self.of_file(path))
        )

    @query
    def is_overlooked(self, path: str) -> bool:
        """Whether a file that names the tree is too large, or in another encoding, and may have mentions to change."""
        text, limit = self.files.read(path) or b"", self.settings.max_file_size
        if is_utf16(text) or not self._may_mention(path):
            return is_utf16(text)
        if len(text) > limit:
            return b"\0" not in text and known_kind(path) is not None
        return is_foreign(text) and any(to_change(self._mentions_in(path, in_utf8(text))))


def to_change(mentions: Iterable[Mention]) -> Iterable[Mention]:
    """The mentions that are no bans, no comments and no texts for people."""
    return (mention for mention in mentions if mention.role not in SILENT)
