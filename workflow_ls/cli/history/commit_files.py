"""The files of a commit, read from git's objects: a workspace without a checkout."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from workflow_ls.cli.history.git_repository import BlobReader, GitRepository, open_blobs
from workflow_ls.vfs.files import MemoryFiles, Query, is_within
from workflow_ls.vfs.searching.gitignore import Pattern, parse, verdict

_LINK, _PLAIN = b"120000", (b"100644", b"100755")
_KEPT_BYTES = 100_000_000
_LARGEST = 5_000_000  # no source file that is checked is as large


class _Change(NamedTuple):
    """A path of which a commit has another entry; `blob` is None where it has none."""

    path: str
    blob: bytes | None
    is_link: bool


class CommitFiles(MemoryFiles):
    """The tracked files below a directory of a repository, in the commit that `show` shows.

    As in a search on disk, files that a `.gitignore` of the directory excludes are not found.
    """

    def __init__(self, repository: GitRepository, blobs: BlobReader) -> None:
        super().__init__({})
        self._repository = repository
        self._blobs = blobs
        self._texts = OrderedDict[bytes, bytes]()  # by blob, the last used ones last
        self._kept = 0
        self._matches = dict[tuple[bytes, tuple[str, ...]], bool]()  # by blob and needles
        self._ignored: dict[str, tuple[Pattern, ...]] | None = None
        self._verdicts = dict[str, bool]()  # whether the files are ignored that were found so far
        self._found = dict[tuple[Query, ...], set[str]]()
        self._changed = dict[tuple[Query, ...], set[str]]()  # the paths at which each search is to look again
        self._commit: str | None = None
        self.missing = 0

    def changes(self, commit: str) -> list[_Change]:
        """The paths that another commit has with other contents, or one of both does not have."""
        options = ("--raw", "-z", "--no-abbrev", "--no-renames", "--relative", "--ignore-submodules=all")
        if self._commit is None:
            return [*self._tree(commit)]
        output = self._repository.output("diff", *options, self._commit, commit, "--")
        fields, found = iter(output.split(b"\0")), list[_Change]()
        for header in fields:
            if header:
                _, mode, _, blob, status = header[1:].split(b" ")
                path = os.fsdecode(next(fields))
                there = status != b"D" and mode in (*_PLAIN, _LINK)
                found.append(_Change(path, blob if there else None, mode == _LINK))
        return found

    def _tree(self, commit: str) -> Iterator[_Change]:
        for entry in self._repository.output("ls-tree", "-r", "-z", commit).split(b"\0"):
            if entry:
                described, _, path = entry.partition(b"\t")
                mode, _, blob = described.split(b" ")
                if mode in (*_PLAIN, _LINK):
                    yield _Change(os.fsdecode(path), blob, mode == _LINK)

    def show(self, commit: str, changes: Iterable[_Change]) -> None:
        """Make these the files of another commit, by its `changes`."""
        self._commit = commit
        changes = tuple(changes)
        if any(change.path.rpartition("/")[2] == ".gitignore" for change in changes):
            self._ignored = None
            self._verdicts.clear()
        for changed in self._changed.values():
            changed.update(change.path for change in changes)
        for change in changes:
            if self._links.pop(change.path, None) is not None:
                self._count(change.path, -1)
            if change.blob is None:
                self.drop(change.path)
            elif change.is_link:
                self.drop(change.path)
                self._link(change.path, os.fsdecode(self._text(change.blob) or b""))
            else:
                self.put(change.path, change.blob)

    def _link(self, path: str, target: str) -> None:
        if target and not target.startswith("/"):
            self._links[path] = os.path.normpath(os.path.join(os.path.dirname(path), target))  # noqa: PTH118, PTH120
            self._count(path, 1)

    def read(self, path: str) -> bytes | None:
        blob = super().read(path)
        return None if blob is None else self._text(blob)

    def search(self, queries: Sequence[Query]) -> Sequence[str]:
        key = tuple(queries)
        found, changed = self._found.setdefault(key, set()), self._changed.get(key)
        # From the second commit on, only what it changed is looked at.
        looked_at = self._files if changed is None else changed & self._files.keys()
        found -= changed or set()
        for query in queries:
            paths = [path for path in looked_at if path.endswith(query.endings) and is_within(path, query.under)]
            self._match({self._files[path] for path in paths}, query.needles)
            found.update(path for path in paths if self._matches[self._files[path], query.needles])
        self._changed[key] = set()
        return sorted(path for path in found if not self._is_left_out(path))

    def _is_left_out(self, path: str) -> bool:
        if path not in self._verdicts:
            self._verdicts[path] = "node_modules" in path.split("/") or self._is_ignored(path)
        return self._verdicts[path]

    def _match(self, blobs: Iterable[bytes], needles: tuple[str, ...]) -> None:
        """Look for needles in all blobs that were not searched for them before."""
        wanted = [needle.encode() for needle in needles]
        unknown = [blob for blob in blobs if (blob, needles) not in self._matches]
        for blob, text in zip(unknown, self._blobs.read(unknown)):
            matches = text is not None and (not wanted or any(needle in text for needle in wanted))
            self._matches[blob, needles] = matches
            self.missing += text is None
            if matches and text is not None:
                self._keep(blob, text)

    def _text(self, blob: bytes) -> bytes | None:
        if blob in self._texts:
            self._texts.move_to_end(blob)
            return self._texts[blob]
        [text] = self._blobs.read([blob])
        if text is not None:
            self._keep(blob, text)
        return text

    def _keep(self, blob: bytes, text: bytes) -> None:
        if blob not in self._texts:
            self._texts[blob] = text
            self._kept += len(text)
        while self._kept > _KEPT_BYTES and len(self._texts) > 1:
            self._kept -= len(self._texts.popitem(last=False)[1])

    def _is_ignored(self, path: str) -> bool:
        if self._ignored is None:
            names = (name for name in self._files if name.rpartition("/")[2] == ".gitignore")
            self._ignored = {name.rpartition("/")[0]: parse(self.read(name) or b"") for name in names}
        parts = path.split("/")
        return any(self._excludes("/".join(parts[:end]), end < len(parts)) for end in range(1, len(parts) + 1))

    def _excludes(self, path: str, directory: bool) -> bool:
        """Whether the nearest `.gitignore` with a pattern for a path excludes it."""
        above, rules = path, self._ignored or {}
        while above:
            above = above.rpartition("/")[0]
            below = path[len(above) + 1 if above else 0 :]
            said = verdict(rules.get(above, ()), os.fsencode(below), directory=directory)
            if said is not None:
                return said
        return False


@contextmanager
def open_commits(repository: GitRepository) -> Iterator[CommitFiles]:
    """The files of commits; the process that reads them ends with the context."""
    with open_blobs(repository, _LARGEST) as blobs:
        yield CommitFiles(repository, blobs)
