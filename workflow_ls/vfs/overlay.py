"""Files over other files: some with another text, some new, some removed, some renamed."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping, Sequence

from workflow_ls.records import record
from workflow_ls.vfs.files import Files, Kind, MemoryFiles, Query, is_within, parents


@record
class Move:
    """A file or directory that gets another path; both are relative to the workspace root."""

    old: str
    new: str


def moved(path: str, moves: Sequence[Move]) -> str:
    """Where a path is after the moves; the innermost move that holds the path counts."""
    holding = [move for move in moves if is_within(path, move.old)]
    if not holding:
        return path
    move = max(holding, key=lambda move: len(move.old))
    return move.new + path[len(move.old) :]


class EditedFiles:
    """The files of `base` after edits; implements `Files`.

    `moves` rename first, then `removed` are taken away, then `texts` lie over what is left, or beside it.  A directory
    goes with the last file in it.
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

    def put(self, path: str, text: bytes) -> None:
        """Lay a text over the file at `path`."""
        self.texts.put(path, text)

    def drop(self, path: str) -> None:
        """Take the text over the file at `path` away."""
        self.texts.drop(path)

    def read(self, path: str) -> bytes | None:
        if path in self.texts.paths:
            return self.texts.read(path)
        before = self._before(path)
        return None if before is None else self.base.read(before)

    def kind(self, path: str) -> Kind | None:
        found = self.texts.kind(path)
        if found is not None:
            return found
        before = self._before(path)
        found = None if before is None else self.base.kind(before)
        if found is None and path not in self.removed and any(is_within(move.new, path) for move in self.moves):
            return "directory"  # on the way to what a move brings
        return found

    def entries(self, path: str) -> Sequence[str]:
        before = self._before(path)
        names = set() if before is None else set(self.base.entries(before))
        if self.removed or self.moves:
            names = {name for name in names if self._before(posixpath.join(path, name)) is not None}
            prefix = f"{path}/" if path else ""
            brought = {move.new[len(prefix) :].partition("/")[0] for move in self.moves if move.new.startswith(prefix)}
            names |= {name for name in brought if self.kind(prefix + name) is not None}
        return sorted(names.union(self.texts.entries(path)))

    def listing(self, path: str) -> Mapping[str, str]:
        if not self.removed and not self.moves:
            laid_over = self.texts.listing(path)
            found = self.base.listing(path)
            # What lies over a link may resolve to where the link leads, so that the link counts, too.
            both = {
                name: f"{found[name]} below {kind}" for name, kind in laid_over.items() if found.get(name) == "link"
            }
            return {**found, **laid_over, **both} if laid_over else found
        prefix = f"{path}/" if path else ""
        return {name: self.kind(prefix + name) or "link" for name in self.entries(path)}

    def links(self) -> Mapping[str, str | None]:
        return self.base.links()

    def real(self, path: str) -> str | None:
        before = self._before(path)
        found = None if before is None else self.base.real(before)
        if found is not None:
            found = moved(found, self.moves)
            if self._before(found) is not None:
                return found
        return path if self.kind(path) is not None else None

    def search(self, queries: Sequence[Query]) -> Sequence[str]:
        found = (moved(path, self.moves) for path in self.base.search(queries))
        kept = {path for path in found if path not in self.texts.paths and path not in self.removed}
        return sorted(kept.union(self.texts.search(queries)))

    def _before(self, path: str) -> str | None:
        """The path in `base` of what is at `path`; None where nothing of `base` is."""
        if path in self.removed or path in self._emptied:
            return None
        if not self.moves:
            return path
        arrived = [move for move in self.moves if is_within(path, move.new)]
        move = max(arrived, key=lambda move: len(move.new), default=None)
        before = path if move is None else move.old + path[len(move.new) :]
        return before if moved(before, self.moves) == path else None

    def _find_emptied(self) -> frozenset[str]:
        emptied: set[str] = set()
        above = {parent for path in self.removed for parent in parents(path) if parent}
        for directory in sorted(above, key=lambda path: (-path.count("/"), path)):
            inside = (posixpath.join(directory, name) for name in self.base.entries(directory))
            if self.texts.kind(directory) is None and all(p in self.removed or p in emptied for p in inside):
                emptied.add(directory)
        return frozenset(emptied)
