"""Reads the aliases of an object or a list of a configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow_ls.project.builds.aliases.alias_rules import AliasRule, Family, Way, start_of
from workflow_ls.project.builds.values import (
    ArrayValue,
    ObjectValue,
    PatternValue,
    PlainValue,
    PossibleValue,
    TextValue,
    Value,
    ValuePlace,
)
from workflow_ls.records import replace
from workflow_ls.regular_expressions import compile_on_use

ALIAS_PLUGINS = ("package @rollup/plugin-alias", "package rollup-plugin-alias")
"""The plugins of Rollup whose `entries` are aliases, as makers of values."""

_DEEPEST = 8
_MERGING = compile_on_use(r"merge|assign|extend|define|defu|default|deep", re.IGNORECASE)


def options_of(value: Value | None, depth: int = 0) -> Iterator[Value]:
    """The values of which one counts, or that all count, without those that are absent."""
    if value is None or depth > _DEEPEST:
        return
    if isinstance(value, (PossibleValue, ArrayValue)):
        for each in value.values if isinstance(value, PossibleValue) else value.items:
            yield from options_of(each, depth + 1)
    elif not isinstance(value, PlainValue):
        yield value


def read_rules(value: Value | None, family: Family) -> tuple[list[AliasRule], bool]:
    """The aliases of an object or a list, and whether there are no others."""
    rules, complete = list[AliasRule](), True
    for each in (value,) if isinstance(value, ObjectValue) else options_of(value):
        if not isinstance(each, ObjectValue) or is_made_elsewhere(each):
            complete = False
            continue
        complete = complete and not each.unknown
        listed = family not in (Family.JEST, Family.BABEL, Family.IMPORT_MAP, Family.SWC, Family.PARCEL) and isinstance(
            value, ArrayValue
        )
        find, target = each.get("find") or each.get("name"), each.get("replacement") or each.get("alias")
        if listed and target is not None:
            rule = _listed_rule(each, find, target, family)
            if rule is not None and each.get("customResolver") is not None:
                rule = replace(rule, known=False)
            complete = complete and rule is not None
            rules += [] if rule is None else [rule]
            continue
        for entry in each.entries:
            rules.append(_rule(family, entry.key, entry.value, entry.key_at, entry.at))
    return rules, complete


def is_made_elsewhere(value: ObjectValue) -> bool:
    """Whether a function of a package makes other keys of those that it is given, and does not lay objects together."""
    return value.maker.startswith("package ") and _MERGING.search(value.maker) is None


def _listed_rule(item: ObjectValue, find: Value | None, target: Value, family: Family) -> AliasRule | None:
    if isinstance(find, PatternValue):
        rule = _rule(family, find.source, target, find.at, item.at, is_pattern=True)
        return replace(rule, way=Way.PATTERN, flags=find.flags, start=start_of(Way.PATTERN, find.source, find.flags))
    if not isinstance(find, TextValue):
        return None
    rule = _rule(family, find.value, target, find.at, item.at)
    only = item.get("onlyModule")
    if family is Family.WEBPACK:
        exact = isinstance(only, PlainValue) and only.value is True
        way = Way.EXACT if exact else _way(family, find.value.rstrip("$"))[0]
        return replace(rule, key=find.value, way=way, start=start_of(way, find.value, ""))
    return rule


def _rule(
    family: Family, key: str, value: Value, key_at: ValuePlace, at: ValuePlace, *, is_pattern: bool = False
) -> AliasRule:
    written = [each for each in options_of(value) if isinstance(each, TextValue)]
    texts = [each.value.replace("$1", "*", 1) if family is Family.PARCEL else each.value for each in written]
    known = bool(texts) and not isinstance(value, PossibleValue)
    ignored = isinstance(value, PlainValue) and value.value is False
    way, text = _way(family, key.replace("**", "*") if family is Family.PARCEL else key)
    is_prefix = way is Way.PREFIX and not is_pattern
    if family is Family.VITE and is_prefix and text.endswith("/") and len(texts) == 1 and texts[0].endswith("/"):
        text, texts = text[:-1], [texts[0][:-1]]
    literals = tuple(each.pieces for each in written)
    rule = AliasRule(family, text, way, tuple(texts), key_at, at, ignored=ignored, literals=literals)
    return replace(rule, known=known or ignored, start=start_of(way, text, ""))


def _way(family: Family, key: str) -> tuple[Way, str]:
    if family is Family.JEST or (family is Family.BABEL and (key.startswith("^") or key.endswith("$"))):
        return Way.PATTERN, key
    if family is Family.IMPORT_MAP:
        return (Way.PREFIX if key.endswith("/") else Way.EXACT), key
    if family is Family.SWC:
        return (Way.STAR if key.count("*") == 1 else Way.EXACT), key
    if family is Family.WEBPACK and key.endswith("$"):
        return Way.EXACT, key[:-1]
    if family in (Family.WEBPACK, Family.TURBOPACK, Family.PARCEL) and key.count("*") == 1:
        return Way.STAR, key
    return (Way.EXACT if family is Family.TURBOPACK else Way.PREFIX), key


def texts_of(value: Value | None) -> Iterator[str]:
    """The strings among the values of which one counts, or all."""
    for each in options_of(value):
        if isinstance(each, TextValue):
            yield each.value
