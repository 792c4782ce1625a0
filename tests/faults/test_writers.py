"""Others write to the tree, too"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.vfs.trees import lay_out
from workflow_ls.analysis import Analysis
from workflow_ls.cli.commands import cutover, fix
from workflow_ls.cli.transaction import git_status, tree_lock, unchanged, write
from workflow_ls.cli.verify import verified_fix

Write = Callable[..., Path]
Texts = dict[str, bytes]

OLD, NEW = "@shared/workflow/runtime/client", "@alga-psa/workflows/runtime/client"
# Each kind of file that a fix edits: sources, a mock beside its import, a manifest, a configuration.
TREE = {
    "packages/shop/package.json": '{\n  "name": "shop"\n}\n',
    "packages/shop/tsconfig.json": '{ "compilerOptions": { "paths": {\n'
    '  "@shared/workflow/*": ["../../shared/workflow/*"],\n'
    '  "@alga-psa/workflows/*": ["../../ee/packages/workflows/src/*"]\n} } }\n',
    "packages/shop/src/cart.ts": f"import {{ client }} from '{OLD}';\nexport const cart = client;\n",
    "packages/shop/src/cart.test.ts": f"import {{ cart }} from './cart';\n"
    f"vi.mock('{OLD}', () => ({{ client: 2 }}));\ncart;\n",
    "packages/shop/src/till.ts": f"import {{ client as till }} from '{OLD}';\ntill;\n",
}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged, "PAUSES", (0.0, 0.0, 0.0, 0.0))


@pytest.fixture
def root(workspace: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    # What is kept between runs is written by the same calls, which are counted here.
    monkeypatch.setenv("WORKFLOW_LS_NO_CACHE", "1")
    return lay_out(workspace(), TREE)


def contents(root: Path) -> Texts:
    """All files below a directory, without those of git."""
    files = (path for path in sorted(root.rglob("*")) if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def changed_by(before: Texts, root: Path) -> list[str]:
    """The paths whose files are not as before."""
    after = contents(root)
    return sorted(path for path in {*before, *after} if before.get(path) != after.get(path))


def fixed(root: Path, cli: Cli, texts: Texts) -> Texts:
    """What a fix makes of a tree with these texts, and nobody else around."""
    other = lay_out(root.parent / f"alone-{len(list(root.parent.iterdir()))}", texts)
    cli("fix", "--root", other, other)
    return contents(other)


Change = Callable[[str, bytes], "bytes | None"]


def is_code(path: str) -> bool:
    return path.endswith(".ts") and path.startswith("packages/")


CHANGES: dict[str, Change] = {
    "a line more in each source": lambda path, text: b"// more\n" + text if is_code(path) else text,
    "a line more in manifests": lambda path, text: b"\n\n" + text if path.endswith(".json") else text,
    "a formatter, for all": lambda _, text: text.replace(b"\n", b"\r\n"),
    "quotes and indentation": lambda path, text: text.replace(b"'", b'"') if is_code(path) else text,
    "less": lambda _, text: text.replace(b"import { client }", b"import {client}"),
    "one of them is empty": lambda path, text: b"" if path.endswith("till.ts") else text,
    "the test goes": lambda path, text: None if path.endswith("cart.test.ts") else text,
    "the manifest goes": lambda path, text: None if path == "packages/shop/package.json" else text,
    "all of it goes": lambda path, text: None if path.startswith("packages/shop/") else text,
    "it is fixed already": lambda _, text: text.replace(OLD.encode(), NEW.encode()),
}


def apply(root: Path, change: Change) -> Texts:
    """Change the files of a tree, as another process does; returns all texts."""
    before = contents(root)
    for path, text in before.items():
        now = change(path, text)
        if now is None:
            (root / path).unlink()
        elif now != text:
            (root / path).write_bytes(now)
    return contents(root)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("moment", ["read", "found", "asked git"])
def test_a_fix_while_branches_are_switched(
    root: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, moment: str, change: Change
) -> None:
    """Files change or go between the reading of a fix and its writing, as in a checkout -> it looks at them anew."""
    switched: list[Texts] = []

    def then_switch(call: Callable[..., object]) -> Callable[..., object]:
        def call_and_switch(*arguments: object, **keywords: object) -> object:
            result = call(*arguments, **keywords)
            if not switched:
                switched.append(apply(root, change))
            return result

        return call_and_switch

    if moment == "asked git":
        monkeypatch.setattr(fix, "dirty_files", then_switch(git_status.dirty_files))
    else:
        name = "paths" if moment == "read" else "fix_all"  # the files are searched for, or all is worked out
        monkeypatch.setattr(Analysis, name, then_switch(getattr(Analysis, name)))
    result = cli("fix", "--root", root, root)
    monkeypatch.undo()
    assert result.code in (0, 1), result.err
    assert contents(root) == fixed(root, cli, switched[0])


WITHOUT = {  # a file that can't be written, and those that stay as they are with it
    "src/cart.test.ts": ("src/cart.ts", "tsconfig.json"),
    "src/cart.ts": ("src/cart.test.ts", "tsconfig.json"),
    "src/till.ts": ("tsconfig.json",),
    "tsconfig.json": (),
    "package.json": ("src/cart.ts", "src/cart.test.ts", "src/till.ts", "tsconfig.json"),
}


def check_without(victim: str, root: Path, before: Texts, alone: Texts) -> None:
    """All files are fixed but the victim, and those that stay with it."""
    stay = {f"packages/shop/{name}" for name in (victim, *WITHOUT[victim])}
    found = contents(root)
    for path in before.keys() - {f"packages/shop/{victim}"}:
        assert found[path] == (before if path in stay else alone)[path], path


@pytest.mark.parametrize("victim", WITHOUT)
@pytest.mark.parametrize("order", ["first", "last"])
def test_a_file_that_changes_at_the_last_moment(
    root: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, victim: str, order: str
) -> None:
    """A file changes when a fix writes -> it is left alone and named; the others of its fixes stay, or go back."""
    before, path = contents(root), f"packages/shop/{victim}"
    alone, whole = fixed(root, cli, before), write.write_all
    mine = b"/* mine */ " + before[path]

    def late(top: str, changes: list[tuple[str, bytes, bytes]]) -> dict[str, write.WriteResult]:
        monkeypatch.setattr(fix, "write_all", whole)
        done = whole(top, [each for each in changes if each[0] != path]) if order == "last" else {}
        (root / path).write_bytes(mine)
        return {**done, **whole(top, [each for each in changes if each[0] not in done])}

    monkeypatch.setattr(fix, "write_all", late)
    result = cli("fix", "--root", root, root)
    assert result.code == 2
    assert f"{path}: not written: it changed since it was read" in result.err
    assert (root / path).read_bytes() == mine
    check_without(victim, root, before, alone)


@pytest.mark.parametrize("victim", WITHOUT)
def test_a_read_only_file_beside_others(root: Path, cli: Cli, victim: str) -> None:
    """One of the files that a fix edits is read-only -> it is named with exit 2; the others of the fix stay with it."""
    before, path = contents(root), f"packages/shop/{victim}"
    alone = fixed(root, cli, before)
    (root / path).chmod(0o444)
    result = cli("fix", "--root", root, root)
    assert result.code == 2
    assert f"{path}: not written: it is read-only. Make it writable.\n" in result.err
    assert (root / path).read_bytes() == before[path]
    check_without(victim, root, before, alone)
    written = changed_by(before, root)
    assert result.out.startswith("Nothing was fixed.\n" if not written else f"{counted_findings(result.out)} fixed in ")
    assert f" in {len(written)} file" in result.out or not written
    reasons = ("this file was not written. Make it writable.", f"its fix edits {path}, which was not written. Make it")
    assert any(reason in result.out for reason in reasons)
    (root / path).chmod(0o644)
    assert cli("fix", "--root", root, root).code == 0
    assert contents(root) == alone


def counted_findings(out: str) -> str:
    return out.partition(" fixed")[0]


@pytest.mark.parametrize("part", ["src/cart.ts", "src/cart.test.ts", "src"])
def test_a_read_only_mock_of_a_part(root: Path, cli: Cli, part: str) -> None:
    """A part is fixed, and a test that mocks its imports is read-only -> these imports stay, and exit 2 says so."""
    (root / "packages/shop/src/cart.test.ts").chmod(0o444)
    before = contents(root)
    result = cli("fix", "--root", root, root / "packages/shop" / part)
    assert result.code == 2
    assert {"packages/shop/src/cart.ts", "packages/shop/src/cart.test.ts"}.isdisjoint(changed_by(before, root))
    assert "Nothing to fix." not in result.out
    assert "packages/shop/src/cart.test.ts: not written: it is read-only" in result.err


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EPERM])
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_call_that_fails_once(root: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, call: str, number: int) -> None:
    """A system call fails at one of the files of a fix -> what its fixes have written goes back, the rest is fixed."""
    before = contents(root)
    alone, whole = fixed(root, cli, before), getattr(os, call)
    for step in range(5):
        lay_out(root, before)
        left = step

        def fails_once(*arguments: object) -> object:
            nonlocal left
            left -= 1
            if left == -1:
                raise OSError(number, os.strerror(number))
            return whole(*arguments)

        monkeypatch.setattr(os, call, fails_once)
        result = cli("fix", "--root", root, root)
        monkeypatch.setattr(os, call, whole)
        victims = [line.partition(":")[0] for line in result.err.splitlines() if ": not written: write failed" in line]
        assert (result.code, len(victims)) == (2, 1)
        assert contents(root)[victims[0]] == before[victims[0]]
        check_without(victims[0].removeprefix("packages/shop/"), root, before, alone)


def test_what_can_not_be_set_back(root: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk fails when a fix is half written, and for good -> exit 2 names both what is old and what is new."""
    before, whole, calls = contents(root), os.replace, 0

    def fails_later(source: str, target: str) -> None:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        whole(source, target)

    monkeypatch.setattr(os, "replace", fails_later)
    result = cli("fix", "--root", root, root)
    assert result.code == 2
    assert len(changed_by(before, root)) == 2
    assert result.err.count("not written: write failed") == 3
    assert result.err.count("which are not written, and it can't be put back") == 2
    assert result.out.startswith("Nothing was fixed.")


