"""The globs of test runners: those of picomatch (Vitest) and micromatch (Jest), as far as configurations use them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from workflow_ls.regular_expressions import compile_on_use

_TOKEN = compile_on_use(
    r"(?P<deep>\*\*/)|(?P<all>\*\*)|(?P<group>[?*+@!]\()|(?P<star>\*)|(?P<one>\?)|(?P<set>\[[!^]?[^\]]+\])"
    r"|(?P<open>\{)|(?P<close>\})|(?P<end>\))|(?P<comma>,)|(?P<bar>\|)|(?P<escape>\\.)|(?P<text>.)",
    re.DOTALL,
)
_RANGE = compile_on_use(r"\{(-?\d+)\.\.(-?\d+)\}")
_MOST_NUMBERS = 100
_REPEATS = {"?": "?", "*": "*", "+": "+", "@": "", "!": ""}


@lru_cache(maxsize=512)
def glob_pattern(glob: str) -> re.Pattern[str] | None:
    """The regular expression for a glob, for whole paths from the root of its project; None for a broken one."""
    try:
        return re.compile("".join(_parts(_RANGE.sub(_numbers, glob.removeprefix("./")))))
    except re.error:
        return None


def _parts(glob: str) -> Iterator[str]:
    groups = list[str]()
    for found in _TOKEN.finditer(glob):
        kind, text = found.lastgroup, found[0]
        if kind == "deep":
            yield r"(?:[^/]+/)*"
        elif kind == "all":
            yield ".*"
        elif kind == "group":
            groups.append(text[0])
            yield "(?!" if text[0] == "!" else "(?:"
        elif kind == "end" and groups and groups[-1] != "{":
            sign = groups.pop()
            yield ")[^/]*" if sign == "!" else f"){_REPEATS[sign]}"
        elif kind == "open":
            groups.append("{")
            yield "(?:"
        elif kind == "close" and groups and groups[-1] == "{":
            groups.pop()
            yield ")"
        elif (kind == "comma" and groups and groups[-1] == "{") or (kind == "bar" and groups):
            yield "|"
        elif kind == "set":
            yield f"[^{text[2:]}" if text[1] in "!^" else text
        else:
            yield {"star": "[^/]*", "one": "[^/]"}.get(kind or "", re.escape(text[1:] if kind == "escape" else text))


def _numbers(found: re.Match[str]) -> str:
    first, last = sorted((int(found[1]), int(found[2])))
    return "{" + ",".join(map(str, range(first, min(last, first + _MOST_NUMBERS) + 1))) + "}"
