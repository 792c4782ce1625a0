"""What the documentation shows of a terminal: the commands, where they run, and what they print.

A page says above a block where it runs, for that block and those after it:

    <!-- on a copy of examples/monorepo -->
    <!-- on a copy of examples/monorepo, after `workflow-ls fix` -->

"…" in a line of its own stands for lines that are left out.  A block that can't be run says why:

    <!-- not run: it takes Vitest -->
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

PART = re.compile(r"^<!-- (on a copy of|not run:) ([^\n]*) -->$|^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n?)*)", re.MULTILINE)


class Shown(NamedTuple):
    """A command of a page: the example it runs in, what runs before it, and what is shown of its output."""

    example: str
    before: tuple[str, ...]
    command: str
    output: str


def shown(text: str) -> Iterator[Shown]:
    """The commands of a page that are run; fails for one of which nothing says where it runs."""
    place = ""
    before = tuple[str, ...]()
    skips = False
    for kind, value, block in PART.findall(text):
        if kind == "not run:":
            skips = True
        elif kind:
            place, _, rest = value.partition(", after ")
            before = tuple(re.findall(r"`([^`]+)`", rest))
        elif skips:
            skips = False
        else:
            commands = _COMMAND.findall(block)
            assert commands, f"no command in {block}"
            assert place, f"nothing says where to run {block}"
            for command, output in commands:
                yield Shown(place, before, command, output)
                before = (*before, command)


def agrees(expected: str, printed: str) -> bool:
    """Whether an excerpt, in which "…" stands for lines that are left out, shows an output."""
    first, *parts = f"\n{expected}".split("\n…\n")
    if not parts:
        return expected == printed
    # Each part is looked for behind the one before; the last has to be at the end.
    rest = f"\n{printed}"
    if not rest.startswith(f"{first}\n"):
        return False
    rest = rest[len(first) :]
    for part in parts[:-1]:
        _, found, behind = rest.partition(f"\n{part}\n")
        if not found:
            return False
        rest = f"\n{behind}"
    return rest.endswith(f"\n{parts[-1]}")
