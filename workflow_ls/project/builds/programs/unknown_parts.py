"""The parts of a configuration's aliases that are known only to a run of it, each with its place and the reason.

alias: { ...fromEnvironment() }         further aliases
alias: { '@a': process.env.TARGET }     where this one leads
export default mergeConfig(base, { })   what a package brings along
preset: 'some-preset'                   likewise, for Jest
resolveRequest: (context, name) => …    a program that decides about every specifier: Metro, `resolver` of Jest
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.project.builds.aliases.build_aliases import KEYS_OF_ALIASES
from workflow_ls.project.builds.aliases.rule_reader import is_made_elsewhere
from workflow_ls.project.builds.values import (
    ArrayValue,
    ObjectValue,
    PatternValue,
    PlainValue,
    PossibleValue,
    TextValue,
    UnknownValue,
    Value,
    ValuePlace,
)
from workflow_ls.records import record

# What is on the way from a configuration to its aliases.
_HOLDERS = frozenset(
    [
        "resolve",
        "test",
        "kit",
        "vite",
        "turbopack",
        "experimental",
        "turbo",
        "webpack",
        "esbuildOptions",
        "source",
        "tools",
        "rspack",
        "webpackFinal",
        "viteFinal",
        "configureWebpack",
        "projects",
        "workspace",
        "jest",
        "env",
        "main",
        "preload",
        "renderer",
        "overrides",
        "default",
    ]
)
_JEST = ("jest", "package.json")
_INHERITED = ("preset", "extends")
# Options that name or hold a program by which the tool resolves.
_RESOLVERS = {"metro": "resolveRequest", **dict.fromkeys(_JEST, "resolver")}
# Resolvers of Jest that know of no aliases.
_PLAIN_RESOLVERS = ("ts-jest-resolver", "jest-ts-webcompat-resolver", "jest-pnp-resolver")
# Presets that bring no aliases along.
_PLAIN_PRESETS = ("ts-jest", "react-native", "@swc/jest", "babel-jest")
_DEEPEST = 20


@record
class UnknownPart:
    """A part of the aliases that is not known: `reason` is a clause, `key` is the alias, "" for any further ones."""

    at: ValuePlace
    reason: str
    key: str = ""


def unknown_parts(tool: str, value: Value) -> tuple[UnknownPart, ...]:
    """The parts of the aliases in the value of a configuration of a tool that are not known, in file order."""
    found = dict.fromkeys(_below(value, tool, 0))
    return tuple(sorted(found, key=lambda part: (part.at.path, part.at.span)))


def _below(value: Value | None, tool: str, depth: int) -> Iterator[UnknownPart]:
    if depth > _DEEPEST:
        return
    for each in _possible(value):
        if isinstance(each, UnknownValue):
            yield UnknownPart(each.at, each.reason)
        elif isinstance(each, ObjectValue):
            yield from (UnknownPart(part.at, part.reason) for part in each.unknown)
            for entry in each.entries:
                if entry.key in KEYS_OF_ALIASES:
                    yield from _aliases(entry.value)
                elif entry.key == _RESOLVERS.get(tool) and _resolves(entry.value):
                    yield UnknownPart(entry.at, f"`{entry.key}` is a program, which may lead specifiers elsewhere")
                elif (
                    entry.key in _HOLDERS
                    or (entry.key in _INHERITED and not isinstance(entry.value, TextValue))
                    or (entry.key == "resolver" and tool == "metro")
                ):
                    yield from _below(entry.value, tool, depth + 1)
                elif entry.key in _INHERITED and tool in _JEST and isinstance(entry.value, TextValue):
                    preset = entry.value.value
                    if not preset.startswith((*_PLAIN_PRESETS, ".", "/")):
                        yield UnknownPart(entry.at, f"`{preset}` may have aliases of its own")
                elif entry.key == "chainWebpack":
                    yield UnknownPart(entry.at, "`chainWebpack` may set further ones")


def _aliases(value: Value) -> Iterator[UnknownPart]:
    for each in _possible(value):
        if isinstance(each, UnknownValue):
            yield UnknownPart(each.at, each.reason)
        if not isinstance(each, ObjectValue):
            continue
        yield from (UnknownPart(part.at, part.reason) for part in each.unknown)
        if is_made_elsewhere(each):
            yield UnknownPart(each.at, f"`{each.maker.removeprefix('package ')}` makes them")
            continue
        if each.get("customResolver") is not None:
            named = each.get("find")
            key = named.value if isinstance(named, TextValue) else ""
            yield UnknownPart(each.at, "`customResolver` decides about it", key)
            continue
        find, target = each.get("find") or each.get("name"), each.get("replacement") or each.get("alias")
        if find is not None and target is not None:
            if not isinstance(find, (TextValue, PatternValue)):
                yield UnknownPart(each.at, "what it is an alias for is computed")
            elif isinstance(target, UnknownValue):
                yield UnknownPart(target.at, target.reason, find.value if isinstance(find, TextValue) else find.source)
            continue
        for entry in each.entries:
            unknown = next((v for v in _possible(entry.value) if isinstance(v, UnknownValue)), None)
            if unknown is not None:
                yield UnknownPart(entry.at, unknown.reason, entry.key)


def _resolves(value: Value) -> bool:
    if isinstance(value, TextValue):
        return value.value not in _PLAIN_RESOLVERS
    return not isinstance(value, PlainValue)


def _possible(value: Value | None) -> Iterator[Value]:
    """What a value may be, and the items of an array; none for what is absent."""
    if isinstance(value, (PossibleValue, ArrayValue)):
        for each in value.values if isinstance(value, PossibleValue) else value.items:
            yield from _possible(each)
    elif value is not None and not isinstance(value, PlainValue):
        yield value
