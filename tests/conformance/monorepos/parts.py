"""Further legacy packages of a generated monorepo: of some a part stays, and some went to an application."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.monorepos.dice import Dice
from tests.conformance.monorepos.world import World

OLD, NEW = "@old/gear", "@acme/gears"
_TREE, _PLACE, _DESK = "libs/older/gear/src", "packages/gears", "apps/desk"
_STEMS = ("cog", "rod", "pin", "teeth/fine", "teeth/rough")


def parts(world: World, dice: Dice) -> None:
    """Add a second legacy package to a monorepo that has a table of its own, with all that its modules need.

    Each module moves to a package, to the application's own files (by an alias), stays, or stays without a name.
    """
    if "workflow-ls.json" not in world.files:
        return
    table = json.loads(world.files["workflow-ls.json"])
    if not table.get("replaceModules"):
        return
    rows, names = list[dict[str, Any]](), list[dict[str, Any]]()
    for stem in dice.some(_STEMS, 2, len(_STEMS)):
        _module(world, stem, rows, names, dice)
    if dice.chance(50):
        rows.append({"from": f"{OLD}/*", "to": [f"{NEW}/*"]})
    package = {"name": OLD, "directory": "libs/older/gear"}
    if dice.chance(25):  # a file by itself
        lone = {"roots": ["gear-lone"], "tree": "libs/lone.ts"}
        world.files["libs/lone.ts"] = "export const lone = 1;\n"
        world.files[f"{_PLACE}/src/lone.ts"] = "export const lone = 1;\n"
        rows.append({"from": "gear-lone", "to": [f"{NEW}/lone"]})
        further = [lone]
    else:
        further = []
    table["legacy"] = [table["legacy"], {"roots": [OLD], "tree": _TREE, "package": package}, *further]
    table["packages"] = [*table.get("packages", ()), {"name": NEW, "directory": _PLACE}]
    table["modules"] += rows
    table["names"] = [*table.get("names", ()), *names]
    world.files["workflow-ls.json"] = json.dumps(table, indent=2) + "\n"
    _manifests(world, dice)


def _module(world: World, stem: str, rows: list[dict[str, Any]], names: list[dict[str, Any]], dice: Dice) -> None:
    """One legacy module, where it went, and a file of the application that imports it."""
    name = stem.replace("/", "")
    body = f"export const {name} = 1;\nexport interface Of{name} {{ id: string }}\n"
    way = dice.pick(["package", "package", "alias", "stays", "name"])
    old = f"{_TREE}/{stem}.ts"
    world.files[old] = f"export * from '{NEW}/{stem}';\n" if way == "package" and dice.chance(30) else body
    specifier = f"{OLD}/{stem}"
    if way == "package":
        world.files[f"{_PLACE}/src/{stem}.ts"] = body
        rows.append({"from": specifier, "to": [f"{NEW}/{stem}"]})
    elif way == "alias":
        world.files[f"{_DESK}/src/gear/{stem}.ts"] = body
        rows.append({"from": specifier, "to": [f"@/gear/{stem}"]})
    else:
        rows.append({"from": specifier, "stays": True})
    if way == "name":
        world.files[f"{_PLACE}/src/{stem}.ts"] = f"export const {name} = 1;\n"
        names.append({"module": specifier, "name": name, "to": f"{NEW}/{stem}"})
    taken = dice.pick([f"{{ {name} }}", f"{{ {name}, type Of{name} }}", f"type {{ Of{name} }}", f"* as all{name}"])
    use = f"console.log(all{name}.{name});\n" if taken.startswith("*") else ""
    world.files[f"{_DESK}/src/of-{name}.ts"] = f"import {taken} from '{specifier}';\n{use}"


def _manifests(world: World, dice: Dice) -> None:
    root = json.loads(world.files["package.json"])
    root["workspaces"] = [*root["workspaces"], "libs/older/gear", _PLACE, _DESK]
    exports = dice.pick([{"./*": "./src/*.ts"}, {"./*": {"types": "./dist/*.d.ts", "default": "./dist/*.js"}}])
    alias = {"compilerOptions": {"moduleResolution": "bundler", "paths": {"@/*": ["./src/*"]}}}
    for path, data in {
        "package.json": root,
        "libs/older/gear/package.json": {"name": OLD, "exports": {"./*": "./src/*.ts"}},
        f"{_PLACE}/package.json": {"name": NEW, "exports": exports},
        f"{_DESK}/package.json": {"name": "desk", "dependencies": {OLD: "*"}},
        f"{_DESK}/tsconfig.json": alias,
    }.items():
        world.files[path] = json.dumps(data, indent=2) + "\n"
    world.links |= {f"node_modules/{OLD}": "libs/older/gear", f"node_modules/{NEW}": _PLACE}


__all__ = ["NEW", "OLD", "parts"]
