"""Files with edits on top: changed, new, removed and renamed files."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping, Sequence

from workflow_ls.records import record
from workflow_ls.vfs.files import Files, Kind, MemoryFiles, Query, is_within, parents


@record
class Move:
    """The move of a file or directory; both paths are relative to the workspace root."""

    old: str
    new: str


def moved(path: str, moves: Sequence[Move]) -> str:
    """The path after the moves; the innermost move that contains the path counts."""
    holding = [move for move in moves if is_within(path, move.old)]
    if not holding:
        return path
    move = max(holding, key=lambda move: len(move.old))
    return move.new + path[len(move.old) :]


class EditedFiles:
    """The files of `base` after edits; implements `Files`.

    `moves` apply first, then `removed` (paths after the moves), then `texts`, which replace or add files.  A directory
    is removed with its last file.
    """

    def __init__(
        self,
        base: Files,
        texts: Mapping[str, bytes],
        *,
        removed: Collection[str] = (),
        moves: Sequence[Move] = (),
    ) -> None:
        self.base = base
        self.moves = tuple(moves)
        self.texts = MemoryFiles(texts)
        self.removed = frozenset(removed) - self.texts.paths
        self._emptied = self._find_emptied()
        self._listings: dict[str, Mapping[str, str]] = {}
        self._joined: dict[str, tuple[Mapping[str, str], Mapping[str, str], Mapping[str, str]]] = {}

    def put(self, path: str, text: bytes) -> None:
        """Set the text of the file at `path`."""
        self.texts.put(path, text)

    def drop(self, path: str) -> None:
        """Remove the text for the file at `path`, so that the file of `base` is visible again."""
        self.texts.drop(path)

    def read(self, path: str) -> bytes | None:
        if path in self.texts.paths:
            return self.texts.read(path)
        base_path = self._base_path(path)
        return None if base_path is None else self.base.read(base_path)

    def kind(self, path: str) -> Kind | None:
        found = self.texts.kind(path)
        if found is not None:
            return found
        base_path = self._base_path(path)
        found = None if base_path is None else self.base.kind(base_path)
        if found is None and path not in self.removed and any(is_within(move.new, path) for move in self.moves):
            return "directory"  # a parent of the new path of a move
        return found

    def entries(self, path: str) -> Sequence[str]:
        base_path = self._base_path(path)
        names = set() if base_path is None else set(self.base.entries(base_path))
        if self.removed or self.moves:
            names = {name for name in names if self._base_path(posixpath.join(path, name)) is not None}
            prefix = f"{path}/" if path else ""
            moved_names = {
                move.new[len(prefix) :].partition("/")[0] for move in self.moves if move.new.startswith(prefix)
            }
            names |= {name for name in moved_names if self.kind(prefix + name) is not None}
        return sorted(names.union(self.texts.entries(path)))

    def listing(self, path: str) -> Mapping[str, str]:
        if not self.removed and not self.moves:
            laid_over = self.texts.listing(path)
            found = self.base.listing(path)
            if not laid_over:
                return found
            below, above, joined = self._joined.get(path, _NONE_JOINED)
            if below is not found or above is not laid_over:  # both stay the same while nothing comes or goes
                joined = _joined(found, laid_over)
                self._joined[path] = found, laid_over, joined
            return joined
        # These edits do not change any more, and the same folders are listed repeatedly.
        if path not in self._listings:
            prefix = f"{path}/" if path else ""
            self._listings[path] = {name: self.kind(prefix + name) or "link" for name in self.entries(path)}
        return self._listings[path]

    def links(self) -> Mapping[str, str | None]:
        return self.base.links()

    def real(self, path: str) -> str | None:
        base_path = self._base_path(path)
        found = None if base_path is None else self.base.real(base_path)
        if found is not None:
            found = moved(found, self.moves)
            if self._base_path(found) is not None:
                return found
        return path if self.kind(path) is not None else None

    def search(self, queries: Sequence[Query]) -> Sequence[str]:
        found = (moved(path, self.moves) for path in self.base.search(queries))
        kept = {path for path in found if path not in self.texts.paths and path not in self.removed}
        return sorted(kept.union(self.texts.search(queries)))

    def unreadable(self) -> Mapping[str, str]:
        failed = ((moved(path, self.moves), reason) for path, reason in self.base.unreadable().items())
        return {path: reason for path, reason in failed if path not in self.texts.paths and path not in self.removed}

    def _base_path(self, path: str) -> str | None:
        """The path in `base` of the entry at `path`; None if there is no such entry of `base`."""
        if path in self.removed or path in self._emptied:
            return None
        if not self.moves:
            return path
        holding = [move for move in self.moves if is_within(path, move.new)]
        move = max(holding, key=lambda move: len(move.new), default=None)
        base_path = path if move is None else move.old + path[len(move.new) :]
        return base_path if moved(base_path, self.moves) == path else None

    def _find_emptied(self) -> frozenset[str]:
        emptied: set[str] = set()
        above = {parent for path in self.removed for parent in parents(path) if parent}
        for directory in sorted(above, key=lambda path: (-path.count("/"), path)):
            inside = (posixpath.join(directory, name) for name in self.base.entries(directory))
            if self.texts.kind(directory) is None and all(p in self.removed or p in emptied for p in inside):
                emptied.add(directory)
        return frozenset(emptied)


_NONE_JOINED: tuple[Mapping[str, str], Mapping[str, str], Mapping[str, str]] = ({}, {}, {})


def _joined(found: Mapping[str, str], laid_over: Mapping[str, str]) -> Mapping[str, str]:
    """A listing with the entries that lie over it.

    What lies over a link may resolve to the link's target, so that the link counts, too.
    """
    both = {name: f"{found[name]} below {kind}" for name, kind in laid_over.items() if found.get(name) == "link"}
    return {**found, **laid_over, **both}
