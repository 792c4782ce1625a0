"""Running git without being steered by the workspace, the environment of a hook, or the user's settings."""

# Paths are strings here: importing pathlib would cost each start of the command line some milliseconds.
# ruff: noqa: PTH113, PTH117, PTH118, PTH120

from __future__ import annotations

import os
from stat import S_ISREG

_KEPT = (
    "GIT_EXEC_PATH",
    "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    *("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"),
    *("GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_"),
)


def find_git(root: str) -> str | None:
    """The path of the git executable; None where there is none.

    Nothing that lies in the workspace is run, nor a link in it, so PATH entries inside `root` (`node_modules/.bin` in
    an npm script) are passed over, and relative ones.
    """
    root = os.path.realpath(root)
    for directory in os.get_exec_path():
        candidate = os.path.join(directory, "git.exe" if os.name == "nt" else "git")
        if (
            os.path.isabs(directory)
            and os.path.isfile(candidate)
            and os.access(candidate, os.X_OK)
            and not is_inside(os.path.realpath(directory), root)
            and not is_inside(os.path.realpath(candidate), root)
        ):
            return candidate
    return None


def environment() -> dict[str, str]:
    """The environment for git: nothing that a calling hook says, no prompt, no lock, no network, plain messages.

    What the user says stays: where git's parts are, which settings hold, where to stop looking for a repository.
    """
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name.startswith(_KEPT)},
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        # A partial clone would fetch what it lacks, through commands that its own settings name.
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "",
    }


def repository_of(directory: str) -> str | None:
    """The nearest directory at or above the absolute `directory` that holds a `.git`; None where there is none."""
    while not os.path.lexists(os.path.join(directory, ".git")):
        parent = os.path.dirname(directory)
        if parent == directory:
            return None
        directory = parent
    return directory


def exclude_file(top: str) -> str | None:
    """The `info/exclude` of the repository whose work tree is `top`; None where there is none.

    A linked work tree and a submodule have a file `.git` that names their directory; a linked work tree shares the
    `info` of its common directory (gitrepository-layout(5)).
    """
    directory = os.path.join(top, ".git")
    pointed = _first_line(directory)
    if pointed.startswith("gitdir: "):
        directory = os.path.join(top, pointed[len("gitdir: ") :])
        directory = os.path.join(directory, _first_line(os.path.join(directory, "commondir")))
    path = os.path.join(directory, "info", "exclude")
    return path if os.path.isfile(path) else None


def is_inside(path: str, directory: str) -> bool:
    """Whether the absolute `path` is `directory` or inside it."""
    return path == directory or path.startswith(directory if directory.endswith(os.sep) else directory + os.sep)


def is_utf8(name: str) -> bool:
    """Whether a path from the file system is UTF-8; one that is not cannot be shown, nor stand in an import."""
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


def read_plain(path: str, most: int) -> bytes | None:
    """The bytes of a regular file of at most so many; None for anything else, such as a pipe or a device."""
    try:
        # A pipe that nobody writes to would be waited for.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError:
        return None
    try:
        status = os.fstat(descriptor)
        if not S_ISREG(status.st_mode) or status.st_size > most:
            return None
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(most)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _first_line(path: str) -> str:
    return os.fsdecode(read_plain(path, 10_000) or b"").partition("\n")[0].rstrip("\r")
