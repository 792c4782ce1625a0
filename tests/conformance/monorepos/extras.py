"""What a generated monorepo has besides: facades, mocks, client code, augmentations, and a package manager."""

from __future__ import annotations

import json
import posixpath

from tests.conformance.monorepos.dice import Dice
from tests.conformance.monorepos.modules import text
from tests.conformance.monorepos.world import TYPES, Module, World, relative

FACADE_NAME = "@x/facade"
_FACADE = "packages/facade"


def extras(world: World, dice: Dice) -> None:
    """Add files of each kind to a monorepo that has all others."""
    _package_manager(world, dice)
    if dice.chance(60):
        _facade(world, dice)
    for number in range(dice.between(0, 3)):
        _mocked(world, number, dice)
    for number in range(dice.between(0, 2)):
        _client(world, number, dice)
    if dice.chance(40):
        _augmentation(world, dice)


def _specifier(world: World, module: Module, dice: Dice) -> str:
    return posixpath.join(dice.pick(world.roots), module.stem).rstrip("/")


def _values(module: Module) -> list[str]:
    return [name for name in module.names if name not in (*TYPES, "default")]


def _package_manager(world: World, dice: Dice) -> None:
    manager = dice.pick(["npm", "pnpm", "yarn"])
    manifest = json.loads(world.files["package.json"])
    if manager == "pnpm":
        folders = manifest.pop("workspaces")
        lines = ["packages:", *(f"  - '{folder}'" for folder in folders)]
        world.files["pnpm-workspace.yaml"] = "\n".join(lines) + "\n"
    elif manager == "yarn":
        manifest["workspaces"] = {"packages": manifest["workspaces"]}
    if dice.chance(50):
        manifest["packageManager"] = f"{manager}@{dice.pick(['4.1.0', '9.0.0', '10.2.1'])}"
    world.files["package.json"] = json.dumps(manifest, indent=2) + "\n"


def _facade(world: World, dice: Dice) -> None:
    """A package that passes legacy modules on, alone or beside code of its own; the table may send callers to it."""
    picked = dice.some(world.legacy, 1, 3)
    name, exports = FACADE_NAME, dict[str, str]()
    for number, module in enumerate([*picked, *dice.some(picked, 0, 2)]):
        file = "index" if number == 0 else f"part{number}"
        path = f"{_FACADE}/src/{file}.ts"
        exports["." if number == 0 else f"./{file}"] = f"./src/{file}.ts"
        by_path = dice.chance(40)
        specifier = relative(path, module, dice) if by_path else _specifier(world, module, dice)
        values = _values(module)
        lines = [f"export * from '{specifier}';"]
        if values and dice.chance(40):
            value = dice.pick(values)
            lines = [f"import {{ {value} }} from '{specifier}';", f"export {{ {value} }};"]
        elif values and dice.chance(30):
            lines = [f"export {{ {', '.join(values)} }} from '{specifier}';"]
        elif dice.chance(20):
            lines = [f"export * as all{number} from '{specifier}';"]
        if dice.chance(40):
            lines.append(f"export const own{number} = {number};")
        world.files[path] = text(lines, dice)
    manifest = {"name": name, "version": "1.0.0", "exports": exports, "dependencies": {world.legacy_package: "*"}}
    world.files[f"{_FACADE}/package.json"] = json.dumps(manifest, indent=2) + "\n"
    world.links[f"node_modules/{name}"] = _FACADE
    root = json.loads(world.files["package.json"])
    if "pnpm-workspace.yaml" in world.files:
        world.files["pnpm-workspace.yaml"] += f"  - '{_FACADE}'\n"
    else:
        members = root["workspaces"]["packages"] if isinstance(root["workspaces"], dict) else root["workspaces"]
        members.append(_FACADE)
        world.files["package.json"] = json.dumps(root, indent=2) + "\n"
    if dice.chance(50):
        table = json.loads(world.files.get("workflow-ls.json", "{}"))
        table.setdefault("packages", []).append({"name": name, "directory": _FACADE})
        targets = [name if key == "." else f"{name}/{key[2:]}" for key in exports]
        sources = {posixpath.join(world.roots[0], module.stem).rstrip("/") for module in picked}
        rows = [row for row in table.get("modules", []) if row["from"] not in sources]
        rows += [{"from": source, "to": dice.some(targets, 1, 2)} for source in sorted(sources)]
        table["modules"] = rows
        world.files["workflow-ls.json"] = json.dumps(table, indent=2) + "\n"
    user = dice.pick(["packages/a/src/of_facade.ts", "server/of_facade.ts"])
    world.files[user] = f"import * as all from '{name}';\nexport const seen = all;\n"


def _mocked(world: World, number: int, dice: Dice) -> None:
    """A module that uses a legacy one, and a test that mocks it, by the same specifier or by another."""
    module = dice.pick(world.legacy)
    value = dice.pick(_values(module) or ["start"])
    folder = dice.pick(["packages/a/src", "packages/b/src", "server"])
    used = _specifier(world, module, dice)
    by_path = dice.chance(25)
    mocked = relative(f"{folder}/m{number}.test.ts", module, dice) if by_path else _specifier(world, module, dice)
    world.files[f"{folder}/m{number}.ts"] = text(
        [f"import {{ {value} }} from '{used}';", f"export const used{number} = {value};"], dice
    )
    factory = dice.pick(
        [
            f", () => ({{ {value}: 1 }})",
            f", async (original) => ({{ ...(await original()), {value}: 1 }})",
            "",
            f", () => ({{ {value}: 1, gone: 2 }})",
        ]
    )
    lines = [f"import {{ used{number} }} from './m{number}';", f"{dice.pick(_MOCKING)}('{mocked}'{factory});"]
    if dice.chance(40):
        lines.append(f"import {{ {value} as real }} from '{used}';")
        lines.append("export const both = real;")
    lines.append(f"used{number};")
    world.files[f"{folder}/m{number}.test.ts"] = text(lines, dice)


_MOCKING = ("vi.mock", "vi.mock", "vi.doMock", "jest.mock")


def _client(world: World, number: int, dice: Dice) -> None:
    """A file that runs in a browser, and canonical modules that need Node."""
    module = dice.pick(world.legacy)
    value = dice.pick(_values(module) or ["start"])
    specifier = _specifier(world, module, dice)
    lines = ["'use client';", f"import {{ {value} }} from '{specifier}';", f"export const shown = {value};"]
    world.files[f"packages/a/src/view{number}.tsx"] = text(lines, dice)
    if world.modern and dice.chance(50):
        server = dice.pick(world.modern)
        if not server.path.endswith(".d.ts"):
            before = world.files[server.path].removeprefix("\ufeff")
            world.files[server.path] = f"import {{ readFileSync }} from 'node:fs';\n{before}"


def _augmentation(world: World, dice: Dice) -> None:
    """A module that adds to a legacy one, or a script that declares a canonical one."""
    specifier = _specifier(world, dice.pick(world.legacy), dice)
    body = f"{{\n  interface {dice.pick(['Run', 'Runner', 'Extra'])} {{ more?: string }}\n}}"
    if dice.chance(30):
        world.files["packages/a/src/made.d.ts"] = f"declare module '{world.canonical}/made' {body}\n"
        world.files["packages/a/src/uses_made.ts"] = f"export type All = typeof import('{world.canonical}/made');\n"
        return
    world.files["packages/a/src/more.ts"] = f"export {{}};\ndeclare module '{specifier}' {body}\n"
