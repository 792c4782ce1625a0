"""Which files of a workspace have another text than in a state that was kept, where nothing else is different."""

# Paths are strings here: these lines run for each file of a workspace.
# ruff: noqa: PTH116

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping, Sequence

from workflow_ls.vfs.disk import DiskFiles
from workflow_ls.vfs.files import Query
from workflow_ls.vfs.tree_state import TreeState, is_around

_PATTERNS = ".gitignore"


def listing_digest(listing: Mapping[str, str]) -> str:
    """A text that differs for listings of directories that differ, and is the same in every process."""
    from hashlib import blake2b

    return blake2b(repr(sorted(listing.items())).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def changed_files(root: str, state: TreeState, listings: Mapping[str, str], now: bytes) -> list[str] | None:
    """The files that were written since a state; None if anything else is different: a listing, a link, a pattern.

    `listings` are the digests of the directories that were listed; `now` are the present signatures of the paths.
    """
    old, new = state.signatures, now
    if len(old) != len(new) or not is_around(root, state):
        return None
    changed = [n for n in range(len(state.paths)) if old[32 * n : 32 * n + 32] != new[32 * n : 32 * n + 32]]
    files, directories = list[str](), list[str]()
    for number in changed:
        path = state.paths[number]
        # What came or went, or is no directory or regular file, changes more than a text.
        if not any(old[32 * number : 32 * number + 32]) or path.rpartition("/")[2] == _PATTERNS:
            return None
        try:
            mode = os.stat(f"{root}/{path}", follow_symlinks=False).st_mode
        except OSError:
            return None
        if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
            return None
        (directories if stat.S_ISDIR(mode) else files).append(path)
    if not directories:
        return files
    return files if _have_same_entries(root, state.paths, listings, directories, files) else None


def _have_same_entries(
    root: str, paths: Iterable[str], listings: Mapping[str, str], directories: Sequence[str], files: Sequence[str]
) -> bool:
    """Whether these directories have the entries that they had, as far as a search or a listing sees them."""
    disk, known = DiskFiles(root), dict[str, set[str]]()
    for path in paths:
        parent, _, name = path.rpartition("/")
        if path:
            known.setdefault(parent, set()).add(name)
    if any(path in known or path in listings for path in files):
        return False
    for directory in directories:
        found = disk.listing(directory)
        if directory not in known and directory not in listings:
            return False  # it may have been a file
        if directory in listings and listing_digest(found) != listings[directory]:
            return False
        names = known.get(directory, set())
        if any(found.get(name) in (None, "link") for name in names):
            return False
        skipped = {"node_modules", *(() if directory else (".git",))}
        if any(kind != "link" and name not in names | skipped for name, kind in found.items()):
            return False
    return not disk.unreadable()


def found_now(
    searches: Mapping[tuple[Query, ...], Sequence[str]], files: DiskFiles, changed: Sequence[str]
) -> dict[tuple[Query, ...], Sequence[str]]:
    """What searches find now that found this before only these files changed; without those that have to be made anew.

    Whether a file is ignored is known of one that was found.
    """
    texts = {path: files.read(path) for path in changed}
    found = dict[tuple[Query, ...], Sequence[str]]()
    for queries, before in searches.items():
        paths, is_known = set(before), True
        for path, text in texts.items():
            is_found = text is not None and any(query.matches(path, text) for query in queries)
            if is_found and path not in paths:
                is_known = False
            elif not is_found:
                paths.discard(path)
        if is_known:
            found[queries] = tuple(sorted(paths))
    return found
