"""Runs git in isolation from the workspace, the environment of a hook, and the user's settings."""

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


# A repository's own settings that would make git run something.
NO_PROGRAMS = ("core.fsmonitor=false", f"core.hooksPath={os.devnull}")


def find_git(root: str) -> str | None:
    """The path of the git executable; None if there is none.

    No executable or link of the workspace is run, so relative entries of PATH are skipped, and entries inside `root`
    (`node_modules/.bin` in an npm script).
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
    """The environment for git: no variables of a calling hook, no prompt, no lock, no network, English messages.

    The user's own variables are kept: the path of git's programs, configuration files, and limits of discovery.
    """
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name.startswith(_KEPT)},
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        # A partial clone would fetch missing objects with commands from its own configuration.
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "",
    }


def repository_of(directory: str) -> str | None:
    """The nearest directory at or above the absolute `directory` that contains a `.git`; None if there is none."""
    while not os.path.lexists(os.path.join(directory, ".git")):
        parent = os.path.dirname(directory)
        if parent == directory:
            return None
        directory = parent
    return directory


def exclude_file(top: str) -> str | None:
    """The `info/exclude` of the repository whose work tree is `top`; None if there is none.

    A linked work tree uses the `info` of its common directory (gitrepository-layout(5)).
    """
    path = os.path.join(git_directory(top), "info", "exclude")
    return path if os.path.isfile(path) else None


def git_directory(top: str) -> str:
    """The git directory of the repository whose work tree is `top`, the common one of a linked work tree.

    A linked work tree and a submodule have a file `.git` with the path of their git directory, which may not exist.
    """
    directory = os.path.join(top, ".git")
    pointer = first_line(directory)
    if pointer.startswith("gitdir: "):
        directory = os.path.join(top, pointer[len("gitdir: ") :])
        directory = os.path.join(directory, first_line(os.path.join(directory, "commondir")))
    return directory


def is_inside(path: str, directory: str) -> bool:
    """Whether the absolute `path` is `directory` or inside it."""
    return path == directory or path.startswith(directory if directory.endswith(os.sep) else directory + os.sep)


def is_utf8(name: str) -> bool:
    """Whether a path from the file system is UTF-8; any other can be neither displayed nor imported."""
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


def shown_path(path: str) -> str:
    r"""A path from the file system as text: `\xff` for each byte that is not UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


NOT_UTF8 = "its name is not UTF-8"


def read_plain(path: str, most: int) -> bytes | None:
    """The bytes of a regular file of at most `most` bytes; None for anything else, such as a pipe or a device."""
    try:
        # Opening a pipe without a writer would block.
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


def first_line(path: str) -> str:
    """The first line of a small regular file, without its line break; "" without such a file."""
    return os.fsdecode(read_plain(path, 10_000) or b"").partition("\n")[0].rstrip("\r")
