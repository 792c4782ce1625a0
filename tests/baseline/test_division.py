"""What a baseline accepts of the findings of a workspace."""

from __future__ import annotations

from tests.checks import SOUND, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.baseline.accepted import Baseline, accepted_key, baseline_of, moved_key
from workflow_ls.baseline.division import Division, divide
from workflow_ls.baseline.merging import merge_baselines
from workflow_ls.diagnostics import Diagnostic

CLIENT = "import { client } from '@shared/workflow/runtime/client';"
AGAIN = "import { client as again } from '@shared/workflow/runtime/client';"
RUN = "import type { Run } from '@shared/workflow/runtime/types';"


def findings(text: str) -> tuple[Diagnostic, ...]:
    workspace = open_project(text, base=SOUND)[1]
    return Analysis(workspace, {"deprecated-import", "deprecated-relative-import"}).check().diagnostics


def divided(before: str, after: str) -> Division:
    workspace = open_project(after, base=SOUND)[1]
    return divide(findings(after), baseline_of(findings(before)), lambda path: workspace.files.kind(path) == "file")


def outcome(before: str, after: str) -> tuple[list[str], int, int]:
    """The new findings, and the numbers of accepted and of resolved ones."""
    division = divided(before, after)
    new = [f"{finding.path}: {finding.specifier}" for finding in division.new]
    return new, len(division.accepted), sum(division.resolved.values())


def file(path: str, *lines: str) -> str:
    return "\n".join([f"//- /{path}", *lines]) + "\n"


def test_nothing_is_new() -> None:
    text = file("packages/a/a.ts", CLIENT, RUN)
    assert outcome(text, text) == ([], 2, 0)


def test_without_a_baseline_all_is_new() -> None:
    assert len(outcome("", file("packages/a/a.ts", CLIENT, RUN))[0]) == 2


def test_lines_do_not_matter() -> None:
    assert outcome(file("packages/a/a.ts", CLIENT, RUN), file("packages/a/a.ts", "// x", RUN, "", CLIENT)) == ([], 2, 0)


def test_one_more_of_the_same_is_new() -> None:
    before, after = file("packages/a/a.ts", CLIENT), file("packages/a/a.ts", CLIENT, AGAIN)
    assert outcome(before, after) == (["packages/a/a.ts: @shared/workflow/runtime/client"], 1, 0)


def test_what_is_gone_is_resolved_and_makes_no_room_for_another() -> None:
    before, after = file("packages/a/a.ts", CLIENT), file("packages/a/a.ts", RUN)
    assert outcome(before, after) == (["packages/a/a.ts: @shared/workflow/runtime/types"], 0, 1)


def test_a_renamed_file_keeps_its_entries() -> None:
    assert outcome(file("packages/a/a.ts", CLIENT, RUN), file("packages/a/b.ts", CLIENT, RUN)) == ([], 2, 0)


def test_a_renamed_file_of_which_a_part_is_fixed() -> None:
    assert outcome(file("packages/a/a.ts", CLIENT, RUN), file("packages/b/c/a.ts", RUN)) == ([], 1, 1)


def test_a_renamed_file_with_a_relative_specifier() -> None:
    before = file("packages/a/a.ts", "import '../../shared/workflow/runtime/client';")
    after = file("packages/a/src/a.ts", "import '../../../shared/workflow/runtime/client';")
    assert outcome(before, after) == ([], 1, 0)


def test_a_renamed_file_that_brings_more() -> None:
    new, accepted, resolved = outcome(file("packages/a/a.ts", CLIENT), file("packages/a/b.ts", CLIENT, RUN))
    assert (len(new), accepted, resolved) == (2, 0, 1)


def test_a_file_beside_the_old_one_is_no_rename() -> None:
    before = file("packages/a/a.ts", CLIENT)
    after = before + file("packages/a/b.ts", CLIENT)
    assert outcome(before, after) == (["packages/a/b.ts: @shared/workflow/runtime/client"], 1, 0)


def test_two_files_that_may_be_the_renamed_one() -> None:
    before = file("packages/a/a.ts", CLIENT)
    twins = file("packages/b/a.ts", CLIENT) + file("packages/b/b.ts", CLIENT)
    assert outcome(before, twins) == (["packages/b/b.ts: @shared/workflow/runtime/client"], 1, 0)
    strangers = file("packages/b/b.ts", CLIENT) + file("packages/b/c.ts", CLIENT)
    assert len(outcome(before, strangers)[0]) == 2


def test_a_pruned_baseline_accepts_what_is_left() -> None:
    division = divided(file("packages/a/a.ts", CLIENT, RUN), file("packages/b/a.ts", RUN))
    assert division.pruned == baseline_of(division.accepted)


def test_both_sides_of_a_merge_count() -> None:
    [client, again], [run] = findings(file("packages/a/a.ts", CLIENT, AGAIN)), findings(file("packages/a/a.ts", RUN))
    nothing, one, two = Baseline(), baseline_of([client]), baseline_of([client, again])
    other = baseline_of([run])
    assert merge_baselines(nothing, one, other, None) == baseline_of([client, run])
    assert merge_baselines(one, nothing, one, None) == nothing
    assert merge_baselines(one, two, one, None) == two
    assert merge_baselines(two, one, one, None) == nothing
    # The tree says whether both sides resolved the same finding, or accepted the same one.
    assert merge_baselines(two, one, one, [client]) == one
    assert merge_baselines(two, one, one, []) == nothing
    assert merge_baselines(nothing, one, one, [client]) == one
    assert merge_baselines(nothing, one, one, [client, again]) == two
    assert merge_baselines(nothing, one, one, [client, again, client]) == two


def test_a_key_of_another_directory_is_another() -> None:
    [finding] = findings(file("packages/a/a.ts", CLIENT))
    assert moved_key(accepted_key(finding), "packages/b/a.ts") != accepted_key(finding)


def test_a_folder_is_renamed_in_several_packages() -> None:
    places = ["packages/a/src", "packages/a/src/deep", "packages/b/src", "packages/b/src/deep"]
    before = "".join(file(f"{place}/index.ts", CLIENT) for place in places)
    after = "".join(file(f"{place.replace('src', 'lib')}/index.ts", CLIENT) for place in places)
    assert outcome(before, after) == ([], 4, 0)
    # The one that is gone is not mistaken for another.
    division = divided(before, after.replace(file("packages/b/lib/index.ts", CLIENT), ""))
    assert "packages/b/lib/deep/index.ts" in {key.path for key in division.pruned.counts}
    assert sum(division.resolved.values()) == 1


def test_a_renamed_file_brings_one_more() -> None:
    moved = file("packages/b/a.ts", CLIENT, RUN, AGAIN)
    assert outcome(file("packages/a/a.ts", CLIENT, RUN), moved)[0] == [
        "packages/b/a.ts: @shared/workflow/runtime/client"
    ]
    renamed = file("packages/a/b.ts", CLIENT, RUN, AGAIN)
    assert len(outcome(file("packages/a/a.ts", CLIENT, RUN), renamed)[0]) == 1
