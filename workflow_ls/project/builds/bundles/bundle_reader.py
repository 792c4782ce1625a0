r"""The bundles of a configuration, with the questions by which each tool decides what stays out of them, in its order.

tsup               noExternal, then `dependencies` and `peerDependencies`, external, skipNodeModulesBundle
tsdown             external, noExternal, then also `optionalDependencies`
esbuild            external, packages: 'external'; before both, its own aliases
Rollup, Vite       external; plugins that leave out what the manifest declares; without a plugin that resolves, the rest
webpack            externals, in which webpack-node-externals leaves out what is installed, without its allowlist

What a bundler of Vite leaves out by `ssr.external` is JavaScript: TypeScript always comes into the bundle.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.project.builds.aliases.alias_rules import Way
from workflow_ls.project.builds.aliases.rule_reader import options_of, texts_of
from workflow_ls.project.builds.aliases.table_parts import PATHS_PLUGINS, maker_of, object_of, value_at
from workflow_ls.project.builds.build_paths import BuildPath, build_lists
from workflow_ls.project.builds.bundles.bundle_model import Bundle, BundleStep, UnsurePart
from workflow_ls.project.builds.bundles.name_lists import CodeAt, is_set, list_step, options_at
from workflow_ls.project.builds.values import ArrayValue, ObjectValue, PossibleValue, TextValue, UnknownValue, Value
from workflow_ls.records import replace

TOOLS = frozenset(
    ["tsup", "tsdown", "esbuild", "rollup", "rolldown", "vite", "electron.vite", "webpack", "rspack", "rsbuild"]
)
"""The bundlers whose configurations are read."""

PATHS = BundleStep(False, "paths", paths=True)
ALIASES = BundleStep(False, "alias", aliases=True)
PRODUCTION = ("dependencies", "peerDependencies")
_INSTALLED = (*PRODUCTION, "optionalDependencies")
_ALL = (*_INSTALLED, "devDependencies")
_RESOLVING = ("node-resolve", "vite-tsconfig-paths", "rollup-plugin-swc", "rollup-plugin-bundle")
# Plugins of Rollup and Vite that leave packages out, with the sections of the manifest that these are in.
_LEAVING = {
    "rollup-plugin-peer-deps-external": ("peerDependencies",),
    "rollup-plugin-node-externals": _INSTALLED,
    "rollup-plugin-auto-external": PRODUCTION,
    "vite-plugin-externalize-deps": _ALL,
    "vite-plugin-node-externals": _INSTALLED,
    "electron-vite": ("dependencies",),
    "esbuild-node-externals": _ALL,
}
# Where webpack-node-externals looks for what is installed, besides `node_modules` of the directory that it runs in.
_DIRECTORIES = ("modulesDir", "additionalModuleDirs", "modulesFromFile")
_LISTS_OF_TSDOWN = (
    (("external",), True),
    (("deps", "neverBundle"), True),
    (("noExternal",), False),
    (("deps", "alwaysBundle"), False),
)
_ENTRIES = ("entry", "entryPoints", "input")
_INCLUDING = (
    "include",
    "exclude",
    "except",
    "allowlist",
    "whitelist",
    "allowList",
    "allowPredicate",
    "allowWorkspaces",
)


def read_bundles(
    path: str, tool: str, value: Value, directory: str, code: CodeAt, *, is_linked: bool
) -> tuple[Bundle, ...]:
    """The bundles in the value of the configuration at `path`, made in `directory`; `code` gives the text of a place.

    Of several possible lists, each counts.  `is_linked`: the packages of the workspace are installed in that directory.
    """
    found = list[Bundle]()
    for each in _configurations(value):
        family = "rollup" if tool == "rolldown" else "vite" if tool == "electron.vite" else tool
        for part in _parts(each, tool):
            reader = _READERS.get(family)
            made = _of_webpack(part, code, is_linked=is_linked) if reader is None else reader(part, code)
            if made is None:
                continue
            steps, joins = made
            entries = _entries(part, directory)
            found.append(Bundle(tool, path, directory, entries, tuple(steps), joins))
    return tuple(dict.fromkeys(found))


def _configurations(value: Value) -> Iterator[ObjectValue]:
    for each in options_of(value):
        if isinstance(each, ObjectValue):
            yield each


def _parts(value: ObjectValue, tool: str) -> Iterator[ObjectValue]:
    """The configurations in one for several processes."""
    if tool != "electron.vite":
        yield value
        return
    for key in ("main", "preload", "renderer"):
        yield from _configurations(value.get(key) or ArrayValue((), value.at))


def _entries(value: ObjectValue, directory: str) -> tuple[BuildPath, ...] | None:
    """What a build starts from; None if that is not all known."""
    lists = [each for each in build_lists(f"{directory}/x" if directory else "x", value) if each.name in _ENTRIES]
    found = [item for each in lists for item in each.paths]
    is_whole = all(each.whole or (each.size == 1 and not each.is_object) for each in lists)
    return tuple(found) if is_whole and len(found) == sum(each.size for each in lists) > 0 else None


def _of_tsup(value: ObjectValue, code: CodeAt) -> tuple[list[BundleStep], bool]:
    kept = list_step(value, ("noExternal",), code, leaves=False, way=Way.PREFIX)
    left = list_step(value, ("external",), code, leaves=True, way=Way.PREFIX)
    steps = [_plain(kept), BundleStep(True, "dependencies", sections=PRODUCTION), _plain(left)]
    if is_set(value, "skipNodeModulesBundle"):
        steps += [PATHS, BundleStep(True, "skipNodeModulesBundle", bare=True)]
    of_esbuild, _ = _of_esbuild(object_of(value.get("esbuildOptions"), ObjectValue((), value.at)), code)
    if {*texts_of(value.get("format"))} == {"iife"}:
        steps = []  # a script has nothing that it could load
    return [*steps, *of_esbuild], is_set(value, "bundle") is not False


def _of_tsdown(value: ObjectValue, code: CodeAt) -> tuple[list[BundleStep], bool]:
    steps = list[BundleStep]()
    for keys, leaves in _LISTS_OF_TSDOWN:
        steps.append(list_step(value, keys, code, leaves=leaves, way=Way.EXACT))
    steps.append(BundleStep(True, "dependencies", sections=_INSTALLED))
    return steps, is_set(value, "unbundle") is not True


def _of_esbuild(value: ObjectValue, code: CodeAt) -> tuple[list[BundleStep], bool]:
    steps = [ALIASES, *_of_plugins(list(options_of(value.get("plugins"))))]
    steps.append(list_step(value, ("external",), code, leaves=True, way=Way.PREFIX))
    for entry in options_at(value, "packages"):
        if isinstance(entry.value, TextValue) and entry.value.value == "external":
            steps += [PATHS, BundleStep(True, "packages", bare=True)]
        elif isinstance(entry.value, (UnknownValue, PossibleValue)):
            steps.append(BundleStep(True, "packages", unsure=(UnsurePart(entry.at, "packages"),)))
    return steps, is_set(value, "bundle") is True


def _of_rollup(value: ObjectValue, code: CodeAt) -> tuple[list[BundleStep], bool]:
    plugins = list(options_of(value.get("plugins")))
    steps = [list_step(value, ("external",), code, leaves=True, way=Way.EXACT), *_of_plugins(plugins)]
    makers = [maker_of(plugin) for plugin in plugins]
    steps.append(ALIASES)
    if any(PATHS_PLUGINS.search(maker) or "typescript" in maker for maker in makers):
        steps.append(PATHS)
    unsure = [plugin for plugin in plugins if isinstance(plugin, UnknownValue) and not plugin.maker]
    if any(name in maker for maker in makers for name in _RESOLVING):
        steps.append(BundleStep(True, "plugins", absent=True))
    elif unsure:
        steps.append(BundleStep(True, "plugins", unsure=(UnsurePart(unsure[0].at, "plugins"),)))
    else:
        steps.append(BundleStep(True, "plugins", bare=True))
    return steps, True


def _of_vite(value: ObjectValue, code: CodeAt) -> tuple[list[BundleStep], bool] | None:
    holders = [value_at(value, "build", name) for name in ("rollupOptions", "rolldownOptions")]
    steps = [
        list_step(holder, ("external",), code, leaves=True, way=Way.EXACT) for holder in holders if holder is not None
    ]
    steps += _of_plugins(list(options_of(value.get("plugins"))))
    return (steps, True) if steps else None


def _of_plugins(plugins: list[Value]) -> Iterator[BundleStep]:
    for plugin in plugins:
        maker = maker_of(plugin)
        for name, sections in _LEAVING.items():
            if f"{maker}.".startswith((f"package {name}.", f"package {name}/")):
                step = BundleStep(True, name, sections=sections)
                options = isinstance(plugin, ObjectValue) and any(plugin.get(key) is not None for key in _INCLUDING)
                yield replace(step, sections=(), unsure=(UnsurePart(plugin.at, name),)) if options else step


def _of_webpack(value: ObjectValue, code: CodeAt, *, is_linked: bool) -> tuple[list[BundleStep], bool]:
    written = [each for each in options_of(value.get("externals")) if "node-externals" in maker_of(each)]
    others = [each for each in options_of(value.get("externals")) if each not in written]
    plain = _with_member(value, "externals", ArrayValue(tuple(others), value.at))
    places = (("externals",), ("output", "externals"))  # the second is Rsbuild's
    steps = [list_step(plain, keys, code, leaves=True, way=Way.EXACT) for keys in places]
    for each in written:
        options = each if isinstance(each, ObjectValue) else ObjectValue((), each.at)
        for key in ("allowlist", "whitelist"):
            steps += [list_step(options, (key,), code, leaves=False, way=Way.EXACT)]
        if is_linked or any(options.get(key) is not None for key in _DIRECTORIES):
            steps.append(BundleStep(True, "webpack-node-externals", sections=_ALL))
    return steps, True


def _with_member(value: ObjectValue, key: str, new: Value) -> ObjectValue:
    """An object with another value of a key."""
    entries = (replace(entry, value=new) if entry.key == key else entry for entry in value.entries)
    return replace(value, entries=tuple(entries))


def _plain(step: BundleStep) -> BundleStep:
    """A step of a tool that reads strings as they are, so that `*` means itself."""
    patterns = (replace(each, way=Way.PREFIX) if each.way is Way.STAR else each for each in step.patterns)
    return replace(step, patterns=tuple(patterns))


_READERS = {
    "tsup": _of_tsup,
    "tsdown": _of_tsdown,
    "esbuild": _of_esbuild,
    "rollup": _of_rollup,
    "vite": _of_vite,
}
