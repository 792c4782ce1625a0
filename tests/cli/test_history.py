"""`workflow-ls status --history`: the progress over the commits, from git without a checkout."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.vfs.trees import git, needs_git
from workflow_ls.cli.cache import write_entry
from workflow_ls.cli.history.commit_files import CommitFiles
from workflow_ls.status.history import Commit, sampled

pytestmark = [pytest.mark.slow, needs_git]

Write = Callable[..., Path]
CLIENT = "import { client } from '@shared/workflow/runtime/client';\n"
FIXED = "import { client } from '@alga-psa/workflows/runtime/client';\n"


@pytest.fixture
def root(workspace: Write) -> Path:
    root = workspace(f"//- /packages/a/src/a.ts\n{CLIENT}//- /packages/b/src/b.ts\n{CLIENT}")
    git(root, "init", "-q")
    return root


def commit(root: Path, message: str, day: int) -> None:
    date = f"2026-03-{day:02}T12:00:00Z"
    git(root, "add", "-A")
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    command = ["git", *identity, "-C", str(root), "commit", "-qm", message, "--allow-empty"]
    subprocess.run(command, env={**os.environ, **dates}, check=True)


def history(cli: Cli, root: Path, *arguments: str) -> list[Any]:
    result = cli("status", root, "--history", "--format", "json", *arguments)
    assert (result.code, result.err) == (0, "")
    points: list[Any] = json.loads(result.out)["history"]
    return points


def status(cli: Cli, root: Path) -> tuple[int, int, list[Any], list[Any]]:
    found = json.loads(cli("status", root, "--format", "json", "--exit-zero").out)
    surfaces, packages = (
        [{name: entry[name] for name in ("name", "left", "done")} for entry in found[key]]
        for key in ("surfaces", "packages")
    )
    return found["summary"]["left"], found["summary"]["done"], surfaces, packages


def last(text: str) -> str:
    return text.rstrip("\n").rpartition("\n")[2]


def test_references_go_down_and_creep_back(cli: Cli, root: Path) -> None:
    commit(root, "start", 1)
    assert last(cli("status", root, "--history").out) == "2 legacy references on 2026-03-01, and 0 canonical ones."
    (root / "packages/a/src/a.ts").write_text(FIXED)
    commit(root, "fix", 2)
    (root / "packages/b/src/c.ts").write_text(CLIENT)
    commit(root, "creep", 3)
    points = history(cli, root, "--every", "commit")
    assert [(point["date"], point["left"], point["done"], point["summary"]) for point in points] == [
        ("2026-03-01", 2, 0, "start"),
        ("2026-03-02", 1, 1, "fix"),
        ("2026-03-03", 2, 1, "creep"),
    ]
    text = cli("status", root, "--history", "--every", "commit").out
    assert "2 legacy references on 2026-03-01, 2 on 2026-03-03; canonical ones went from 0 to 1." in text
    since = git(root, "rev-parse", "HEAD~1").strip()
    assert [point["summary"] for point in history(cli, root, "--since", since)] == ["fix", "creep"]


@pytest.mark.parametrize("seed", range(3))
def test_each_point_is_the_status_of_a_checkout(cli: Cli, root: Path, seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    names = [f"packages/{package}/src/{name}.ts" for package in "abc" for name in ("x", "y")]
    for number in range(6):
        for name in chance.sample(names, 3):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            was_there = path.is_symlink() or path.exists()
            path.unlink(missing_ok=True)
            if was_there and chance.random() < 0.4:
                continue
            if chance.random() < 0.2:
                path.symlink_to("../../a/src/a.ts")
            else:
                path.write_text(chance.choice([CLIENT, FIXED, CLIENT + FIXED, "export {};\n"]))
        (root / ".gitignore").write_text(chance.choice(["", "y.ts\n", "packages/b/\n!y.ts\n"]))
        (root / "packages/c").mkdir(exist_ok=True)
        (root / "packages/c/package.json").write_text(json.dumps({"name": chance.choice(["c", "d"])}))
        git(root, "add", "-fA")
        commit(root, f"change {number}", number + 1)
    points = history(cli, root, "--every", "commit")
    assert len(points) == 6
    for point in points:
        checkout = tmp_path / point["commit"]
        git(root, "worktree", "add", "-q", str(checkout), point["commit"])
        (checkout / ".git").unlink()
        assert (point["left"], point["done"], point["surfaces"], point["packages"]) == status(cli, checkout)
        shutil.rmtree(checkout)


def test_known_commits_are_not_read_again(cli: Cli, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(root, "start", 1)
    before = history(cli, root)
    monkeypatch.setattr(CommitFiles, "changes", lambda *_: pytest.fail("the commit was read again"))
    assert history(cli, root) == before


def test_what_was_counted_before_a_stop_is_kept(cli: Cli, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in (1, 2, 3):
        (root / f"packages/a/src/more{day}.ts").write_text(CLIENT)
        commit(root, f"day {day}", day)
    counted, changes = list[str](), CommitFiles.changes

    def stopped(files: CommitFiles, name: str) -> Any:
        counted.append(name)
        if len(counted) == 3:
            raise KeyboardInterrupt
        return changes(files, name)

    monkeypatch.setattr(CommitFiles, "changes", stopped)
    assert cli("status", root, "--history", "--every", "commit").err == "workflow-ls: interrupted\n"
    assert [point["left"] for point in history(cli, root, "--every", "commit")] == [3, 4, 5]
    # The first two are known; the third is counted again.
    assert counted[2:] == [counted[2], counted[2]]


def test_a_broken_entry_is_made_anew(cli: Cli, root: Path, cache: Path) -> None:
    commit(root, "start", 1)
    before = history(cli, root)
    [entry] = cache.glob("*.json")
    for text in ("", "[]", "{"):
        entry.write_text(text)
        assert history(cli, root) == before
    write_entry(str(entry), {before[0]["commit"]: {"surfaces": 1}})
    assert history(cli, root) == before


def test_another_table_is_another_history(cli: Cli, root: Path) -> None:
    commit(root, "start", 1)
    assert history(cli, root)[0]["left"] == 2
    (root / "workflow-ls.json").write_text('{"ignore": ["packages/b/"]}')
    assert history(cli, root)[0]["left"] == 1


def test_a_workspace_below_the_repository(cli: Cli, root: Path) -> None:
    (root / ".git").rename(root.parent / ".git")
    (root.parent / "other").mkdir()
    (root.parent / "other/a.ts").write_text(CLIENT)
    commit(root.parent, "start", 1)
    (root / "packages/a/src/a.ts").write_text(FIXED)
    commit(root.parent, "fix", 2)
    assert [point["left"] for point in history(cli, root, "--root", str(root), "--every", "commit")] == [2, 1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--since", "nothing"], "--since nothing: git knows no such revision."),
        (["--every", "weak"], "unknown period `weak`"),
        (["--format", "markdown"], "unknown format with --history `markdown`"),
    ],
)  # fmt: skip
def test_what_can_t_be_had_is_named(cli: Cli, root: Path, arguments: list[str], message: str) -> None:
    commit(root, "start", 1)
    refused = cli("status", root, "--history", *arguments)
    assert (refused.code, refused.out) == (2, "")
    assert message in refused.err


def test_a_shallow_clone_says_so(cli: Cli, root: Path, tmp_path: Path) -> None:
    for day in (2, 9, 16):
        (root / "packages/a/src/a.ts").write_text(CLIENT * day)
        commit(root, f"Day {day}", day)
    git(tmp_path, "clone", "-q", "--depth", "2", f"file://{root}", "shallow")
    result = cli("status", tmp_path / "shallow", "--history")
    assert result.code == 0
    assert result.err == (
        "workflow-ls: the history begins at 2026-03-09, since this clone is shallow. "
        "Fetch the whole history: `git fetch --unshallow`, in GitHub Actions `fetch-depth: 0`.\n"
    )
    assert "2026-03-09" in result.out
    assert cli("status", tmp_path / "shallow", "--history", "--since", "HEAD").err == ""
    assert cli("status", root, "--history").err == ""


def test_before_the_first_commit(cli: Cli, root: Path) -> None:
    refused = cli("status", root, "--history")
    assert (refused.code, refused.err) == (2, "workflow-ls: --history needs a commit, and there is none yet.\n")


def test_the_last_commit_of_each_period() -> None:
    commits = [Commit(str(day), f"2026-03-{day:02}", "") for day in (1, 2, 3, 8, 9, 9, 31)]
    assert [commit.date[-2:] for commit in sampled(commits, "week")] == ["01", "08", "09", "31"]
    assert [commit.date[-2:] for commit in sampled(commits, "month")] == ["01", "31"]
    assert sampled([], "day") == ()
