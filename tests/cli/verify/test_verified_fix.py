"""`fix --verify`: the command decides what is applied; the tree is as it was until then."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Result
from tests.cli.verify.workspaces import EXPORTS, contents, many_modules, moved_in, name_of, new

pytestmark = pytest.mark.slow

Make = Callable[..., Path]


@pytest.fixture
def root(workspace: Make) -> Path:
    return workspace(many_modules(12), base="")


def runs(result: Result) -> int:
    return len(re.findall(r"^verify: run \d+: ", result.err, re.MULTILINE))


def beside(root: Path) -> list[str]:
    return [path.name for path in root.parent.iterdir() if path != root]


def test_all_is_applied_where_the_command_passes(cli: Cli, root: Path) -> None:
    result = cli("fix", root, "--verify", "true")
    assert (result.code, moved_in(root), runs(result)) == (0, set(range(12)), 2)
    assert result.out == "12 findings fixed in 12 files.\n"
    assert re.fullmatch(
        r"verify: run 1: before any change … passes \(\d+\.\d s\)\n"
        r"verify: run 2: 12 of 12 edits … passes \(\d+\.\d s\)\n"
        r"verify: 12 of 12 edits kept \(2 runs, \d+ s\)\n",
        result.err,
    )
    assert beside(root) == []


def test_the_command_does_not_run_where_nothing_can_be_fixed(cli: Cli, workspace: Make, tmp_path: Path) -> None:
    root = workspace("//- /package.json\n{}", base="")
    result = cli("fix", root, "--verify", f"touch {tmp_path}/ran")
    assert (result.code, result.out) == (0, "Nothing to fix.\n")
    assert "none of them is in this workspace" in result.err
    assert not (tmp_path / "ran").exists()


def test_what_the_command_fails_with_is_left_out_and_named(cli: Cli, root: Path) -> None:
    command = f"if {new(7)}; then echo; echo expected 7, got 8; echo; exit 3; fi"
    result = cli("fix", root, "--verify", command)
    assert (result.code, moved_in(root)) == (1, set(range(12)) - {7})
    assert "11 findings fixed in 11 files.\n1 finding left:\n  packages/lib/src/part007.ts:1:31 " in result.out
    assert "; echo; exit 3; fi` fails with it. See what it printed below.\n" in result.out
    assert result.out.endswith(
        f"Left out, since `{command}` fails with it:\n"
        "  @shared/workflow/parts/part007: 1 edit in packages/lib/src/part007.ts\n"
        "    | \n"
        "    | expected 7, got 8\n"
    )
    assert "… fails, exit code 3 (" in result.err
    assert "verify: 11 of 12 edits kept (" in result.err


def test_a_command_that_is_long_and_silent_is_shown_in_short(cli: Cli, root: Path) -> None:
    result = cli("fix", root, "--verify", f"! {new(7)} # {'x' * 200}")
    assert "Left out, since `! grep -q @alga-psa/workflows/parts packages/lib/src/part007.ts # xxx" in result.out
    assert "xxx…` fails with it:\n" in result.out
    assert result.out.endswith("    | (no output)\n")


def test_a_run_that_fails_by_chance_leaves_nothing_out(cli: Cli, root: Path, tmp_path: Path) -> None:
    count = f"echo >> {tmp_path}/runs; test $(wc -l < {tmp_path}/runs) -ne 2"
    result = cli("fix", root, "--verify", count)
    assert (result.code, moved_in(root), runs(result)) == (0, set(range(12)), 7)


def test_a_second_fix_tries_it_again_and_changes_nothing(cli: Cli, root: Path) -> None:
    command = f"! {new(7)}"
    cli("fix", root, "--verify", command)
    before = contents(root)
    result = cli("fix", root, "--verify", command)
    assert (result.code, runs(result)) == (1, 3)
    assert result.out.startswith("Nothing to fix.\n1 finding left:\n")
    assert contents(root) == before


def test_two_that_fail_together_only(cli: Cli, root: Path) -> None:
    result = cli("fix", root, "--verify", f"! {new(2)} || ! {new(9)}")
    assert moved_in(root) == set(range(12)) - {9}
    assert "fails with it together with the edits for @shared/workflow/parts/part002." in result.out
    assert "    together with @shared/workflow/parts/part002\n" in result.out


def test_a_module_is_kept_or_left_out_as_a_whole(cli: Cli, workspace: Make) -> None:
    test = "import { vi } from 'vitest';\nvi.mock('@alga-psa/shared/workflow/parts/part003', () => ({ answer: 1 }));"
    relative = "import { answer } from '../../../shared/workflow/parts/part003';\nexport const a = answer;"
    text = f"//- /packages/lib/src/a.ts\n{relative}\n//- /packages/lib/src/z.test.ts\n{test}\nimport './part003';"
    root = workspace(f"{many_modules(5)}\n{text}", base="")
    names = ("part003", "a", "z.test")
    before = [(root / f"packages/lib/src/{name}.ts").read_bytes() for name in names]
    result = cli("fix", root, "--verify", f"! {new(3)}")
    assert moved_in(root) == {0, 1, 2, 4}
    assert [(root / f"packages/lib/src/{name}.ts").read_bytes() for name in names] == before
    assert "  @shared/workflow/parts/part003: 3 edits in " in result.out


def test_an_edit_that_kept_groups_need_stays(cli: Cli, workspace: Make) -> None:
    lines = (
        "\n".join(f"import {{ answer as p{n} }} from '@shared/workflow/parts/{name_of(n)}';" for n in range(4))
        + "\nexport const all = [p0, p1, p2, p3];"
    )
    text = f'//- /packages/app/package.json\n{{\n  "name": "app"\n}}\n//- /packages/app/a.ts\n{lines}'
    root = workspace(f"{many_modules(4)}\n{text}", base="")
    manifest = root / "packages/app/package.json"
    cli("fix", root, "--verify", f"! {new(0)}")
    assert moved_in(root) == {1, 2, 3}
    assert (root / "packages/app/a.ts").read_text().count("@shared") == 1
    assert '"@alga-psa/workflows"' in manifest.read_text()


def test_an_alias_stays_while_what_is_left_out_needs_it(cli: Cli, workspace: Make) -> None:
    config = """{
  "compilerOptions": {
    "paths": {
      "@shared/workflow/*": ["./shared/workflow/*"],
      "@alga-psa/workflows/*": ["./ee/packages/workflows/src/*"]
    }
  }
}"""
    text = f"{many_modules(6)}\n//- /tsconfig.json\n{config}"
    root = workspace(text, base="")
    result = cli("fix", root, "--verify", f"! {new(5)}")
    assert moved_in(root) == {0, 1, 2, 3, 4}
    assert '"@shared/workflow/*"' in (root / "tsconfig.json").read_text()
    assert beside(root) == []
    result = cli("fix", root, "--verify", "true")
    assert result.code == 0
    assert "@shared/workflow" not in (root / "tsconfig.json").read_text()


def test_a_later_round_is_tried_with_the_first(cli: Cli, workspace: Make) -> None:
    exports = '"./parts/*": "./src/parts/*.ts"'
    text = f"""{many_modules(3)}
