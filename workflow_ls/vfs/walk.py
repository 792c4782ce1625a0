"""The search for candidate files without git: a walk with git's semantics of `.gitignore` files."""

# Paths are strings here: these lines run for each directory and file of a workspace.
# ruff: noqa: PTH114, PTH118, PTH123

from __future__ import annotations

import os
from collections.abc import Sequence

from workflow_ls.vfs.files import Query, is_within
from workflow_ls.vfs.git_process import exclude_file, is_utf8, read_plain, repository_of
from workflow_ls.vfs.gitignore import Pattern, parse, verdict
from workflow_ls.vfs.interruption import checkpoint

# The patterns in effect, nearest last; the number is how many bytes of a path precede the part that they match.
Rules = tuple[tuple[int, tuple[Pattern, ...]], ...]

_PIECE = 1 << 20
_LARGEST = 1_000_000  # bytes of a file of patterns; a larger one is ignored


def walk(root: str, queries: Sequence[Query]) -> list[str]:
    """The files below `root` (absolute, real) that match any of the queries, unordered; `search.py` has the rules."""
    top = ignore_top(root)
    prefix = prefix_below(top, root)
    endings = tuple({ending for query in queries for ending in query.endings})
    found: list[str] = []
    pending = [("", _rules_above(top, prefix))]
    while pending:
        checkpoint()
        directory, rules = pending.pop()
        rules = _with_rules_of(prefix + directory, top, rules)
        active = [query for query in queries if is_within(directory, query.under)]
        for entry in _scan(os.path.join(root, directory)):
            path = f"{directory}/{entry.name}" if directory else entry.name
            if entry.is_dir(follow_symlinks=False):
                may_contain = active or any(is_within(query.under, path) for query in queries)
                if (
                    may_contain
                    and entry.name not in ("node_modules", ".git")
                    and not _ignored(prefix + path + "/", rules)
                ):
                    pending.append((path, rules))
            elif (
                active
                and entry.name.endswith(endings)
                and entry.is_file(follow_symlinks=False)
                # Most files match no query, so a file is read before its path is matched with the ignore patterns.
                and _matches(entry, active)
                and not _ignored(prefix + path, rules)
                and is_utf8(path)
            ):
                found.append(path)
    return found


def ignore_top(root: str) -> str:
    """The directory whose `.gitignore` is the first that counts below `root` (absolute, real).

    It is the top of the repository that contains `root`.  If the repository ignores `root` itself, it is `root`, since
    a user who passes an ignored directory wants it searched.
    """
    top = repository_of(root)
    if top is None:
        return root
    rules = _rules_above(top, "")
    directory = ""
    for name in filter(None, prefix_below(top, root).split("/")):
        rules = _with_rules_of(directory, top, rules)
        directory += name + "/"
        if _ignored(directory, rules):
            return root
    return top


def prefix_below(top: str, root: str) -> str:
    """The prefix of the paths below `root`, relative to `top`: "" or ending in "/"."""
    return "" if top == root else os.path.relpath(root, top).replace(os.sep, "/") + "/"


def _rules_above(top: str, prefix: str) -> Rules:
    path = exclude_file(top)
    rules: Rules = ((0, parse(read_plain(path, _LARGEST) or b"")),) if path else ()
    directory = ""
    for name in filter(None, prefix.split("/")):
        rules = _with_rules_of(directory, top, rules)
        directory += name + "/"
    return rules


def _with_rules_of(directory: str, top: str, rules: Rules) -> Rules:
    """`rules` and those of the `.gitignore` in `directory`, which is relative to `top`."""
    path = os.path.join(top, directory, ".gitignore")
    # git does not follow a `.gitignore` that is a symbolic link.
    content = None if os.path.islink(path) else read_plain(path, _LARGEST)
    if content is None:
        return rules
    directory = directory.rstrip("/")
    return (*rules, (len(os.fsencode(directory)) + 1 if directory else 0, parse(content)))


def _ignored(path: str, rules: Rules) -> bool:
    encoded = os.fsencode(path.rstrip("/"))
    for start, patterns in reversed(rules):
        ignored = verdict(patterns, encoded[start:], directory=path.endswith("/"))
        if ignored is not None:
            return ignored
    return False


def _scan(directory: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as entries:
            return list(entries)
    except OSError:
        return []


def _matches(entry: os.DirEntry[str], queries: Sequence[Query]) -> bool:
    needles: list[bytes] = []
    for query in queries:
        if entry.name.endswith(query.endings):
            if not all(query.needles) or not query.needles:
                return True
            needles += (needle.encode() for needle in query.needles)
    return bool(needles) and _contains(entry.path, needles)


def _contains(path: str, needles: Sequence[bytes]) -> bool:
    """Whether a file contains any of the needles; it is read in pieces, since it may be of any size."""
    overlap = max(map(len, needles)) - 1
    try:
        with open(path, "rb", buffering=0) as file:
            tail = b""
            checkpoint()
            while piece := file.read(_PIECE):
                if any(needle in tail + piece for needle in needles):
                    return True
                tail = (tail + piece)[-overlap:] if overlap else b""
    except OSError:
        pass
    return False
