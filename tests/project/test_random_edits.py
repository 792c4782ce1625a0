"""After any edits, a workspace says what one says that is opened after them.

Nobody declares what depends on what: this is the test that nothing is forgotten.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence

import pytest

from tests.project.living_workspace import World
from tests.project.random_edits import Step, random_step

NIGHTLY = bool(os.environ.get("WORKFLOW_LS_NIGHTLY"))
SEEDS = range(1000) if NIGHTLY else range(12)
STEPS = 40 if NIGHTLY else 25


@pytest.mark.parametrize("seed", SEEDS)
def test_a_workspace_that_lives_says_what_a_new_one_says(seed: int) -> None:
    rng, world, steps = random.Random(seed), World(), list[Step]()
    assert not world.differences(Step("change", look=1))
    for _ in range(STEPS):
        steps.append(random_step(rng, world.disk, world.files.texts.paths))
        world.carry_out(steps[-1])
        if found := world.differences(steps[-1]):
            fewer = shrunk(steps)
            listed = "\n".join(map(str, fewer))
            pytest.fail(f"seed {seed}, after\n{listed}\n" + "\n".join(failures(fewer) or found))


def shrunk(steps: Sequence[Step]) -> Sequence[Step]:
    """Fewer edits that lead to a difference, none of which can be left out."""
    size = len(steps) // 2
    while size:
        for start in range(0, len(steps), size):
            fewer = [*steps[:start], *steps[start + size :]]
            if failures(fewer):
                steps = fewer
                break
        else:
            size //= 2
    return steps


def failures(steps: Sequence[Step]) -> list[str]:
    """What differs after edits, where the workspace is looked at after each of them."""
    world = World()
    world.differences(Step("change", look=1))
    found = list[str]()
    for step in steps:
        world.carry_out(step)
        found = world.differences(step)
        if found:
            break
    return found