//- /ee/packages/workflows/package.json
{EXPORTS.replace(exports, f'{exports}, "./late": "./src/gone.ts"')}
//- /ee/packages/workflows/src/late.ts
export const late = 1;
//- /packages/lib/src/late.ts
import {{ late }} from '@alga-psa/workflows/late';
"""
    root = workspace(text, base="")
    manifest = root / "ee/packages/workflows/package.json"
    assert cli("fix", root, "--verify", f"! grep -q ./src/late.ts {manifest.relative_to(root)} || ! {new(1)}").code == 1
    assert ("./src/late.ts" in manifest.read_text(), moved_in(root)) == (True, {0, 2})


def test_diff_shows_what_is_verified_and_writes_nothing(cli: Cli, root: Path) -> None:
    before = contents(root)
    result = cli("fix", root, "--diff", "--verify", f"! {new(4)}")
    assert result.code == 1
    assert contents(root) == before
    assert result.out.count("+import { answer as it }") == 11
    assert "part004" not in result.out
    assert "Left out, since " in result.err
    subprocess.run(["git", "apply"], cwd=root, input=result.out.encode(), check=True)
    assert moved_in(root) == set(range(12)) - {4}


def test_the_limit_of_runs_keeps_what_is_proven(cli: Cli, root: Path) -> None:
    result = cli("fix", root, "--verify", f"! {new(10)}", "--verify-runs", "4")
    assert (runs(result), moved_in(root)) == (4, set(range(9)))
    assert "3 deprecated-import findings: " in result.out
    assert "has not tried it within the limit. Raise --verify-runs or --verify-timeout." in result.out
    assert "could try them: 3 edits.\n" in result.out


@pytest.mark.slow
def test_the_limit_of_time_keeps_what_is_proven(cli: Cli, root: Path) -> None:
    command = f"if {new(11)}; then exec tail -f /dev/null; fi"
    result = cli("fix", root, "--verify", command, "--verify-timeout", "3")
    assert (result.code, moved_in(root)) == (1, set())
    assert "12 of 12 edits … stopped, the time is up\n" in result.err
    assert "could try them: 12 edits.\n" in result.out
    assert beside(root) == []


def test_a_state_before_that_takes_too_long(cli: Cli, root: Path) -> None:
    before = contents(root)
    result = cli("fix", root, "--verify", "exec tail -f /dev/null", "--verify-timeout", "0.3")
    assert (result.code, result.out) == (2, "")
    assert result.err.endswith("took longer than --verify-timeout. Nothing was changed.\n")
    assert contents(root) == before


def test_a_command_that_fails_before_any_change_decides_nothing(cli: Cli, root: Path) -> None:
    before = contents(root)
    result = cli("fix", root, "--verify", "echo no such thing; exit 1")
    assert (result.code, result.out) == (2, "")
    assert result.err.splitlines()[1] == "  | no such thing"
    assert result.err.splitlines()[2:] == [
        (
            "workflow-ls: `echo no such thing; exit 1` fails before any change (exit code 1), and does not say which "
            "tests fail. Choose a command that passes, or have it write a report (JUnit XML, TAP, or the JSON of "
            "Vitest or Jest) to $WORKFLOW_LS_REPORT. Nothing was changed."
        )
    ]
    assert (contents(root), beside(root)) == (before, [])


JUNIT = '<testsuite><testcase name="old"><failure/></testcase><testcase name="new">{}</testcase></testsuite>'


@pytest.mark.parametrize("place", ["$WORKFLOW_LS_REPORT", "report.xml", "--output=$REPORT_DIR/out.xml"])
def test_what_failed_before_in_a_report_decides_nothing(
    cli: Cli, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setenv("REPORT_DIR", str(tmp_path))
    file = place.rpartition("=")[2]
    failed, passed = JUNIT.format("<failure/>"), JUNIT.format("")
    command = f": {place}; if {new(3)}; then echo '{failed}'; else echo '{passed}'; fi > {file}; exit 1"
    result = cli("fix", root, "--verify", command)
    assert moved_in(root) == set(range(12)) - {3}
    assert "    | new\n" in result.out
    assert "old" not in result.out.rpartition("Left out")[2].splitlines()[2:]


def test_what_failed_before_in_the_output_decides_nothing(cli: Cli, root: Path) -> None:
    command = f"echo ' FAIL  a.test.ts > old 12ms'; ! {new(3)} || echo ' FAIL  b.test.ts > new 3ms'; exit 1"
    result = cli("fix", root, "--verify", command)
    assert moved_in(root) == set(range(12)) - {3}
    assert result.err.startswith("verify: run 1: before any change … fails, exit code 1 (")
    assert " … passes (" in result.err


def test_a_file_that_changed_meanwhile_stops_it(cli: Cli, root: Path) -> None:
    file = root / "packages/lib/src/part002.ts"
    result = cli("fix", root, "--verify", f"{new(2)} && echo '// mine' >> {file}; true")
    assert (result.code, result.out) == (2, "")
    assert "packages/lib/src/part002.ts changed while `" in result.err
    assert result.err.endswith("ran. Nothing was changed. Run again.\n")
    assert (moved_in(root), file.read_text().endswith("// mine\n")) == (set(), True)


def test_uncommitted_changes_are_noticed_before_the_first_run(cli: Cli, root: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    result = cli("fix", root, "--verify", f"touch {tmp_path}/ran")
    assert result.code == 2
    assert "uncommitted changes in " in result.err
    assert not (tmp_path / "ran").exists()


def test_the_tree_is_untouched_during_the_runs(cli: Cli, root: Path) -> None:
    check = f'test "$(cat {root}/packages/lib/src/*.ts | grep -c @shared)" = 12'
    result = cli("fix", root, "--verify", f"{check} && ! {new(6)}")
    assert moved_in(root) == set(range(12)) - {6}
    assert runs(result) > 2


def test_what_the_command_changes_stays_in_the_copy(cli: Cli, root: Path) -> None:
    before = contents(root)
    command = "for f in packages/lib/src/*.ts package.json; do echo '// x' >> $f; done; rm -r shared; mkdir made"
    result = cli("fix", root, "--diff", "--verify", f"{command}; true")
    assert "verify: 12 of 12 edits kept" in result.err
    assert (contents(root), (root / "shared").exists(), (root / "made").exists()) == (before, True, False)


def test_nothing_asks_for_input(cli: Cli, root: Path) -> None:
    assert cli("fix", root, "--verify", "! read line").code == 0


def test_what_the_command_leaves_running_is_killed(cli: Cli, root: Path, tmp_path: Path) -> None:
    cli("fix", root, "--verify", f"tail -f /dev/null & echo $! >> {tmp_path}/pids")
    pids = (tmp_path / "pids").read_text().split()
    assert len(pids) == 2
    for pid in pids:
        state = Path(f"/proc/{pid}/stat")
        assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


def test_paths_below_the_root_lead_to_the_copy(cli: Cli, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERE", str(root))
    monkeypatch.setenv("PATH", f"{root}/bin{os.pathsep}{os.environ['PATH']}")
    command = f'test "$HERE" = "$PWD" && test "${{PATH%%:*}}" = "$PWD/bin" && test "$PWD" != {root}'
    assert cli("fix", root, "--verify", command).code == 0


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--verify"], "argument --verify: expected one argument"),
        (["--verify", " "], "--verify needs a command, such as --verify 'npm test'."),
        (["--verify", "true", "--verify-runs", "1"], "--verify-runs is too small. The command runs at least twice"),
        (["--verify", "true", "--verify-runs", "x"], "invalid int value: 'x'"),
        (["--verify", "true", "--verify-timeout", "0"], "--verify-timeout must be more than 0 seconds."),
        (["--verify", "true", "--verify-timeout", "nan"], "--verify-timeout must be more than 0 seconds."),
    ],
)
def test_bad_input(cli: Cli, root: Path, arguments: list[str], line: str) -> None:
    result = cli("fix", root, *arguments)
    assert (result.code, result.out, moved_in(root)) == (2, "", set())
    assert line in result.err
    assert result.err.count("\n") == 1
