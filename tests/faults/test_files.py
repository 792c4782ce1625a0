"""Files and the disk"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.checks import SOUND, open_project
from tests.cli.conftest import Cli
from tests.cli.test_map import RENAMED
from tests.mapping.proposals import OLD as BEFORE
from tests.vfs.trees import lay_out
from workflow_ls.analysis import Analysis
from workflow_ls.cli.commands import fix
from workflow_ls.cli.main import run
from workflow_ls.cli.transaction import write
from workflow_ls.diagnostics import Status
from workflow_ls.proof.joined_fixes import FixOptions
from workflow_ls.vfs import disk_reads
from workflow_ls.vfs.files import Query
from workflow_ls.vfs.searching import git_grep, walk
from workflow_ls.vfs.searching import search as scan
from workflow_ls.vfs.searching.search import Search

Write = Callable[..., Path]

LEGACY = "import { client } from '@shared/workflow/runtime/client';\n"
# Two sources, and a manifest that lacks the dependency: a fix writes all three.
PROJECT = f"""
//- /packages/a/package.json
{{ "name": "a", "dependencies": {{ "b": "*" }} }}
//- /packages/a/a.ts
{LEGACY}
//- /packages/a/b.ts
{LEGACY}
"""
FILES = ("packages/a/package.json", "packages/a/a.ts", "packages/a/b.ts")
NEW = "'@alga-psa/workflows/runtime/client'"


def contents(root: Path) -> dict[str, bytes]:
    """All files below a directory."""
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def fixed(workspace: Write, cli: Cli) -> tuple[Path, dict[str, bytes], dict[str, bytes]]:
    """A workspace as it was, and what it holds before and after a fix."""
    root = workspace(PROJECT)
    before = contents(root)
    assert cli("fix", "--root", root, root).code == 0
    after = contents(root)
    assert [path for path in before if before[path] != after[path]] == sorted(FILES)
    lay_out(root, before)
    return root, before, after


@pytest.mark.parametrize("call", ["write", "fsync", "replace", "fchmod"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_disk_that_fails_in_the_middle_of_a_fix(
    workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    """The disk is full, or fails, at any file of a fix -> each file is old or new; exit 2 names the old ones."""
    root, before, after = fixed(workspace, cli)
    whole, failing = getattr(os, call), len(FILES)
    while failing:
        failing -= 1
        lay_out(root, before)
        left = failing

        def fails_later(*arguments: object, **keywords: object) -> object:
            nonlocal left
            left -= 1
            if left < 0:
                raise OSError(number, os.strerror(number))
            return whole(*arguments, **keywords)

        monkeypatch.setattr(os, call, fails_later)
        result = cli("fix", "--root", root, root)
        monkeypatch.setattr(os, call, whole)
        found = contents(root)
        assert found.keys() == before.keys()
        old = [path for path in FILES if found[path] == before[path]]
        assert all(found[path] in (before[path], after[path]) for path in found)
        assert len(old) == len(FILES) - failing
        assert result.code == 2
        assert all(f"{path}: not written: write failed: {os.strerror(number)}" in result.err for path in old)
        assert cli("fix", "--root", root, root).code == 0
        assert contents(root) == after


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a process the POSIX way")
def test_a_fix_killed_at_every_write(workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fix of sources and a manifest is killed at any system call -> each file is old or new; the next ends it."""
    root, before, after = fixed(workspace, cli)
    whole = write.write_all
    mixed = 0
    for step in range(1, 200):
        lay_out(root, before)

        def write_and_die(*arguments: object) -> object:
            count = 0

            def dying(call: Callable[..., object]) -> Callable[..., object]:
                def count_and_call(*given: object, **keywords: object) -> object:
                    nonlocal count
                    count += 1
                    if count == step:  # noqa: B023 - called before the step is over
                        os.kill(os.getpid(), signal.SIGKILL)
                    return call(*given, **keywords)

                return count_and_call

            for name in ("open", "write", "fsync", "fchmod", "close", "replace", "unlink"):
                setattr(os, name, dying(getattr(os, name)))
            return whole(*arguments)  # type: ignore[arg-type]  # they are passed on

        child = os.fork()
        if child == 0:
            monkeypatch.setattr(fix, "write_all", write_and_die)
            os._exit(run(["fix", "--root", str(root), str(root)]))
        status = os.waitpid(child, 0)[1]
        found = {path: data for path, data in contents(root).items() if not path.endswith(".tmp")}
        assert found.keys() == before.keys()
        assert all(found[path] in (before[path], after[path]) for path in found), f"step {step}"
        mixed += found not in (before, after)
        if not os.WIFSIGNALED(status):
            break
        assert cli("fix", "--root", root, root).code == 0
        assert contents(root) == after, f"step {step}"
    assert found == after
    assert step > 20
    assert mixed


