"""The state of a workspace as signatures, by which a later run knows that nothing changed without reading a file.

It has the signature of each directory that a search enters, of each file in them, and of whatever else was read; what
the work trees around it say; and where its links lead.  As in git, a signature counts only if it is older than the
look at the content: what was written since may be written again, and leave the same one.
"""

# Paths are strings here: these lines run for each file of a workspace.
# ruff: noqa: PTH114, PTH116, PTH118, PTH120

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from stat import S_IFMT, S_ISDIR, S_ISREG
from time import monotonic_ns, time_ns
from typing import NamedTuple

from workflow_ls.vfs.git.git_process import exclude_file, read_plain, repository_of
from workflow_ls.vfs.git.linked_worktrees import is_linked_worktree, known_worktrees

GRACE = 2_000_000_000  # nanoseconds; the times of some file systems have steps of two seconds
_TOLERANCE = 100_000_000  # nanoseconds by which clocks may differ that are adjusted slowly
_LARGEST = 1_000_000  # bytes of a file of patterns
_ABSENT = (0, 0, 0, 0)
_SIZE = 32  # bytes of a signature
_FRESH = b"\xff" * _SIZE  # of no file: its times would be in the 26th century
_MOST_FRESH = 20
_TICK = 20_000_000  # nanoseconds, more than a step of the clock of a usual file system
_LARGEST_FRESH = 10_000_000


class TreeState(NamedTuple):
    """Signatures of a workspace: those of `paths`, below its root, are four numbers each in `signatures`.

    `around` is what counts above the root, and `links` has the targets of symbolic links.  `fresh` are the files and
    directories that were written just before, with the digests of what they hold: these count in the place of their
    signatures.
    """

    paths: list[str]
    signatures: bytes
    around: str
    links: Mapping[str, str | None]
    fresh: Mapping[str, str] = {}


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


Texts = Callable[[str], "bytes | None"]
"""The text of a file as it was read, by its real path; None for one that was not."""


def take_state(
    root: str, read: Iterable[str], links: Iterable[str], beginning: Beginning, texts: Texts
) -> TreeState | None:
    """The state of a workspace; None if something in it can't be looked at, or may be another than what was read.

    `root` is absolute and real, `read` are paths below it that count besides those of a search, and `links` the links
    that were followed.  Of a few files that are not surely older than `beginning` the texts count.
    """
    from workflow_ls.vfs.searching.walk import tree_of

    tree = tree_of(root)
    if tree is None:
        return None
    paths = list(dict.fromkeys((*tree[0], *tree[1], *read)))
    signatures = signatures_of(root, paths)
    found = None if signatures is None else _with_fresh(root, paths, signatures, beginning, texts)
    if found is None or _above(root) != beginning.above:
        return None
    return TreeState(paths, found[0], _around(root, paths), {link: _target(root, link) for link in links}, found[1])


def state_after(
    root: str, tree: ChangedTree, read: Iterable[str], links: Iterable[str], beginning: Beginning, texts: Texts
) -> TreeState | None:
    """The present state of a tree in which some texts changed; None where `take_state` has none.

    `read` and `links` are as in `take_state`, and those of the earlier state count as well.
    """
    before, known = tree.state, set(tree.state.paths)
    more = [path for path in dict.fromkeys(read) if path not in known]
    # What was fresh then may be old by now, or written since its digest was taken.
    numbers = range(len(before.paths) if before.fresh else 0)
    fresh = [number for number in numbers if tree.signatures[_slice(number)] == _FRESH]
    present, signatures = signatures_of(root, [before.paths[number] for number in fresh]), signatures_of(root, more)
    if present is None or signatures is None:
        return None
    kept = bytearray(tree.signatures)
    for place, number in enumerate(fresh):
        kept[_slice(number)] = present[_slice(place)]
    paths = [*before.paths, *more]
    found = _with_fresh(root, paths, bytes(kept) + signatures, beginning, texts)
    if found is None or _above(root) != beginning.above:
        return None
    all_links = {**before.links, **{link: _target(root, link) for link in links}}
    return TreeState(paths, found[0], before.around, all_links, found[1])


def _with_fresh(
    root: str, paths: Sequence[str], signatures: bytes, beginning: Beginning, texts: Texts
) -> tuple[bytes, dict[str, str]] | None:
    """Signatures without those of fresh files, and the digests of these; None where one may change still, or of many.

    What a search has looked at is not read: its text is what it was then, while its signature is the same.
    """
    # A clock that was set back gives what was written meanwhile an older time.
    if time_ns() - beginning.time < monotonic_ns() - beginning.monotonic - _TOLERANCE:
        return None
    times, limit = memoryview(signatures).cast("Q"), beginning.time - GRACE
    if max(max(times[0::4], default=0), max(times[1::4], default=0)) < limit:
        return signatures, {}
    kept, fresh = bytearray(signatures), dict[str, str]()
    for number, path in enumerate(paths):
        if times[4 * number] >= limit or times[4 * number + 1] >= limit:
            written = times[4 * number], times[4 * number + 1]
            # Another write would have left another time, unless the clock of the file system has long steps.
            is_settled = max(written) < beginning.time - _TICK and all(each % 1_000_000_000 for each in written)
            if not is_settled or len(fresh) >= _MOST_FRESH:
                return None
            text = texts(path)
            digest = _digest_at(root, path) if text is None else _digest(text)
            if digest is None or (text is None and signatures_of(root, [path]) != signatures[_slice(number)]):
                return None
            fresh[path] = digest
            kept[_slice(number)] = _FRESH
    return bytes(kept), fresh


def _slice(number: int) -> slice:
    """Where the signature of the path of a number is."""
    return slice(_SIZE * number, _SIZE * (number + 1))


def present_signatures(root: str, state: TreeState, seen: Seen) -> bytes | None:
    """The present signatures of the paths of a state, as it has them: a fresh file with its text has no other one."""
    found = signatures_of(root, state.paths, seen)
    if found is None or not state.fresh:
        return found
    kept, wanted = bytearray(found), {path for path, digest in state.fresh.items() if _digest_at(root, path) == digest}
    for number, path in enumerate(state.paths) if wanted else ():
        if path in wanted:
            kept[_slice(number)] = _FRESH
    return bytes(kept)


def _digest(text: bytes) -> str:
    from hashlib import blake2b

    return blake2b(text, digest_size=32).hexdigest()


def _digest_at(root: str, path: str) -> str | None:
    """The digest of what is at a path now: of a text, or of names and kinds in a directory; None for anything else."""
    place = os.path.join(root, path)
    try:
        mode = os.stat(place, follow_symlinks=False).st_mode
        if not S_ISDIR(mode):
            # A link may lead out of the root.
            text = read_plain(place, _LARGEST_FRESH) if S_ISREG(mode) else None
            return None if text is None else _digest(text)
        # An editor that puts a new file in the place of the old one writes into the directory, too.
        with os.scandir(place) as entries:
            kinds = sorted((each.name, S_IFMT(each.stat(follow_symlinks=False).st_mode)) for each in entries)
    except OSError:
        return None
    return _digest(b"directory\0" + repr(kinds).encode("utf-8", "surrogateescape"))


def is_as_in(root: str, state: TreeState, seen: Seen) -> bool:
    """Whether a workspace is in this state still; `seen` gets the signatures."""
    return present_signatures(root, state, seen) == state.signatures and is_around(root, state)


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
