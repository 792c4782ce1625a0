"""Merges the baselines of two branches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from workflow_ls.baseline.accepted import Baseline, accepted_key
from workflow_ls.diagnostics import Diagnostic


def merge_baselines(
    base: Baseline, ours: Baseline, theirs: Baseline, findings: Iterable[Diagnostic] | None
) -> Baseline:
    """The baseline after a merge: what both sides resolved is resolved, and what either accepted is accepted.

    Where both sides changed the count of a key, they may have meant the same finding, or different ones.  Both numbers
    are right then, and the `findings` of the merged tree decide between them; without these (None), they differ.
    """
    found = None if findings is None else Counter(map(accepted_key, findings))
    counts = {}
    for key in {*base.counts, *ours.counts, *theirs.counts}:
        before, our, their = (side.counts.get(key, 0) for side in (base, ours, theirs))
        if before in (our, their):
            counts[key] = our if their == before else their
            continue
        together = max(our + their - before, 0)
        least, most = min(our, their, together), max(our, their, together)
        counts[key] = together if found is None else min(max(found[key], least), most)
    return Baseline({key: count for key, count in counts.items() if count})
