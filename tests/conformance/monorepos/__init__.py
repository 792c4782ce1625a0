"""Generated TypeScript monorepos, halfway through the move from a legacy tree to a canonical package."""

from __future__ import annotations

from tests.conformance.monorepos.dice import Dice
from tests.conformance.monorepos.extras import extras
from tests.conformance.monorepos.importers import importers
from tests.conformance.monorepos.manifests import manifests
from tests.conformance.monorepos.modules import canonical_tree, legacy_tree
from tests.conformance.monorepos.parts import parts
from tests.conformance.monorepos.world import World, draw_world


def generate(seed: int, *, more: bool = False) -> World:
    """The monorepo of one seed: its places, and its files by path; `more` adds what `parts` and `extras` have."""
    dice = Dice(seed)
    world = draw_world(dice)
    legacy_tree(world, dice)
    canonical_tree(world, dice)
    manifests(world, dice)
    importers(world, dice)
    if more:
        parts(world, Dice(-1 - seed))
        extras(world, dice)
    return world


__all__ = ["World", "generate"]
