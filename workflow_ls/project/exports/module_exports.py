"""What a module exports: the names, what each means, and where it is declared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workflow_ls.records import record
from workflow_ls.syntax.exports.module_syntax import Export


class Meaning(NamedTuple):
    """Whether an exported name can be used as a value, and as a type."""

    value: bool
    type: bool


class Origin(NamedTuple):
    """The declaration of a name: its file and its name in that file ("*" for a namespace object)."""

    path: str
    name: str


@record
class ModuleExports:
    """The exports of a module.

    `names` maps each name to its meaning; a value that is exported with `export type` has neither.  `ambiguous` are the
    names that two stars export from different declarations.  `unresolved` are the specifiers of star re-exports, direct
    or transitive, whose modules can't be read: they may export further names.  `opaque` is as in ModuleSyntax.
    `origins` maps each name to its declaration.
    """

    names: Mapping[str, Meaning]
    origins: Mapping[str, Origin]
    ambiguous: frozenset[str] = frozenset()
    unresolved: tuple[str, ...] = ()
    opaque: str | None = None


Found = dict[str, dict[Origin, Meaning]]
"""The declarations that each name was found to have so far."""


@record
class OpenedModule:
    """The exports of a module by itself, with the files of its re-exports.

    `opaque` is as in ModuleSyntax.  `explicit` are the names that it exports other than by stars, and `declared` those
    that it declares.  `named` are its named re-exports with the files of their modules.  `stars` are the files of its
    star re-exports, and whether each is `export type *`.  `hidden` are the specifiers of stars that may export further
    names, and `sources` the files of all re-exports.
    """

    opaque: str | None
    explicit: frozenset[str]
    declared: Mapping[str, Mapping[Origin, Meaning]]
    named: tuple[tuple[Export, str | None], ...]
    stars: tuple[tuple[str, bool], ...]
    hidden: tuple[str, ...]
    sources: tuple[str, ...]


def merge(found: Found, name: str, origin: Origin, meaning: Meaning) -> None:
    """Add a declaration; the meanings of several declarations of one name in one module are joined."""
    before = found.setdefault(name, {}).get(origin, Meaning(value=False, type=False))
    found[name][origin] = Meaning(before.value or meaning.value, before.type or meaning.type)


def limited(meaning: Meaning, limit: Meaning) -> Meaning:
    """What a name means where a re-export limits it."""
    return Meaning(meaning.value and limit.value, meaning.type and limit.type)
