"""The modules of a generated monorepo: the legacy tree, and what of it is in the canonical package already."""

from __future__ import annotations

import posixpath

from tests.conformance.monorepos.dice import Dice
from tests.conformance.monorepos.world import KINDS, STEMS, TYPES, Module, World, relative

_FILES = (".ts", ".ts", ".ts", "/index.ts", "/index.ts", ".tsx", "/index.tsx", ".mts", ".cts", ".d.ts")


def legacy_tree(world: World, dice: Dice) -> None:
    """Modules with declarations of their own, and barrels, chains and cycles of re-exports among them."""
    for stem in dice.some(STEMS, 2, 5):
        world.legacy.append(Module(_path(world.tree, stem, dice), stem, dice.some(list(KINDS), 1, 4)))
    for module in world.legacy:
        lines = [declared(name, module) for name in module.names]
        others = [other for other in world.legacy if other is not module]
        lines += [_passed_on(world, module, other, dice) for other in dice.some(others, 0, 2)]
        world.files[module.path] = text(lines, dice)


def canonical_tree(world: World, dice: Dice) -> None:
    """For most legacy modules one that has the same, or a part of it, or passes it on; and some of its own."""
    for old in world.legacy:
        if dice.chance(85):
            names = [name for name in old.names if not dice.chance(12)]
            stem = old.stem if dice.chance(92) else f"{old.stem}2".removeprefix("/")
            world.modern.append(Module(_path(world.source_root, stem, dice), stem, names))
    taken = {module.stem for module in world.modern}
    for stem in dice.some([stem for stem in STEMS if stem not in taken], 0, 2):
        world.modern.append(Module(_path(world.source_root, stem, dice), stem, dice.some(list(KINDS), 0, 2)))
    for module in world.modern:
        twin = next((old for old in world.legacy if old.stem == module.stem), None)
        lines = list[str]()
        if twin is not None and dice.chance(30):
            lines.append(f"export * from '{relative(module.path, twin, dice)}';")  # a proxy
            if "default" in twin.names and dice.chance(70):
                lines.append(f"export {{ default }} from '{relative(module.path, twin, dice)}';")
            module.names = list(twin.names)
            if dice.chance(20):
                lines.append("export const own = 1;")
        else:
            lines += [declared(name, module) for name in module.names]
        others = [other for other in world.modern if other is not module]
        many = module.stem == "" or dice.chance(20)
        for other in dice.some(others, 0, 3 if many else 1):
            lines.append(_passed_on(world, module, other, dice))
        world.files[module.path] = text(lines, dice)


def declared(name: str, module: Module) -> str:
    """A declaration, as one that a declaration file takes."""
    line = KINDS[name]
    if not module.path.endswith(".d.ts"):
        return line
    if name in TYPES:
        return line
    ambient = {
        "start": "export declare function start(): void;",
        "client": "export declare const client: { send: number };",
        "build": "export declare const build: () => number;",
        "limit": "export declare let limit: number;",
        "Runner": "export declare class Runner { id: number }",
        "State": "export declare enum State { On, Off }",
        "default": "declare function main(): void;\nexport default main;",
    }
    return ambient[name]


def text(lines: list[str], dice: Dice) -> str:
    """The text of a module, now and then with other line ends, a byte order mark or comments."""
    lines = lines or ["export {};"]
    if dice.chance(20):
        lines = ["// what was written here stays", *lines]
    result = "\n".join(lines) + ("\n" if dice.chance(95) else "")
    if dice.chance(6):
        result = result.replace("\n", "\r\n")
    return ("\ufeff" if dice.chance(4) else "") + result


def _passed_on(world: World, module: Module, other: Module, dice: Dice) -> str:
    """A re-export of another module of the same tree, which then exports those names, too."""
    specifier = relative(module.path, other, dice)
    if other in world.legacy and dice.chance(20):
        specifier = posixpath.join(dice.pick(world.roots), other.stem)
    name = dice.pick(other.names) if other.names else None
    free = [each for each in other.names if each not in module.names and each != "default"]
    if name is None or dice.chance(50):
        module.names += [each for each in free if each not in module.names]
        return f"export * from '{specifier}';"
    if dice.chance(15):
        return f"export * as all{module.stem.count('/')}{len(module.names)} from '{specifier}';"
    if dice.chance(20):
        return f"import {{ {name} as held }} from '{specifier}';\nexport {{ held as {name}_ }};"
    if name in module.names:
        return f"export {{ {name} as {name}_ }} from '{specifier}';"
    module.names.append(name)
    kind = "type " if name in TYPES and dice.chance(50) else ""
    return f"export {kind}{{ {name} }} from '{specifier}';"


def _path(root: str, stem: str, dice: Dice) -> str:
    ending = dice.pick(_FILES)
    if not stem:
        ending = dice.pick([".ts", ".ts", ".tsx"])
        return posixpath.normpath(posixpath.join(root, "index" + ending))
    return posixpath.normpath(posixpath.join(root, stem + ending))
