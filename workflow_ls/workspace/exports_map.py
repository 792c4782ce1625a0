"""The `exports` field of a manifest: which subpath leads to which file.

Follows PACKAGE_EXPORTS_RESOLVE, PACKAGE_IMPORTS_EXPORTS_RESOLVE, PATTERN_KEY_COMPARE and PACKAGE_TARGET_RESOLVE of
Node's "Modules: Packages" and "Modules: ECMAScript modules" (resolution algorithm specification).  TypeScript reads
the same field the same way, with its own conditions (`types`, `types@<range>`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

Outcome = Literal["found", "no-key", "excluded", "no-condition", "invalid"]


@dataclass(frozen=True, slots=True)
class Match:
    """What an exports map says of one subpath.

    `key` is the matching key, None for "no-key".  `target` is the path below the package, with "./", for "found".
    `detail` explains "invalid".  `conditions` are the condition names that were followed to the target.
    """

    outcome: Outcome
    key: str | None = None
    target: str | None = None
    detail: str = ""
    conditions: tuple[str, ...] = ()


def resolve_exports(exports: Any, subpath: str, conditions: Collection[str]) -> Match:
    """Look up `subpath` ("." or "./x") in the value of an `exports` field.

    `conditions` are the active condition names; "default" is always active.  The field's own key order decides
    between conditions, as Node has it.
    """
    if isinstance(exports, dict):
        dotted = [key.startswith(".") for key in exports]
        if any(dotted) and not all(dotted):
            return Match("invalid", detail="`exports` mixes subpaths with conditions")
        table = exports if any(dotted) else {".": exports}
    else:
        table = {".": exports}
    return match_subpath(table, subpath, conditions)


def match_subpath(table: dict[str, Any], subpath: str, conditions: Collection[str]) -> Match:
    """Look up `subpath` in a map of keys to targets: the keys of `exports` ("./x"), or of `imports` ("#x")."""
    if subpath in table and "*" not in subpath:
        return _target(table[subpath], subpath, None, conditions)
    best: str | None = None
    for key in table:
        base, star, trailer = key.partition("*")
        if not star or "*" in trailer or not subpath.startswith(base) or subpath == base:
            continue
        if subpath.endswith(trailer) and len(subpath) >= len(key) and (best is None or _before(key, best)):
            best = key
    if best is None:
        return Match("no-key")
    base, _, trailer = best.partition("*")
    return _target(table[best], best, subpath[len(base) : len(subpath) - len(trailer)], conditions)


def _before(key: str, other: str) -> bool:
    """PATTERN_KEY_COMPARE: the longer part before the star wins, then the longer key."""
    base, other_base = key.index("*") + 1, other.index("*") + 1
    return (-base, -len(key)) < (-other_base, -len(other))


def _target(value: Any, key: str, star: str | None, conditions: Collection[str]) -> Match:
    if isinstance(value, str):
        problem = _invalid(value) or (_invalid_segments(star) if star is not None else "")
        if problem:
            return Match("invalid", key, detail=f"{problem}: {value!r}")
        return Match("found", key, value if star is None else value.replace("*", star))
    if value is None:
        return Match("excluded", key)
    if isinstance(value, list):
        last = Match("excluded", key) if not value else Match("no-condition", key)
        for item in value:
            last = _target(item, key, star, conditions)
            if last.outcome == "found":
                return last
        return last
    if isinstance(value, dict):
        for name, inner in value.items():
            if not _active(name, conditions):
                continue
            found = _target(inner, key, star, conditions)
            if found.outcome != "no-condition":
                return Match(found.outcome, key, found.target, found.detail, (name, *found.conditions))
        return Match("no-condition", key)
    return Match("invalid", key, detail=f"a target must be a string, an object, an array or null: {value!r}")


def _active(name: str, conditions: Collection[str]) -> bool:
    # `types@>=5.2` selects by the compiler's version; any compiler in use today meets the ranges in use.
    return name == "default" or name in conditions or (name.startswith("types@") and "types" in conditions)


def _invalid(target: str) -> str:
    if not target.startswith("./"):
        return "a target must start with `./`"
    return _invalid_segments(target[2:])


def _invalid_segments(path: str) -> str:
    segments = path.replace("\\", "/").lower().split("/")
    if any(segment in ("", ".", "..", "node_modules", "%2e", "%2e%2e") for segment in segments[:-1]):
        return "a target may not hold empty, `.`, `..` or `node_modules` segments"
    if segments[-1] in (".", "..", "node_modules"):
        return "a target may not end in `.`, `..` or `node_modules`"
    return ""
