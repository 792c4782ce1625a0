"""The state of a workspace as signatures, by which a later run knows that nothing changed without reading a file.

It has the signature of each directory that a search enters, of each file in them, and of whatever else was read; what
the work trees around it say; and where its links lead.  As in git, a signature counts only if it is older than the
look at the content: what was written since may be written again, and leave the same one.
"""

# Paths are strings here: these lines run for each file of a workspace.
# ruff: noqa: PTH114, PTH118, PTH120

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Mapping
from time import monotonic_ns, time_ns
from typing import NamedTuple

from workflow_ls.vfs.git_process import exclude_file, read_plain, repository_of
from workflow_ls.vfs.linked_worktrees import is_linked_worktree, known_worktrees

GRACE = 2_000_000_000  # nanoseconds; the times of some file systems have steps of two seconds
_TOLERANCE = 100_000_000  # nanoseconds by which clocks may differ that are adjusted slowly
_LARGEST = 1_000_000  # bytes of a file of patterns
_ABSENT = (0, 0, 0, 0)


class TreeState(NamedTuple):
    """Signatures of a workspace: those of `paths`, below its root, are four numbers each in `signatures`.

    `around` is what counts above the root, and `links` has the targets of symbolic links.
    """

    paths: list[str]
    signatures: bytes
    around: str
    links: Mapping[str, str | None]


class ChangedTree(NamedTuple):
    """A workspace of which only some texts are others than in an earlier state.

    `signatures` are the present ones of the paths of the state, from before anything was read.
    """

    state: TreeState
    changed: tuple[str, ...]
    signatures: bytes


class Beginning(NamedTuple):
    """What was so before the first look at the files: the time, by both clocks, and what counts above the root."""

    time: int  # nanoseconds since the epoch
    monotonic: int
    above: str


def begin(root: str) -> Beginning:
    """The beginning of a look at the workspace at `root`, which is absolute and real."""
    return Beginning(time_ns(), monotonic_ns(), _above(root))


def take_state(root: str, read: Iterable[str], links: Iterable[str], beginning: Beginning) -> TreeState | None:
    """The state of a workspace; None if something in it can't be looked at, or is not surely older than `beginning`.

    `root` is absolute and real, `read` are paths below it that count besides those of a search, and `links` the links
    that were followed.
    """
    from workflow_ls.vfs.walk import tree_of

    tree = tree_of(root)
    if tree is None:
        return None
    paths = list(dict.fromkeys((*tree[0], *tree[1], *read)))
    signatures = signatures_of(root, paths)
    if signatures is None or not are_older(signatures, beginning) or _above(root) != beginning.above:
        return None
    return TreeState(paths, signatures, _around(root, paths), {link: _target(root, link) for link in links})


def state_after(
    root: str, tree: ChangedTree, read: Iterable[str], links: Iterable[str], beginning: Beginning
) -> TreeState | None:
    """The present state of a tree in which some texts changed; None if these are not surely older than `beginning`.

    `read` and `links` are as in `take_state`, and those of the earlier state count as well.
    """
    before, known = tree.state, set(tree.state.paths)
    more = [path for path in dict.fromkeys(read) if path not in known]
    signatures = signatures_of(root, more)
    if signatures is None:
        return None
    wanted, numbers = set(tree.changed), memoryview(tree.signatures)
    written = b"".join(numbers[32 * n : 32 * n + 32] for n, path in enumerate(before.paths) if path in wanted)
    if not are_older(written + signatures, beginning) or _above(root) != beginning.above:
        return None
    all_links = {**before.links, **{link: _target(root, link) for link in links}}
    return TreeState([*before.paths, *more], tree.signatures + signatures, before.around, all_links)


def are_older(signatures: bytes, beginning: Beginning) -> bool:
    """Whether all that has these signatures is surely older than the beginning of a look."""
    times = memoryview(signatures).cast("Q")
    latest = max(max(times[0::4], default=0), max(times[1::4], default=0))
    # A clock that was set back gives what was written meanwhile an older time.
    was_set_back = time_ns() - beginning.time < monotonic_ns() - beginning.monotonic - _TOLERANCE
    return latest < beginning.time - GRACE and not was_set_back


def is_as_in(root: str, state: TreeState, seen: Seen) -> bool:
    """Whether a workspace is in this state still; `seen` gets the signatures."""
    return signatures_of(root, state.paths, seen) == state.signatures and is_around(root, state)


def is_around(root: str, state: TreeState) -> bool:
    """Whether the links of a state lead where they led, and what is around it is the same."""
    links = all(_target(root, link) == target for link, target in state.links.items())
    return links and _around(root, state.paths) == state.around


Seen = dict[str, tuple[int, int, int, int]]
"""Signatures by path, so that each is taken once."""


def signatures_of(root: str, paths: Iterable[str], seen: Seen | None = None) -> bytes | None:
    """The signatures of what is at some paths; None if something can't be looked at."""
    numbers, stat, base = array("Q"), os.stat, "/" if root == "/" else f"{root}/"
    add, known = numbers.extend, {} if seen is None else seen
    for path in paths:
        if path not in known:
            try:
                found = stat(base + path, follow_symlinks=False)
            except (FileNotFoundError, NotADirectoryError):
                known[path] = _ABSENT
            except OSError:
                return None
            else:
                known[path] = found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
        try:
            add(known[path])
        except OverflowError:
            return None  # a time before 1970, or after 2554
    return numbers.tobytes()


def _target(root: str, link: str) -> str | None:
    try:
        return os.path.realpath(os.path.join(root, link), strict=True)
    except (OSError, ValueError):
        return None


def _around(root: str, paths: Iterable[str]) -> str:
    """What counts of the repository around a workspace, and of the work trees in it."""
    nested = [path[:-5] for path in paths if path.endswith("/.git")]
    trees = [path for path in nested if is_linked_worktree(os.path.join(root, path))]
    return repr((_above(root), trees))


def _above(root: str) -> str:
    """What counts of the repository around a workspace, whatever is in the workspace."""
    top = repository_of(root)
    patterns = list[object]()
    directory = root
    while top is not None and directory != top:
        directory = os.path.dirname(directory)
        path = os.path.join(directory, ".gitignore")
        patterns.append((os.path.islink(path), read_plain(path, _LARGEST)))
    excluded = None if top is None else exclude_file(top)
    return repr((top, patterns, excluded and read_plain(excluded, _LARGEST), sorted(known_worktrees(root))))
