"""A change of many files that happens as a whole: whoever starts next finishes what a killed run began, or forgets it.

The new texts are staged in a directory of the root, then a journal beside them says what goes where: from the moment
that it is there, the change is decided, and each step of it can be made twice.  Before that, nothing is touched.
"""

# Paths are strings here, as in the core; pathlib has no counterpart of most of these calls.
# ruff: noqa: PTH102, PTH103, PTH105, PTH106, PTH108, PTH112, PTH114, PTH118, PTH120, PTH208

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import Any, Literal

from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.git_index import stage_moves
from workflow_ls.cli.preflight import PLAIN, check_files, content_of, open_plainly
from workflow_ls.cli.write import fill, keep_attributes, sync_directory
from workflow_ls.vfs.git import is_inside

if sys.platform != "win32":
    import fcntl

DIRECTORY = ".workflow-ls-cutover"
_JOURNAL, _LOCK = "journal.json", "lock"


def is_pending(root: str | os.PathLike[str]) -> bool:
    """Whether a change was decided on and is not finished: some of its files are as before, some as after it."""
    return os.path.lexists(os.path.join(root, DIRECTORY, _JOURNAL))


def change_all(
    root: str | os.PathLike[str],
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    renamed: Mapping[str, str],
) -> str | None:
    """Make the files of `before` those of `after`; paths are relative to `root`.

    A path that is in `before` only goes, one that is in `after` only must not be there yet, and `renamed` tells which
    of those that go come back under another path, with their mode and their place in git's index.  Directories that
    get empty go, too.  Raises UsageError, with nothing changed, where a file is not as in `before` or can't be
    written.  Returns why git could not be told of the moves, None where all is well.
    """
    top = os.path.realpath(root)
    check_files(top, before, after)
    with _locked(top, create=True) as directory:
        try:
            staged = _stage(top, directory, before, after, renamed)
            # As late as can be: what happens between this look and the last file goes unseen.
            check_files(top, before, after)
            _commit(directory, staged)
        except UsageError:
            _clear(directory)
            raise
        except OSError as error:
            _clear(directory)
            raise UsageError(f"{DIRECTORY} can't be written: {error.strerror}; nothing was changed") from error
        return _apply(top, directory, staged)


def recover(root: str | os.PathLike[str]) -> Literal["finished", "rolled back"] | None:
    """Finish what a killed run had decided on, or drop what it had only staged; None where there is nothing of it.

    Raises UsageError where another run is at it, or where a file was changed meanwhile.
    """
    top = os.path.realpath(root)
    if not os.path.lexists(os.path.join(top, DIRECTORY)):
        return None
    with _locked(top, create=False) as directory:
        try:
            with open(os.path.join(directory, _JOURNAL), "rb", opener=open_plainly) as file:
                journal: dict[str, Any] = json.load(file)
        except FileNotFoundError:
            _clear(directory)
            return "rolled back"
        except (OSError, ValueError, RecursionError) as error:
            raise UsageError(
                f"{DIRECTORY}/{_JOURNAL} can't be read ({error}); restore the files and remove it"
            ) from error
        if not _is_own(top, directory, journal):
            raise UsageError(f"{DIRECTORY}/{_JOURNAL} is none that `workflow-ls cutover` writes; remove {DIRECTORY}")
        _check_pending(top, directory, journal)
        problem = _apply(top, directory, journal)
        if problem is not None:
            print(f"workflow-ls: the moves are not in git's index: {problem}", file=sys.stderr)
        return "finished"


@contextmanager
def _locked(top: str, *, create: bool) -> Iterator[str]:
    """The directory of the journal, which no other run has open."""
    directory = os.path.join(top, DIRECTORY)
    if create:
        try:
            os.mkdir(directory, 0o700)
        except FileExistsError as error:
            raise UsageError(f"{DIRECTORY} is there: another run is at work, or was; start again") from error
        except OSError as error:
            raise UsageError(f"{DIRECTORY} can't be made in {top}: {error.strerror}; nothing was changed") from error
    if os.path.islink(directory) or not os.path.isdir(directory):
        raise UsageError(f"{DIRECTORY} is no directory; remove it")
    try:
        descriptor = os.open(os.path.join(directory, _LOCK), os.O_RDWR | os.O_CREAT | PLAIN, 0o600)
    except OSError as error:
        raise UsageError(f"{DIRECTORY}/{_LOCK} can't be opened: {error.strerror}; remove {DIRECTORY}") from error
    try:
        if sys.platform != "win32":
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise UsageError("another `workflow-ls cutover` is at work here") from error
        yield directory
    finally:
        os.close(descriptor)


