"""Dice with a seed: what a generated monorepo is made up by."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """The same throws for the same seed, on every machine and in every order of the tests."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def chance(self, percent: int) -> bool:
        return self._random.random() * 100 < percent

    def pick(self, choices: Sequence[T]) -> T:
        return self._random.choice(choices)

    def some(self, choices: Sequence[T], least: int, most: int) -> list[T]:
        """Between `least` and `most` different ones of the choices, in any order."""
        return self._random.sample(choices, min(self.between(least, most), len(choices)))

    def between(self, least: int, most: int) -> int:
        return self._random.randint(least, most)
