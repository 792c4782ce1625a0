"""The tables of aliases of Vite, and of the tools that are configured as it is."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.project.builds.aliases.alias_rules import AliasRule, Family
from workflow_ls.project.builds.aliases.rule_reader import ALIAS_PLUGINS, options_of, read_rules
from workflow_ls.project.builds.aliases.table_parts import (
    EXTENSIONS,
    PATHS_PLUGINS,
    AliasTable,
    directory_of,
    endings_of,
    maker_of,
    object_of,
    value_at,
)
from workflow_ls.project.builds.values import ObjectValue, PlainValue, TextValue, UnknownValue, Value
from workflow_ls.records import replace


def vite_tables(value: ObjectValue, directory: str, tool: str) -> Iterator[AliasTable]:
    """The tables of a configuration of Vite, or of one that has such in it; one for each inline project."""
    if tool == "electron.vite":
        for part in ("main", "preload", "renderer"):
            for each in options_of(value.get(part)):
                if isinstance(each, ObjectValue):
                    yield from vite_tables(each, directory, "vite")
        return
    own_aliases = (
        value.get("alias") if tool == "nuxt" else value_at(value, "kit", "alias") if tool == "svelte" else None
    )
    if tool in ("astro", "nuxt"):
        value = object_of(value.get("vite"), value)
    root = directory_of(value.get("root"), directory)
    own = _vite_table(value, root)
    if own_aliases is not None:
        rules, complete = read_rules(own_aliases, Family.VITE)
        own = replace(own, rules=(*rules, *own.rules), complete=complete and own.complete)
    projects = [*options_of(value_at(value, "test", "projects")), *options_of(value_at(value, "test", "workspace"))]
    inline = [each for each in projects if isinstance(each, ObjectValue)]
    yield from (_of_project(each, own, directory) for each in inline)
    if not inline:
        # An element of `defineWorkspace` is a project by itself.
        yield own if value.get("extends") is None else _of_project(value, own, directory)


def _of_project(project: ObjectValue, own: AliasTable, directory: str) -> AliasTable:
    """The table of an inline project of a configuration with the table `own`."""
    table = _vite_table(project, directory_of(project.get("root"), directory))
    extends = project.get("extends")
    if isinstance(extends, ObjectValue):
        own = _vite_table(extends, table.root)
    if isinstance(extends, ObjectValue) or (isinstance(extends, PlainValue) and extends.value is True):
        return replace(
            table,
            rules=(*table.rules, *own.rules),
            complete=table.complete and own.complete,
            uses_paths=table.uses_paths or own.uses_paths,
        )
    if isinstance(extends, (TextValue, UnknownValue)):
        return replace(table, complete=False, uses_paths=None)
    return table


def _vite_table(value: ObjectValue, root: str) -> AliasTable:
    of_test, of_build = value_at(value, "test", "alias"), value_at(value, "resolve", "alias")
    rules, complete = _merged_rules(of_build, of_test)
    plugins = list(options_of(value.get("plugins")))
    by_plugins = [rule for plugin in plugins for rule in plugin_rules(plugin)]
    uses_paths: bool | None = any(PATHS_PLUGINS.search(maker_of(plugin)) for plugin in plugins)
    native = value_at(value, "resolve", "tsconfigPaths")
    if isinstance(native, PlainValue) and native.value is True:
        uses_paths = True
    if not uses_paths and (value.unknown or any(isinstance(p, UnknownValue) and not p.maker for p in plugins)):
        uses_paths = None
    extensions = endings_of(value_at(value, "resolve", "extensions"), EXTENSIONS[Family.VITE])
    return AliasTable(Family.VITE, root, (*rules, *by_plugins), complete and not value.unknown, uses_paths, extensions)


def _merged_rules(first: Value | None, second: Value | None) -> tuple[list[AliasRule], bool]:
    """The aliases of two parts of a configuration of Vite as it merges them (`mergeAlias`)."""
    before, complete = read_rules(first, Family.VITE)
    after, also = read_rules(second, Family.VITE)
    if isinstance(first, ObjectValue) and isinstance(second, ObjectValue):
        later = {rule.key: rule for rule in after}
        joined = [later.pop(rule.key, rule) for rule in before]
        return [*joined, *later.values()], complete and also
    return [*after, *before], complete and also


def plugin_rules(plugin: Value) -> list[AliasRule]:
    """The aliases of Rollup's plugin."""
    if not isinstance(plugin, ObjectValue) or not plugin.maker.startswith(ALIAS_PLUGINS):
        return []
    return read_rules(plugin.get("entries"), Family.ROLLUP)[0]
