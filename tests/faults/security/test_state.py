"""A hostile repository, cache or journal"""

from __future__ import annotations

import json
import os
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.faults.sealed import sealed
from tests.faults.security.attacks import EVIL, LEGACY, assert_harmless, commands, run_all
from tests.vfs.trees import executable, git, lay_out, needs_git
from workflow_ls.cli.cache import read_entry, write_entry

pytestmark = pytest.mark.nightly


class TestGit:
    @pytest.fixture
    def repository(self, root: Path) -> Path:
        git(root, "init", "-q")
        git(root, "add", ".")
        git(root, "commit", "-qm", "x")
        return root

    @needs_git
    def test_its_settings_run_something(self, cli: Cli, repository: Path, tmp_path: Path) -> None:
        """A repository's settings, attributes, hooks and links name programs -> none of them runs."""
        ran = tmp_path / "ran"
        program = executable(repository / "evil.sh", f"echo x >> {ran}")
        for setting in (
            *("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.gitProxy"),
            *("diff.external", "diff.evil.command", "diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge"),
            *("filter.evil.process", "alias.status", "alias.grep", "credential.helper", "gpg.program"),
            *("uploadpack.packObjectsHook", "merge.evil.driver", "sequence.editor", "interactive.diffFilter"),
        ):
            git(repository, "config", setting, f"!{program}" if setting.startswith("alias") else str(program))
        git(repository, "config", "filter.evil.required", "true")
        git(repository, "config", "core.hooksPath", str(repository / "hooks"))
        for hook in ("post-index-change", "pre-commit", "fsmonitor-watchman", "post-checkout", "reference-transaction"):
            executable(repository / "hooks" / hook, f"echo {hook} >> {ran}")
            executable(repository / ".git/hooks" / hook, f"echo {hook} >> {ran}")
        (repository / ".gitattributes").write_text("* filter=evil diff=evil merge=evil textconv=evil\n")
        executable(repository / "node_modules/.bin/git", f"echo git >> {ran}")
        executable(repository / "git", f"echo git >> {ran}")
        assert not ran.exists()
        path = os.pathsep.join([".", "", str(repository / "node_modules/.bin"), str(repository), os.environ["PATH"]])
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PATH", path)
            patch.chdir(repository)
            for command in commands(repository):
                cli(*command)
                assert not ran.exists(), command
            cli("fix", repository)
            assert not ran.exists(), ran.read_text()
            cli("cutover", repository)
        assert not ran.exists(), ran.read_text()

    @needs_git
    @pytest.mark.parametrize(
        "text",
        [
            "gitdir: ../outside",
            "gitdir: /etc",
            "gitdir: \x1b[2J",
            "gitdir: " + "x" * 100_000,
            "x" * 1_000_000,
            "",
            "\0",
        ],
        ids=count(),
    )
    def test_a_file_in_its_place(self, cli: Cli, root: Path, cache: Path, outside: Path, text: str) -> None:
        """`.git` is a file that leads elsewhere, or says anything -> only what git would read there, the names of files
        to ignore, is read, and nothing raises.
        """
        (root / ".git").write_text(text)
        named = [place / name for place in (outside, Path("/etc")) for name in ("commondir", "info/exclude")]
        run_all(cli, root, cache, *named)

    @needs_git
    def test_its_work_tree_lies_elsewhere(self, cli: Cli, repository: Path, cache: Path, outside: Path) -> None:
        """`core.worktree` leads out of the root -> nothing there is read or written."""
        git(repository, "config", "core.worktree", str(outside))
        run_all(cli, repository, cache)


class TestIgnored:
    @pytest.mark.parametrize("with_git", [True, False])
    def test_a_bomb(self, cli: Cli, root: Path, monkeypatch: pytest.MonkeyPatch, with_git: bool) -> None:
        """.gitignore holds patterns that backtracking matchers, git's too, never end with -> the check does."""
        monkeypatch.setattr("workflow_ls.vfs.searching.git_grep.TIMEOUT_SECONDS", 1.0)
        if not with_git:
            monkeypatch.setattr("workflow_ls.vfs.searching.search.find_git", lambda _: None)
        (root / ".gitignore").write_text(
            "\n".join(["*a" * 30 + "*b", "**/a*" * 30 + "/b", "[!a]*" * 30, "a**" * 50 + "b"])
        )
        (root / f"packages/a/{'a' * 200}.ts").write_text(LEGACY)
        assert "a" * 200 in cli("check", root, "--root", root, "--no-cache").out


