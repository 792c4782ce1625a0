"""The manifests, the configurations and the mapping table of a generated monorepo."""

from __future__ import annotations

import json
import posixpath
from typing import Any

from tests.conformance.monorepos.dice import Dice
from tests.conformance.monorepos.world import Module, World, split

_CONSUMERS = ("packages/a", "packages/b", "server")


def manifests(world: World, dice: Dice) -> None:
    folders = [posixpath.dirname(world.tree), world.directory, *_CONSUMERS]
    _json(world, "package.json", {"private": True, "workspaces": folders}, dice)
    _json(world, f"{world.directory}/package.json", _canonical(world, dice), dice)
    _json(world, f"{folders[0]}/package.json", _legacy(world, dice), dice)
    for folder in _CONSUMERS:
        manifest: dict[str, Any] = {"name": f"@x/{posixpath.basename(folder)}"}
        wanted = [world.canonical] if dice.chance(40) else []
        wanted += [world.legacy_package] if dice.chance(60) else []
        if wanted:
            manifest["dependencies"] = dict.fromkeys(wanted, dice.pick(["*", "workspace:*", "^1.0.0"]))
        _json(world, f"{folder}/package.json", manifest, dice)
        if folder != "packages/b":
            inner = {"extends": "../" * (folder.count("/") + 1) + "tsconfig.base.json"}
            _json(world, f"{folder}/tsconfig.json", inner, dice)
    _json(world, "tsconfig.base.json", _aliases(world, dice), dice)
    if dice.chance(70):
        _json(world, "tsconfig.json", {"extends": "./tsconfig.base.json"}, dice)
    table = _table(world, dice)
    if table:
        _json(world, "workflow-ls.json", table, dice)
    for folder in folders:
        name = json.loads(world.files[f"{folder}/package.json"])["name"]
        world.links[f"node_modules/{name}"] = folder


def _canonical(world: World, dice: Dice) -> dict[str, Any]:
    manifest: dict[str, Any] = {"name": world.canonical, "version": "1.0.0"}
    if dice.chance(30):
        manifest["type"] = dice.pick(["module", "commonjs"])
    if dice.chance(8):
        manifest["main"] = f"./{world.sources}/index.ts"
        return manifest
    style = dice.pick(_STYLES)
    exports: dict[str, Any] = {}
    for module in world.modern:
        key = f"./{module.stem}" if module.stem else "."
        surface, slash, _ = module.stem.partition("/")
        pattern = f"./{surface}/*"
        if dice.chance(22):
            continue  # not admitted yet
        if slash and dice.chance(40):
            exports[pattern] = _entry(world, style, f"{surface}/*", split(module.path)[1], dice)
            continue
        stem, ending = split(posixpath.relpath(module.path, world.source_root))
        if dice.chance(10):  # a file that was there once
            stem = f"{stem}/index" if posixpath.basename(stem) != "index" else posixpath.dirname(stem) or "gone"
        exports[key] = _entry(world, dice.pick([style, style, style, dice.pick(_STYLES)]), stem, ending, dice)
    if dice.chance(12):
        exports["./*"] = _entry(world, style, "*", ".ts", dice)
    if dice.chance(8):
        exports[dice.pick(["./runtime/client", "./streams/*", "./secrets"])] = None
    if dice.chance(15):
        exports["./package.json"] = "./package.json"
    if dice.chance(60):
        exports = dict(sorted(exports.items()))
    manifest["exports"] = exports
    return manifest


_STYLES = ("plain", "plain", "types", "nested", "both", "array")


def _entry(world: World, style: str, stem: str, ending: str, dice: Dice) -> Any:
    """The value of an entry: one target, or conditions; of the sources, or of what a build makes of them."""
    base = f"./{world.sources}/" if world.sources != "." else "./"
    source = f"{base}{stem}{ending}"
    if ending == ".ts" and dice.chance(6):
        source = f"{base}{stem}.js"  # TypeScript takes the source for what is emitted
    emitted = {".mts": ".mjs", ".cts": ".cjs"}.get(ending, ".js")
    declaration = {".mts": ".d.mts", ".cts": ".d.cts"}.get(ending, ".d.ts")
    runtime = f"./dist/{stem}{emitted}" if world.built else source
    types = f"./dist/{stem}{declaration}" if world.built else source
    if style == "plain":
        return runtime
    if style == "types":
        return {"types": types, "default": runtime}
    if style == "nested":
        return {"import": {"types": types, "default": runtime}, "require": {"types": types, "default": runtime}}
    if style == "both":
        return {"types": types, "import": runtime}
    return [runtime]


