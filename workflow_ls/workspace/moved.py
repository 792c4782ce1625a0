"""The files of a workspace as they will be after some were renamed or moved."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from workflow_ls.records import dataclass
from workflow_ls.workspace.files import Files, Kind, Query, is_within


@dataclass(frozen=True, slots=True)
class Move:
    """A file or directory that gets another path; both are relative to the workspace root."""

    old: str
    new: str


def moved(path: str, moves: Sequence[Move]) -> str:
    """Where a path is after the moves; the innermost move of those that hold it counts."""
    holding = [move for move in moves if is_within(path, move.old)]
    if not holding:
        return path
    move = max(holding, key=lambda move: len(move.old))
    return move.new + path[len(move.old) :]


class MovedFiles:
    """Files after moves; implements `Files`, but for searches: nobody looks for what is not there yet."""

    def __init__(self, below: Files, moves: Sequence[Move]) -> None:
        self._below = below
        self._moves = moves

    def read(self, path: str) -> bytes | None:
        before = self._before(path)
        return None if before is None else self._below.read(before)

    def kind(self, path: str) -> Kind | None:
        before = self._before(path)
        found = None if before is None else self._below.kind(before)
        return found or ("directory" if any(is_within(move.new, path) for move in self._moves) else None)

    def entries(self, path: str) -> Sequence[str]:
        before = self._before(path)
        names = set() if before is None else set(self._below.entries(before))
        kept = {name for name in names if self._before(posixpath.join(path, name)) is not None}
        prefix = f"{path}/" if path else ""
        new = {move.new[len(prefix) :].partition("/")[0] for move in self._moves if move.new.startswith(prefix)}
        return sorted(kept | new)

    def real(self, path: str) -> str | None:
        before = self._before(path)
        real = None if before is None else self._below.real(before)
        if real is None:
            return path if self.kind(path) is not None else None
        return moved(real, self._moves)

    def search(self, queries: Sequence[Query]) -> Sequence[str]:  # noqa: ARG002 - the interface's signature
        return ()

    def _before(self, path: str) -> str | None:
        """Where what will be at a path is now; None where nothing will be."""
        arrived = [move for move in self._moves if is_within(path, move.new)]
        move = max(arrived, key=lambda move: len(move.new), default=None)
        before = path if move is None else move.old + path[len(move.new) :]
        return before if moved(before, self._moves) == path else None
