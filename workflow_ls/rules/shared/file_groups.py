"""What there is to say of files, a group at a time: its findings, and why a file is skipped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from zlib import crc32

from workflow_ls.diagnostics import Diagnostic, Notice
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.unread_texts import is_foreign, is_pointer, is_read, line_of_foreign
from workflow_ls.rules.shared.runner import RuleRunner
from workflow_ls.vfs.files import is_utf16

_Said = tuple["Notice | None", tuple[Diagnostic, ...]]
_NOTHING: _Said = (None, ())
_POINTER = "its content is not checked out, only a pointer of Git LFS to it"


class FileGroups(Component):
    """What there is to say of many files, as a few memos, of which a later run takes those where nothing changed."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.runner = database.component(RuleRunner)
        self.packages = database.component(Packages)

    def in_groups(self, paths: Iterable[str], codes: frozenset[str]) -> Iterator[_Said]:
        """What there is to say of each of some files, in their order.  Only where no file ever changes.

        Who drops findings, as a server does, may not have others read them.
        """
        ordered, groups = tuple(paths), defaultdict[int, list[str]](list)
        # About as many groups as files in each: one file that changed concerns one of them.
        count = 1 << len(ordered).bit_length() // 2
        for path in ordered:
            groups[crc32(path.encode("utf-8", "surrogateescape")) % count].append(path)
        if self.database.kept is None:
            # In their order, in which those that have to do with each other, and their trees, are near each other.
            for path in ordered:
                self.file(path, codes)
        said: dict[str, _Said] = {}
        for group in groups.values():
            said.update((path, (notice, found)) for path, notice, found in self._group(tuple(group), codes))
        return (said.get(path, _NOTHING) for path in ordered)

    def file(self, path: str, codes: frozenset[str]) -> _Said:
        """What there is to say of one file: why it is skipped, or its findings by the rules `codes`."""
        notice = self.unreadable(path)
        if notice is not None:
            return notice, ()
        found = self.runner.findings(path, codes)
        if found:
            # Its specifiers depend on the configuration, so the report includes the problems of that.
            self.packages.tsconfig_for(path)
        return None, found

    def unreadable(self, path: str) -> Notice | None:
        """The notice of a file that is skipped, with the reason; None for a file that is checked."""
        text = self.files.read(path)
        if text is None:
            return Notice(path, "skipped: it can't be read", skips=True)
        limit = self.settings.max_file_size
        return None if is_read(text, limit) else unread_text(path, text, limit)

    @query
    def _group(
        self, paths: tuple[str, ...], codes: frozenset[str]
    ) -> tuple[tuple[str, Notice | None, tuple[Diagnostic, ...]], ...]:
        """Of some files, those of which there is something to say."""
        said = ((path, *self.file(path, codes)) for path in paths)
        return tuple(each for each in said if each[1:] != _NOTHING)


def unread_text(path: str, text: bytes, limit: int) -> Notice:
    """The notice of a file whose text is not read.  In another encoding it may be as good as any other for a compiler.

    Without its content, as without a submodule, it is not known whether there is anything to find.
    """
    if is_pointer(text):
        return Notice(path, f"skipped: {_POINTER}. Run `git lfs pull` to have its content.", skips=True)
    if is_utf16(text):
        return Notice(path, "skipped: it is not UTF-8 but UTF-16. Save it as UTF-8.", fatal=True, skips=True)
    if may_be_text(text, limit):
        remedy = "Save it as UTF-8, or list it in `ignore` of workflow-ls.json."
        message = f"skipped: it is not UTF-8 (see line {line_of_foreign(text)}). {remedy}"
        return Notice(path, message, fatal=True, skips=True)
    if len(text) > limit:
        size = f"{limit / 1_000_000:g} MB"
        return Notice(path, f"skipped: it is larger than {size} (maxFileSize in workflow-ls.json)", skips=True)
    return Notice(path, "skipped: it is not UTF-8", skips=True)


def may_be_text(text: bytes, limit: int) -> bool:
    """Whether a text that is not UTF-8 may be one in another encoding."""
    return is_utf16(text) or (len(text) <= limit and is_foreign(text))
