"""Regular expressions and replacements of JavaScript, as far as Python reads them the same way."""

from __future__ import annotations

import re
from functools import lru_cache

from workflow_ls.regular_expressions import compile_on_use

_LONGEST = 300  # of a specifier, and of a pattern
_MOST_REPEATS = 4
_FOREIGN = compile_on_use(r"\\(?:[1-9]|[kpPcu])")
_TOKEN = compile_on_use(r"\\.|\[(?:\\.|[^\]\\])*\]|[()|+*]|\{\d+,\}", re.DOTALL)
_REPLACED = compile_on_use(r"\$(?:(\$)|(&)|(\d\d?)|<([^>]*)>)")


@lru_cache(maxsize=2048)
def compiled_pattern(source: str, flags: str) -> re.Pattern[str] | None:
    """The Python expression that matches what the one of JavaScript matches; None if that is not known.

    An expression that may take exponential time is not known.
    """
    if len(source) > _LONGEST or _FOREIGN.search(source) or _is_costly(source) or set(flags) - set("gimsuy"):
        return None
    options = (re.IGNORECASE if "i" in flags else 0) | (re.DOTALL if "s" in flags else 0)
    translated = _translated(source, ends=r"\Z" if "m" not in flags else "$")
    options |= re.MULTILINE if "m" in flags else 0
    try:
        return None if translated is None else re.compile(translated, options | re.ASCII)
    except (re.error, RecursionError, OverflowError):
        return None


def _is_costly(source: str) -> bool:
    """Whether a part with several ways to match is repeated, or many parts are."""
    open_groups, repeats = [False], 0
    for token in _TOKEN.finditer(source):
        sign = token[0]
        if sign == "(":
            open_groups.append(False)
        elif sign == ")" and len(open_groups) > 1:
            varies = open_groups.pop()
            if varies and source[token.end() : token.end() + 1] in ("+", "*", "{"):
                return True
            open_groups[-1] = open_groups[-1] or varies
        elif len(sign) == 1 or sign[0] == "{":
            open_groups[-1] = True
            repeats += sign != "|"
    return repeats > _MOST_REPEATS


def _translated(source: str, *, ends: str) -> str | None:
    """The same pattern in Python's words: `$` is `ends`, a named group `(?P<…>)`; None with an empty class."""
    made, at, in_class = list[str](), 0, False
    while at < len(source):
        char = source[at]
        if char == "\\":
            made.append("/" if source[at + 1 : at + 2] == "/" else source[at : at + 2])
            at += 2
            continue
        if source.startswith("(?<", at) and source[at + 3 : at + 4] not in ("=", "!") and not in_class:
            made.append("(?P<")
            at += 3
            continue
        if in_class:
            made.append("\\[" if char == "[" else char)
            in_class = char != "]"
        else:
            made.append(ends if char == "$" else char)
            in_class = char == "["
            if in_class and source[at + 1 :].removeprefix("^").startswith("]"):
                return None
            if in_class and source[at + 1 : at + 2] == "^":
                made.append("^")
                at += 1
        at += 1
    return "".join(made)


def search_pattern(source: str, flags: str, text: str) -> re.Match[str] | None:
    """Where an expression matches in a text; None if it does not, or is not known."""
    pattern = compiled_pattern(source, flags) if len(text) <= _LONGEST else None
    if pattern is None:
        return None
    return pattern.match(text) if "y" in flags else pattern.search(text)


def expanded(replacement: str, match: re.Match[str] | None, whole: str) -> str:
    """A replacement with `$1`, `$&` and `$<name>` filled in; without a match, only `$&` and `$$` mean something."""

    def fill(found: re.Match[str]) -> str:
        if found[1]:
            return "$"
        if found[2]:
            return whole
        if match is None:
            return found[0]
        if found[4] is not None:
            return (match.groupdict().get(found[4]) or "") if match.groupdict() else found[0]
        digits = found[3]
        for count in (2, 1):
            number = int(digits[:count])
            if len(digits) >= count and 0 < number <= (match.re.groups):
                return (match[number] or "") + digits[count:]
        return found[0]

    return _REPLACED.sub(fill, replacement)


def replaced(source: str, flags: str, replacement: str, text: str) -> str | None:
    """`text.replace(/source/flags, replacement)`; None if the expression does not match, or is not known."""
    match = search_pattern(source, flags, text)
    if match is None:
        return None
    if "g" not in flags:
        return text[: match.start()] + expanded(replacement, match, match[0]) + text[match.end() :]
    return match.re.sub(lambda each: expanded(replacement, each, each[0]), text)
