"""What Node's resolver makes of generated `exports` and `imports` fields, and what is made of them here."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance.fields import Case, compare_fields, exports_case, imports_case

pytestmark = pytest.mark.conformance


@pytest.mark.parametrize(("case", "count"), [(exports_case, 1200), (imports_case, 400)])
def test_fields_mean_what_they_mean_for_node(
    case: Callable[[random.Random], Case],
    count: int,
    node_project: Path,  # noqa: ARG001
) -> None:
    comparison, outcomes = compare_fields([case(random.Random(seed)) for seed in range(count)])
    assert not comparison.differences, str(comparison)
    # The family is worth something only while it reaches every outcome.
    assert min(outcomes.values()) > 50
    assert len(outcomes) == 5