class TestCache:
    def test_what_another_left_there(self, cli: Cli, root: Path, cache: Path, outside: Path) -> None:
        """Links and pipes lie in the cache's directory in the place of entries -> not followed, nor waited for."""
        expected = cli("check", root)
        [entry] = cache.glob("*.json")
        secret = outside / "a.ts"
        before = secret.read_bytes()
        entry.unlink()
        entry.symlink_to(secret)
        assert cli("check", root) == expected
        assert secret.read_bytes() == before
        if hasattr(os, "mkfifo"):
            entry.unlink()
            os.mkfifo(entry)
            assert cli("check", root) == expected
        entry.unlink()
        entry.mkdir()
        assert cli("check", root) == expected
        for number in range(3):  # names that a run with this process's id would make
            (cache / f"{entry.name}.{os.getpid()}").unlink(missing_ok=True)
            (cache / f"{entry.name}.{os.getpid()}").symlink_to(secret)
            assert cli("check", root, "--format", ("json", "sarif", "text")[number]).code == 1
        assert secret.read_bytes() == before

    def test_what_an_entry_says(self, cli: Cli, root: Path, cache: Path) -> None:
        """An entry of the cache is deep, huge, or names places outside the root -> it is made anew."""
        expected = cli("check", root)
        [entry] = cache.glob("*.json")
        data = read_entry(str(entry))
        for changed in (
            {"text": EVIL, "seen": {**data["seen"], "files": ["../outside/a.ts", "/etc/passwd"]}},
            {"text": EVIL, "seen": {**data["seen"], "directories": ["..", "/", "a/../.."]}},
            {"text": EVIL, "seen": {**data["seen"], "searches": [[[[""], ["x"], "../.."]]]}},
            {"text": EVIL, "seen": {}},
            {"text": EVIL, "seen": None},
        ):
            write_entry(str(entry), {**data, **changed})
            for other in (*cache.glob("*.state"), *cache.glob("memos/*")):
                other.unlink()  # they would answer first
            with sealed(root, cache.parent):
                assert cli("check", root) == expected
        entry.write_text("[" * 100_000)
        assert cli("check", root) == expected


class TestJournal:
    """The directory of an interrupted cutover came with the workspace."""

    @pytest.mark.parametrize(
        "path",
        [
            "../outside/new.ts",
            "/OUTSIDE/new.ts",
            "packages/../../outside/new.ts",
            "linked/new.ts",
            ".git/hooks/pre-commit",
            ".GIT/hooks/pre-commit",
            ".workflow-ls-cutover/x",
            "a\0b",
            "",
            ".",
            None,
            ["x"],
        ],
        ids=count(),
    )
    @pytest.mark.parametrize("kind", ["writes", "deletes", "renamed"])
    def test_where_it_writes(self, cli: Cli, root: Path, outside: Path, path: Any, kind: str) -> None:
        """A journal writes or deletes outside the root, or in `.git` -> exit 2, and nothing is changed."""
        (root / "linked").symlink_to(outside)
        (root / ".git/hooks").mkdir(parents=True)
        path = path.replace("/OUTSIDE", str(outside)) if isinstance(path, str) else path
        text = b"evil"
        written = {"path": path, "staged": "0", "before": None, "after": sha256(text).hexdigest()}
        data = {"version": 1, "writes": [], "deletes": [], "renamed": {}}
        data[kind] = {"x": path} if kind == "renamed" else [written]
        lay_out(root / ".workflow-ls-cutover", {"journal.json": json.dumps(data), "0": text})
        before = {file: file.read_bytes() for file in root.parent.rglob("*") if file.is_file()}
        result = cli("cutover", root, "--root", root, "--allow-dirty")
        assert (result.code, result.err.count("\n")) == (2, 1)
        after = {file: file.read_bytes() for file in root.parent.rglob("*") if file.is_file()}
        after.pop(root / ".workflow-ls-cutover/lock", None)
        assert after == before

    @pytest.mark.parametrize("text", ["{}", "[]", "null", '{"writes": 1}', "[" * 100_000, "\0", EVIL], ids=count())
    def test_what_it_says(self, cli: Cli, root: Path, text: str) -> None:
        """A journal says anything -> exit 2 and one line."""
        lay_out(root / ".workflow-ls-cutover", {"journal.json": text})
        result = cli("cutover", root, "--root", root, "--allow-dirty")
        assert (result.code, result.err.count("\n")) == (2, 1)
        assert_harmless(result, text)

    @pytest.mark.parametrize("name", ["journal.json", "lock", "0"])
    @pytest.mark.parametrize("kind", ["link", "pipe", "directory"])
    def test_what_lies_there(self, cli: Cli, root: Path, outside: Path, name: str, kind: str) -> None:
        """Links, pipes and directories are there in the place of its files -> nothing is followed, nothing waits."""
        place = root / ".workflow-ls-cutover" / name
        data = {"writes": [{"path": "x", "staged": "0", "before": None, "after": ""}], "deletes": [], "renamed": {}}
        lay_out(root / ".workflow-ls-cutover", {"journal.json": json.dumps(data)})
        place.unlink(missing_ok=True)
        if kind == "link":
            place.symlink_to(outside / "a.ts")
        elif kind == "directory":
            place.mkdir()
        elif hasattr(os, "mkfifo"):
            os.mkfifo(place)
        before = (outside / "a.ts").read_bytes()
        assert cli("cutover", root, "--root", root, "--allow-dirty").code in ((0, 2) if kind == "pipe" else (2,))
        assert (outside / "a.ts").read_bytes() == before
