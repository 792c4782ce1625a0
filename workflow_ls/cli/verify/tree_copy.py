"""A copy of the tree, beside it, in which the command of `--verify` runs; it is deleted at the end.

Everything is copied but `node_modules`: files that git ignores, too, such as built packages, without which many
commands fail.  The repository of the tree is not touched, so that nothing has to be restored if the run is killed; the
directory of a killed run is deleted by the next one.
"""

# Paths are strings here, as in the core; pathlib has no counterpart of most of these calls.
# ruff: noqa: PTH101, PTH106, PTH117, PTH102, PTH103, PTH108, PTH112, PTH115, PTH116, PTH118, PTH119, PTH120, PTH123, PTH208, PTH211

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.transaction.preflight import content_of
from workflow_ls.cli.verify.copied_repository import copy_repository
from workflow_ls.cli.verify.interrupts import interruptible
from workflow_ls.cli.verify.module_links import MODULES, link_modules
from workflow_ls.vfs.git.git_process import is_inside, repository_of

if sys.platform != "win32":
    import fcntl

_INFIX = ".workflow-ls-verify-"
_OWN = ".workflow-ls-verify"  # a directory in the copy: it marks the copy, and holds the report
_SKIPPED = (".git", ".workflow-ls-cutover", _OWN)


class TreeCopy:
    """A copy of a tree, whose files can be changed and changed back."""

    def __init__(self, root: str, directory: str) -> None:
        """`root` is the tree, and `directory` the copy; both are absolute real paths."""
        self.root = root
        self.directory = directory
        self.report = os.path.join(directory, _OWN, "report")
        self._changed: dict[str, tuple[bytes | None, int]] = {}

    def put(self, texts: Mapping[str, bytes | None], modes: Mapping[str, str] | None = None) -> None:
        """Make the copy equal to the tree but for `texts`, by path; None is for a file that is not there.

        A file in `modes` gets the mode of the file that it is mapped to.  Files that the command made stay.
        """
        for path in (*texts, *self._changed.keys() - texts.keys()):
            place = os.path.join(self.directory, path)
            if path not in self._changed:
                self._changed[path] = (content_of(os.path.realpath(place)), _mode(place))
            original, mode = self._changed[path]
            text = texts.get(path, original)
            if text is None:
                with suppress(FileNotFoundError):
                    os.unlink(place)
                _remove_empty(self.directory, os.path.dirname(place))
            elif content_of(os.path.realpath(place)) != text:
                os.makedirs(os.path.dirname(place), exist_ok=True)
                with open(place, "wb") as file:
                    file.write(text)
                model = None if modes is None else modes.get(path)
                os.chmod(place, _mode(os.path.join(self.root, model)) if model is not None else mode)


@contextmanager
def tree_copy(root: str) -> Iterator[TreeCopy]:
    """A copy of the tree at `root`, deleted at the end, also after SIGINT, SIGTERM and SIGHUP.

    Raises UsageError where it can't be made.
    """
    if sys.platform == "win32":
        raise UsageError("--verify does not run on Windows. Use WSL.")
    root = os.path.realpath(root)
    parent = _parent(root)
    _remove_stale(parent, root)
    with interruptible() as ignore_signals:
        directory = os.path.join(parent, f"{os.path.basename(root)}{_INFIX}{os.urandom(6).hex()}")
        descriptor = -1
        try:
            try:
                os.mkdir(directory, 0o700)
                descriptor = os.open(directory, os.O_RDONLY)
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.mkdir(os.path.join(directory, _OWN))
                _copy(root, directory, root, directory)
                copy_repository(root, directory)
            except OSError as error:
                raise UsageError(
                    f"{directory}: the copy can't be made: {error.strerror}. Nothing was changed."
                ) from error
            yield TreeCopy(root, directory)
        finally:
            ignore_signals()
            _delete(directory)
            if descriptor >= 0:
                os.close(descriptor)


def _parent(root: str) -> str:
    """Where the copy is made: beside the tree, where relative paths out of it and the packages above it are the same.

    It is the directory for temporary files if that is not writable, or belongs to a repository of its own.
    """
    beside = os.path.dirname(root)
    if beside != root and os.access(beside, os.R_OK | os.W_OK | os.X_OK) and repository_of(beside) is None:
        return beside
    temporary = os.path.realpath(tempfile.gettempdir())
    if is_inside(temporary, root):
        raise UsageError(
            f"the directory for temporary files, {temporary}, lies in the tree. Set TMPDIR to another one."
        )
    return temporary


def _remove_stale(parent: str, root: str) -> None:
    """Delete the copies that killed runs left; those of a running one are locked."""
    if sys.platform == "win32":
        return
    for name in os.listdir(parent):
        directory = os.path.join(parent, name)
        if name.startswith(f"{os.path.basename(root)}{_INFIX}") and os.path.isdir(os.path.join(directory, _OWN)):
            with suppress(OSError):
                descriptor = os.open(directory, os.O_RDONLY | os.O_NOFOLLOW)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    _delete(directory)
                finally:
                    os.close(descriptor)


def _copy(source: str, target: str, root: str, copy: str) -> None:
    with os.scandir(source) as entries:
        for entry in entries:
            place = os.path.join(target, entry.name)
            if entry.name in _SKIPPED:
                continue
            if entry.name == MODULES and entry.is_dir():
                link_modules(entry.path, place, root=root, copy=copy)
            elif entry.is_symlink():
                os.symlink(_link(entry.path, root, copy), place)
            elif entry.is_dir(follow_symlinks=False):
                os.mkdir(place)
                with suppress(PermissionError):  # what can't be read is no use to the command either
                    _copy(entry.path, place, root, copy)
            elif entry.is_file(follow_symlinks=False):
                with suppress(FileNotFoundError, PermissionError):
                    shutil.copy2(entry.path, place)


def _link(path: str, root: str, copy: str) -> str:
    """The target of a symbolic link in the copy: it leads to the same place, or to the copy of a place in the tree."""
    target = os.readlink(path)
    absolute = os.path.normpath(os.path.join(os.path.dirname(path), target))
    if not is_inside(absolute, root):
        return absolute
    return os.path.join(copy, os.path.relpath(absolute, root)) if os.path.isabs(target) else target


def _mode(path: str) -> int:
    try:
        return os.stat(path).st_mode & 0o777
    except OSError:
        return 0o644


def _remove_empty(top: str, directory: str) -> None:
    with suppress(OSError):
        while directory != top:
            os.rmdir(directory)
            directory = os.path.dirname(directory)


def _delete(directory: str) -> None:
    """Delete a copy; its mark goes last, so that the next run deletes what is left if this one is killed."""
    with suppress(FileNotFoundError), os.scandir(directory) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name == _OWN):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                with suppress(OSError):
                    os.unlink(entry.path)
    with suppress(OSError):
        os.rmdir(directory)
