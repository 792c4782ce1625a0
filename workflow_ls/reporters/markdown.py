"""Text as Markdown that shows it, and takes none of it for markup: names come from the workspace."""

from __future__ import annotations

import re
from collections.abc import Callable

from workflow_ls.printable import visible


def code(text: str) -> str:
    """A code span (CommonMark 6.1)."""
    shown = visible(text)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def plain(text: str) -> str:
    """Text that means what it says, in a table too."""
    return re.sub(r"([\\`*_{}\[\]<>|#~@&])", r"\\\1", visible(text))


def prose(text: str, code: Callable[[str], str] = code) -> str:
    """A sentence whose names stand in backticks; those stay code, so that `@name/…` calls nobody."""
    *pairs, last = text.split("`")
    if len(pairs) % 2:
        return plain(text)
    return "".join(code(part) if place % 2 else plain(part) for place, part in enumerate((*pairs, last)))