def _legacy(world: World, dice: Dice) -> dict[str, Any]:
    manifest: dict[str, Any] = {"name": world.legacy_package, "version": "1.0.0"}
    folder = posixpath.basename(world.tree)
    if dice.chance(30):
        return manifest
    exports: dict[str, Any] = {"./lib/*": "./lib/*.ts"}
    if dice.chance(50):
        exports[f"./{folder}/*"] = dice.pick([f"./{folder}/*.ts", f"./{folder}/*/index.ts", f"./{folder}/*"])
    for module in world.legacy:
        if dice.chance(70):
            exports[posixpath.join(f"./{folder}", module.stem)] = f"./{folder}/" + posixpath.relpath(
                module.path, world.tree
            )
    manifest["exports"] = exports
    return manifest


def _aliases(world: World, dice: Dice) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    root = world.roots[0]
    if dice.chance(60):
        paths[root] = [world.tree]
        paths[f"{root}/*"] = [f"{world.tree}/*"]
    if dice.chance(60) and root.startswith("@shared"):
        paths["@shared/*"] = ["shared/*"]
    if dice.chance(30):
        paths[f"{world.legacy_package}/*"] = [f"{posixpath.dirname(world.tree)}/*"]
    if dice.chance(40):
        paths[world.canonical] = [world.source_root]
        paths[f"{world.canonical}/*"] = [f"{world.source_root}/*"]
    options: dict[str, Any] = {}
    if dice.chance(60):
        options["baseUrl"] = "."
    else:
        paths = {key: [f"./{target}" for target in targets] for key, targets in paths.items()}
    if paths:
        options["paths"] = paths
    return {"compilerOptions": options}


def _table(world: World, dice: Dice) -> dict[str, Any]:
    """Rows over the built-in ones; a whole table where the places are not the built-in ones."""
    root, table = world.roots[0], dict[str, Any]()
    stems = [module.stem for module in world.legacy]
    if world.canonical != "@alga-psa/workflows":
        folder = posixpath.dirname(world.tree)
        table = {
            "canonical": {"name": world.canonical, "directory": world.directory, "sources": world.sources},
            "legacy": {
                "roots": list(world.roots),
                "tree": world.tree,
                "package": {"name": world.legacy_package, "directory": folder, "sources": "."},
            },
            "core": [f"{folder}/**"],
            "tsconfigs": ["tsconfig.base.json"],
            "replaceModules": True,
            "modules": [
                {"from": root, "to": [world.canonical]},
                {"from": f"{root}/*", "to": [f"{world.canonical}/*", world.canonical]},
            ],
        }
    rows, names = list[dict[str, Any]](), list[dict[str, Any]]()
    other = dice.pick(world.modern) if world.modern else Module("", "")
    specifier = posixpath.join(world.canonical, other.stem)
    if dice.chance(25) and stems:
        rows.append({"from": posixpath.join(root, dice.pick(stems)).rstrip("/"), "to": [specifier.rstrip("/")]})
    if dice.chance(25) and world.legacy:
        old = dice.pick(world.legacy)
        if old.names:
            row = {"module": posixpath.join(root, old.stem).rstrip("/"), "name": dice.pick(old.names)}
            if dice.chance(70):
                row["to"] = specifier.rstrip("/")
            if (dice.chance(40) or "to" not in row) and other.names:
                row["as"] = dice.pick(other.names)
            if "to" in row or "as" in row:
                names.append(row)
    if rows:
        known = [row for row in table.get("modules", []) if row["from"] not in {new["from"] for new in rows}]
        table["modules"] = known + rows
    if names:
        table["names"] = names
    return table


def _json(world: World, path: str, data: Any, dice: Dice) -> None:
    indents: list[int | str] = [2, 2, 2, 4, "\t"]
    world.files[path] = json.dumps(data, indent=dice.pick(indents)) + ("\n" if dice.chance(90) else "")
