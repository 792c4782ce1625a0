"""Fixes of made-up monorepos: the compiler misses nothing afterwards that it found before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.oracle.monorepos.trial import Trial, complaints, shown, shrink, trials

pytestmark = pytest.mark.oracle

CASES = 10_000 if os.environ.get("WORKFLOW_LS_NIGHTLY") else 400
BATCH = 200


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
