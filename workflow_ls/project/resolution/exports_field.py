"""The `exports` field of a manifest: maps subpaths to files.

Follows PACKAGE_EXPORTS_RESOLVE, PACKAGE_IMPORTS_EXPORTS_RESOLVE, PATTERN_KEY_COMPARE and PACKAGE_TARGET_RESOLVE of
Node's "Modules: ECMAScript modules" (resolution algorithm specification).  TypeScript reads the same field with its
own conditions (`types`, `types@<range>`); unlike Node it tries further conditions after a null or a missing file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use

Outcome = Literal["found", "no-key", "excluded", "no-condition", "invalid"]


@record
class Match:
    """The match of one subpath in an exports map.

    `key` is the matching key, None for "no-key".  `target` is for "found": the path below the package, with "./", or
    the specifier of another package in an `imports` field.  `detail` explains "invalid".
    """

    outcome: Outcome
    key: str | None = None
    target: str | None = None
    detail: str = ""


def resolve_exports(exports: Any, subpath: str, conditions: Collection[str]) -> Match:
    """Look up `subpath` ("." or "./x") in the value of an `exports` field.

    `conditions` are the active condition names; "default" is always active.  The first active key in the order
    of the field wins, as in Node.
    """
    table = {".": exports}
    if isinstance(exports, dict):
        subpaths = _keys_of(exports).subpaths
        if 0 < subpaths < len(exports):
            return Match("invalid", detail="`exports` mixes subpaths with conditions")
        if subpaths:
            table = exports
    return match_subpath(table, subpath, conditions)


class _Keys(NamedTuple):
    """The keys of a map: how many are subpaths, and the patterns, the best first.

    `by_base` has the parts of the patterns after their `*`, by those before it.
    """

    subpaths: int
    patterns: tuple[tuple[str, str], ...]
    by_base: Mapping[str, Collection[str]]


def _find_keys(keys: Collection[str]) -> _Keys:
    patterns, by_base = _patterns(keys), dict[str, set[str]]()
    for base, trailer in patterns:
        by_base.setdefault(base, set()).add(trailer)
    return _Keys(sum(key.startswith(".") for key in keys), patterns, by_base)


_known: list[tuple[dict[str, Any], _Keys]] = []  # of large maps, the last one used first


def _keys_of(table: dict[str, Any]) -> _Keys:
    if len(table) <= _SMALL:
        return _read_keys(tuple(table))
    for known, keys in _known:
        if known is table:  # nobody changes a map that was read
            return keys
    keys = _find_keys(table)
    _known[:] = [(table, keys), *_known[: _LARGE_MAPS - 1]]
    return keys


@lru_cache(maxsize=64)
def _read_keys(keys: tuple[str, ...]) -> _Keys:
    return _find_keys(keys)


_SMALL = 64  # keys; to compare so many costs little
_LARGE_MAPS = 4


def match_subpath(table: dict[str, Any], subpath: str, conditions: Collection[str]) -> Match:
    """Look up `subpath` in a map of keys to targets: the keys of `exports` ("./x"), or of `imports` ("#x")."""
    key = _key(table, subpath)
    if key is None:
        return Match("no-key")
    base, _, trailer = key.partition("*")
    star = subpath[len(base) : len(subpath) - len(trailer)] if "*" in key else None
    try:
        return _target(table[key], key, star, conditions)
    except _InvalidError as problem:
        return Match("invalid", key, detail=str(problem))


def _key(table: dict[str, Any], subpath: str) -> str | None:
    if subpath.endswith("/"):
        return None
    if subpath in table and "*" not in subpath:
        return subpath
    keys = _keys_of(table)
    if len(keys.patterns) > _FEW:
        return _pattern_of(keys.by_base, subpath)
    for base, trailer in keys.patterns:
        if subpath.startswith(base) and subpath.endswith(trailer) and len(subpath) > len(base) + len(trailer):
            return f"{base}*{trailer}"
    return None


_FEW = 16  # patterns; to try so many costs no more than to look one up


def _pattern_of(by_base: Mapping[str, Collection[str]], subpath: str) -> str | None:
    """The best pattern that matches a subpath: that with the longest part before its `*`, then the longest."""
    for end in range(len(subpath) - 1, -1, -1):
        trailers = by_base.get(subpath[:end], ())
        for start in range(end + 1, len(subpath) + 1) if trailers else ():
            if subpath[start:] in trailers:
                return f"{subpath[:end]}*{subpath[start:]}"
    return None


def _patterns(keys: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The parts before and after the `*` of keys with exactly one, the best first.

    PATTERN_KEY_COMPARE: the longer part before the star wins, then the longer key.
    """
    parts = (key.partition("*") for key in keys)
    found = [(base, trailer) for base, star, trailer in parts if star and "*" not in trailer]
    return tuple(sorted(found, key=lambda pattern: (-len(pattern[0]), -len(pattern[1]))))


