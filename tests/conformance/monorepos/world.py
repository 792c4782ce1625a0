"""Where things lie in a generated monorepo, and the names that its modules export."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from tests.conformance.monorepos.dice import Dice

# The modules of the legacy tree; those of one surface have a pattern in `exports`, or an entry for each.
STEMS = ("", "runtime", "runtime/client", "runtime/types", "streams", "streams/builders", "secrets", "types/run")

# What a module may export, each name declared in the same way wherever it is declared.
KINDS = {
    "start": "export function start(): void {}",
    "client": "export const client = { send: 1 };",
    "build": "export const build = (): number => 1;",
    "limit": "export let limit = 3;",
    "Runner": "export class Runner { id = 1 }",
    "State": "export enum State { On, Off }",
    "Run": "export interface Run { id: string }",
    "Step": "export type Step = 'a' | 'b';",
    "default": "export default function main(): void {}",
}
TYPES = ("Run", "Step")


@dataclass
class Module:
    """A source file: its path, its place below its tree without ending, and the names that it should export."""

    path: str
    stem: str
    names: list[str] = field(default_factory=list)


@dataclass
class World:
    """A monorepo being made up.  `links` are the packages that an install links into node_modules."""

    canonical: str = "@alga-psa/workflows"
    directory: str = "ee/packages/workflows"
    sources: str = "src"
    roots: tuple[str, ...] = ("@shared/workflow", "@alga-psa/shared/workflow")
    legacy_package: str = "@alga-psa/shared"
    tree: str = "shared/workflow"
    files: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    legacy: list[Module] = field(default_factory=list)
    modern: list[Module] = field(default_factory=list)
    built: bool = False

    @property
    def source_root(self) -> str:
        return posixpath.normpath(posixpath.join(self.directory, self.sources))


def draw_world(dice: Dice) -> World:
    """The places: mostly those of the built-in table, else others, which workflow-ls.json then names."""
    if dice.chance(75):
        return World(built=dice.chance(30))
    return World(
        canonical=dice.pick(["@acme/flow", "flow", "@acme/flow.js"]),
        directory=dice.pick(["packages/flow", "ee/flow"]),
        sources=dice.pick(["src", "lib/main", "."]),
        roots=dice.pick([("@old/core/flow",), ("@old/core/flow", "core-flow")]),
        legacy_package="@old/core",
        tree="libs/core/flow",
        built=dice.chance(30),
    )


def relative(importer: str, module: Module, dice: Dice) -> str:
    """A relative specifier by which the compiler finds a module from a file."""
    stem, ending = split(module.path)
    path = posixpath.relpath(stem, posixpath.dirname(importer) or ".")
    path = path if path.startswith("../") else f"./{path}"
    if ending in _EMITTED:
        return path + _EMITTED[ending]
    if posixpath.basename(path) == "index" and path != "./index" and dice.chance(60):
        return posixpath.dirname(path)
    return path + (".js" if ending in (".ts", ".tsx", ".js") and dice.chance(15) else "")


_EMITTED = {".mts": ".mjs", ".cts": ".cjs"}


def split(path: str) -> tuple[str, str]:
    if path.endswith(".d.ts"):
        return path[:-5], ".d.ts"
    return posixpath.splitext(path)
