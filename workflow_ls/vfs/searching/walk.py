"""The search for candidate files without git: a walk with git's semantics of `.gitignore` files."""

# Paths are strings here: these lines run for each directory and file of a workspace.
# ruff: noqa: PTH114, PTH118, PTH123

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping, Sequence

from workflow_ls.vfs.access import failure, obstacle
from workflow_ls.vfs.files import Kind, Query, encodings, is_within
from workflow_ls.vfs.git.git_process import NOT_UTF8, exclude_file, is_utf8, read_plain, repository_of, shown_path
from workflow_ls.vfs.git.linked_worktrees import is_linked_worktree
from workflow_ls.vfs.interruption import checkpoint
from workflow_ls.vfs.searching.gitignore import Pattern, parse, verdict

# The patterns in effect, nearest last; the number is how many bytes of a path precede the part that they match.
Rules = tuple[tuple[int, tuple[Pattern, ...]], ...]

_PIECE = 1 << 20
_LARGEST = 1_000_000  # bytes of a file of patterns; a larger one is ignored


def walk(root: str, queries: Sequence[Query], unreadable: MutableMapping[str, str] | None = None) -> list[str]:
    """The files below `root` (absolute, real) that match any of the queries, unordered; `search.py` has the rules.

    `unreadable` gets the paths of what could not be read, each with the reason: directories ("." for `root`), files
    that may match, and files of patterns.
    """
    failed: MutableMapping[str, str] = {} if unreadable is None else unreadable
    prefix = prefix_below(ignore_top(root), root)
    endings = tuple({ending for query in queries for ending in query.endings})
    found: list[str] = []
    for directory, rules, others, _ in _directories(root, [query.under for query in queries], failed):
        active = [query for query in queries if is_within(directory, query.under)]
        for entry in others if active else ():
            path = f"{directory}/{entry.name}" if directory else entry.name
            if entry.name.endswith(endings) and _is("file", entry, path, failed):
                # Most files match no query, so a file is read before its path is matched with the ignore patterns.
                reasons: list[str] = []
                matches = _matches(entry, active, reasons)
                if (matches or reasons) and not _ignored(prefix + path, rules):
                    if not is_utf8(path):
                        failed[shown_path(path)] = NOT_UTF8
                    elif matches:
                        found.append(path)
                    else:
                        failed[path] = reasons[0]
    return found


def tree_of(root: str) -> tuple[list[str], list[str]] | None:
    """The directories below `root` ("" for itself) that a search enters, and the files in them; None if one can't be.

    The files are all regular files with a UTF-8 path, those that the patterns of their directory exclude as well.  Of
    a linked work tree, which a search does not enter, there is the file that says so.
    """
    failed: dict[str, str] = {}
    directories, files = list[str](), list[str]()
    for directory, _, others, is_elsewhere in _directories(root, ("",), failed):
        directories.append(directory)
        prefix = f"{directory}/" if directory else ""
        files += [f"{prefix}.git"] if is_elsewhere else ()
        files += (prefix + entry.name for entry in others if _is("file", entry, prefix + entry.name, failed))
    return None if failed else (directories, list(filter(is_utf8, files)))


def _directories(
    root: str, unders: Sequence[str], failed: MutableMapping[str, str]
) -> Iterator[tuple[str, Rules, list[os.DirEntry[str]], bool]]:
    """The directories that a search of these directories enters, with their patterns and what is no directory.

    A linked work tree is listed as well, as one that has nothing; the last part says that it is one.
    """
    top = ignore_top(root)
    prefix = prefix_below(top, root)
    pending = [("", _rules_above(top, prefix, failed))]
    while pending:
        checkpoint()
        directory, rules = pending.pop()
        rules = _with_rules_of(prefix + directory, top, rules, prefix, failed)
        is_active = any(is_within(directory, under) for under in unders)
        entries = _scan(os.path.join(root, directory), directory, failed)
        if directory and any(entry.name == ".git" for entry in entries) and is_linked_worktree(f"{root}/{directory}"):
            yield directory, rules, [], True
            continue
        others = list[os.DirEntry[str]]()
        for entry in entries:
            path = f"{directory}/{entry.name}" if directory else entry.name
            if not _is("directory", entry, path, failed):
                others.append(entry)
            elif (
                (is_active or any(is_within(under, path) for under in unders))
                and entry.name not in ("node_modules", ".git")
                and not _ignored(prefix + path + "/", rules)
            ):
                pending.append((path, rules))
        yield directory, rules, others, False


def ignore_top(root: str) -> str:
    """The directory whose `.gitignore` is the first that counts below `root` (absolute, real).

    It is the top of the repository that contains `root`.  If the repository ignores `root` itself, it is `root`, since
    a user who passes an ignored directory wants it searched.
    """
    top = repository_of(root)
    if top is None:
        return root
    unread: dict[str, str] = {}  # the walk meets them again
    rules = _rules_above(top, "", unread)
    directory = ""
    for name in filter(None, prefix_below(top, root).split("/")):
        rules = _with_rules_of(directory, top, rules, "", unread)
        directory += name + "/"
        if _ignored(directory, rules):
            return root
    return top


