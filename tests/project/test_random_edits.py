"""After any edits, a workspace says what one says that is opened after them.

Nobody declares what depends on what: this is the test that nothing is forgotten.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

import pytest

from tests.project.living_workspace import World, WorldOnDisk
from tests.project.random_edits import Step, random_step
from tests.strategies import NIGHTLY

pytestmark = [pytest.mark.slow, pytest.mark.generative]

SEEDS = range(1000) if NIGHTLY else range(4)
STEPS = 40 if NIGHTLY else 25


@pytest.mark.parametrize("seed", SEEDS)
def test_a_workspace_that_lives_says_what_a_new_one_says(seed: int) -> None:
    check(seed, World)


@pytest.mark.parametrize("seed", SEEDS[: len(SEEDS) // 6])
def test_a_workspace_on_disk_that_lives_says_what_a_new_one_says(seed: int, tmp_path: Path) -> None:
    directories = (tmp_path / str(number) for number in count())
    check(seed, lambda: WorldOnDisk(next(directories)))


def check(seed: int, start: Callable[[], World]) -> None:
    """Carry out random edits, and look for what differs after each; fails with fewer edits that lead to it."""
    rng, world, steps = random.Random(seed), start(), list[Step]()
    assert not world.differences(Step("change", look=1))
    for _ in range(STEPS):
        steps.append(random_step(rng, world.disk, world.files.texts.paths))
        world.carry_out(steps[-1])
        if found := world.differences(steps[-1]):
            fewer = shrunk(steps, start)
            listed = "\n".join(map(str, fewer))
            pytest.fail(f"seed {seed}, after\n{listed}\n" + "\n".join(failures(fewer, start) or found))


def shrunk(steps: Sequence[Step], start: Callable[[], World]) -> Sequence[Step]:
    """Fewer edits that lead to a difference, none of which can be left out."""
    size = len(steps) // 2
    while size:
        for first in range(0, len(steps), size):
            fewer = [*steps[:first], *steps[first + size :]]
            if failures(fewer, start):
                steps = fewer
                break
        else:
            size //= 2
    return steps


def failures(steps: Sequence[Step], start: Callable[[], World]) -> list[str]:
    """What differs after edits, where the workspace is looked at after each of them."""
    world = start()
    world.differences(Step("change", look=1))
    for step in steps:
        world.carry_out(step)
        if found := world.differences(step):
            return found
    return []
