"""Where the TypeScript compiler finds modules in generated workspaces, and where they are found here."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.conformance.resolution import compare_configurations, compare_modules
from tests.conformance.trees import generate

pytestmark = pytest.mark.conformance


def test_modules_are_found_where_the_compiler_finds_them(node_project: Path) -> None:  # noqa: ARG001
    comparison = compare_modules([generate(random.Random(seed)) for seed in range(400)])
    assert not comparison.differences, str(comparison)
    assert comparison.equal > 10_000


def test_configurations_are_those_of_the_compiler(node_project: Path) -> None:  # noqa: ARG001
    comparison = compare_configurations([generate(random.Random(seed)) for seed in range(1000, 1300)])
    assert not comparison.differences, str(comparison)
    assert comparison.equal > 500