class _InvalidError(Exception):
    """An error that Node raises also for a target in an array, where it skips other invalid targets."""


def _target(value: Any, key: str, star: str | None, conditions: Collection[str]) -> Match:
    if isinstance(value, str):
        return _file(value, key, star)
    if value is None:
        return Match("excluded", key)
    if isinstance(value, list):
        return _first(value, key, star, conditions)
    if isinstance(value, dict):
        return _conditional(value, key, star, conditions)
    return Match("invalid", key, detail=f"a target must be a string, an object, an array or null: {value!r}")


def _file(target: str, key: str, star: str | None) -> Match:
    below = target.startswith("./")
    problem = _problem(target, internal=key.startswith("#"))
    if problem:
        return Match("invalid", key, detail=f"{problem}: {target!r}")
    if not below and (not target or target.startswith(".")):
        raise _InvalidError(f"a target must be a path below the package, or another package: {target!r}")
    if below and star is not None and _is_odd(star):
        raise _InvalidError(f"the `*` may not match an empty, `.`, `..` or `node_modules` segment: {star!r}")
    if star is not None and len(star) * target.count("*") > _LONGEST:
        raise _InvalidError(f"the path with the match of `*` is longer than {_LONGEST} characters")
    return Match("found", key, target if star is None else target.replace("*", star))


_LONGEST = 1 << 16  # no system has longer paths


def _first(targets: list[Any], key: str, star: str | None, conditions: Collection[str]) -> Match:
    last = Match("no-condition" if targets else "excluded", key)
    for target in targets:
        match = _target(target, key, star, conditions)
        if match.outcome == "found":
            return match
        if match.outcome != "no-condition":
            last = match
    return last


def _conditional(targets: dict[str, Any], key: str, star: str | None, conditions: Collection[str]) -> Match:
    index = next((name for name in targets if _is_array_index(name)), None)
    if index is not None:
        raise _InvalidError(f"a condition may not be a number: {index!r}")
    for name, target in targets.items():
        if _is_active(name, conditions):
            match = _target(target, key, star, conditions)
            if match.outcome != "no-condition":
                return match
    return Match("no-condition", key)


def _is_array_index(name: str) -> bool:
    """ECMA-262, 6.1.7: an array index."""
    return name.isascii() and name.isdigit() and (name == "0" or name[0] != "0") and int(name[:11]) < 2**32 - 1


def _is_active(name: str, conditions: Collection[str]) -> bool:
    if name == "default" or name in conditions:
        return True
    return "types" in conditions and name.startswith("types@") and _is_current(name.removeprefix("types@"))


def _is_current(versions: str) -> bool:
    """Whether a range contains current compiler versions: one of its alternatives has no upper bound."""
    alternatives = (_AFTER_OPERATOR.sub("", alternative).split() for alternative in versions.split("||"))
    return any(all(part.startswith(">") or part == "*" for part in parts) for parts in alternatives)


_AFTER_OPERATOR = compile_on_use(r"(?<=[<>=])\s+")


def _problem(target: str, *, internal: bool) -> str:
    if target.startswith("./"):
        return "a target may not hold an empty, `.`, `..` or `node_modules` segment" if _is_odd(target[2:]) else ""
    if not internal:
        return "a target must start with `./`"
    return "a target must be a path below the package, or another package" if _NO_PACKAGE.match(target) else ""


_NO_PACKAGE = compile_on_use(r"\.\./|/|[A-Za-z][\w+.-]*:")  # outside, absolute, a URL


def _is_odd(path: str) -> bool:
    segments = (_PERCENT.sub(_decoded, segment).lower() for segment in re.split(r"[/\\]", path))
    return any(segment in ("", ".", "..", "node_modules") for segment in segments)


_PERCENT = compile_on_use(r"%([2-7][0-9A-Fa-f])")


def _decoded(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))