def _stage(
    top: str, directory: str, before: Mapping[str, bytes], after: Mapping[str, bytes], renamed: Mapping[str, str]
) -> dict[str, Any]:
    came = {new: old for old, new in renamed.items()}
    writes = list[dict[str, object]]()
    umask = os.umask(0)
    os.umask(umask)
    for number, (path, text) in enumerate(after.items()):
        # A file that was moved keeps its mode, also where it takes the place of another.
        model = came.get(path, path if path in before else None)
        descriptor = os.open(os.path.join(directory, str(number)), os.O_WRONLY | os.O_CREAT | os.O_EXCL | PLAIN, 0o600)
        try:
            fill(descriptor, text)
            if model is not None:
                keep_attributes(descriptor, os.path.join(top, model))
            elif sys.platform != "win32":
                os.fchmod(descriptor, 0o666 & ~umask)
        finally:
            os.close(descriptor)
        was = _digest(before[path]) if path in before else None
        writes.append({"path": path, "staged": str(number), "before": was, "after": _digest(text)})
    # All are synced after all are written, which the system does in one go.
    for entry in writes:
        descriptor = os.open(os.path.join(directory, str(entry["staged"])), os.O_RDONLY | PLAIN)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    deletes = [{"path": path, "before": _digest(text)} for path, text in before.items() if path not in after]
    return {"version": 1, "writes": writes, "deletes": deletes, "renamed": dict(renamed)}


def _digest(text: bytes) -> str:
    return sha256(text).hexdigest()


def _commit(directory: str, journal: Mapping[str, Any]) -> None:
    temporary = os.path.join(directory, f"{_JOURNAL}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | PLAIN, 0o600)
    try:
        fill(descriptor, json.dumps(journal, indent=1).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync_directory(directory)
    os.replace(temporary, os.path.join(directory, _JOURNAL))
    sync_directory(directory)
    sync_directory(os.path.dirname(directory))


def _is_own(top: str, directory: str, journal: Any) -> bool:
    """Whether a journal is such as `_stage` makes; one that came with the workspace might write anywhere."""
    try:
        writes, deletes, renamed = journal["writes"], journal["deletes"], journal["renamed"]
        paths = [*(entry["path"] for entry in (*writes, *deletes)), *renamed, *renamed.values()]
        digests = [*(entry["before"] for entry in (*writes, *deletes)), *(entry["after"] for entry in writes)]
        staged = [(str(entry["staged"]), entry["after"]) for entry in writes]
    except (LookupError, TypeError, AttributeError):
        return False
    return (
        all(isinstance(path, str) and _is_below(top, path) for path in paths)
        and all(digest is None or isinstance(digest, str) for digest in digests)
        and all(name.isdigit() and _holds(os.path.join(directory, name), after) for name, after in staged)
    )


def _is_below(top: str, path: str) -> bool:
    names = path.split("/")
    if any(name in ("", ".", "..") or name.lower() in (".git", DIRECTORY) for name in names):
        return False
    if any(character in path for character in "\0\\:" if character == "\0" or os.name == "nt"):
        return False
    return is_inside(os.path.realpath(os.path.join(top, os.path.dirname(path))), top)


def _holds(staged: str, digest: str) -> bool:
    """Whether a staged file holds what the journal says of it, or has been moved to its place already."""
    if not os.path.lexists(staged):
        return True
    content = content_of(staged)
    return content is not None and not os.path.islink(staged) and _digest(content) == digest


def _check_pending(top: str, directory: str, journal: Mapping[str, Any]) -> None:
    """Refuse to write over what somebody changed since the run was killed."""
    for entry in (*journal["writes"], *journal["deletes"]):
        content = content_of(os.path.join(top, entry["path"]))
        found = None if content is None else _digest(content)
        staged = entry.get("staged")
        done = staged is None or not os.path.lexists(os.path.join(directory, staged))
        if found not in (entry["before"], entry.get("after")) and not (staged is not None and done):
            raise UsageError(
                f"{entry['path']} was changed since a cutover was interrupted; bring back what it held, so that the "
                f"cutover can be finished, or remove {DIRECTORY} to leave the files as they are"
            )


def _apply(top: str, directory: str, journal: Mapping[str, Any]) -> str | None:
    path = ""
    try:
        directories = {top}
        for entry in journal["writes"]:
            path = entry["path"]
            target, staged = os.path.join(top, path), os.path.join(directory, entry["staged"])
            if os.path.lexists(staged):
                os.makedirs(os.path.dirname(target), exist_ok=True)
                os.replace(staged, target)
            directories.add(os.path.dirname(target))
        for entry in journal["deletes"]:
            path = entry["path"]
            target = os.path.join(top, path)
            with suppress(FileNotFoundError):
                os.unlink(target)
            _remove_empty(top, os.path.dirname(target))
        for changed in directories:
            sync_directory(changed)
    except OSError as error:
        raise UsageError(
            f"{path}: {error.strerror}; the cutover is half done, and the next `workflow-ls cutover` ends it"
        ) from error
    gone = [entry["path"] for entry in journal["deletes"]]
    problem = stage_moves(top, journal["renamed"], gone)
    _clear(directory)
    return problem


def _remove_empty(top: str, directory: str) -> None:
    """Remove a directory and those above it, as long as they are empty."""
    with suppress(OSError):
        while directory != top:
            os.rmdir(directory)
            directory = os.path.dirname(directory)


def _clear(directory: str) -> None:
    """Remove the journal, and only then what is beside it."""
    try:
        with suppress(FileNotFoundError):
            os.unlink(os.path.join(directory, _JOURNAL))
        sync_directory(directory)
        for name in os.listdir(directory):
            os.unlink(os.path.join(directory, name))
        os.rmdir(directory)
    except OSError as error:
        raise UsageError(f"{DIRECTORY} can't be removed: {error.strerror}; remove it") from error
    sync_directory(os.path.dirname(directory))
