"""Text as Markdown, escaped: names come from the workspace, and must not act as markup."""

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
    """Escaped text, safe in a table too."""
    return re.sub(r"([\\`*_{}\[\]<>|#~@&])", r"\\\1", visible(text))


def prose(text: str, code: Callable[[str], str] = code) -> str:
    """An escaped sentence; names in backticks stay code, so that `@name/…` mentions no user."""
    *pairs, last = text.split("`")
    if len(pairs) % 2:
        return plain(text)
    return "".join(code(part) if place % 2 else plain(part) for place, part in enumerate((*pairs, last)))