def test_files_that_never_rest(root: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file changes during each look of a fix -> exit 2 with one line that names it, and nothing is written."""
    fix_all, path, count = Analysis.fix_all, root / "packages/shop/src/till.ts", 0

    def write_and_fix(*arguments: object) -> object:
        nonlocal count
        count += 1
        path.write_text(f"// {count}\n{TREE['packages/shop/src/till.ts']}")
        before.update(contents(root))
        result = fix_all(*arguments)  # type: ignore[arg-type]  # they are passed on
        path.write_text(f"// {count}, and on\n{TREE['packages/shop/src/till.ts']}")
        before.update(contents(root))
        return result

    before: Texts = {}
    monkeypatch.setattr(Analysis, "fix_all", write_and_fix)
    result = cli("fix", "--root", root, root)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "packages/shop/src/till.ts changed while it was read, 5 times. Nothing was changed." in result.err
    assert contents(root) == before


def test_directories_that_never_rest(root: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build puts new files beside those of a fix all the time -> the fix is made in the end."""
    alone, fix_all, count = fixed(root, cli, contents(root)), Analysis.fix_all, 0

    def write_and_fix(*arguments: object) -> object:
        nonlocal count
        count += 1
        result = fix_all(*arguments)  # type: ignore[arg-type]  # they are passed on
        (root / f"packages/shop/src/made-{count}.txt").write_text("")
        return result

    monkeypatch.setattr(Analysis, "fix_all", write_and_fix)
    assert cli("fix", "--root", root, root).code == 0
    assert {path: text for path, text in contents(root).items() if "made-" not in path} == alone


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_diff_while_branches_are_switched(
    root: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    """Files change while `fix --diff` works -> the patch is for the texts that are there, and applies."""
    fix_all, switched = Analysis.fix_all, list[Texts]()

    def fix_and_switch(*arguments: object) -> object:
        result = fix_all(*arguments)  # type: ignore[arg-type]  # they are passed on
        if not switched:
            switched.append(apply(root, change))
        return result

    monkeypatch.setattr(Analysis, "fix_all", fix_and_switch)
    patch = cli("fix", "--diff", "--root", root, root).out.encode()
    monkeypatch.undo()
    assert contents(root) == switched[0]
    expected = fixed(root, cli, switched[0])
    if patch:
        subprocess.run(["git", "apply", "-p1", "--whitespace=nowarn"], cwd=root, input=patch, check=True)
    assert contents(root) == expected


@pytest.mark.parametrize(
    "change", [CHANGES["a line more in each source"], CHANGES["a line more in manifests"], CHANGES["all of it goes"]]
)
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_cutover_while_branches_are_switched(
    root: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, change: Change, dry_run: bool
) -> None:
    """Files change while a cutover is planned -> it is planned anew, for what is there."""
    plan, switched = cutover._plan, list[Texts]()

    def plan_and_switch(*arguments: object) -> object:
        result = plan(*arguments)  # type: ignore[arg-type]  # they are passed on
        if not switched:
            switched.append(apply(root, change))
        return result

    monkeypatch.setattr(cutover, "_plan", plan_and_switch)
    options = ("--dry-run",) if dry_run else ()
    result = cli("cutover", *options, root)
    monkeypatch.undo()
    other = lay_out(root.parent / "other", switched[0])
    alone = cli("cutover", *options, other)
    assert (result.code, result.out, result.err) == (alone.code, alone.out, alone.err)
    assert contents(root) == contents(other)


def test_a_tree_that_is_written_while_a_command_verifies(root: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of the same time and size is written while the command of `--verify` runs -> nothing is fixed."""
    path = root / "packages/shop/src/till.ts"
    status, verify = path.stat(), verified_fix.verify_fix

    def verify_and_write(*arguments: object) -> object:
        result = verify(*arguments)  # type: ignore[arg-type]  # they are passed on
        path.write_text(TREE["packages/shop/src/till.ts"].replace("till", "tilt"))
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        return result

    monkeypatch.setattr(verified_fix, "verify_fix", verify_and_write)
    before = contents(root)
    result = cli("fix", "--root", root, root, "--verify", "true")
    assert (result.code, changed_by(before, root)) == (2, ["packages/shop/src/till.ts"])
    assert "packages/shop/src/till.ts changed while `true` ran. Nothing was changed. Run again.\n" in result.err


COMMANDS = [["fix", "--root", ".", "."], ["cutover", "."]]
HOLD = (
    "import sys, time\nfrom workflow_ls.cli.transaction.tree_lock import TreeLock\n"
    "lock = TreeLock()\nlock.take(sys.argv[1])\nprint('held', flush=True)\ntime.sleep(600)\n"
)


@contextmanager
def holder(root: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock of a tree."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(root)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("command", COMMANDS, ids=["fix", "cutover"])
def test_another_run_that_never_ends(root: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    """Another run holds the tree, and is stopped -> after a while, exit 2 with one line, and nothing is written."""
    monkeypatch.setattr(tree_lock, "WAIT_SECONDS", 0.2)
    monkeypatch.chdir(root)
    before = contents(root)
    with holder(root):
        result = cli(*command)
        assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
        assert f"another workflow-ls is changing files in {root}. Nothing was changed." in result.err
        assert contents(root) == before
        # Who only reads does not wait.
        assert cli(*command, "--diff" if command[0] == "fix" else "--dry-run").code == 1
        assert cli("check", root).code == 1


@pytest.mark.parametrize("command", COMMANDS, ids=["fix", "cutover"])
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_that_was_killed_holds_nothing(
    root: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, command: list[str], end: signal.Signals
) -> None:
    """A run that holds the tree is killed while another waits -> the other goes on; nothing is left to be removed."""
    monkeypatch.chdir(root)
    names, take, waited = {path.name for path in root.iterdir()}, tree_lock._is_taken, 0
    with holder(root) as other:

        def wait_and_kill(descriptor: int) -> bool:
            nonlocal waited
            waited += 1
            if waited == 3:
                other.send_signal(end)
                other.wait()
            return take(descriptor)

        monkeypatch.setattr(tree_lock, "_is_taken", wait_and_kill)
        assert cli(*command).code in (0, 1)
    assert waited >= 3
    assert {path.name for path in root.iterdir()} <= names
    assert OLD not in (root / "packages/shop/src/till.ts").read_text()


def test_a_file_system_without_locks(root: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file system locks no directories -> the fix is made, each file being looked at before it is written."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))

    monkeypatch.setattr(fcntl, "flock", refuse)
    assert cli("fix", "--root", root, root).code == 0


def test_four_fixes_at_once(root: Path, cli: Cli) -> None:
    """Four fixes of a tree, and of its parts, run at once -> the tree is as after one; each ends with 0."""
    lay_out(root, {f"packages/shop/src/more{n}.ts": f"import '{OLD}';\n" for n in range(150)})
    alone = fixed(root, cli, contents(root))
    parts = [root, root, root / "packages/shop/src", root / "packages"]
    command = [sys.executable, "-m", "workflow_ls", "fix", "--root", str(root)]
    runs = [subprocess.Popen([*command, str(part)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for part in parts]
    ends = [(*run.communicate(timeout=240), run.returncode) for run in runs]
    assert [code for *_, code in ends] == [0] * 4, ends
    assert contents(root) == alone
