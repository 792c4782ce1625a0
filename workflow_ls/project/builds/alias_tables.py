r"""The aliases of a configuration where its tool looks for them, in the order in which it tries them.

Vite, Vitest     resolve.alias, test.alias, plugins of Rollup, each of test.projects
webpack          resolve.alias, what the function `webpack` of Next.js makes of it, Storybook's webpackFinal
Turbopack        turbopack.resolveAlias
esbuild, tsup    alias, what the function esbuildOptions makes of it
Rollup           the entries of @rollup/plugin-alias
Jest             moduleNameMapper
Babel            alias of module-resolver
import maps      imports; those of `scopes` are for some files only
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from workflow_ls.project.builds.alias_rules import AliasRule, Family
from workflow_ls.project.builds.import_maps import TOOL
from workflow_ls.project.builds.rule_reader import ALIAS_PLUGINS, options_of, read_rules, texts_of
from workflow_ls.project.builds.values import (
    ArrayValue,
    ObjectValue,
    PlainValue,
    TextValue,
    UnknownValue,
    Value,
    absolute,
    workspace_path,
)
from workflow_ls.records import record, replace

_FAMILIES = {
    **dict.fromkeys(("vite", "vitest", "astro", "svelte", "remix", "electron.vite", ".storybook"), Family.VITE),
    **dict.fromkeys(("webpack", "rspack", "rsbuild", "craco", "next"), Family.WEBPACK),
    **dict.fromkeys(("rollup", "rolldown"), Family.ROLLUP),
    **dict.fromkeys(("tsup", "esbuild", "tsdown"), Family.ESBUILD),
    **dict.fromkeys(("jest", "package.json"), Family.JEST),
    "babel": Family.BABEL,
    TOOL: Family.IMPORT_MAP,
}
_EXTENSIONS = {
    Family.VITE: (".mjs", ".js", ".mts", ".ts", ".jsx", ".tsx", ".json"),
    Family.ROLLUP: (".mjs", ".js"),
    Family.WEBPACK: (".js", ".json", ".wasm", ".ts", ".tsx"),  # the last two since webpack 5.105
    Family.TURBOPACK: (".tsx", ".ts", ".jsx", ".js", ".mjs", ".json"),
    Family.ESBUILD: (".tsx", ".ts", ".jsx", ".js", ".css", ".json"),
    Family.JEST: (".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".json", ".node"),
    Family.BABEL: (".js", ".jsx", ".es", ".es6", ".mjs", ".ts", ".tsx"),
}
_OF_NEXT = (".js", ".mjs", ".tsx", ".ts", ".jsx", ".json", ".wasm")
_PATHS_PLUGINS = re.compile(r"tsconfig-?paths|tsconfigpaths", re.IGNORECASE)
_RESOLVE_PLUGINS = ("package @rollup/plugin-node-resolve", "package rollup-plugin-node-resolve")


@record
class AliasTable:
    """The aliases of one configuration, in order.

    `root` is the directory that the tool calls its root.  `complete` is unset if it may have further aliases, which
    are computed.  `uses_paths` says whether the tool also resolves by the `paths` of TypeScript; None if that is not
    known.  `extensions` are the endings that it adds, in order.  `enters` says that a directory means its entry.
    """

    family: Family
    root: str
    rules: tuple[AliasRule, ...] = ()
    complete: bool = True
    uses_paths: bool | None = False
    extensions: tuple[str, ...] = ()
    enters: bool = True


def alias_tables(path: str, tool: str, value: Value) -> tuple[AliasTable, ...]:
    """The tables in the value of the configuration at `path`; several if it is one of several configurations."""
    family = _FAMILIES.get(tool)
    if family is None:
        return ()
    directory = posixpath.dirname(path)
    found = list[AliasTable]()
    for each in options_of(value):
        if isinstance(each, ObjectValue):
            found += _READERS[family](each, directory, tool)
    return tuple(dict.fromkeys(found))


def _at(value: Value | None, *keys: str) -> Value | None:
    """The value below keys; the last one of several possible objects that has it."""
    for key in keys:
        objects = [each for each in options_of(value) if isinstance(each, ObjectValue)]
        value = next((found for each in reversed(objects) if (found := each.get(key)) is not None), None)
    return value


def _of_vite(value: ObjectValue, directory: str, tool: str) -> Iterator[AliasTable]:
    if tool == ".storybook":
        for each in options_of(value.get("viteFinal")):
            if isinstance(each, ObjectValue):
                yield from _of_vite(each, directory, "vite")
        for each in options_of(value.get("webpackFinal")):
            if isinstance(each, ObjectValue):
                yield from _of_webpack(each, directory, "webpack")
        return
    if tool == "astro":
        value = _object(value.get("vite"), value)
    root = _directory(value.get("root"), directory)
    own = _vite_table(value, root)
    projects = [*options_of(_at(value, "test", "projects")), *options_of(_at(value, "test", "workspace"))]
    inline = [each for each in projects if isinstance(each, ObjectValue)]
    for each in inline:
        table = _vite_table(each, _directory(each.get("root"), directory))
        extends = each.get("extends")
        if isinstance(extends, PlainValue) and extends.value is True:
            table = replace(
                table,
                rules=(*table.rules, *own.rules),
                complete=table.complete and own.complete,
                uses_paths=table.uses_paths or own.uses_paths,
            )
        elif isinstance(extends, (TextValue, UnknownValue)):
            table = replace(table, complete=False, uses_paths=None)
        yield table
    if not inline:
        yield own


def _vite_table(value: ObjectValue, root: str) -> AliasTable:
    of_test, of_build = _at(value, "test", "alias"), _at(value, "resolve", "alias")
    rules, complete = _merged_rules(of_build, of_test)
    plugins = list(options_of(value.get("plugins")))
    by_plugins = [rule for plugin in plugins for rule in _plugin_rules(plugin)]
    uses_paths: bool | None = any(_PATHS_PLUGINS.search(_maker(plugin)) for plugin in plugins)
    native = _at(value, "resolve", "tsconfigPaths")
    if isinstance(native, PlainValue) and native.value is True:
        uses_paths = True
    if not uses_paths and (value.unknown or any(isinstance(p, UnknownValue) and not p.maker for p in plugins)):
        uses_paths = None
    extensions = _endings(_at(value, "resolve", "extensions"), _EXTENSIONS[Family.VITE])
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


def _plugin_rules(plugin: Value) -> list[AliasRule]:
    """The aliases of Rollup's plugin."""
    if not isinstance(plugin, ObjectValue) or not plugin.maker.startswith(ALIAS_PLUGINS):
        return []
    return read_rules(plugin.get("entries"), Family.ROLLUP)[0]


