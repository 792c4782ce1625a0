"""What the report says of references that something else than a row blocks: those with one cause in one line."""

from __future__ import annotations

from tests.mapping.proposals import OLD, ToldHistory, proposal_for
from workflow_ls.reporters.mapping.row_proposals import render_text

SUMS = """//- /packages/sums/package.json
{ "name": "@acme/sums", "exports": "./index.ts" }
//- /packages/sums/index.ts
export const total = () => 1;
"""
MOVED = ToldHistory({"packages/kit/src/money.ts": "packages/sums/index.ts"})


def user(name: str, taken: str) -> str:
    return f"//- /apps/shop/src/{name}.ts\nimport {{ {taken} }} from '@acme/kit/money';\nshow({taken});\n"


def blocked(text: str) -> list[str]:
    report = render_text([proposal_for(text + SUMS, base=OLD, history=MOVED)])
    after = report.partition("Found, and blocked by something else:\n")[2].partition("\n\n")[0]
    return after.splitlines()


def test_nothing_is_blocked() -> None:
    assert blocked(user("a", "total")) == []


def test_one_reference_has_its_place_and_its_module() -> None:
    assert blocked(user("a", "total") + user("b", "total, tax")) == [
        "  apps/shop/src/b.ts: @acme/kit/money: `@acme/sums` does not export `tax`"
    ]


def test_references_with_one_cause_are_one_line() -> None:
    users = [user("a", "total"), user("b", "total, tax"), user("c", "total, fee"), user("d", "tax, total")]
    assert blocked("".join(users)) == [
        "  `@acme/sums` does not export `tax`, `fee`: 3 references, such as apps/shop/src/b.ts"
    ]


def test_references_that_go_in_part_are_counted_apart() -> None:
    text = user("a", "total") + user("b", "total, tax") + SUMS
    lines = render_text([proposal_for(text, base=OLD, history=MOVED)]).splitlines()
    assert lines[1] == "Proposed 1 row: verified targets go from 0 to 1, and 1 reference can go in part."
    assert lines[4].endswith("1 of 2 references verified, 1 in part")


def test_a_row_that_serves_references_only_in_part_is_proposed() -> None:
    proposal = proposal_for(user("b", "total, tax") + SUMS, base=OLD, history=MOVED)
    assert [(row.proposed.target, row.verified, row.partial) for row in proposal.rows] == [("@acme/sums", 0, 1)]


def test_history_that_could_not_be_read_is_named() -> None:
    history = ToldHistory(unread=("renames", "texts of deleted files"))
    told = render_text([proposal_for(user("a", "total") + SUMS, base=OLD, history=history)])
    assert (
        "\nNot all evidence was seen: git lacks objects of the history (renames, texts of deleted files), as in a "
        "partial clone.\nRun `git fetch --refetch --no-filter` to get them, and run this again.\n"
    ) in told
    assert "Not all evidence" not in render_text([proposal_for(user("a", "total") + SUMS, base=OLD, history=MOVED)])
