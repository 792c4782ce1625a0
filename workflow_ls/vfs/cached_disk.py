"""Files on disk as one run saw them, and whether a later run would see the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workflow_ls.vfs.disk import DiskFiles
from workflow_ls.vfs.files import Query


class Snapshot(DiskFiles):
    """The files below a directory, each of them read once: who asks twice is answered the same.

    What is computed from a snapshot alone, and from nothing that changes, depends on no more than what `seen` tells.
    """

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self._contents: dict[str, bytes | None] = {}

    def read(self, path: str) -> bytes | None:
        if path not in self._contents:
            self._contents[path] = super().read(path)
        return self._contents[path]

    def reread(self, paths: Iterable[str]) -> None:
        super().reread(paths)
        self._contents.clear()

    def seen(self) -> Mapping[str, object]:
        """What was asked so far, and a digest of the answers, in types that JSON has."""
        places: dict[str, list[str]] = {
            "directories": sorted(self._listings),
            "links": sorted(self._links),
            "files": sorted(self._contents),
        }
        searches = [[list(query) for query in queries] for queries in self._found]
        return {**places, "digest": self._digest(**places), "searches": searches, "found": self._digest_of_searches()}

    def is_as_seen(self, seen: Any) -> bool:
        """Whether all that `seen` tells of is still so; what is read for that is kept for later."""
        try:
            searches = [
                tuple(Query(tuple(endings), tuple(needles), under) for endings, needles, under in queries)
                for queries in seen["searches"]
            ]
            for queries in searches:
                self.prefetch(queries)
            places = {name: [str(path) for path in seen[name]] for name in ("directories", "links", "files")}
            # A directory that is a link by now may lead anywhere.
            if any(self.real(path) != path for path in places["directories"]):
                return False
            if self._digest(**places) != seen["digest"]:
                return False
            for queries in searches:
                self.search(queries)
            return bool(self._digest_of_searches() == seen["found"])
        except (LookupError, TypeError, ValueError):
            return False

    def _digest(self, directories: Iterable[str], links: Iterable[str], files: Iterable[str]) -> str:
        return _digest(
            piece
            for pieces in (
                (repr(sorted(self._listing(directory).items())).encode() for directory in directories),
                (repr(self._follow(link)).encode() for link in links),
                (b"" if text is None else b"%d:" % len(text) + text for text in map(self.read, files)),
            )
            for piece in pieces
        )

    def _digest_of_searches(self) -> str:
        return _digest(path.encode() + b"\0" for found in self._found.values() for path in (*found, ""))


def _digest(pieces: Iterator[bytes]) -> str:
    from hashlib import blake2b

    digest = blake2b(digest_size=32)
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
