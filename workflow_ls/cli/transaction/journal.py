"""A write-ahead journal: a change of many files that is made as a whole, or not at all.

The new texts are staged in a directory of the root, then a journal beside them names the path of each.  A change is
committed once the journal exists: if the process is killed after that, the next run repeats the steps, each of which
may be made twice; if it is killed before, the next run discards the staged texts, and no file has changed.
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
from workflow_ls.cli.transaction.git_index import stage_moves
from workflow_ls.cli.transaction.preflight import PLAIN, SOMETHING_ELSE, check_files, content_of, open_plainly, text_at
from workflow_ls.cli.transaction.write import fill, keep_attributes, sync_directory
from workflow_ls.vfs.git.git_process import is_inside

if sys.platform != "win32":
    import fcntl

DIRECTORY = ".workflow-ls-cutover"
_JOURNAL, _LOCK = "journal.json", "lock"
_UNCHANGED = "Nothing was changed."


def is_pending(root: str | os.PathLike[str]) -> bool:
    """Whether a change was committed and is not finished: some files may have changed, and others not."""
    return os.path.lexists(os.path.join(root, DIRECTORY, _JOURNAL))


def replace_files(
    root: str | os.PathLike[str],
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    renamed: Mapping[str, str],
) -> str | None:
    """Replace the files of `before` by those of `after`; paths are relative to `root`.

    A path that is only in `before` is deleted, with the directories that it leaves empty; one that is only in `after`
    must not exist yet.  `renamed` maps old paths to new ones: a renamed file keeps its mode and its entry in git's
    index.  Returns why git's index was not updated, None if it was.  Raises UsageError, with nothing changed, where a
    file differs from `before` or can't be written; and where the disk fails later, which `recover` then finishes.
    """
    top = os.path.realpath(root)
    check_files(top, before, after)
    with _locked(top, create=True) as directory:
        try:
            staged = _stage(top, directory, before, after, renamed)
            # As late as possible: what changes later is seen when its turn comes, and leaves the change half made.
            check_files(top, before, after)
            _commit(directory, staged)
        except UsageError:
            _clear(directory)
            raise
        except OSError as error:
            _clear(directory)
            raise UsageError(f"{DIRECTORY} can't be written: {error.strerror}. {_UNCHANGED}") from error
        return _apply(top, directory, staged)


def recover(root: str | os.PathLike[str]) -> Literal["finished", "rolled back"] | None:
    """Finish a change that a killed run had committed, or discard what it had staged; None if there is neither.

    Raises UsageError where another run holds the lock, where a file changed since then, and for an invalid journal.
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
                f"{DIRECTORY}/{_JOURNAL} can't be read ({error}). Restore the files with git, and delete {DIRECTORY}."
            ) from error
        if not _is_valid(top, directory, journal):
            raise UsageError(f"{DIRECTORY}/{_JOURNAL} is not a valid cutover journal. Delete {DIRECTORY}.")
        _check_pending(top, directory, journal)
        problem = _apply(top, directory, journal)
        if problem is not None:
            print(f"workflow-ls: git's index was not updated: {problem}", file=sys.stderr)
        return "finished"


@contextmanager
def _locked(top: str, *, create: bool) -> Iterator[str]:
    """The directory of the journal, locked against other runs; with `create`, it must not exist yet."""
    directory = os.path.join(top, DIRECTORY)
    if create:
        try:
            os.mkdir(directory, 0o700)
        except FileExistsError as error:
            raise UsageError(f"{DIRECTORY} exists: another cutover runs or was interrupted. Run again.") from error
        except OSError as error:
            raise UsageError(f"{DIRECTORY} can't be created in {top}: {error.strerror}. {_UNCHANGED}") from error
    if os.path.islink(directory) or not os.path.isdir(directory):
        raise UsageError(f"{DIRECTORY} is not a directory. Delete it.")
    try:
        descriptor = os.open(os.path.join(directory, _LOCK), os.O_RDWR | os.O_CREAT | PLAIN, 0o600)
    except OSError as error:
        raise UsageError(f"{DIRECTORY}/{_LOCK} can't be opened: {error.strerror}. Delete {DIRECTORY}.") from error
    try:
        if sys.platform != "win32":
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise UsageError("another `workflow-ls cutover` is running. Run again when it has ended.") from error
        yield directory
    finally:
        os.close(descriptor)