def _of_rollup(value: ObjectValue, directory: str, _tool: str) -> Iterator[AliasTable]:
    plugins = list(options_of(value.get("plugins")))
    rules = [rule for plugin in plugins for rule in _plugin_rules(plugin)]
    extensions, uses_paths, enters = _EXTENSIONS[Family.ROLLUP], False, False
    for plugin in plugins:
        if _maker(plugin).startswith(_RESOLVE_PLUGINS):
            written = plugin.get("extensions") if isinstance(plugin, ObjectValue) else None
            extensions, enters = _endings(written, (".mjs", ".js", ".json", ".node")), True
        uses_paths = uses_paths or _PATHS_PLUGINS.search(_maker(plugin)) is not None
    unknown = any(isinstance(plugin, UnknownValue) and not plugin.maker for plugin in plugins)
    paths = None if unknown else uses_paths
    yield AliasTable(Family.ROLLUP, directory, tuple(rules), not unknown, paths, extensions, enters)


def _of_webpack(value: ObjectValue, directory: str, tool: str) -> Iterator[AliasTable]:
    if tool == "next":
        for each in options_of(value.get("webpack")):
            if isinstance(each, ObjectValue):
                table = next(_of_webpack(each, directory, "webpack"))
                yield replace(table, uses_paths=True, extensions=_OF_NEXT)
        for aliases in (_at(value, "turbopack", "resolveAlias"), _at(value, "experimental", "turbo", "resolveAlias")):
            if aliases is not None:
                rules, complete = read_rules(aliases, Family.TURBOPACK)
                extensions = _EXTENSIONS[Family.TURBOPACK]
                yield AliasTable(Family.TURBOPACK, directory, tuple(rules), complete, True, extensions)
        return
    if tool == "craco":
        value = _object(value.get("webpack"), value)
        rules, complete = read_rules(value.get("alias"), Family.WEBPACK)
    else:
        rules, complete = read_rules(_at(value, "resolve", "alias"), Family.WEBPACK)
    plugins = list(options_of(_at(value, "resolve", "plugins")))
    # Since 5.105, webpack reads `paths` by itself.
    uses_paths = True if any(_PATHS_PLUGINS.search(_maker(plugin)) for plugin in plugins) else None
    native = _at(value, "resolve", "tsconfig")
    if native is not None:
        uses_paths = not (isinstance(native, PlainValue) and native.value is False)
    extensions = _endings(_at(value, "resolve", "extensions"), _EXTENSIONS[Family.WEBPACK])
    root = _directory(value.get("context"), directory)
    yield AliasTable(Family.WEBPACK, root, tuple(rules), complete, uses_paths, extensions)


