"""One alias as its tool reads it: which specifiers it matches, and what it makes of them."""

from __future__ import annotations

import re
from enum import Enum

from workflow_ls.project.builds.aliases.javascript_patterns import expanded, replaced, search_pattern
from workflow_ls.project.builds.values import ValuePlace
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use


class Family(Enum):
    """The tools that read aliases alike."""

    VITE = "Vite"  # Vitest, Storybook, Astro, …
    ROLLUP = "Rollup"
    WEBPACK = "webpack"  # Next.js, Rspack, …
    TURBOPACK = "Turbopack"
    ESBUILD = "esbuild"  # tsup, tsdown
    JEST = "Jest"
    BABEL = "Babel"
    SWC = "SWC"
    PARCEL = "Parcel"
    METRO = "Metro"
    IMPORT_MAP = "import map"  # Deno, browsers


class Way(Enum):
    """How the key of an alias matches."""

    EXACT = "exact"  # the specifier itself
    PREFIX = "prefix"  # the specifier, and all below it
    STAR = "star"  # one `*` for any text
    PATTERN = "pattern"  # a regular expression
    DIRECTORY = "directory"  # any bare name, in a directory


@record
class AliasRule:
    """An alias of a build or test runner.

    `key` is the text, or the source of the regular expression with `flags`.  `targets` are tried in order: absolute
    paths as a program sees them, relative ones, or names of packages.  `ignored` is set for `false`, an empty module.
    `is_late` is set if it counts only where nothing else is found.
    `under` is the directory, with a slash at its end, or the file that the alias is for, None for all.
    `known` is unset if the target is computed from what is not known.  `literals` has for each target the parts of its
    text that are written as literals.  A specifier that does not begin with `start` does not match.
    """

    family: Family
    key: str
    way: Way
    targets: tuple[str, ...]
    key_at: ValuePlace
    at: ValuePlace
    flags: str = ""
    ignored: bool = False
    known: bool = True
    literals: tuple[tuple[ValuePlace, ...], ...] = ()
    start: str = ""
    under: str | None = None
    is_late: bool = False


def is_under(rule: AliasRule, importer: str) -> bool:
    """Whether an alias is one for the specifiers of a file."""
    under = rule.under
    return under is None or importer == under or (under.endswith("/") and importer.startswith(under))


def matches(rule: AliasRule, specifier: str) -> bool:
    """Whether an alias applies to a specifier."""
    key = rule.key
    if not specifier.startswith(rule.start):
        return False
    if rule.way is Way.DIRECTORY:
        return not specifier.startswith(_NOT_BARE)
    if rule.way is Way.EXACT:
        return specifier == key
    if rule.way is Way.PREFIX:
        ends = key.endswith("/") and rule.family in (Family.VITE, Family.IMPORT_MAP)
        return specifier == key or specifier.startswith(key if ends else f"{key}/")
    if rule.way is Way.STAR:
        before, _, after = key.partition("*")
        fits = specifier.startswith(before) and specifier.endswith(after)
        return fits and len(specifier) >= len(before) + len(after)
    return search_pattern(key, rule.flags, specifier) is not None


def start_of(way: Way, key: str, flags: str) -> str:
    """What every specifier that matches begins with."""
    if way is not Way.PATTERN:
        return key.partition("*")[0] if way is Way.STAR else key
    if not key.startswith("^") or set(flags) & {"i", "m"} or "|" in key:
        return ""
    literal = _LITERAL.match(key, 1)
    return "" if literal is None else literal[0].replace("\\", "")


def rewritten(rule: AliasRule, specifier: str) -> tuple[str, ...]:
    """What a matching alias makes of a specifier, in the order in which the tool tries it."""
    return tuple(made for target in rule.targets if (made := _rewritten(rule, specifier, target)) is not None)


def _rewritten(rule: AliasRule, specifier: str, target: str) -> str | None:
    key = rule.key
    if rule.way is Way.EXACT:
        return target
    if rule.way is Way.STAR:
        before, _, after = key.partition("*")
        return target.replace("*", specifier[len(before) : len(specifier) - len(after)], 1)
    if rule.way is Way.PREFIX:
        if rule.family in (Family.VITE, Family.ROLLUP):
            target = expanded(target, None, key)  # a replacement is that of `String.replace`
        elif rule.family is Family.WEBPACK and (specifier == target or specifier.startswith(f"{target}/")):
            return None  # it leads to itself
        return target + specifier[len(key) :]
    match = search_pattern(key, rule.flags, specifier)
    if match is None:
        return None
    if rule.family is Family.JEST:
        return _GROUP_OF_JEST.sub(lambda found: _group(match, int(found[1])), target)
    if rule.family is Family.BABEL:
        return _GROUP_OF_BABEL.sub(lambda found: _group(match, int(found[1])), target)
    return replaced(key, rule.flags, target, specifier)


_NOT_BARE = (".", "/", "#")
_LITERAL = compile_on_use(r"(?:(?:[\w@/~#-]|\\[^\w\s])(?![?*+{]))*")
_GROUP_OF_JEST = compile_on_use(r"\$([0-9]+)")
_GROUP_OF_BABEL = compile_on_use(r"\\([0-9]+)")


def _group(match: re.Match[str], number: int) -> str:
    return (match[number] or "") if number <= match.re.groups else ""