def test_a_read_only_manifest(workspace: Write, cli: Cli) -> None:
    """A manifest that a fix adds a dependency to is read-only -> so do the imports stay; it is named with exit 2."""
    root = workspace(PROJECT)
    manifest = root / FILES[0]
    before = contents(root)
    manifest.chmod(0o444)
    result = cli("fix", "--root", root, root)
    assert result.code == 2
    assert f"{FILES[0]}: not written: it is read-only" in result.err
    assert result.out.startswith("Nothing was fixed.\n2 findings left:\n")
    assert f"its fix edits {FILES[0]}, which was not written" in result.out
    assert contents(root) == before


def test_a_directory_that_takes_no_new_files(workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory may not be written to -> its files stay and are named with exit 2, those of others are fixed."""
    root = workspace(PROJECT + f"//- /packages/b/package.json\n{{}}\n//- /packages/b/c.ts\n{LEGACY}")
    before, whole = contents(root), os.open

    def refuse(path: str, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_CREAT and "packages/a/" in str(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return whole(path, flags, mode)

    monkeypatch.setattr(os, "open", refuse)
    result = cli("fix", "--root", root, root)
    assert result.code == 2
    assert result.err.count("not written: write failed: Permission denied") == len(FILES)
    found = contents(root)
    assert [path for path in found if found[path] != before[path]] == ["packages/b/c.ts", "packages/b/package.json"]


def test_a_file_that_goes_between_search_and_read(workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file goes after it was found -> a notice says that it can't be read, and the rest is checked."""
    root = workspace(PROJECT)
    result_of = Search.result

    def found_then_gone(search: Search, *_: Callable[[str], object]) -> list[str]:
        found = result_of(search)  # and nothing is parsed meanwhile
        (root / "packages/a/a.ts").unlink(missing_ok=True)
        return found

    monkeypatch.setattr(Search, "result", found_then_gone)
    result = cli("check", "--root", root, root, "--no-cache")
    assert result.code == 1
    assert "packages/a/a.ts: skipped: it can't be read" in result.out
    assert "packages/a/b.ts:1:" in result.out


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda path: path.unlink(), "it was deleted since it was read"),
        (lambda path: path.write_bytes(b"edited"), "it changed since it was read"),
        (lambda path: (path.unlink(), path.mkdir()), "it is not a regular file"),
        (lambda path: (path.unlink(), path.symlink_to("../../../other.ts")), "its target "),
    ],
)
def test_a_file_that_changes_between_read_and_write(
    workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], object], reason: str
) -> None:
    """A file is deleted, edited or replaced by a link during a fix -> it stays so, is named; others are fixed."""
    root, other = workspace(PROJECT), workspace(PROJECT).parent / "other.ts"
    other.write_text(LEGACY)
    whole = write.write_all

    def late(*arguments: object) -> object:
        change(root / "packages/a/a.ts")
        return whole(*arguments)  # type: ignore[arg-type]  # they are passed on

    monkeypatch.setattr(fix, "write_all", late)
    result = cli("fix", "--root", root, root)
    assert result.code == 2
    assert f"packages/a/a.ts: not written: {reason}" in result.err
    assert other.read_text() == LEGACY
    assert NEW in (root / "packages/a/b.ts").read_text()


HALVED = ("package.json", "shared/package.json", "ee/packages/workflows/package.json", "packages/a/package.json")


@pytest.mark.parametrize("path", [*HALVED, "packages/a/tsconfig.json"])
def test_a_manifest_that_is_being_written(path: str) -> None:
    """A manifest or configuration is read when half of it is written -> nothing raises, and it is not edited."""
    text = PROJECT + '//- /packages/a/tsconfig.json\n{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }\n'
    whole = open_project(text, base=SOUND)[1].files.read(path)
    assert whole is not None
    _, workspace = open_project(text, base=SOUND)
    for end in range(len(whole.rstrip())):
        half = whole[:end]
        analysis = Analysis(workspace).over({path: half})
        report = analysis.check()
        assert [finding.path for finding in report.diagnostics if finding.rule == "deprecated-import"] == [
            "packages/a/a.ts",
            "packages/a/b.ts",
        ]
        changes = {change.path: change for change in analysis.fix(("",), FixOptions())}
        assert path not in changes or half == b""
        if path.startswith("ee/") and end:
            assert {f.status for f in report.diagnostics if f.rule == "deprecated-import"} == {Status.UNVERIFIED}
            assert path in {notice.path for notice in report.notices}