def _stage(
    top: str, directory: str, before: Mapping[str, bytes], after: Mapping[str, bytes], renamed: Mapping[str, str]
) -> dict[str, Any]:
    """Write the new texts to files in `directory`; returns the journal."""
    old_paths = {new: old for old, new in renamed.items()}
    writes = list[dict[str, object]]()
    umask = os.umask(0)
    os.umask(umask)
    for number, (path, text) in enumerate(after.items()):
        # A renamed file keeps its mode, also where it replaces another file.
        original = old_paths.get(path, path if path in before else None)
        descriptor = os.open(os.path.join(directory, str(number)), os.O_WRONLY | os.O_CREAT | os.O_EXCL | PLAIN, 0o600)
        try:
            fill(descriptor, text)
            if original is not None:
                keep_attributes(descriptor, os.path.join(top, original))
            elif sys.platform != "win32":
                os.fchmod(descriptor, 0o666 & ~umask)
        finally:
            os.close(descriptor)
        replaced = _digest(before[path]) if path in before else None
        writes.append({"path": path, "staged": str(number), "before": replaced, "after": _digest(text)})
    # Synced after all are written: the system then flushes them together.
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
    """Write the journal, so that it exists in full or not at all."""
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


def _is_valid(top: str, directory: str, journal: Any) -> bool:
    """Whether `_stage` can have made a journal; one that came with the workspace might write anywhere."""
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
        and all(name.isdigit() and _has_digest(os.path.join(directory, name), after) for name, after in staged)
    )


def _is_below(top: str, path: str) -> bool:
    names = path.split("/")
    if any(name in ("", ".", "..") or name.lower() in (".git", DIRECTORY) for name in names):
        return False
    if any(character in path for character in "\0\\:" if character == "\0" or os.name == "nt"):
        return False
    return is_inside(os.path.realpath(os.path.join(top, os.path.dirname(path))), top)


def _has_digest(staged: str, digest: str) -> bool:
    """Whether a staged file has the digest of the journal, or was moved to its path already."""
    if not os.path.lexists(staged):
        return True
    content = content_of(staged)
    return content is not None and not os.path.islink(staged) and _digest(content) == digest


def _check_pending(top: str, directory: str, journal: Mapping[str, Any]) -> None:
    """Raise UsageError for a file that changed since the run was killed."""
    for entry in (*journal["writes"], *journal["deletes"]):
        if "staged" not in entry or os.path.lexists(os.path.join(directory, entry["staged"])):
            try:
                _refuse_changed(top, entry)
            except OSError as error:
                raise _incomplete(entry["path"], error) from error


def _incomplete(path: str, error: OSError) -> UsageError:
    return UsageError(
        f"{path}: {error.strerror}. The cutover is incomplete; run `workflow-ls cutover` again to finish it."
    )


def _refuse_changed(top: str, entry: Mapping[str, Any]) -> None:
    """Raise UsageError where the path of an entry holds what neither was there before the change nor is there after.

    Raises OSError where the file can't be read.
    """
    text = text_at(os.path.join(top, entry["path"]))
    digest = None if text is None else _digest(text)
    if text is SOMETHING_ELSE or digest not in (entry["before"], entry.get("after")):
        raise UsageError(
            f"{entry['path']} changed since the cutover began. Restore its content and run again to "
            f"finish the cutover, or delete {DIRECTORY} to keep the files as they are."
        )


def _apply(top: str, directory: str, journal: Mapping[str, Any]) -> str | None:
    """Make the committed change; returns why git's index was not updated, None if it was."""
    path = ""
    try:
        directories = {top}
        for entry in journal["writes"]:
            path = entry["path"]
            target, staged = os.path.join(top, path), os.path.join(directory, entry["staged"])
            if os.path.lexists(staged):
                _refuse_changed(top, entry)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                os.replace(staged, target)
            directories.add(os.path.dirname(target))
        for entry in journal["deletes"]:
            path = entry["path"]
            target = os.path.join(top, path)
            _refuse_changed(top, entry)
            with suppress(FileNotFoundError):
                os.unlink(target)
            _remove_empty(top, os.path.dirname(target))
        for changed in directories:
            sync_directory(changed)
    except OSError as error:
        raise _incomplete(path, error) from error
    removed = [entry["path"] for entry in journal["deletes"]]
    problem = stage_moves(top, journal["renamed"], removed)
    _clear(directory)
    return problem


def _remove_empty(top: str, directory: str) -> None:
    """Remove a directory and those above it, as long as they are empty."""
    with suppress(OSError):
        while directory != top:
            os.rmdir(directory)
            directory = os.path.dirname(directory)


def _clear(directory: str) -> None:
    """Delete the journal, and only then the files beside it."""
    try:
        with suppress(FileNotFoundError):
            os.unlink(os.path.join(directory, _JOURNAL))
        sync_directory(directory)
        for name in os.listdir(directory):
            os.unlink(os.path.join(directory, name))
        os.rmdir(directory)
    except OSError as error:
        raise UsageError(f"{DIRECTORY} can't be deleted: {error.strerror}. Delete it by hand.") from error
    sync_directory(os.path.dirname(directory))
