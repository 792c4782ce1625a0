"""Runs that are interrupted, and what changes around them"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.checks import SOUND
from tests.cli.conftest import Cli
from tests.fixture import project
from tests.vfs.trees import git, lay_out, needs_git
from workflow_ls.vfs.recorded_disk import RecordedDisk

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals and limits")
Write = Callable[..., Path]

LEGACY = "import { client } from '@shared/workflow/runtime/client';\n"
CANONICAL = LEGACY.replace("@shared/workflow", "@alga-psa/workflows")
MANIFEST = '{ "name": "a", "dependencies": { "@alga-psa/workflows": "*" } }\n'
NAMES = [f"packages/a/src/u{number}.ts" for number in range(120)]


def tree(at: Path, names: list[str] | None = None) -> Path:
    """A workspace with a legacy import in each of many files."""
    sound = {path.lstrip("/"): text for path, text in project(SOUND).files.items()}
    return lay_out(at, {**sound, "packages/a/package.json": MANIFEST, **dict.fromkeys(names or NAMES, LEGACY)})


def start(*arguments: object) -> subprocess.Popen[str]:
    """The command line in a process of its own, which keeps nothing."""
    known = {**os.environ, "WORKFLOW_LS_NO_CACHE": "1", "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "workflow_ls", *map(str, arguments)]
    return subprocess.Popen(command, env=known, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def texts(root: Path) -> Mapping[str, str]:
    return {name: (root / name).read_text() for name in NAMES}


def wait_for_a_write(root: Path, run: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while run.poll() is None and time.monotonic() < deadline:
        if any((root / name).read_text() == CANONICAL for name in NAMES[:5]):
            return
        time.sleep(0.001)


SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGKILL)


@pytest.mark.parametrize("sent", SIGNALS, ids=lambda each: each.name)
def test_a_signal_while_files_are_written(tmp_path: Path, sent: signal.Signals) -> None:
    """A signal ends a fix when some files are written -> each file is old or new, and the next run ends it."""
    root = tree(tmp_path / "w")
    run = start("fix", "--allow-dirty", root)
    wait_for_a_write(root, run)
    run.send_signal(sent)
    _, complaint = run.communicate(timeout=60)
    assert "Traceback" not in complaint
    assert set(texts(root).values()) <= {LEGACY, CANONICAL}
    again = start("fix", "--allow-dirty", root)
    assert again.communicate(timeout=60)[1] == ""
    assert again.returncode == 0
    assert set(texts(root).values()) == {CANONICAL}
    assert [path for path in root.rglob(".workflow-ls*") if path.is_file()] == []


def test_a_run_that_is_stopped_while_files_change(tmp_path: Path) -> None:
    """A fix is stopped (SIGSTOP) when it writes, all files are edited, and it goes on -> no edit is lost."""
    root = tree(tmp_path / "w")
    run = start("fix", "--allow-dirty", root)
    wait_for_a_write(root, run)
    run.send_signal(signal.SIGSTOP)
    before = {name: f"// mine\n{text}" for name, text in texts(root).items()}
    for name, text in before.items():
        (root / name).write_text(text)
    run.send_signal(signal.SIGCONT)
    _, complaint = run.communicate(timeout=60)
    assert all(text in (before[name], f"// mine\n{CANONICAL}", CANONICAL) for name, text in texts(root).items())
    lost = [name for name, text in texts(root).items() if not text.startswith("// mine\n")]
    assert len(lost) <= 1  # one that was between the last look and the swap
    if run.returncode == 2:
        assert "it changed since it was read. Run again." in complaint


@pytest.mark.parametrize("command", ["fix", "cutover"])
def test_a_root_that_becomes_a_link(tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """The root is replaced by a link while `fix` or `cutover` looks -> nothing is written where it leads, exit 2."""
    root, other, moved = tree(tmp_path / "w"), tree(tmp_path / "other"), tmp_path / "moved"
    outdated = RecordedDisk.outdated

    def swap(self: RecordedDisk) -> object:
        if not moved.exists():
            root.rename(moved)
            root.symlink_to(other)
        return outdated(self)

    monkeypatch.setattr(RecordedDisk, "outdated", swap)
    paths = (root,) if command == "fix" else ("--root", root)
    result = cli(command, *paths, "--allow-dirty")
    assert (result.code, result.err) == (
        2,
        f"workflow-ls: {root} leads to {other} now. Nothing was changed. Run again, there or here.\n",
    )
    assert set(texts(other).values()) == set(texts(moved).values()) == {LEGACY}
    assert (other / "shared/workflow/runtime/client.ts").exists()


def test_a_journal_that_has_no_room(tmp_path: Path) -> None:
    """The disk takes the new texts of a cutover, and not its journal -> exit 2, and nothing is changed."""
    root = tree(tmp_path / "w")

    def contents() -> Mapping[str, bytes]:
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    before = contents()
    longest = max(map(len, before.values()))
    for limit in (longest + 64, 4_000, 16_000):
        # The journal names each file with two digests, in 300 bytes.
        code = f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        code += "from workflow_ls.cli.main import run; sys.exit(run(sys.argv[1:]))"
        run = subprocess.run(
            [sys.executable, "-c", code, "cutover", "--root", str(root), "--allow-dirty"],
            env={**os.environ, "WORKFLOW_LS_NO_CACHE": "1", "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        said = "workflow-ls: .workflow-ls-cutover can't be written: File too large. Nothing was changed.\n"
        assert (run.returncode, run.stderr) == (2, said)
        assert contents() == before
    again = start("cutover", "--root", root, "--allow-dirty")
    again.communicate(timeout=60)
    assert again.returncode in (0, 1)
    assert set(texts(root).values()) == {CANONICAL}


@needs_git
@pytest.mark.parametrize(
    "options", [["check", "--since", "HEAD~1"], ["check", "--since", "base"], ["status", "--history"]]
)
def test_a_partial_clone(tmp_path: Path, cli: Cli, options: list[str]) -> None:
    """A partial clone has no earlier contents -> one line says so and what to run, exit 2; that helps."""
    root, clone = tree(tmp_path / "w", NAMES[:2]), tmp_path / "clone"
    for message in ("One", "Two"):
        (root / NAMES[0]).write_text(f"{LEGACY}// {message}\n")
        git(root, "init", "-q")
        git(root, "add", "-A")
        git(root, "commit", "-qm", message)
    git(root, "tag", "base", "HEAD~1")
    git(root, "config", "uploadpack.allowFilter", "true")
    git(root, "clone", "-q", "--filter=blob:none", root.as_uri(), str(clone))
    assert cli("check", "--root", clone, clone).code == 1
    result = cli(*options, "--root", clone, clone)
    assert result.code == 2
    remedy = "as in a partial clone. Run `git fetch --refetch --no-filter`, and leave `filter` out in GitHub Actions.\n"
    assert result.err.endswith(remedy)
    git(clone, "fetch", "-q", "--refetch", "--no-filter")
    assert cli(*options, "--root", clone, clone).code in (0, 1)
