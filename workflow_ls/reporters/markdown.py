"""Text as Markdown, escaped: names come from the workspace, and must not act as markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

from workflow_ls.printable import visible
from workflow_ls.regular_expressions import compile_on_use

_MARKUP = compile_on_use(r"[\\`*_{}\[\]<>|#~@&]|(?<=:)/(?=/)|(?<=\bwww)\.", re.IGNORECASE)
_RUNS = compile_on_use("`+")
_MARKER = compile_on_use(r"\A(?:([-+=])|(\d{1,9})([.)]))")
_IN_LINKS = "-._~:/?#[]@!$'*+,;=%"


def code(text: str) -> str:
    """A code span (CommonMark 6.1)."""
    shown = visible(text)
    if not shown.strip(" "):
        return f"` {shown}`"  # without a character, the quotes would belong to whatever follows
    fence = "`" * (1 + max((len(run) for run in _RUNS.findall(shown)), default=0))
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def plain(text: str) -> str:
    """Escaped text, safe in a table too; addresses in it are no links (GFM, autolinks)."""
    return _MARKUP.sub(r"\\\g<0>", visible(text))


def prose(text: str, code: Callable[[str], str] = code) -> str:
    """An escaped sentence; names in backquotes stay code, so that `@name/…` mentions no user."""
    written = "".join(code(part) if is_code else plain(part) for part, is_code in _parts(text))
    return _MARKER.sub(lambda found: f"{found[2] or ''}\\{found[1] or found[3]}", written.lstrip())


def destination(uri: str) -> str:
    """A URI as the destination of a link, which no character of it ends."""
    return quote(uri, safe=_IN_LINKS, errors="replace")


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The text in parts, and whether each is between two runs of as many backquotes (CommonMark 6.1)."""
    runs = list(_RUNS.finditer(text))
    last = {len(run[0]): index for index, run in enumerate(runs)}
    done = index = 0
    while index < len(runs):
        opening = runs[index]
        size, index = len(opening[0]), index + 1
        if last[size] < index:
            continue
        closing = next(place for place in range(index, len(runs)) if len(runs[place][0]) == size)
        yield text[done : opening.start()], False
        yield text[opening.end() : runs[closing].start()], True
        done, index = runs[closing].end(), closing + 1
    yield text[done:], False