def is_excluded(root: str, path: str) -> bool:
    """Whether the patterns exclude what lies at `path`, relative to `root` (absolute, real), or a folder above it."""
    top = ignore_top(root)
    prefix = prefix_below(top, root)
    unread: dict[str, str] = {}  # a search meets them again
    rules = _rules_above(top, prefix, unread)
    directory = prefix
    is_folder = os.path.isdir(os.path.join(root, path))  # noqa: PTH112 - a string, as all paths here
    names = path.split("/")
    for index, name in enumerate(names):
        rules = _with_rules_of(directory, top, rules, prefix, unread)
        directory += name
        is_last = index + 1 == len(names)
        if _ignored(directory if is_last and not is_folder else f"{directory}/", rules):
            return True
        directory += "/"
    return False


def prefix_below(top: str, root: str) -> str:
    """The prefix of the paths below `root`, relative to `top`: "" or ending in "/"."""
    return "" if top == root else os.path.relpath(root, top).replace(os.sep, "/") + "/"


def _rules_above(top: str, prefix: str, failed: MutableMapping[str, str]) -> Rules:
    path = exclude_file(top)
    content = read_plain(path, _LARGEST) if path else None
    if path and content is None:
        _note(failed, ".git/info/exclude", obstacle(path))
    rules: Rules = ((0, parse(content)),) if content is not None else ()
    directory = ""
    for name in filter(None, prefix.split("/")):
        rules = _with_rules_of(directory, top, rules, prefix, failed)
        directory += name + "/"
    return rules


def _with_rules_of(directory: str, top: str, rules: Rules, prefix: str, failed: MutableMapping[str, str]) -> Rules:
    """`rules` and those of the `.gitignore` in `directory`, which is relative to `top`; `prefix` is of the root."""
    path = os.path.join(top, directory, ".gitignore")
    # git does not follow a `.gitignore` that is a symbolic link.
    is_link = os.path.islink(path)
    content = None if is_link else read_plain(path, _LARGEST)
    if content is None:
        if not is_link and os.path.lexists(path):
            _note(failed, _relative(directory, prefix), obstacle(path))
        return rules
    directory = directory.rstrip("/")
    return (*rules, (len(os.fsencode(directory)) + 1 if directory else 0, parse(content)))


def _note(failed: MutableMapping[str, str], path: str, reason: str | None) -> None:
    if reason is not None and is_utf8(path):
        failed[path] = reason


def _relative(directory: str, prefix: str) -> str:
    """The `.gitignore` of a directory below the top of the repository, as a path from the root of the walk."""
    path = f"{directory.rstrip('/')}/.gitignore".lstrip("/")
    above = "../" * prefix[len(directory) :].count("/") if prefix.startswith(directory) else ""
    return f"{above}.gitignore" if above else path[len(prefix) :]


def _ignored(path: str, rules: Rules) -> bool:
    encoded = os.fsencode(path.rstrip("/"))
    for start, patterns in reversed(rules):
        ignored = verdict(patterns, encoded[start:], directory=path.endswith("/"))
        if ignored is not None:
            return ignored
    return False


def _scan(absolute: str, directory: str, failed: MutableMapping[str, str]) -> list[os.DirEntry[str]]:
    listed: list[os.DirEntry[str]] = []
    try:
        with os.scandir(absolute) as entries:
            listed += entries
    except OSError as error:
        _note(failed, directory or ".", failure(error))
    return listed


def _is(kind: Kind, entry: os.DirEntry[str], path: str, failed: MutableMapping[str, str]) -> bool:
    """Whether the entry at `path` is a directory, or a regular file; a file system that has to be asked may fail."""
    try:
        return entry.is_dir(follow_symlinks=False) if kind == "directory" else entry.is_file(follow_symlinks=False)
    except OSError as error:
        _note(failed, path, failure(error))
        return False


def _matches(entry: os.DirEntry[str], queries: Sequence[Query], reasons: list[str]) -> bool:
    needles: list[str] = []
    for query in queries:
        if entry.name.endswith(query.endings):
            if not all(query.needles) or not query.needles:
                return True
            needles += query.needles
    return bool(needles) and _contains(entry.path, needles, reasons)


def _contains(path: str, needles: Sequence[str], reasons: list[str]) -> bool:
    """Whether a file contains any of the needles; `reasons` gets why it can't be read."""
    try:
        return file_holds_any(path, needles)
    except OSError as error:
        reason = failure(error)
        if reason is not None:
            reasons.append(reason)
    return False


def file_holds_any(path: str, needles: Sequence[str]) -> bool:
    """As `holds_any`, of a file on the disk, which is read in pieces, since it may be of any size; raises OSError."""
    overlap = 0
    encoded, tail = list[bytes](), b""
    with open(path, "rb", buffering=0) as file:
        checkpoint()
        while piece := file.read(_PIECE):
            if not encoded:
                encoded = [each for needle in needles for each in encodings(needle, piece)]
                overlap = max(map(len, encoded)) - 1
            joined = tail + piece
            if any(needle in joined for needle in encoded):
                return True
            tail = joined[-overlap:] if overlap else b""
    return False
