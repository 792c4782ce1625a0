r"""The aliases of a configuration where its tool looks for them, in the order in which it tries them.

Vite, Vitest     resolve.alias, test.alias, plugins of Rollup, each of test.projects
webpack          resolve.alias, fallback and modules, what `webpack` of Next.js makes of them, Storybook's webpackFinal
Turbopack        turbopack.resolveAlias
esbuild, tsup    alias, what the function esbuildOptions makes of it
Rollup           the entries of @rollup/plugin-alias
Jest             moduleNameMapper
Babel            alias of module-resolver
SWC              paths
Parcel           alias in a manifest
Metro            resolver.extraNodeModules, after `node_modules`
import maps      imports; those of `scopes` are for some files only
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator

from workflow_ls.project.builds.aliases.alias_rules import AliasRule, Family, Way
from workflow_ls.project.builds.aliases.import_maps import TOOL
from workflow_ls.project.builds.aliases.rule_reader import options_of, read_rules, texts_of
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
from workflow_ls.project.builds.aliases.vite_tables import plugin_rules, vite_tables
from workflow_ls.project.builds.lookups.module_directories import listed_directories
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
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.records import replace

_FAMILIES = {
    **dict.fromkeys(("vite", "vitest", "astro", "nuxt", "svelte", "remix", "electron.vite", ".storybook"), Family.VITE),
    **dict.fromkeys(("webpack", "rspack", "rsbuild", "rslib", "craco", "vue", "next"), Family.WEBPACK),
    **dict.fromkeys(("rollup", "rolldown"), Family.ROLLUP),
    **dict.fromkeys(("tsup", "esbuild", "tsdown"), Family.ESBUILD),
    **dict.fromkeys(("jest", "package.json"), Family.JEST),
    "babel": Family.BABEL,
    "swc": Family.SWC,
    "metro": Family.METRO,
    TOOL: Family.IMPORT_MAP,
}
_OF_NEXT = (".js", ".mjs", ".tsx", ".ts", ".jsx", ".json", ".wasm")
_RESOLVE_PLUGINS = ("package @rollup/plugin-node-resolve", "package rollup-plugin-node-resolve")


def alias_tables(path: str, tool: str, value: Value) -> tuple[AliasTable, ...]:
    """The tables in the value of the configuration at `path`; several if it is one of several configurations."""
    family = _FAMILIES.get(tool)
    if family is None:
        return ()
    directory = posixpath.dirname(path)
    found = list[AliasTable]()
    for each in options_of(value):
        if isinstance(each, ObjectValue):
            read = _of_storybook if tool == ".storybook" else _READERS[family]
            found += read(each, directory, tool)
    return tuple(dict.fromkeys(found))


def _of_storybook(value: ObjectValue, directory: str, _tool: str) -> Iterator[AliasTable]:
    for each in options_of(value.get("viteFinal")):
        if isinstance(each, ObjectValue):
            yield from vite_tables(each, directory, "vite")
    for each in options_of(value.get("webpackFinal")):
        if isinstance(each, ObjectValue):
            yield from _of_webpack(each, directory, "webpack")


def _of_rollup(value: ObjectValue, directory: str, _tool: str) -> Iterator[AliasTable]:
    plugins = list(options_of(value.get("plugins")))
    rules = [rule for plugin in plugins for rule in plugin_rules(plugin)]
    extensions, uses_paths, enters, lookups, packages = EXTENSIONS[Family.ROLLUP], False, False, list[AliasRule](), True
    for plugin in plugins:
        if maker_of(plugin).startswith(_RESOLVE_PLUGINS):
            written = plugin.get("extensions") if isinstance(plugin, ObjectValue) else None
            extensions, enters = endings_of(written, (".mjs", ".js", ".json", ".node")), True
            options = plugin if isinstance(plugin, ObjectValue) else ObjectValue((), value.at)
            named = listed_directories(options.get("moduleDirectories"), Family.ROLLUP, directory, by_name=True)
            placed = listed_directories(options.get("modulePaths"), Family.ROLLUP, directory, by_name=False, late=True)
            lookups, packages = [*lookups, *named.rules, *placed.rules], packages and named.packages
        uses_paths = uses_paths or PATHS_PLUGINS.search(maker_of(plugin)) is not None
    unknown = any(isinstance(plugin, UnknownValue) and not plugin.maker for plugin in plugins)
    paths = None if unknown else uses_paths
    yield AliasTable(
        Family.ROLLUP, directory, tuple(rules), not unknown, paths, extensions, enters, tuple(lookups), packages
    )


def _of_webpack(value: ObjectValue, directory: str, tool: str) -> Iterator[AliasTable]:
    if tool == "next":
        for each in options_of(value.get("webpack")):
            if isinstance(each, ObjectValue):
                table = next(_of_webpack(each, directory, "webpack"))
                yield replace(table, uses_paths=True, extensions=_OF_NEXT)
        for aliases in (
            value_at(value, "turbopack", "resolveAlias"),
            value_at(value, "experimental", "turbo", "resolveAlias"),
        ):
            if aliases is not None:
                rules, complete = read_rules(aliases, Family.TURBOPACK)
                extensions = EXTENSIONS[Family.TURBOPACK]
                yield AliasTable(Family.TURBOPACK, directory, tuple(rules), complete, True, extensions)
        return
    is_chained = False
    if tool == "craco":
        value = object_of(value.get("webpack"), value)
        rules, complete = read_rules(value.get("alias"), Family.WEBPACK)
    else:
        if tool == "vue":
            is_chained, value = value.get("chainWebpack") is not None, object_of(value.get("configureWebpack"), value)
        rules, complete = read_rules(value_at(value, "resolve", "alias"), Family.WEBPACK)
        for keys in (
            (("source", "alias"), ("tools", "rspack", "resolve", "alias")) if tool in ("rsbuild", "rslib") else ()
        ):
            further, also = read_rules(value_at(value, *keys), Family.WEBPACK)
            rules, complete = [*rules, *further], complete and also
        complete = complete and not is_chained
    plugins = list(options_of(value_at(value, "resolve", "plugins")))
    # Since 5.105, webpack reads `paths` by itself.
    uses_paths = True if any(PATHS_PLUGINS.search(maker_of(plugin)) for plugin in plugins) else None
    native = value_at(value, "resolve", "tsconfig") or value_at(value, "resolve", "tsConfig")
    if native is not None:
        uses_paths = not (isinstance(native, PlainValue) and native.value is False)
    extensions = endings_of(value_at(value, "resolve", "extensions"), EXTENSIONS[Family.WEBPACK])
    root = directory_of(value.get("context"), directory)
    modules = listed_directories(value_at(value, "resolve", "modules"), Family.WEBPACK, root, by_name=True)
    otherwise, _ = read_rules(value_at(value, "resolve", "fallback"), Family.WEBPACK)
    lookups = (*modules.rules, *(replace(rule, is_late=True) for rule in otherwise))
    complete = complete and modules.complete
    yield AliasTable(
        Family.WEBPACK,
        root,
        tuple(rules),
        complete,
        uses_paths,
        extensions,
        lookups=lookups,
        packages=modules.packages,
    )


def _of_esbuild(value: ObjectValue, directory: str, tool: str) -> Iterator[AliasTable]:
    sources = [value_at(value, "esbuildOptions", "alias") if tool == "tsup" else value.get("alias")]
    parts = [read_rules(source, Family.ESBUILD) for source in sources]
    rules = sorted((rule for part in parts for rule in part[0]), key=lambda rule: -len(rule.key))
    extensions = endings_of(value.get("resolveExtensions"), EXTENSIONS[Family.ESBUILD])
    root = directory_of(value.get("absWorkingDir"), directory)
    holder = value_at(value, "esbuildOptions", "nodePaths") if tool == "tsup" else value.get("nodePaths")
    lookups = listed_directories(holder, Family.ESBUILD, root, by_name=False, late=True).rules
    complete = all(part[1] for part in parts)
    yield AliasTable(Family.ESBUILD, root, tuple(rules), complete, True, extensions, lookups=lookups)


def _of_jest(value: ObjectValue, directory: str, tool: str) -> Iterator[AliasTable]:
    if tool == "package.json":
        nested = value.get("jest")
        if isinstance(nested, ObjectValue):
            yield from _of_jest(nested, directory, "jest")
        if isinstance(value.get("alias"), ObjectValue):
            rules, complete = read_rules(value.get("alias"), Family.PARCEL)
            yield AliasTable(Family.PARCEL, directory, tuple(rules), complete, False, EXTENSIONS[Family.PARCEL])
        return
    inline = [each for each in options_of(value.get("projects")) if isinstance(each, ObjectValue)]
    for each in inline:
        yield from _of_jest(each, directory, "jest")
    if inline:
        return
    root = directory_of(value.get("rootDir"), directory)
    yield from _of_transforms(value.get("transform"), root)
    rules, complete = read_rules(value.get("moduleNameMapper"), Family.JEST)
    placed = tuple(
        replace(rule, targets=tuple(target.replace("<rootDir>", absolute(root)) for target in rule.targets))
        for rule in rules
    )
    written = [each.value for each in options_of(value.get("moduleFileExtensions")) if isinstance(each, TextValue)]
    extensions = tuple(f".{ending}" for ending in written) or EXTENSIONS[Family.JEST]
    named = listed_directories(value.get("moduleDirectories"), Family.JEST, root, by_name=True)
    further = listed_directories(value.get("modulePaths"), Family.JEST, root, by_name=False, late=True)
    lookups = (*named.rules, *further.rules)
    complete = complete and named.complete and further.complete
    yield AliasTable(Family.JEST, root, placed, complete, False, extensions, lookups=lookups, packages=named.packages)


def _of_transforms(value: Value | None, root: str) -> Iterator[AliasTable]:
    """The tables of the compilers that have their options in a configuration of Jest."""
    written = [entry.value for entry in value.entries] if isinstance(value, ObjectValue) else []
    for each in written:
        name, options = each.items[:2] if isinstance(each, ArrayValue) and len(each.items) > 1 else (None, None)
        if isinstance(name, TextValue) and isinstance(options, ObjectValue):
            if "swc" in name.value and value_at(options, "jsc", "paths") is not None:
                yield from _of_swc(options, root, "swc")
            elif "babel-jest" in name.value:
                yield from _of_babel(options, root, "babel")


def _of_babel(value: ObjectValue, directory: str, _tool: str) -> Iterator[AliasTable]:
    environments = value.get("env")
    nested = [entry.value for entry in environments.entries] if isinstance(environments, ObjectValue) else []
    for each in (*nested, *options_of(value.get("overrides"))):
        if isinstance(each, ObjectValue):
            yield from _of_babel(each, directory, _tool)
    own = list(_of_module_resolver(value, directory))
    # The options of a plugin take the place of those that are inherited for it; those of presets run after it.
    further = [*options_of(value.get("presets")), *(options_of(value.get("extends")) if not own else ())]
    tables = own + [
        table for each in further if isinstance(each, ObjectValue) for table in _of_babel(each, directory, _tool)
    ]
    if tables:
        rules = tuple(rule for table in tables for rule in table.rules)
        lookups = tuple(rule for table in tables for rule in table.lookups)
        yield replace(tables[0], rules=rules, complete=all(table.complete for table in tables), lookups=lookups)


def _of_module_resolver(value: ObjectValue, directory: str) -> Iterator[AliasTable]:
    plugins = value.get("plugins")
    for plugin in plugins.items if isinstance(plugins, ArrayValue) else ():
        if not isinstance(plugin, ArrayValue) or len(plugin.items) < 2:
            continue
        name, options = plugin.items[:2]
        if "module-resolver" not in (name.value if isinstance(name, TextValue) else maker_of(name)):
            continue
        if isinstance(options, ObjectValue):
            rules, complete = read_rules(options.get("alias"), Family.BABEL)
            extensions = endings_of(options.get("extensions"), EXTENSIONS[Family.BABEL])
            cwd = options.get("cwd")
            is_named = isinstance(cwd, TextValue) and cwd.value in ("babelrc", "packagejson")
            root = directory if is_named else directory_of(cwd, directory)
            roots = listed_directories(options.get("root"), Family.BABEL, root, by_name=False)
            complete = complete and roots.complete
            yield AliasTable(Family.BABEL, root, tuple(rules), complete, False, extensions, lookups=roots.rules)


def _of_metro(value: ObjectValue, directory: str, _tool: str) -> Iterator[AliasTable]:
    resolver = value.get("resolver")
    for options in options_of(resolver):
        if not isinstance(options, ObjectValue):
            continue
        rules, complete = read_rules(options.get("extraNodeModules"), Family.METRO)
        # Only the whole name of a package is looked up.
        known = [rule for rule in rules if split_package(rule.key) == (rule.key, ".")]
        root = directory_of(value.get("projectRoot"), directory)
        further = listed_directories(options.get("nodeModulesPaths"), Family.METRO, root, by_name=False, late=True)
        lookups = (*further.rules, *(replace(rule, is_late=True) for rule in known))
        endings = tuple(f".{ending}" for ending in texts_of(options.get("sourceExts")))
        extensions = endings or EXTENSIONS[Family.METRO]
        complete = complete and further.complete and options.get("resolveRequest") is None
        yield AliasTable(Family.METRO, root, (), complete, False, extensions, lookups=lookups)


def _of_swc(value: ObjectValue, directory: str, _tool: str) -> Iterator[AliasTable]:
    root = directory_of(value_at(value, "jsc", "baseUrl"), directory)
    rules, complete = read_rules(value_at(value, "jsc", "paths"), Family.SWC)
    placed = [
        replace(rule, targets=tuple(each if each[:1] in "./" else f"./{each}" for each in rule.targets))
        for rule in rules
    ]
    # As TypeScript: a whole key before any pattern, and of these the longest beginning.
    placed.sort(key=lambda rule: (rule.way is Way.STAR, -len(rule.start)))
    yield AliasTable(Family.SWC, root, tuple(placed), complete, False, EXTENSIONS[Family.SWC])


def _of_import_map(value: ObjectValue, directory: str, _tool: str) -> Iterator[AliasTable]:
    """The innermost scope of a file is looked up first, and `imports` last (HTML, "resolving a module specifier")."""
    found, complete = list[AliasRule](), True
    scopes = value.get("scopes")
    for scope in sorted(scopes.entries, key=lambda entry: -len(entry.key)) if isinstance(scopes, ObjectValue) else ():
        place = workspace_path(scope.key, directory)
        rules, is_whole = read_rules(scope.value, Family.IMPORT_MAP)
        complete = complete and is_whole
        if place is not None:
            under = f"{place.rstrip('/')}/".lstrip("/") if scope.key.endswith("/") else place
            found += (replace(rule, under=under) for rule in sorted(rules, key=_by_length))
    rules, is_whole = read_rules(value.get("imports"), Family.IMPORT_MAP)
    found += sorted(rules, key=_by_length)
    yield AliasTable(Family.IMPORT_MAP, directory, tuple(found), complete and is_whole, enters=False)


def _by_length(rule: AliasRule) -> int:
    return -len(rule.key)


_READERS: dict[Family, Callable[[ObjectValue, str, str], Iterator[AliasTable]]] = {
    Family.VITE: vite_tables,
    Family.ROLLUP: _of_rollup,
    Family.WEBPACK: _of_webpack,
    Family.ESBUILD: _of_esbuild,
    Family.JEST: _of_jest,
    Family.BABEL: _of_babel,
    Family.SWC: _of_swc,
    Family.METRO: _of_metro,
    Family.IMPORT_MAP: _of_import_map,
}
