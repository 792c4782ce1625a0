"""`workflow-ls check --since` and `--staged`: what a branch brings, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.vfs.trees import executable, git, needs_git

pytestmark = [pytest.mark.slow, needs_git]

Write = Callable[..., Path]
CLIENT = "import { client } from '@shared/workflow/runtime/client';\n"
RUN = "import type { Run } from '@shared/workflow/runtime/types';\n"
FIXED = "import { client } from '@alga-psa/workflows/runtime/client';\n"


@pytest.fixture
def root(workspace: Write) -> Path:
    """A repository whose main branch has references, on a branch of its own."""
    root = workspace(
        f"""
//- /packages/a/src/a.ts
{CLIENT}export const a = client;
//- /packages/a/src/b.ts
{CLIENT}{RUN}
//- /packages/b/src/long.ts
import {{
  client,
}} from '@shared/workflow/runtime/client';
import '../../../shared/workflow/runtime';
//- /packages/b/src/c.ts
export const c = 1;
"""
    )
    git(root, "init", "-q")
    commit(root, "start")
    git(root, "checkout", "-qb", "work")
    return root


def commit(root: Path, message: str) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", message)


def brought(cli: Cli, root: Path, *arguments: str) -> list[str]:
    """The places of what a check reports."""
    result = cli("check", root, *(arguments or ("--since", "main")), "--format", "json")
    assert result.err == ""
    found = json.loads(result.out)["diagnostics"]
    assert result.code == (1 if any(each["severity"] != "information" for each in found) else 0)
    return [f"{each['path']}:{each['start']['line']}" for each in found]


def test_nothing_changed(cli: Cli, root: Path) -> None:
    assert brought(cli, root) == []
    assert "No new findings since main in 0 files." in cli("check", root, "--since", "main").out


def test_what_changes_no_finding(cli: Cli, root: Path) -> None:
    (root / "packages/a/src/a.ts").write_text(f"// A comment.\n\n{CLIENT}export const b = client;\n")
    (root / "packages/b/src/long.ts").write_text(
        'import "../../../shared/workflow/runtime"\nimport { client } from "@shared/workflow/runtime/client"\n'
    )
    git(root, "mv", "packages/a/src/b.ts", "packages/b/src/renamed.ts")
    assert brought(cli, root) == []


def test_a_fix_is_no_finding(cli: Cli, root: Path) -> None:
    (root / "packages/a/src/a.ts").write_text(FIXED)
    (root / "packages/a/src/b.ts").unlink()
    assert brought(cli, root) == []


def test_a_reference_more(cli: Cli, root: Path) -> None:
    (root / "packages/a/src/a.ts").write_text(f"{RUN}{CLIENT}")
    commit(root, "more")
    (root / "packages/b/src/new.ts").write_text(CLIENT)
    assert brought(cli, root) == ["packages/a/src/a.ts:1", "packages/b/src/new.ts:1"]
    assert brought(cli, root, "--since", "HEAD") == ["packages/b/src/new.ts:1"]


def test_one_more_of_the_same_statement_kind_is_the_new_one(cli: Cli, root: Path) -> None:
    (root / "packages/a/src/a.ts").write_text(f"import * as all from '@shared/workflow/runtime/client';\n{CLIENT}")
    assert brought(cli, root) == ["packages/a/src/a.ts:1"]


def test_a_reference_that_moves_to_another_file(cli: Cli, root: Path) -> None:
    (root / "packages/a/src/b.ts").write_text(CLIENT)
    (root / "packages/b/src/c.ts").write_text(f"{RUN}export const c = 1;\n")
    assert brought(cli, root) == []


def test_a_fix_in_one_file_makes_no_room_in_another(cli: Cli, root: Path) -> None:
    (root / "packages/a/src/a.ts").write_text(f"{FIXED}export const a = client;\n")
    (root / "packages/b/src/c.ts").write_text(CLIENT)
    assert brought(cli, root) == ["packages/b/src/c.ts:1"]


def test_an_import_with_more_names_is_the_same_reference(cli: Cli, root: Path) -> None:
    (root / "packages/a/src/a.ts").write_text(
        "import { client, client as other } from '@shared/workflow/runtime/client';\n"
    )
    assert brought(cli, root) == []


def test_what_a_change_elsewhere_brings(cli: Cli, root: Path) -> None:
    """A module of the package that is gone leaves no target: the findings are the same, and the manifest has one."""
    (root / "ee/packages/workflows/package.json").write_text('{ "name": "@alga-psa/workflows", "exports": {} }')
    found = brought(cli, root)
    assert "packages/a/src/a.ts:1" not in found


def test_the_main_branch_went_on(cli: Cli, root: Path) -> None:
    """What others brought to main after the branch left is not of this branch, nor is what they fixed."""
    (root / "packages/b/src/c.ts").write_text(CLIENT)
    commit(root, "mine")
    git(root, "checkout", "-q", "main")
    (root / "packages/a/src/a.ts").write_text(FIXED)
    (root / "packages/a/src/more.ts").write_text(RUN)
    commit(root, "theirs")
    git(root, "checkout", "-q", "work")
    assert brought(cli, root) == ["packages/b/src/c.ts:1"]


def test_a_path_limits_what_is_reported(cli: Cli, root: Path) -> None:
    (root / "packages/a/src/new.ts").write_text(CLIENT)
    (root / "packages/b/src/new.ts").write_text(CLIENT)
    assert brought(cli, root / "packages/b", "--since", "main") == ["packages/b/src/new.ts:1"]


def test_a_workspace_below_the_repository(cli: Cli, root: Path) -> None:
    (root.parent / "other.txt").write_text("x")
    (root / ".git").rename(root.parent / ".git")
    git(root.parent, "add", "-A")
    git(root.parent, "commit", "-qm", "moved")
    (root / "packages/b/src/new.ts").write_text(CLIENT)
    found = json.loads(cli("check", "--root", root, root, "--since", "HEAD", "--format", "json").out)["diagnostics"]
    assert [each["path"] for each in found] == ["packages/b/src/new.ts"]


def test_a_baseline_accepts_some_of_it(cli: Cli, root: Path) -> None:
    (root / "packages/b/src/new.ts").write_text(CLIENT)
    cli("baseline", root)
    (root / "packages/b/src/c.ts").write_text(CLIENT)
    assert brought(cli, root) == ["packages/b/src/c.ts:1"]
    assert brought(cli, root, "--since", "main", "--no-baseline") == [
        "packages/b/src/c.ts:1",
        "packages/b/src/new.ts:1",
    ]


def test_who_brought_it(cli: Cli, root: Path) -> None:
    (root / "packages/b/src/c.ts").write_text(f"\n{CLIENT}")
    commit(root, "Bring a reference")
    (root / "packages/a/src/a.ts").write_text(f"{RUN}{CLIENT}")
    (root / "packages/a/src/new.ts").write_text(CLIENT)
    found = json.loads(cli("check", root, "--since", "main", "--format", "json").out)["diagnostics"]
    origins = {each["path"]: each.get("origin") for each in found}
    assert origins["packages/b/src/c.ts"]["author"] == "t"
    assert origins["packages/b/src/c.ts"]["summary"] == "Bring a reference"
    assert origins["packages/a/src/a.ts"]["commit"] is None
    assert origins["packages/a/src/new.ts"] is None  # git does not know the file
    text = cli("check", root, "--since", "main").out
    assert ", in " in text
    assert "(Bring a reference)" in text
    assert "brought by a change that is not committed yet" in text
    assert "brought by" not in cli("check", root, "--since", "main", "--no-blame").out


def test_all_formats_say_who(cli: Cli, root: Path) -> None:
    (root / "packages/b/src/c.ts").write_text(CLIENT)
    commit(root, "Bring a reference")
    for form in ("text", "json", "github", "gitlab", "sarif", "junit", "rdjson"):
        assert "Bring a reference" in cli("check", root, "--since", "main", "--format", form).out, form


def test_staged(cli: Cli, root: Path) -> None:
    (root / "packages/b/src/c.ts").write_text(CLIENT)
    (root / "packages/a/src/staged.ts").write_text(f"{RUN}\n")
    git(root, "add", "packages/a/src/staged.ts")
    (root / "packages/a/src/staged.ts").write_text("// not staged\n" * 4)
    assert brought(cli, root, "--staged") == ["packages/a/src/staged.ts:1"]
    git(root, "add", "-A")
    assert brought(cli, root, "--staged") == ["packages/b/src/c.ts:1"]


def test_staged_before_the_first_commit(cli: Cli, workspace: Write) -> None:
    root = workspace(f"//- /packages/a/src/a.ts\n{CLIENT}//- /packages/a/src/b.ts\n{CLIENT}")
    git(root, "init", "-q")
    git(root, "add", "packages/a/src/a.ts")
    assert brought(cli, root, "--staged") == ["packages/a/src/a.ts:1"]


@pytest.mark.parametrize("revision", ["nothing", "--output=x", "HEAD~9", "HEAD:packages", ""])
def test_a_revision_that_is_none(cli: Cli, root: Path, revision: str) -> None:
    refused = cli("check", root, f"--since={revision}")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith(f"workflow-ls: --since {revision or repr(revision)}: git knows no such revision. ")
    assert not (root / "x").exists()


def test_only_a_shallow_clone_is_told_to_fetch(cli: Cli, root: Path, tmp_path: Path) -> None:
    """Nobody is sent after more history who has all of it, and has mistyped a name."""
    (root / "packages/a/src/more.ts").write_text("export {};\n")
    commit(root, "more")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{root}", "shallow")
    for arguments in (["check"], ["status", "--history"]):
        whole = cli(arguments[0], root, *arguments[1:], "--since", "mian")
        assert (whole.code, whole.out) == (2, "")
        assert whole.err == (
            "workflow-ls: --since mian: git knows no such revision. "
            "Give a branch, a tag or a commit: `git branch --all` lists the branches.\n"
        )
        shallow = cli(arguments[0], tmp_path / "shallow", *arguments[1:], "--since", "HEAD~1")
        assert (shallow.code, shallow.out) == (2, "")
        assert shallow.err == (
            "workflow-ls: --since HEAD~1: git knows no such revision. "
            "Fetch the whole history: `git fetch --unshallow`, in GitHub Actions `fetch-depth: 0`.\n"
        )


def test_without_a_common_ancestor(cli: Cli, root: Path) -> None:
    git(root, "checkout", "-q", "--orphan", "alone")
    commit(root, "alone")
    refused = cli("check", root, "--since", "main")
    assert (refused.code, "no ancestor in common" in refused.err) == (2, True)
    assert "--unshallow" not in refused.err


def test_without_a_repository(cli: Cli, workspace: Write) -> None:
    refused = cli("check", workspace(), "--since", "main")
    assert (refused.code, refused.out) == (2, "")
    assert "--since needs a git repository" in refused.err


def test_nothing_of_the_repository_runs(cli: Cli, root: Path, tmp_path: Path) -> None:
    """Neither filters and text conversions that attributes name, nor diff programs and monitors of the settings."""
    (root / "packages/b/src/c.ts").write_text(CLIENT)
    commit(root, "mine")
    touched = tmp_path / "touched"
    program = executable(tmp_path / "program", f"touch {touched}; cat")
    (root / ".gitattributes").write_text("*.ts filter=evil diff=evil\n")
    for key in ("filter.evil.clean", "filter.evil.smudge", "diff.evil.textconv", "diff.evil.command", "core.fsmonitor"):
        git(root, "config", key, str(program))
    (root / "packages/b/src/c.ts").write_text(f"{CLIENT}{RUN}")
    (root / "packages/a/src/a.ts").touch()
    assert brought(cli, root) == ["packages/b/src/c.ts:1", "packages/b/src/c.ts:2"]
    assert not touched.exists()


@pytest.mark.parametrize("option", ["--since=main", "--staged"])
def test_a_baseline_accepts_no_more_of_the_same(cli: Cli, root: Path, option: str) -> None:
    cli("baseline", root)
    (root / "packages/a/src/a.ts").write_text(f"{CLIENT}import * as more from '@shared/workflow/runtime/client';\n")
    git(root, "add", "-A")
    assert brought(cli, root, option) == ["packages/a/src/a.ts:2"]
    cli("baseline", root)
    git(root, "add", "-A")
    assert brought(cli, root, option) == []


def test_what_is_staged_is_seen_beside_the_baseline_that_is(cli: Cli, root: Path) -> None:
    (root / "packages/b/src/new.ts").write_text(CLIENT)
    git(root, "add", "-A")
    cli("baseline", root)
    assert brought(cli, root, "--staged") == ["packages/b/src/new.ts:1"]
    git(root, "add", "-A")
    assert brought(cli, root, "--staged") == []


@pytest.mark.parametrize("option", ["--since=main", "--staged"])
def test_standard_input_has_no_earlier_state(cli: Cli, root: Path, option: str) -> None:
    refused = cli("check", "-", "--root", root, option, stdin=CLIENT.encode())
    name = option.partition("=")[0]
    message = f"workflow-ls: {name} compares the files of a workspace: it does not go with standard input.\n"
    assert (refused.code, refused.err) == (2, message)


def test_sarif_says_that_all_is_new(cli: Cli, root: Path) -> None:
    (root / "packages/b/src/new.ts").write_text(CLIENT)
    for arguments, states in ((["--since", "main"], {"new"}), ([], {None})):
        log = json.loads(cli("check", root, *arguments, "--format", "sarif").out)
        assert {result.get("baselineState") for result in log["runs"][0]["results"]} == states
