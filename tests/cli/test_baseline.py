"""`workflow-ls baseline`, and `check` beside it, in git as a team uses them."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.strategies import many
from tests.vfs.trees import git, needs_git

Write = Callable[..., Path]
FILE = "workflow-ls-baseline.json"
CLIENT = "import { client } from '@shared/workflow/runtime/client';\n"
RUN = "import type { Run } from '@shared/workflow/runtime/types';\n"


@pytest.fixture
def root(workspace: Write) -> Path:
    return workspace(f"//- /packages/a/src/a.ts\n{CLIENT}//- /packages/b/src/b.ts\n{CLIENT}{RUN}")


def lines(root: Path) -> list[str]:
    return [line.strip(" ,") for line in (root / FILE).read_text().splitlines()]


def last(text: str) -> str:
    return text.rstrip("\n").rpartition("\n")[2]


def test_what_is_accepted_does_not_fail_a_check(cli: Cli, root: Path) -> None:
    assert cli("check", root).code == 1
    made = cli("baseline", root)
    assert (made.code, made.err) == (0, "")
    assert made.out == f"{FILE} accepts {len(lines(root)) - 3} findings in 4 files.\n"
    assert '"packages/b/src/b.ts: deprecated-import: @shared/workflow/runtime/types": 1' in lines(root)
    checked = cli("check", root)
    assert checked.code == 0
    assert "No new findings in" in checked.out
    assert "packages/a" not in checked.out
    assert cli("check", root, "--no-baseline").code == 1


def test_a_baseline_of_a_newer_version_is_not_replaced(cli: Cli, root: Path) -> None:
    """Each command says so: an older tool on one machine would take away what the others accepted."""
    newer = b'{\n  "version": 2\n}\n'
    (root / FILE).write_bytes(newer)
    for arguments in (["baseline"], ["baseline", "--prune"], ["check"]):
        result = cli(*arguments, root)
        message = (
            f"{FILE}:2: A newer workflow-ls wrote this: its format is 2, and this one knows 1. Update workflow-ls."
        )
        assert (result.code, result.out, result.err) == (2, "", f"workflow-ls: {message}\n")
    assert (root / FILE).read_bytes() == newer


def test_what_is_new_fails(cli: Cli, root: Path) -> None:
    cli("baseline", root)
    (root / "packages/a/src/new.ts").write_text(RUN)
    checked = cli("check", root)
    assert checked.code == 1
    assert "packages/a/src/new.ts:1:27" in checked.out
    assert "1 new finding in 1 file" in checked.out
    assert "packages/a/src/a.ts" not in checked.out


def test_what_is_resolved_is_counted_and_pruned(cli: Cli, root: Path) -> None:
    cli("baseline", root)
    before = lines(root)
    (root / "packages/b/src/b.ts").write_text(CLIENT)
    checked = cli("check", root)
    assert (checked.code, cli("check", root, "--strict").code) == (0, 1)
    assert last(checked.out).endswith("1 of which is resolved: run `workflow-ls baseline --prune`.")
    # What is new is not accepted by the way.
    (root / "packages/a/src/new.ts").write_text(RUN)
    pruned = cli("baseline", root, "--prune")
    assert pruned.out.endswith(": 1 resolved and removed.\n")
    gone = '"packages/b/src/b.ts: deprecated-import: @shared/workflow/runtime/types": 1'
    assert lines(root) == [line for line in before if line != gone]
    assert cli("check", root, "--strict").code == 1
    (root / "packages/a/src/new.ts").unlink()
    assert cli("check", root, "--strict").code == 0


def test_a_part_of_the_workspace_or_of_the_rules_resolves_nothing_else(cli: Cli, root: Path) -> None:
    cli("baseline", root)
    for arguments in ([root / "packages/a"], [root, "--select", "legacy-proxy"]):
        checked = cli("check", *arguments, "--strict")
        assert (checked.code, "resolved" in checked.out) == (0, False)


def test_a_file_that_is_skipped_resolves_nothing(cli: Cli, root: Path) -> None:
    cli("baseline", root)
    (root / "packages/a/src/a.ts").write_bytes(b"\xff" + CLIENT.encode())
    assert "resolved" not in cli("check", root).out


def test_a_file_that_can_t_be_read_makes_no_baseline(cli: Cli, root: Path) -> None:
    (root / "packages/a/src/a.ts").unlink()
    (root / "packages/a/src/a.ts").symlink_to("a.ts")
    made = cli("baseline", root)
    if made.code == 0:
        pytest.skip("a link to itself is passed over here")
    assert (made.code, (root / FILE).exists()) == (2, False)


@pytest.mark.parametrize("arguments", [["check"], ["baseline", "--prune"]])
def test_a_broken_baseline_is_named(cli: Cli, root: Path, arguments: list[str]) -> None:
    (root / FILE).write_text('{\n"version" 1}')
    broken = cli(*arguments, root)
    assert (broken.code, broken.out) == (2, "")
    assert broken.err.startswith(f"workflow-ls: {FILE}:2: This is not JSON")
    assert cli("baseline", root).code == 0
    assert cli("check", root).code == 0


def test_nothing_to_prune(cli: Cli, root: Path) -> None:
    assert cli("baseline", root, "--prune").out == f"There is no {FILE}: nothing to prune.\n"


def test_json_counts_what_is_accepted(cli: Cli, root: Path) -> None:
    cli("baseline", root)
    total = len(lines(root)) - 3
    (root / "packages/b/src/b.ts").write_text(CLIENT)
    summary = json.loads(cli("check", root, "--format", "json").out)["summary"]
    assert (summary["accepted"], summary["resolved"]) == (total - 1, 1)


def test_the_cache_knows_the_baseline(cli: Cli, root: Path) -> None:
    assert cli("check", root).code == 1
    cli("baseline", root)
    assert cli("check", root).code == 0
    assert cli("check", root).code == 0
    (root / FILE).unlink()
    assert cli("check", root).code == 1


def test_standard_input_has_its_entries(cli: Cli, root: Path) -> None:
    cli("baseline", root)
    name = str(root / "packages/a/src/a.ts")
    assert cli("check", "--stdin-filename", name, "--root", root, stdin=CLIENT.encode()).code == 0
    assert cli("check", "--stdin-filename", name, "--root", root, stdin=RUN.encode()).code == 1


@needs_git
def test_a_conflict_is_resolved_from_the_index(cli: Cli, root: Path) -> None:
    commit(cli, root, "init")
    for branch in ("one", "two"):
        git(root, "checkout", "-qb", branch, "main")
        (root / f"packages/a/src/{branch}.ts").write_text(CLIENT)
        commit(cli, root, branch)
    assert merge(root, "one").returncode != 0
    broken = cli("check", root)
    assert broken.code == 2
    assert "A merge left a conflict here. Run `workflow-ls baseline --merge` to resolve it." in broken.err
    assert cli("baseline", root, "--merge").code == 0
    assert cli("check", root, "--strict").code == 0
    git(root, "add", "-A")
    git(root, "commit", "-qm", "merged")
    unresolved = cli("baseline", root, "--merge")
    assert (unresolved.code, unresolved.err) == (2, f"workflow-ls: {FILE} is in no merge conflict.\n")


@needs_git
def test_a_merge_driver(cli: Cli, root: Path, tmp_path: Path) -> None:
    cli("baseline", root)
    base = (root / FILE).read_text()
    entry = '  "a.ts: legacy-proxy: x": 1,\n'
    first, second, *rest = base.split("\n")
    texts = {
        "base": base,
        "ours": base.replace("{\n", "{\n" + entry),
        "theirs": "\n".join([first, *rest]),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    assert cli("baseline", "--merge", *(tmp_path / name for name in texts)).code == 0
    merged = (tmp_path / "ours").read_text()
    assert merged == texts["ours"].replace(f"{second}\n", "")
    assert cli("baseline", "--merge", tmp_path / "ours").code == 2


@needs_git
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(many(3)))
def test_a_year_of_merges_neither_loses_nor_invents_an_acceptance(cli: Cli, root: Path, seed: int) -> None:
    """Teams of two branches add and resolve references, each with a baseline that fits; then they merge."""
    chance = random.Random(seed)
    modules = ["runtime/client", "runtime/types", "runtime", "streams/builders"]
    for number in range(6):
        (root / f"packages/a/src/f{number}.ts").write_text("\n\n".join(f"// {part}" for part in range(8)) + "\n")
    commit(cli, root, "init")
    for week in range(8):
        accepted = {}
        for branch in ("one", "two"):
            git(root, "checkout", "-qB", branch, "main")
            for _ in range(chance.randint(1, 3)):
                edit(root, chance, modules)
            commit(cli, root, f"{branch} {week}")
            accepted[branch] = findings(cli, root)
        git(root, "checkout", "-q", "main")
        before = findings(cli, root)
        for branch in ("one", "two"):
            merged = merge(root, branch)
            sources = git(root, "diff", "--name-only", "--diff-filter=U").split()
            if any(path != FILE for path in sources):
                git(root, "merge", "--abort")  # both sides wrote the same lines: the second is not merged
                accepted[branch] = before
            elif merged.returncode:
                assert cli("baseline", root, "--merge").code == 0
                git(root, "add", "-A")
                git(root, "commit", "-qm", "merged")
        checked = cli("check", root)
        assert checked.code == 0, checked.out
        cli("baseline", root, "--prune")
        git(root, "add", "-A")
        git(root, "commit", "-qm", "pruned", "--allow-empty")
        assert cli("check", root, "--strict").code == 0
        now = findings(cli, root)
        assert now <= accepted["one"] | accepted["two"]


def edit(root: Path, chance: random.Random, modules: list[str]) -> None:
    """Add a reference to a file at a place of its own, or remove one."""
    path = root / f"packages/a/src/f{chance.randrange(6)}.ts"
    text = path.read_text().split("\n")
    old = [number for number, line in enumerate(text) if "@shared" in line]
    if old and chance.random() < 0.5:
        del text[chance.choice(old)]
    else:
        place = text.index(f"// {chance.randrange(8)}")
        text.insert(place + 1, f"import '@shared/workflow/{chance.choice(modules)}';")
    path.write_text("\n".join(text))


def findings(cli: Cli, root: Path) -> set[tuple[str, str]]:
    found = json.loads(cli("check", root, "--no-baseline", "--format", "json").out)["diagnostics"]
    return {(each["path"], each["specifier"] or each["message"]) for each in found}


def commit(cli: Cli, root: Path, message: str) -> None:
    if not (root / ".git").exists():
        git(root, "init", "-q")
    assert cli("baseline", root).code == 0
    git(root, "add", "-A")
    git(root, "commit", "-qm", message)


def merge(root: Path, branch: str) -> subprocess.CompletedProcess[str]:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    return subprocess.run(
        ["git", *identity, "-C", root, "merge", "-q", "--no-edit", branch], capture_output=True, text=True, check=False
    )


def test_a_renamed_file_in_a_check_of_its_new_folder(cli: Cli, root: Path) -> None:
    cli("baseline", root)
    (root / "packages/b/src/b.ts").rename(root / "packages/a/src/b.ts")
    checked = cli("check", root / "packages/a", "--strict")
    assert (checked.code, last(checked.out)) == (0, f"{FILE} accepts 3 findings.")
    # It is not new, either.
    assert cli("baseline", root, "--prune").out == f"{FILE} accepts 5 findings in 4 files.\n"
    (root / "packages/a/src/b.ts").rename(root / "packages/b/src/again.ts")
    assert cli("baseline", root).out == f"{FILE} accepts 5 findings in 4 files.\n"


def test_what_a_sparse_checkout_leaves_out_is_not_resolved(cli: Cli, root: Path) -> None:
    cli("baseline", root)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "all")
    git(root, "sparse-checkout", "set", "--no-cone", "/*", "!/packages/b")
    before = (root / FILE).read_bytes()
    checked = cli("check", root, "--strict")
    assert (checked.code, last(checked.out)) == (0, f"{FILE} accepts 3 findings.")
    for arguments in (["--prune"], []):
        refused = cli("baseline", root, *arguments)
        assert (refused.code, "packages/b/src/b.ts. Run `git sparse-checkout disable`" in refused.err) == (2, True)
        assert refused.err.endswith("A baseline needs the findings of all files.\n")
    assert (root / FILE).read_bytes() == before


def test_a_merge_driver_without_one_of_its_files(cli: Cli, root: Path, tmp_path: Path) -> None:
    cli("baseline", root)
    for missing in range(3):
        paths = [str(root / FILE)] * 3
        paths[missing] = str(tmp_path / "missing")
        refused = cli("baseline", "--merge", *paths)
        assert (refused.code, refused.err) == (2, f"workflow-ls: --merge: {paths[missing]} can't be read.\n")
    assert not (tmp_path / "missing").exists()


def test_line_ends_of_windows_stay(cli: Cli, root: Path) -> None:
    cli("baseline", root)
    windows = (root / FILE).read_bytes().replace(b"\n", b"\r\n")
    (root / FILE).write_bytes(windows)
    for arguments in (["--prune"], []):
        assert cli("baseline", root, *arguments).code == 0
        assert (root / FILE).read_bytes() == windows
    (root / "packages/b/src/b.ts").write_text(CLIENT)
    cli("baseline", root, "--prune")
    assert (
        (root / FILE).read_bytes().count(b"\r\n") == (root / FILE).read_bytes().count(b"\n") == windows.count(b"\n") - 1
    )


def test_something_else_in_its_place(cli: Cli, root: Path, tmp_path: Path) -> None:
    (root / FILE).mkdir()
    assert cli("baseline", root).err == f"workflow-ls: {FILE}: is a directory. Remove it to have a baseline there.\n"
    (root / FILE).rmdir()
    (root / FILE).symlink_to(tmp_path / "elsewhere.json")
    assert "leads to no file of the workspace" in cli("baseline", root).err
    assert not (tmp_path / "elsewhere.json").exists()


def test_the_root_as_an_option_is_enough(cli: Cli, root: Path) -> None:
    assert cli("baseline", "--root", root).code == 0
    assert (root / FILE).exists()
