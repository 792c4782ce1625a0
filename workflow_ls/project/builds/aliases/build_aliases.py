r"""The aliases in configurations of bundlers and test runners.

resolve: { alias: { '@a': '/src/a' } }                          Vite, Vitest, webpack, Storybook; `alias` of esbuild
resolve: { fallback: { '@a': '/src/a' } }                       webpack, where nothing else is found
alias: [{ find: /^@a\/(.*)$/, replacement: '/src/a/$1' }]       Vite, Rollup; webpack writes { name, alias }
turbopack: { resolveAlias: { '@a/*': './src/a/*' } }            Next.js
alias({ entries: { '@a': '/src/a' } })                          the plugin of Rollup
resolver: { extraNodeModules: { '@a': '/src/a' } }              Metro
moduleNameMapper: { '^@a/(.*)$': '<rootDir>/src/a/$1' }         Jest
plugins: [['module-resolver', { alias: { '@a': './src/a' } }]]  Babel
"imports": { "@a/": "./src/a/" }, "scopes": { "./b/": { … } }   import maps
jsc: { baseUrl: '.', paths: { '@a/*': ['src/a/*'] } }           SWC, as TypeScript has them
"alias": { "@a/*": "./src/a/$1" }, "_moduleAliases": { … }      Parcel and module-alias, in a manifest
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from workflow_ls.project.builds.aliases.import_maps import is_import_map
from workflow_ls.project.builds.aliases.rule_reader import ALIAS_PLUGINS, is_made_elsewhere, options_of
from workflow_ls.project.builds.aliases.table_parts import directory_of
from workflow_ls.project.builds.values import (
    ArrayValue,
    ObjectEntry,
    ObjectValue,
    PatternValue,
    PossibleValue,
    TextValue,
    Value,
    ValuePlace,
    absolute,
    workspace_path,
)
from workflow_ls.project.configuration.alias import Alias
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use

_KEYS = ("alias", "resolveAlias", "extraNodeModules", "_moduleAliases")
_MAPPER = "moduleNameMapper"
KEYS_OF_ALIASES = (*_KEYS, _MAPPER)
_DEEPEST = 40
# A regular expression that matches a text, or a beginning with one group for the rest.
_SIMPLE = compile_on_use(r"\^?((?:[\w@/.~#$-]|\\.)*?)(/\?)?(\(\.[*+]\??\)|\.\*)?(\$)?")
# A beginning with one choice: ^@(flow|wf)/…
_CHOICE = compile_on_use(r"(\^?(?:[\w@/.~#-]|\\.)*)\((\?:)?([\w@.-]+(?:\|[\w@.-]+){1,9})\)")
_MOST_CHOICES = 2  # one after another, each of which multiplies the aliases
# A beginning that a slash and the rest may follow: ^@flow(\/.*)?$ and ^@flow(?:\/(.*))?$
_OPTIONAL_REST = compile_on_use(r"(\^(?:[\w@/.~#-]|\\.)+)\((?:\\?/\.[*+]|\?:\\?/\((\.[*+])\))\)\?\$")
_GROUP = compile_on_use(r"([$\\])([1-9])")


@record
class BuildAlias:
    """An alias as it is written: `key` is the text or regular expression, `at` the member or element.

    `aliases` are what it means for whole specifiers.
    """

    key: str
    key_at: ValuePlace
    at: ValuePlace
    aliases: tuple[Alias, ...]


def build_aliases(path: str, value: Value) -> tuple[BuildAlias, ...]:
    """The aliases in the value of the configuration at `path`, in order; those with an unknown key are left out."""
    directory = posixpath.dirname(path)
    return tuple(_of_import_map(value, directory) if is_import_map(path) else _below(value, directory, 0))


def _of_import_map(value: Value, directory: str) -> Iterator[BuildAlias]:
    imports, scopes = (value.get(key) if isinstance(value, ObjectValue) else None for key in ("imports", "scopes"))
    scoped = [entry.value for entry in scopes.entries] if isinstance(scopes, ObjectValue) else []
    for each in (imports, *scoped):
        for entry in each.entries if isinstance(each, ObjectValue) else ():
            key = f"{entry.key}*" if entry.key.endswith("/") else entry.key
            yield BuildAlias(entry.key, entry.key_at, entry.at, _made([key], entry.value, directory))


def _below(value: Value, directory: str, depth: int, within: str = "") -> Iterator[BuildAlias]:
    """The aliases in a value that the key `within` has."""
    if depth > _DEEPEST:
        return
    if isinstance(value, (ArrayValue, PossibleValue)):
        for each in value.items if isinstance(value, ArrayValue) else value.values:
            yield from _below(each, directory, depth + 1, within)
    for entry in value.entries if isinstance(value, ObjectValue) else ():
        if entry.key == "entries" and isinstance(value, ObjectValue) and value.maker.startswith(ALIAS_PLUGINS):
            yield from _listed(entry.value, directory, patterns=False)
        elif entry.key == _MAPPER:
            root = directory_of(value.get("rootDir") if isinstance(value, ObjectValue) else None, directory)
            for mapped in _entries(entry.value):
                yield from _mapped(mapped, root)
        elif entry.key == "jsc" and isinstance(entry.value, ObjectValue):
            yield from _of_swc(entry.value, directory)
        elif entry.key in _KEYS or (entry.key == "fallback" and within == "resolve"):
            yield from _listed(entry.value, directory, patterns=entry.key == "resolveAlias")
        else:
            yield from _below(entry.value, directory, depth + 1, entry.key)


def _of_swc(value: ObjectValue, directory: str) -> Iterator[BuildAlias]:
    """The `paths` of SWC, which begin at its `baseUrl` as those of TypeScript do."""
    base = directory_of(value.get("baseUrl"), directory)
    paths_of = value.get("paths")
    for entry in () if paths_of is None else _entries(paths_of):
        targets = tuple(target if target[:1] in "./" else f"./{target}" for target in _targets(entry.value))
        paths = tuple(path for target in targets if (path := workspace_path(target, base)) is not None)
        if paths and entry.key.count("*") <= 1:
            yield BuildAlias(entry.key, entry.key_at, entry.at, (Alias(entry.key, paths),))


def _entries(value: Value) -> Iterator[ObjectEntry]:
    for each in value.values if isinstance(value, PossibleValue) else (value,):
        if isinstance(each, ObjectValue) and not is_made_elsewhere(each):
            yield from each.entries


def _listed(value: Value, directory: str, *, patterns: bool) -> Iterator[BuildAlias]:
    """The aliases of an object or of an array of objects."""
    if isinstance(value, PossibleValue):
        for each in value.values:
            yield from _listed(each, directory, patterns=patterns)
    elif isinstance(value, ObjectValue) and not is_made_elsewhere(value):
        for entry in value.entries:
            if entry.key.startswith("^"):
                # Only Babel's module resolver reads such a key as a regular expression; elsewhere it matches nothing.
                found = _by_pattern(entry.key, [*_targets(entry.value)], directory, keeps_rest=False)
                yield BuildAlias(entry.key, entry.key_at, entry.at, found)
                continue
            is_pattern = "*" in entry.key and (patterns or any("$1" in target for target in _targets(entry.value)))
            keys = [entry.key.replace("**", "*")] if is_pattern else _with_below(entry.key)
            yield BuildAlias(entry.key, entry.key_at, entry.at, _made(keys, entry.value, directory))
    for item in options_of(value) if isinstance(value, ArrayValue) else ():
        if not isinstance(item, ObjectValue):
            continue
        find = item.get("find") or item.get("name")
        target = item.get("replacement") or item.get("alias")
        if target is None:
            continue
        if isinstance(find, TextValue):
            yield BuildAlias(find.value, find.at, item.at, _made(_with_below(find.value), target, directory))
        elif isinstance(find, PatternValue):
            yield BuildAlias(
                find.source, find.at, item.at, _by_pattern(find.source, [*_targets(target)], directory, keeps_rest=True)
            )


def _mapped(entry: ObjectEntry, directory: str) -> Iterator[BuildAlias]:
    aliases = _by_pattern(entry.key, [*_targets(entry.value)], directory, keeps_rest=False)
    yield BuildAlias(entry.key, entry.key_at, entry.at, aliases)


def _with_below(key: str) -> list[str]:
    """The keys that an alias without a pattern means: itself and all below; `$` at its end means itself alone."""
    if key.endswith("$"):
        return [key[:-1]]
    return [f"{key}*"] if key.endswith("/") else [key, f"{key}/*"]


def _made(keys: list[str], value: Value, directory: str) -> tuple[Alias, ...]:
    found = list[Alias]()
    for key in keys:
        star = "" if "*" not in key else "/*" if key.endswith("/*") else "*"
        paths, specifiers = list[str](), list[str]()
        for written in _targets(value):
            target = written.replace("$1", "*", 1) if star else written
            wild = target if "*" in target else target.rstrip("/") + star
            _add(wild, directory, paths, specifiers)
        if paths or specifiers:
            found.append(Alias(key, tuple(paths), tuple(specifiers)))
    return tuple(found)


def _by_pattern(
    source: str, targets: list[str], directory: str, *, keeps_rest: bool, choices: int = 0
) -> tuple[Alias, ...]:
    """The aliases of a regular expression that is a text, or a beginning with a group for the rest.

    `keeps_rest`: what follows a match that does not reach the end of a specifier stays behind the replacement, as in
    Vite; Jest replaces the whole specifier.
    """
    choice = _CHOICE.match(source)
    if choice is not None and choices < _MOST_CHOICES:
        # One alias for each alternative, with its text in the place of the group.
        found = list[Alias]()
        for word in choice[3].split("|"):
            given = targets if choice[2] else [_without_first_group(target, word) for target in targets]
            rest = f"{choice[1]}{word}{source[choice.end() :]}"
            found += _by_pattern(rest, given, directory, keeps_rest=keeps_rest, choices=choices + 1)
        return tuple(found)
    optional = _OPTIONAL_REST.fullmatch(source)
    if optional is not None:
        without = [_without_first_group(target, "") for target in targets]
        filled_in = targets if optional[2] else [_GROUP.sub(r"/\g<0>", target) for target in targets]
        whole = _by_pattern(f"{optional[1]}$", without, directory, keeps_rest=keeps_rest)
        return (*whole, *_by_pattern(f"{optional[1]}/(.*)$", filled_in, directory, keeps_rest=keeps_rest))
    simple = _SIMPLE.fullmatch(source)
    if simple is None or not source.startswith("^"):
        return ()
    before, slash, group, end = simple.groups()
    key = re.sub(r"\\(.)", r"\1", before)
    is_open = group is not None or end is None
    paths, specifiers = list[str](), list[str]()
    for target in targets:
        if group is not None and group.startswith("("):
            filled = target.replace("\\1" if "\\1" in target else "$1", "*")
        else:
            filled = f"{target}*" if keeps_rest and is_open and group is None else target
        _add(filled, directory, paths, specifiers)
    if not paths and not specifiers:
        return ()
    keys = [f"{key}*"] if is_open else [key]
    if slash:
        keys = [f"{key}/*"]
    return tuple(Alias(each, tuple(paths), tuple(specifiers)) for each in keys)


def _without_first_group(target: str, text: str) -> str:
    """A replacement with the text of its first group, and the other groups one number lower."""
    return _GROUP.sub(lambda found: text if found[2] == "1" else f"{found[1]}{int(found[2]) - 1}", target)


def _targets(value: Value) -> Iterator[str]:
    if isinstance(value, TextValue):
        yield value.value
    elif isinstance(value, (ArrayValue, PossibleValue)):
        for each in value.items if isinstance(value, ArrayValue) else value.values:
            yield from _targets(each)


def _add(target: str, directory: str, paths: list[str], specifiers: list[str]) -> None:
    """Add a target to the paths, or if it names a package to the specifiers."""
    written = target.replace("<rootDir>", absolute(directory))
    if written.startswith((".", absolute(""))):
        path = workspace_path(written, directory)
        if path is not None:
            paths.append(path)
    elif not written.startswith("/"):
        specifiers.append(written)
