"""Fixes of generated monorepos: the compiler reports no new error."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.monorepos.trial import Trial, complaints, shown, shrink, trials
from tests.strategies import NIGHTLY

pytestmark = [pytest.mark.conformance, pytest.mark.generative]

CASES = 10_000 if NIGHTLY else 100
BATCH = 100


@pytest.mark.parametrize("first", range(0, CASES, BATCH))
def test_a_fix_breaks_nothing_that_the_compiler_sees(first: int, node_project: Path) -> None:  # noqa: ARG001
    changed = 0
    failed = list[tuple[Trial, list[str]]]()
    for trial, told in complaints(trials(range(first, first + BATCH))):
        changed += bool(trial.changed)
        failed += [(trial, told)] if told else []
    # The smallest is the easiest to read; its smaller version is a row for a test.
    failed.sort(key=lambda each: sum(map(len, each[0].files.values())))
    seeds = [trial.seed for trial, _ in failed]
    assert not failed, f"{len(failed)} of {BATCH}, seeds {seeds}\n" + shown(*shrink(*failed[0]))
    assert changed > BATCH * 0.9
