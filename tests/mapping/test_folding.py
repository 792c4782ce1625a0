"""Rows of modules that went the same way become one row with a `*`."""

from __future__ import annotations

import pytest

from workflow_ls.config.table_records import ModuleRow
from workflow_ls.mapping.homes import HomeEvidence
from workflow_ls.mapping.rows.choice_of_rows import Proposed
from workflow_ls.mapping.rows.folding import fold, unfolded


def folded(*rows: str) -> list[str]:
    """The rows after folding, each `module -> target`, before and after."""
    proposed = []
    for row in rows:
        module, target = row.split(" -> ")
        proposed.append(Proposed(ModuleRow(module, (target,), "copy, 90 % of lines"), HomeEvidence.COPY, (module,)))
    after = unfolded(proposed, fold(proposed))
    return [f"{each.row.module} -> {each.target}" for each in after]


CASES = {
    "one row": (["a/b -> @n/a/b"], ["a/b -> @n/a/b"]),
    "the same tail": (["a/b -> @n/a/b", "a/c -> @n/a/c"], ["a/* -> @n/a/*"]),
    "the tail below another folder": (["a/b -> @n/x/b", "a/c -> @n/x/c"], ["a/* -> @n/x/*"]),
    "one barrel": (["a/b -> @n/x", "a/c -> @n/x", "a/d -> @n/x"], ["a/* -> @n/x"]),
    "an exception": (
        ["a/b -> @n/x", "a/c -> @n/x", "a/d -> @m/y"],
        ["a/* -> @n/x", "a/d -> @m/y"],
    ),
    "nothing in common": (["a/b -> @n/x", "c/d -> @m/y"], ["a/b -> @n/x", "c/d -> @m/y"]),
    "two patterns for one folder": (
        ["a/b -> @n/x", "a/c -> @n/x", "a/d -> @n/x", "a/e -> @m/e", "a/f -> @m/f"],
        ["a/* -> @n/x", "a/e -> @m/e", "a/f -> @m/f"],
    ),
    "a longer pattern takes nothing away": (
        ["a/b/c -> @n/b/c", "a/b/d -> @n/b/d", "a/b/e -> @m/x", "a/b/f -> @m/x", "a/b/g -> @m/x"],
        ["a/b/* -> @m/x", "a/b/c -> @n/b/c", "a/b/d -> @n/b/d"],
    ),
    "no module at the top becomes a star of its own": (["b -> @n", "c -> @n"], ["b -> @n", "c -> @n"]),
}


@pytest.mark.parametrize("case", CASES)
def test_fold(case: str) -> None:
    rows, expected = CASES[case]
    assert folded(*rows) == expected


def test_the_note_of_several_says_what_they_have_in_common() -> None:
    rows = [
        Proposed(ModuleRow(f"a/{name}", ("@n/x",), f"renamed in {commit}"), HomeEvidence.RENAME, (f"a/{name}",))
        for name, commit in (("b", "c1"), ("c", "c2"))
    ]
    [(pattern, members)] = fold(rows)
    assert (pattern.row.note, len(members), pattern.modules) == ("renamed in c1, c2", 2, ("a/b", "a/c"))
