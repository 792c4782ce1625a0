"""What this process opens, lists, changes and starts while something runs, by Python's audit events."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_OPENED = ("open", "os.listdir", "os.scandir")
_CHANGED = (
    *("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.chown"),
    *("os.truncate", "os.utime", "os.setxattr", "os.removexattr"),
)
_STARTED = ("subprocess.Popen", "os.posix_spawn", "os.exec", "os.system", "os.spawn", "os.startfile", "os.fork")
_UNUSED = ("socket.connect", "socket.bind", "socket.getaddrinfo", "ctypes.dlopen", "webbrowser.open", "urllib.Request")

_SYSTEM = ("/sys/fs/cgroup/cpu.max", "/proc/self/mountinfo")  # what the security page names
_seen: list[tuple[str, str]] | None = None


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if _seen is not None and event in (*_OPENED, *_CHANGED, *_STARTED, *_UNUSED):
        named = [item for item in arguments[:2] if isinstance(item, (str, bytes, os.PathLike))]
        for item in named if event in _CHANGED else named[:1] or [""]:
            _seen.append((event, os.fsdecode(item)))


sys.addaudithook(_note)  # one can't be taken back, so it is there once, and off while nothing is recorded


@contextmanager
def sealed(*allowed: Path, git: bool = True) -> Iterator[list[tuple[str, str]]]:
    """Fail where anything else is opened, changed or started than what lies in `allowed`, Python's own files, or git.

    Paths count where they lead, so that a link in an allowed directory does not help.
    """
    global _seen
    own = (sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"), *sys.path)
    places = [
        os.devnull,
        *_SYSTEM,
        *(os.path.realpath(place) for place in (*map(str, allowed), *own) if place),
    ]
    seen: list[tuple[str, str]] = []
    _seen = seen
    try:
        yield seen
    finally:
        _seen = None
    for event, name in seen:
        if event in _STARTED:
            program = os.path.realpath(name)
            outside = not any(program.startswith(os.path.realpath(place) + os.sep) for place in allowed)
            assert (git, Path(name).name, outside) == (True, "git", True), f"{event} {name}"
        elif event in _UNUSED:
            raise AssertionError(f"{event} {name}")
        else:
            real = name if name in _SYSTEM else os.path.realpath(name)
            assert any(real == place or real.startswith(place + os.sep) for place in places), f"{event} {name}"
