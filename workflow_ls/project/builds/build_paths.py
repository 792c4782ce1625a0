"""The paths and globs in configurations of bundlers and test runners, and the lists that they stand in.

entry: { 'a/index': 'src/a/index.ts' }, entry: ['src/*.ts'], input: '…', entryPoints: […]    what a build starts from
include: ['src/**'], roots: […], content: […], stories: […], setupFiles: […], coverage: { include: […] }
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from workflow_ls.project.builds.aliases.build_aliases import KEYS_OF_ALIASES
from workflow_ls.project.builds.values import (
    ArrayValue,
    ObjectValue,
    PossibleValue,
    TextValue,
    Value,
    ValuePlace,
    workspace_path,
)
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use

_ENTRIES = ("entry", "entries", "entryPoints", "input")
_PATTERN = compile_on_use(r"[*?{\[(!]")
_DEEPEST = 40


@record
class BuildPath:
    """A path or glob in a list of a configuration: `text` as the program has it, and `at` the item or member.

    `path` is the path from the root; of a glob, the directory before its first pattern, and `rest` what follows.
    `key` is the name of a member, which is the name of an output.
    """

    text: TextValue
    at: ValuePlace
    path: str
    rest: str = ""
    key: str | None = None


@record
class BuildList:
    """An array, an object or a single value of a configuration that holds paths.

    `is_entry`: a build starts from them.  `whole` is set if all of its items are known; `size` counts them.
    """

    name: str
    at: ValuePlace
    paths: tuple[BuildPath, ...]
    size: int
    is_entry: bool
    is_object: bool
    whole: bool


def build_lists(path: str, value: Value) -> tuple[BuildList, ...]:
    """The lists of paths in the value of the configuration at `path`, without aliases."""
    return tuple(_below(value, "", posixpath.dirname(path), 0))


def _below(value: Value, name: str, directory: str, depth: int) -> Iterator[BuildList]:
    if depth > _DEEPEST:
        return
    if isinstance(value, PossibleValue):
        for each in value.values:
            yield from _below(each, name, directory, depth + 1)
    elif isinstance(value, ArrayValue):
        yield from _in_array(value, name, directory, depth)
    elif isinstance(value, ObjectValue):
        yield from _in_object(value, name, directory, depth)
    elif isinstance(value, TextValue) and name:
        paths = tuple(_paths(value, value.at, directory, None))
        if paths and (name in _ENTRIES or "/" in value.value):
            yield _list(name, value.at, paths, 1, is_object=False, whole=False)


def _in_array(value: ArrayValue, name: str, directory: str, depth: int) -> Iterator[BuildList]:
    texts = [item for item in value.items if isinstance(item, TextValue)]
    if texts:
        paths = tuple(found for text in texts for found in _paths(text, text.at, directory, None))
        yield _list(name, value.at, paths, len(value.items), is_object=False, whole=len(texts) == len(value.items))
    for item in value.items:
        if not isinstance(item, TextValue):
            yield from _below(item, name, directory, depth + 1)


def _in_object(value: ObjectValue, name: str, directory: str, depth: int) -> Iterator[BuildList]:
    is_entry = name in _ENTRIES
    if is_entry:
        texts = [(entry, entry.value) for entry in value.entries if isinstance(entry.value, TextValue)]
        paths = tuple(found for entry, text in texts for found in _paths(text, entry.at, directory, entry.key))
        whole = len(texts) == len(value.entries) and not value.unknown
        yield _list(name, value.at, paths, len(value.entries), is_object=True, whole=whole)
    for entry in value.entries:
        if entry.key not in KEYS_OF_ALIASES and not (is_entry and isinstance(entry.value, TextValue)):
            yield from _below(entry.value, entry.key, directory, depth + 1)


def _list(
    name: str, at: ValuePlace, paths: tuple[BuildPath, ...], size: int, *, is_object: bool, whole: bool
) -> BuildList:
    return BuildList(name, at, paths, size, name in _ENTRIES, is_object, whole)


def _paths(text: TextValue, at: ValuePlace, directory: str, key: str | None) -> Iterator[BuildPath]:
    written = text.value.removeprefix("!").replace("<rootDir>", ".")
    pattern = _PATTERN.search(written)
    fixed = written if pattern is None else written[: written.rfind("/", 0, pattern.start()) + 1]
    found = workspace_path(fixed, directory) if fixed else directory
    if found is not None:
        yield BuildPath(text, at, found.rstrip("/"), written[len(fixed) :], key)