def _of_esbuild(value: ObjectValue, directory: str, tool: str) -> Iterator[AliasTable]:
    sources = [_at(value, "esbuildOptions", "alias") if tool == "tsup" else value.get("alias")]
    parts = [read_rules(source, Family.ESBUILD) for source in sources]
    rules = sorted((rule for part in parts for rule in part[0]), key=lambda rule: -len(rule.key))
    extensions = _endings(value.get("resolveExtensions"), _EXTENSIONS[Family.ESBUILD])
    root = _directory(value.get("absWorkingDir"), directory)
    yield AliasTable(Family.ESBUILD, root, tuple(rules), all(part[1] for part in parts), True, extensions)


def _of_jest(value: ObjectValue, directory: str, tool: str) -> Iterator[AliasTable]:
    if tool == "package.json":
        nested = value.get("jest")
        if isinstance(nested, ObjectValue):
            yield from _of_jest(nested, directory, "jest")
        return
    inline = [each for each in options_of(value.get("projects")) if isinstance(each, ObjectValue)]
    for each in inline:
        yield from _of_jest(each, directory, "jest")
    if inline:
        return
    root = _directory(value.get("rootDir"), directory)
    rules, complete = read_rules(value.get("moduleNameMapper"), Family.JEST)
    placed = tuple(
        replace(rule, targets=tuple(target.replace("<rootDir>", absolute(root)) for target in rule.targets))
        for rule in rules
    )
    written = [each.value for each in options_of(value.get("moduleFileExtensions")) if isinstance(each, TextValue)]
    extensions = tuple(f".{ending}" for ending in written) or _EXTENSIONS[Family.JEST]
    yield AliasTable(Family.JEST, root, placed, complete, False, extensions)


def _of_babel(value: ObjectValue, directory: str, _tool: str) -> Iterator[AliasTable]:
    plugins = value.get("plugins")
    for plugin in plugins.items if isinstance(plugins, ArrayValue) else ():
        if not isinstance(plugin, ArrayValue) or len(plugin.items) < 2:
            continue
        name, options = plugin.items[:2]
        if not isinstance(name, TextValue) or "module-resolver" not in name.value:
            continue
        if isinstance(options, ObjectValue):
            rules, complete = read_rules(options.get("alias"), Family.BABEL)
            extensions = _endings(options.get("extensions"), _EXTENSIONS[Family.BABEL])
            root = _directory(options.get("cwd"), directory)
            yield AliasTable(Family.BABEL, root, tuple(rules), complete, False, extensions)


def _of_import_map(value: ObjectValue, directory: str, _tool: str) -> Iterator[AliasTable]:
    rules, complete = read_rules(value.get("imports"), Family.IMPORT_MAP)
    rules.sort(key=lambda rule: -len(rule.key))
    is_whole = complete and value.get("scopes") is None
    yield AliasTable(Family.IMPORT_MAP, directory, tuple(rules), is_whole, enters=False)


_READERS = {
    Family.VITE: _of_vite,
    Family.ROLLUP: _of_rollup,
    Family.WEBPACK: _of_webpack,
    Family.ESBUILD: _of_esbuild,
    Family.JEST: _of_jest,
    Family.BABEL: _of_babel,
    Family.IMPORT_MAP: _of_import_map,
}


def _maker(plugin: Value) -> str:
    return plugin.maker if isinstance(plugin, (ObjectValue, UnknownValue)) else ""


def _object(value: Value | None, otherwise: ObjectValue) -> ObjectValue:
    return next((each for each in options_of(value) if isinstance(each, ObjectValue)), otherwise)


def _directory(value: Value | None, otherwise: str) -> str:
    found = workspace_path(value.value, otherwise) if isinstance(value, TextValue) else None
    return otherwise if found is None else found


def _endings(value: Value | None, otherwise: Sequence[str]) -> tuple[str, ...]:
    """The endings that a configuration lists; webpack's `...` is those that it has without."""
    found = list[str]()
    for text in () if value is None else texts_of(value):
        found += otherwise if text == "..." else [text]
    return tuple(found) or tuple(otherwise)
