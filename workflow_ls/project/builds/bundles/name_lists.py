"""Reads the options of a configuration that list what stays out of a bundle, or comes into it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from workflow_ls.project.builds.aliases.alias_rules import Way
from workflow_ls.project.builds.aliases.javascript_patterns import compiled_pattern
from workflow_ls.project.builds.aliases.rule_reader import options_of
from workflow_ls.project.builds.bundles.bundle_model import BundleStep, NamePattern, UnsurePart
from workflow_ls.project.builds.lookups.literal_texts import literal_texts
from workflow_ls.project.builds.values import (
    ArrayValue,
    ObjectEntry,
    ObjectValue,
    PatternValue,
    PlainValue,
    PossibleValue,
    TextValue,
    Value,
    ValuePlace,
)
from workflow_ls.regular_expressions import compile_on_use

CodeAt = Callable[[ValuePlace], str]
"""The text of a place."""

_DEEPEST = 8
_FUNCTION = compile_on_use(r"=>|\bfunction\b|^(?:async\s+)?[\w$]+\s*\(")
_OF_NODE = compile_on_use(r"\bbuiltin(?:Modules|s)?\b", re.IGNORECASE)
_LETTER = compile_on_use(r"\w")


def options_at(value: Value | None, *keys: str) -> Iterator[ObjectEntry]:
    """The members at the end of a path of keys, in each of several possible objects."""
    for each in options_of(value):
        for entry in each.entries if isinstance(each, ObjectValue) else ():
            if entry.key == keys[0]:
                yield from (entry,) if len(keys) == 1 else options_at(entry.value, *keys[1:])


def list_step(value: Value | None, keys: tuple[str, ...], code: CodeAt, *, leaves: bool, way: Way) -> BundleStep:
    """The step for the list at a path of keys, whose strings name modules in the given way."""
    patterns, unsure, is_all = list[NamePattern](), list[UnsurePart](), False
    for entry in options_at(value, *keys):
        for each in _items(entry.value, 0):
            if isinstance(each, TextValue):
                patterns.append(name_pattern(each.value, each.at, way))
            elif isinstance(each, PatternValue) and compiled_pattern(each.source, each.flags) is not None:
                patterns.append(NamePattern(Way.PATTERN, each.source, each.at, each.flags))
            elif isinstance(each, PlainValue):
                is_all = is_all or each.value is True
            elif isinstance(each, ObjectValue) and each.entries and not each.maker:
                patterns += [name_pattern(member.key, member.key_at, way) for member in each.entries]
                unsure += [UnsurePart(part.at, keys[-1]) for part in each.unknown]
            elif not _OF_NODE.search(code(each.at)):
                unsure.append(UnsurePart(each.at, keys[-1], _texts(code(entry.at))))
    return BundleStep(leaves, keys[-1], tuple(patterns), bare=is_all, unsure=tuple(unsure))


def name_pattern(text: str, at: ValuePlace, way: Way) -> NamePattern:
    """What a string of a list names, in the given way; `*` is any text where what is below a name counts."""
    return NamePattern(Way.STAR if way is Way.PREFIX and text.count("*") == 1 else way, text, at)


def is_set(value: Value | None, *keys: str) -> bool | None:
    """Whether an option is `true` or `false`; None if it is absent or anything else."""
    for entry in options_at(value, *keys):
        if isinstance(entry.value, PlainValue) and isinstance(entry.value.value, bool):
            return entry.value.value
    return None


def _texts(code: str) -> tuple[str, ...]:
    """What a function compares specifiers with; () where it may mean any other, or is not in the code."""
    if not _FUNCTION.search(code) or "!" in code:
        return ()
    return tuple(text for text in literal_texts(code) if _LETTER.search(text))


def _items(value: Value | None, depth: int) -> Iterator[Value]:
    """The items of a list, or of one of several."""
    if isinstance(value, (ArrayValue, PossibleValue)) and depth < _DEEPEST:
        for each in value.items if isinstance(value, ArrayValue) else value.values:
            yield from _items(each, depth + 1)
    elif value is not None:
        yield value
