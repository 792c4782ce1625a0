"""What holds for a fix of any workspace with mocks: a second one changes nothing, and nothing new is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.rewrite.mocking.workspaces import REWRITES, draw, fixed, opened
from tests.strategies import NIGHTLY
from workflow_ls.proof.joined_fixes import FixOptions

pytestmark = [pytest.mark.slow, pytest.mark.generative]

SEEDS = range(2000) if NIGHTLY else range(20)


@pytest.mark.parametrize("first", range(0, len(SEEDS), 20))
def test_a_fix_is_whole(first: int) -> None:
    for seed in SEEDS[first : first + 20]:
        workspace = draw(seed)
        after = fixed(workspace)
        assert fixed(replace(workspace, files=after)) == after, seed
        if workspace.within == ("",):  # the analysis of `fixed` does not run mock-mismatch, which a part may cause
            assert not found(after) - found(workspace.files), seed


@pytest.mark.parametrize("first", range(0, len(SEEDS), 20))
def test_a_fix_of_one_finding_is_whole(first: int) -> None:
    for seed in SEEDS[first : first + 20]:
        files = draw(seed).files
        analysis, before = opened(files), found(files)
        for finding in (finding for path in files for finding in analysis.check_file(path)):
            if finding.rule in REWRITES:
                changes = analysis.prove((finding,), FixOptions()).changes
                after = {**files, **{change.path: change.after.decode() for change in changes}}
                assert not found(after) - before, (seed, finding.path, finding.specifier)


def found(files: Mapping[str, str]) -> Counter[tuple[str, str]]:
    """The number of findings of each rule in each file, but for a dependency that is left over.

    Only the rules that rewrite run here, and the one for such dependencies would take them along.
    """
    analysis = opened(files)
    findings = (finding for path in files for finding in analysis.check_file(path))
    return Counter((finding.rule, finding.path) for finding in findings if finding.rule != "unused-dependency")