def test_a_configuration_that_is_being_written(workspace: Write, cli: Cli) -> None:
    """workflow-ls.json is read when half of it is written -> exit 2 with one line, and nothing is written."""
    root = workspace(PROJECT)
    text, before = b'{ "rules": { "deprecated-import": "off" } }', contents(root)
    for end in range(len(text)):
        (root / "workflow-ls.json").write_bytes(text[:end])
        result = cli("fix", "--root", root, root)
        assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    (root / "workflow-ls.json").unlink()
    assert contents(root) == before


def test_a_clock_that_goes_backwards(workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock jumps back, files bear times of the future, or of 1970 -> the same answers, none of them stale."""
    root = workspace(PROJECT)
    expected = cli("check", "--root", root, root)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 1e9)
    monkeypatch.setattr(time, "time_ns", lambda: int((now - 1e9) * 1e9))
    for stamp in (0, 2**33, 1):
        for path in root.rglob("*"):
            os.utime(path, (stamp, stamp))
        assert cli("check", "--root", root, root) == expected
    source = root / "packages/a/a.ts"
    status = source.stat()
    source.write_text(LEGACY.replace("client }", "clienT }"))  # of the same size
    os.utime(source, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert "clienT" in cli("check", "--root", root, root).out


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in directories here")
@pytest.mark.parametrize(
    "name",
    [".git", ".gitignore", "a/.gitignore", "package.json", "tsconfig.json", "workflow-ls.json", "a/x.ts", "a/src"],
)
@pytest.mark.parametrize("with_git", [True, False])
def test_a_pipe_in_the_place_of_a_file(
    tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, name: str, with_git: bool
) -> None:
    """A pipe without a writer has the name of a file that is read -> it counts as absent; workflow-ls.json: exit 2."""
    root = lay_out(tmp_path / "w", {"a/a.ts": LEGACY})
    os.mkfifo(root / name)
    monkeypatch.setattr(git_grep, "TIMEOUT_SECONDS", 0.5)  # git itself never ends on one that is called .gitignore
    if not with_git:
        monkeypatch.setattr(scan, "find_git", lambda _: None)
    result = cli("check", root)
    is_refused = name == "workflow-ls.json"  # without it, another table would hold
    assert (result.code, "a/a.ts:1:" in result.out) == ((2, False) if is_refused else (1, True))


def replace_by(what: str, path: Path, outside: Path) -> None:
    """Replace a file by something else, or its directory by a link out of the workspace."""
    if what == "a link out of the workspace":
        path.parent.rename(outside)
        path.parent.symlink_to(outside)
    elif what == "a file above it":
        shutil.rmtree(path.parent)
        path.parent.write_text("x")
    else:
        path.unlink()
        path.mkdir() if what == "a directory" else os.mkfifo(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in directories here")
@pytest.mark.parametrize("what", ["a link out of the workspace", "a file above it", "a directory", "a pipe"])
def test_something_else_in_the_place_of_a_file(
    workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str
) -> None:
    """A file or its directory becomes a link, a pipe or else while `fix` runs -> it is named, all else of it goes."""
    root = workspace(f"{PROJECT}//- /packages/c/package.json\n{{}}\n//- /packages/c/src/c.ts\n{LEGACY}")
    target, outside, write_all = root / "packages/c/src/c.ts", tmp_path / "outside", write.write_all
    expected, done = target.read_bytes(), list[bool]()

    def late(top: str, changes: list[tuple[str, bytes, bytes]]) -> object:
        if not done:
            done.append(True)
            replace_by(what, target, outside)
        return write_all(top, changes)

    monkeypatch.setattr(fix, "write_all", late)
    result = cli("fix", "--root", root, root)
    assert result.code == 2
    assert "packages/c/src/c.ts: not written: " in result.err
    assert NEW.encode() in (root / "packages/a/a.ts").read_bytes()
    assert (root / "packages/c/package.json").read_text().strip() == "{}"
    if outside.exists():
        assert {path.name: path.read_bytes() for path in outside.iterdir()} == {"c.ts": expected}


@pytest.mark.skipif(os.name == "nt", reason="there are no such limits")
@pytest.mark.parametrize("limit", [0, 30])
def test_files_that_may_not_become_longer(workspace: Write, limit: int) -> None:
    """The system limits the size of files (`ulimit -f`) -> each file stays or is whole, the rest is named, exit 2."""
    root = workspace(PROJECT)
    before = contents(root)
    limited = "import resource, sys; from workflow_ls.cli.main import run; "
    limited += f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); sys.exit(run(sys.argv[1:]))"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "WORKFLOW_LS_NO_CACHE": "1"}
    for command, message in ((["fix"], "not written: write failed: File too large"), (["cutover"], "File too large")):
        done = subprocess.run(
            [sys.executable, "-c", limited, *command, root],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert message in done.stderr
        assert "Traceback" not in done.stderr
        assert contents(root) == before


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no such device here")
@pytest.mark.parametrize("name", [".git", ".gitignore", "package.json", "workflow-ls.json", "a/x.ts", ".git/commondir"])
def test_a_device_in_the_place_of_a_file(tmp_path: Path, cli: Cli, name: str) -> None:
    """A link leads to a device without an end -> it counts as absent; workflow-ls.json: exit 2."""
    root = lay_out(tmp_path / "w", {"a/a.ts": LEGACY}, {name: "/dev/zero"})
    assert cli("check", root).code == (2 if name == "workflow-ls.json" else 1)


def test_a_file_of_gigabytes(tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source of gigabytes -> it is not taken into memory; one notice names it, and the rest is checked."""
    monkeypatch.setattr(disk_reads, "LARGEST", 10_000_000)
    monkeypatch.setattr(scan, "find_git", lambda _: None)  # git takes it into memory, or gives up
    root = lay_out(tmp_path / "w", {"a.ts": LEGACY, "b.ts": LEGACY, "package.json": "{}", "tsconfig.json": "{}"})
    for name in ("b.ts", "tsconfig.json"):
        with (root / name).open("r+b") as file:
            file.truncate(50_000_000)
    os.truncate(root / "package.json", 300_000_000)
    result = cli("check", root)
    assert "b.ts: error: skipped: it can't be read" in result.out
    assert "a.ts:1:" in result.out


def test_patterns_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A .gitignore of megabytes -> it counts for nothing where git is not there to read it, and costs nothing."""
    root = lay_out(tmp_path, {".gitignore": "*.ts\n" * 300_000, "a.ts": LEGACY})
    parsed: list[int] = []

    def counted(text: bytes) -> tuple[()]:
        parsed.append(len(text))
        return ()

    monkeypatch.setattr(walk, "parse", counted)
    assert walk.walk(str(root), [Query((".ts",))]) == ["a.ts"]
    assert sum(parsed) == 0


LIMIT = 200  # bytes
OLD = "import { client } from '@old/flows';\n"


@pytest.mark.skipif(os.name == "nt", reason="limits are others")
@pytest.mark.parametrize("with_links", [True, False])
@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("baseline",), "workflow-ls-baseline.json"),
        (("init", "--from", "@old/flows", "--to", "@alga-psa/workflows"), "workflow-ls.json"),
        (("map", "--infer", "--write", "--from", "packages/kit"), "workflow-ls.json"),
    ],
    ids=lambda each: each[0] if isinstance(each, tuple) else "",
)
def test_a_new_file_on_a_full_disk(
    workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], name: str, with_links: bool
) -> None:
    """The disk is full where `baseline`, `init` or `map` creates its file -> exit 2, and there is none of it."""
    texts = "".join(f"//- /packages/a/src/f{number}.ts\n{LEGACY}{OLD}" for number in range(9))
    root = workspace(RENAMED, base=BEFORE) if "map" in arguments else workspace(f"{PROJECT}{texts}")
    before, write = contents(root), os.write
    if not with_links:
        monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(PermissionError(1, "Not permitted")))

    def limited(descriptor: int, data: bytes) -> int:
        if os.fstat(descriptor).st_size >= LIMIT:
            raise OSError(28, os.strerror(28))
        return write(descriptor, bytes(data)[:LIMIT])

    with monkeypatch.context() as full:
        full.setattr(os, "write", limited)
        result = cli(*arguments, root)
    assert (result.code, "No space left on device" in result.err, result.err.count("\n")) == (2, True, 1)
    assert contents(root) == before
    assert cli(*arguments, root).code == 0
    assert (root / name).stat().st_size > LIMIT
    assert {path.stat().st_mode for path in root.rglob("*.json")} == {(root / name).stat().st_mode}
    assert contents(root).keys() == {*before, name}
    again = (root / name).read_bytes()
    cli(*arguments, root)
    assert (root / name).read_bytes() == again
