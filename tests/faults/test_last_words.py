"""Exit codes and last words"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.faults.test_overlooked import IMPORT, PROJECT
from tests.strategies import at_night
from tests.vfs.trees import git, needs_git
from workflow_ls.rules.shared.runner import RuleRunner

Write = Callable[..., Path]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="descriptors are others")

PRINTING = [("check", "."), ("status",), ("fix", "--diff"), ("cutover", "--dry-run"), ("explain", "mock-mismatch"),
            ("--version",), ("--help",), ("check", ".", "--format", "sarif")]  # fmt: skip


def process(
    root: Path,
    *arguments: str,
    before: str = "",
    shell: str = "",
    python: tuple[str, ...] = (),
    stdout: int = subprocess.PIPE,
    **variables: str,
) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own, after commands of a shell and with redirections."""
    command = [sys.executable, *python, "-m", "workflow_ls", *arguments]
    checkout = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": checkout, "WORKFLOW_LS_NO_CACHE": "1", **variables}
    return subprocess.run(
        ["/bin/sh", "-c", f'{before} exec "$@" {shell}', "sh", *command],
        cwd=root,
        env=environment,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


def texts_below(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
@pytest.mark.parametrize("shell", [">&-", "> /dev/full"])
def test_output_that_goes_nowhere(workspace: Write, arguments: tuple[str, ...], shell: str) -> None:
    """Standard output is closed or full -> one line, exit 2."""
    if "full" in shell and not Path("/dev/full").exists():
        pytest.skip("there is no such device")
    done = process(workspace(PROJECT), *arguments, shell=shell)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("workflow-ls: standard output can't be written: ")
    assert "Traceback" not in done.stderr
    assert done.stderr.count("workflow-ls: ") == 1


def test_a_reader_that_goes_away(workspace: Write) -> None:
    """The reader of a report goes away -> one line, exit 2."""
    reading, writing = os.pipe()
    os.close(reading)
    done = process(workspace(PROJECT), "check", ".", stdout=writing)
    os.close(writing)
    assert done.returncode == 2
    assert done.stderr == "workflow-ls: standard output can't be written: its reader has closed it\n"


def test_a_closed_standard_error(workspace: Write) -> None:
    """Standard error is closed -> what belongs there is lost, and the report stays as it is."""
    root = workspace(PROJECT)
    (root / "packages/a/lib/latin.ts").write_bytes(b"'@shared/workflow' \xff")
    whole, without = process(root, "status"), process(root, "status", shell="2>&-")
    assert whole.stderr.startswith("packages/a/lib/latin.ts: skipped")
    assert (without.returncode, without.stdout) == (whole.returncode, whole.stdout)


def test_a_closed_standard_input(workspace: Write) -> None:
    """Standard input is closed and would be checked, or served -> one line, exit 2."""
    root = workspace(PROJECT)
    for arguments in (("check", "-"), ("serve",)):
        done = process(root, *arguments, shell="<&-")
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("output", ["nowhere/report.txt", ".", "packages/a/package.json/report.txt", "/dev/full"])
def test_a_report_that_has_no_place(workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch, output: str) -> None:
    """`--output` names a place that takes no file -> one line, exit 2."""
    monkeypatch.chdir(workspace(PROJECT))
    for command in ("check", "status"):
        result = cli(command, "--output", output)
        assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
        assert f"{output}: can't be written: " in result.err


@pytest.mark.parametrize("output", ["nowhere/plan.json", ".", "/dev/null/plan.json", "locked/plan.json"])
def test_a_plan_that_has_no_place(workspace: Write, output: str) -> None:
    """`--output` of a `cutover` names a place that takes no file -> one line, exit 2, and nothing is moved."""
    root = workspace(PROJECT)
    (root / "locked").mkdir()
    if output.startswith("locked"):
        (root / output).symlink_to(root / "nowhere/plan.json")
    before = texts_below(root)
    done = process(root, "cutover", ".", "--output", output)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"{output}: can't be written: " in done.stderr
    assert texts_below(root) == before


@pytest.mark.parametrize("output", ["shared/workflow/runtime/client.ts", "packages/a/lib/open.ts", "linked.txt"])
def test_a_plan_in_the_place_of_a_file(workspace: Write, output: str) -> None:
    """`--output` of a `cutover` names a file that it moves or writes -> one line, exit 2, and nothing is moved."""
    root = workspace(PROJECT)
    (root / "linked.txt").symlink_to(root / "packages/a/lib/open.ts")
    before = texts_below(root)
    done = process(root, "cutover", ".", "--allow-dirty", "--output", output)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"{output}: the cutover moves or writes this file." in done.stderr
    assert texts_below(root) == before


@pytest.mark.parametrize("command", [("fix",), ("cutover", "--allow-dirty")])
def test_a_closed_output_of_what_writes(workspace: Write, command: tuple[str, ...]) -> None:
    """Standard output of `fix` or `cutover` is closed -> one line, exit 2, and nothing is written."""
    root = workspace(PROJECT)
    before = texts_below(root)
    done = process(root, *command, ".", shell=">&-")
    assert (done.returncode, done.stderr) == (2, "workflow-ls: standard output can't be written: it is closed\n")
    assert texts_below(root) == before


@pytest.mark.parametrize("command", [("fix",), ("cutover", "--allow-dirty"), ("cutover", "--output", "/dev/full")])
def test_a_report_that_is_lost_after_writing(workspace: Write, command: tuple[str, ...]) -> None:
    """The report of files that are written has no room -> exit 2, and the line says that they are."""
    if not Path("/dev/full").exists():
        pytest.skip("there is no such device")
    root = workspace(PROJECT)
    before = texts_below(root)
    done = process(root, *command, ".", shell="" if "/dev/full" in command else "> /dev/full")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("workflow-ls: the files are written, but their report is not: ")
    assert texts_below(root) != before


def test_a_file_that_stays_as_it_is(workspace: Write) -> None:
    """`--output` of a `cutover` that is refused names a file -> that file keeps its text."""
    root = workspace(f"{PROJECT}\n//- /ee/packages/workflows/src/runtime/client.ts\nexport const taken = 1;\n")
    (root / "plan.txt").write_text("mine\n")
    done = process(root, "cutover", "nowhere", "--output", "plan.txt")
    assert done.returncode == 2
    assert (root / "plan.txt").read_text() == "mine\n"
    assert not (root / "other.txt").exists()
    process(root, "cutover", "nowhere", "--output", "other.txt")
    assert not (root / "other.txt").exists()


@pytest.mark.parametrize("text", [b"\xff\xfe", b"\xe9", b"x" * 5_000_001], ids=["UTF-16", "Latin-1", "large"])
def test_nothing_to_fix_beside_what_was_skipped(workspace: Write, cli: Cli, text: bytes) -> None:
    """A file is skipped, and there is nothing to fix -> the summary says that it was not looked at."""
    root = workspace(PROJECT)
    assert cli("fix", root).out.startswith("1 finding fixed")
    assert cli("fix", root).out.startswith("Nothing to fix.\n")
    (root / "packages/a/lib/odd.ts").write_bytes(IMPORT.encode() + b"//" + text)
    for options in ([], ["--diff"]):
        result = cli("fix", root, *options)
        assert (result.out + result.err).count("Nothing to fix, but 1 path was not looked at.\n") == 1


@pytest.mark.parametrize(
    "error", [ValueError("a\nb"), RecursionError("too deep"), OSError(5, "I/O", "x.ts"), KeyError(1)]
)
def test_an_exception_that_nothing_expected(
    workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """An exception that nothing expected -> a line with command, file and place, exit 2; a traceback on request."""
    root = workspace(PROJECT)

    def defect(*_: object) -> None:
        raise error

    monkeypatch.setattr(RuleRunner, "findings", lambda _self, path, _codes: defect(path))
    result = cli("check", "--root", root, root, "--no-cache")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert result.err.startswith("workflow-ls: check failed at ")
    assert result.err.endswith(". Set WORKFLOW_LS_TRACEBACK=1 to see the traceback, and report it.\n")
    monkeypatch.setenv("WORKFLOW_LS_TRACEBACK", "1")
    assert "Traceback (most recent call last)" in cli("check", "--root", root, root, "--no-cache").err


@pytest.mark.parametrize("option", ["-OO", *at_night("-O")])
def test_python_without_docstrings(workspace: Write, option: str) -> None:
    """Python drops docstrings and assertions -> every report is the same."""
    root = workspace(PROJECT)
    for arguments in (("explain", "deprecated-import"), ("check", ".", "--format", "sarif"), ("fix", "--diff")):
        plain, optimised = process(root, *arguments), process(root, *arguments, python=(option,))
        assert (optimised.returncode, optimised.stdout) == (plain.returncode, plain.stdout)


@pytest.mark.parametrize(("name", "is_too_deep"), [("directory-x", True), *at_night(("d", False))])
def test_a_thousand_directories(
    workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch, name: str, is_too_deep: bool
) -> None:
    """Directories lie a thousand deep -> where the system can't reach is named with exit 2, and the rest is checked."""
    root = workspace(PROJECT)
    monkeypatch.chdir(root / "packages/a/lib")
    for _ in range(1000):
        os.mkdir(name)  # noqa: PTH102 - as below
        os.chdir(name)
    Path("deep.ts").write_text(IMPORT)
    os.chdir(root)
    for command in ("check", "fix", "status"):
        result = cli(command, "--root", root, root)
        assert result.code == 2 if is_too_deep else result.code in (0, 1)
        assert ("File name too long" in result.out + result.err) == is_too_deep
    assert "@shared" not in (root / "packages/a/lib/open.ts").read_text()
    subprocess.run(["rm", "-rf", "packages"], cwd=root, check=True)


def test_a_thousand_open_files(workspace: Write, cli: Cli) -> None:
    """A process inherits a thousand descriptors -> the same answers."""
    root = workspace(PROJECT)
    expected = cli("check", "--root", root, root, "--no-cache")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard not in (-1, resource.RLIM_INFINITY) and hard < 3000:
        pytest.skip("so many are not allowed here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (3000, hard))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1500)]
    try:
        assert cli("check", "--root", root, root, "--no-cache") == expected
    finally:
        for descriptor in held:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("limit", range(5, 13))
def test_few_descriptors(workspace: Write, limit: int) -> None:
    """Hardly any file may be opened -> the same answer, or one line and exit 2."""
    root = workspace(PROJECT)
    done = process(root, "check", ".", before=f"ulimit -n {limit};")
    if "init_" in done.stderr:
        pytest.skip("Python itself does not start")
    assert "Traceback" not in done.stderr
    if done.returncode == 2:
        assert done.stderr.count("\n") == 1 or "can't be read: Too many open files" in done.stdout
    else:
        assert done.returncode == 1
        assert "runtime/client" in done.stdout


def test_the_order_of_notices(workspace: Write) -> None:
    """Many files are broken or skipped -> they are named in the same order in every run, with git and without."""
    broken = '{ "extends": ["./x.json", "./y.json", "./x.json"], "compilerOptions": { "paths": 3 }, '
    text = PROJECT
    for name in ("c", "a", "d", "b"):
        text += f"//- /packages/{name}/tsconfig.json\n{broken}\n//- /packages/{name}/src/x.ts\n{IMPORT}"
    root = workspace(text)
    for name in ("d", "b", "c"):
        (root / f"packages/{name}/src/latin.ts").write_bytes(b"'@shared/workflow' \xff")
    for arguments in (("check", "."), ("status",), ("fix", "--diff")):
        seen = {
            (done.stdout, done.stderr)
            for seed in ("0", "1", "2")
            for path in (os.environ["PATH"], "/nowhere")
            for done in [process(root, *arguments, PYTHONHASHSEED=seed, PATH=path)]
        }
        assert len(seen) == 1


@needs_git
@pytest.mark.parametrize(
    "variables", [{"XDG_CACHE_HOME": "{root}/.cache"}, {"HOME": "{root}"}, {"HOME": "{root}/packages"}]
)
def test_a_cache_inside_the_workspace(
    workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]
) -> None:
    """The cache would lie inside the workspace, or its repository -> it is not created."""
    root = workspace(PROJECT)
    git(root, "init")
    monkeypatch.delenv("XDG_CACHE_HOME")
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(root=root))
    before = sorted(root.rglob("*"))
    for within in (root, root / "packages/a"):
        assert cli("check", "--root", within, within).code in (0, 1)
    assert sorted(root.rglob("*")) == before
