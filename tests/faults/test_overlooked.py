"""What could be overlooked"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.checks import SOUND, check_diagnostics, open_project
from tests.cli.conftest import Cli, Result
from tests.server.raw import PULL, RawClient
from tests.strategies import NIGHTLY, at_night
from tests.vfs.trees import executable, git, needs_git
from workflow_ls.analysis import Analysis
from workflow_ls.cli.transaction import git_status
from workflow_ls.vfs.searching import git_grep

Write = Callable[..., Path]
Run = Callable[..., Result]

IMPORT = "import { client } from '@shared/workflow/runtime/client';\n"
CLEAN = "import { client } from '@alga-psa/workflows/runtime/client';\n"
PROJECT = f"""
//- /packages/a/package.json
{{ "name": "a", "dependencies": {{ "@alga-psa/workflows": "*" }} }}
//- /packages/a/lib/open.ts
{IMPORT}
//- /packages/a/lib/done.ts
{CLEAN}
"""
STUBS = {
    "prints nothing": "exit 0",
    "finds nothing": "exit 1",
    "is a note of the system": "echo 'note: no developer tools were found' >&2; exit 1",
    "fails": "exit 128",
    "crashes": "kill -11 $$",
    "complains": "printf 'x.ts\\0'; echo 'warning: x' >&2",
    "prints something else": "printf 'usage: git\\0'",
    "prints half": "printf 'packages/a/lib'",
    "prints without end": "exec /usr/bin/yes",
    "closes its output and stays": "exec >&- 2>&-; exec /bin/sleep 600",
    "hangs": "exec /bin/sleep 600",
    "hangs with a child": "/bin/sleep 600",
}
CHECK = ("check", "--select", "deprecated-import")
COMMANDS = (("check", "--format", "json"), ("fix", "--diff"), ("status",), ("cutover", "--dry-run", "--format", "json"))


@needs_git
@pytest.mark.parametrize("stub", STUBS)
def test_a_git_that_is_none(
    workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stub: str
) -> None:
    """git is a stub, fails, hangs or prints nothing -> each command finds what it finds without git."""
    root = workspace(PROJECT)
    expected = [cli(*command, "--root", root, root) for command in COMMANDS]
    assert "runtime/client" in expected[0].out
    assert expected[0].code == 1
    monkeypatch.setattr(git_grep, "TIMEOUT_SECONDS", 0.3)
    monkeypatch.setattr(git_status, "_FIRST_TIMEOUT_SECONDS", 0.3)
    monkeypatch.setenv("PATH", str(executable(tmp_path / "bin" / "git", STUBS[stub]).parent))
    monkeypatch.setenv("WORKFLOW_LS_NO_CACHE", "1")
    assert [cli(*command, "--root", root, root) for command in COMMANDS] == expected


HALVES = {
    "nothing of sources": 'case "$*" in *:\\(top\\)*.tsx*) exit 1;; esac',
    "nothing of manifests": 'case "$*" in *package.json*) exit 1;; esac',
    "nothing with code 0": 'case "$*" in *package.json*) exit 0;; esac',
    "nothing without needles": 'case "$*" in *files-without-match*) exit 1;; esac',
    "nothing each second time": 'if [ -e "{mark}" ]; then rm "{mark}"; exit 1; fi; : > "{mark}"',
    "nothing after the first": 'if [ -e "{mark}" ]; then exit 1; fi; : > "{mark}"',
    "another search": 'case "$*" in *package.json*) cd {beside} && exec {git} grep --no-index zzzzz;; esac',
    "a search elsewhere": 'case "$*" in *.tsx*) cd / && exec {git} grep --no-index zzzz -- "*.zz";; esac',
}


@needs_git
@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("text", [pytest.param(CLEAN, id="clean"), *at_night(IMPORT, name="legacy")])
def test_a_git_that_answers_some_searches(
    workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, half: str, text: str
) -> None:
    """git answers some searches, and others with nothing -> each command finds what it finds without git."""
    broken = '//- /packages/b/package.json\n{ "name": 1\n//- /tsconfig.json\n{ "compilerOptions": { "paths": '
    paths = '{ "@shared/workflow/*": ["./shared/workflow/*"] } } }'
    root = workspace(f"{PROJECT.replace(IMPORT, text)}{broken}{paths}\n")
    monkeypatch.setenv("WORKFLOW_LS_NO_CACHE", "1")
    expected = [cli(*command, "--root", root, root) for command in COMMANDS]
    assert expected[0].code
    script = HALVES[half].format(mark=tmp_path / "mark", git=shutil.which("git"), beside=tmp_path / "bin")
    program = executable(tmp_path / "bin" / "git", f'{script}\nexec {shutil.which("git")} "$@"')
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    assert [cli(*command, "--root", root, root) for command in COMMANDS] == expected


@needs_git
@pytest.mark.parametrize("way", ["cone", "patterns", "a linked work tree"])
def test_what_a_sparse_checkout_leaves_out(workspace: Write, cli: Cli, tmp_path: Path, way: str) -> None:
    """A sparse checkout leaves files out -> one notice names them, and nothing is all clear, done or met."""
    text = f"{PROJECT.replace(IMPORT, CLEAN)}//- /packages/b/b.ts\n{IMPORT}//- /packages/b/notes.txt\nx\n"
    root = workspace(text)
    for arguments in (["init"], ["add", "."], ["commit", "-qm", "first"]):
        git(root, *arguments)
    if way == "a linked work tree":
        git(root, "worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
        root = tmp_path / "linked"
    whole = cli("check", "--root", root, root)
    assert "sparse" not in whole.out
    kept = ["/*", "!/packages/b/"] if way == "patterns" else ["ee", "packages/a", "shared"]
    git(root, "sparse-checkout", "set", "--no-cone" if way == "patterns" else "--cone", *kept)
    assert not (root / "packages/b").exists()
    said = "a sparse checkout leaves 1 file out, which is not checked: packages/b/b.ts. Run `git sparse-checkout "
    for _ in range(2):
        result = cli("check", "--root", root, root, "--select", "deprecated-import")
        assert (result.code, result.out.count(said)) == (0, 1)
        assert "but not all files were looked at." in result.out
        assert "All clear" not in result.out
    assert "sparse" not in cli("check", "--root", root, root / "packages/a").out
    fix = cli("fix", "--root", root, root)
    assert fix.err.count(said) == 1
    assert "Nothing to fix, but 1 path was not looked at." in fix.out
    status = cli("status", "--root", root, root, "--format", "json")
    assert status.err.count(said) == 1
    assert json.loads(status.out)["skipped"] == ["packages/b/b.ts"]
    assert "100 %" not in cli("status", "--root", root, root).out
    git(root, "sparse-checkout", "disable")
    assert cli("check", "--root", root, root).out == whole.out


@pytest.mark.parametrize("what", ["directory", "pipe", "link out", "link to nothing"])
def test_something_else_in_the_place_of_the_baseline(workspace: Write, cli: Cli, tmp_path: Path, what: str) -> None:
    """A directory, a pipe or a link out is there for the baseline -> it accepts nothing; writing it is refused."""
    root = workspace(PROJECT)
    place = root / "workflow-ls-baseline.json"
    (tmp_path / "outside.json").write_text('{"version": 1}')
    if what == "directory":
        place.mkdir()
    elif what == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to(tmp_path / ("outside.json" if what == "link out" else "none.json"))
    assert cli("check", "--root", root, root).code == 1
    for arguments in (["baseline"], ["baseline", "--prune"]):
        result = cli(*arguments, "--root", root)
        assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
        assert "Remove it to have a baseline there." in result.err
    assert (tmp_path / "outside.json").read_text() == '{"version": 1}'
    assert not (tmp_path / "none.json").exists()


@needs_git
def test_what_is_committed_although_it_is_ignored(workspace: Write, cli: Cli) -> None:
    """A file is committed although .gitignore excludes it -> a cutover says that it names what moves."""
    root = workspace(PROJECT)
    (root / ".gitignore").write_text("made/\nmade.*\n")
    names = {
        "packages/a/made/import.ts": IMPORT,
        "packages/a/made.yml": "path: shared/workflow/runtime\n",
        "shared/made.ts": "import '../workflow/runtime/client';\n",
        "packages/a/made/none.ts": "export const workflow = 1;\n",
        "packages/a/relative.made.ts": IMPORT,
    }
    for path, text in names.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    git(root, "init")
    git(root, "add", ".")
    git(root, "add", "-f", *names)
    git(root, "commit", "-qm", "first")
    (root / "packages/a/made/later.ts").write_text(IMPORT)
    (root / "packages/a/made.yml").unlink()
    os.mkfifo(root / "packages/a/made.yml")
    plan = cli("cutover", "--root", root, "--dry-run", "--format", "json")
    said = {note["path"] for note in json.loads(plan.out)["notes"] if "git has it" in note["message"]}
    assert said == {"packages/a/made/import.ts", "shared/made.ts"}


@pytest.mark.parametrize("content", [b"\x7fELF", b"#!/nowhere/at/all\n", b""])
def test_a_git_that_does_not_start(
    workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes
) -> None:
    """git can't be started -> the walk searches; what would be written needs --allow-dirty, as one line says."""
    root = workspace(PROJECT)
    git(root, "init")
    program = executable(tmp_path / "bin" / "git", "")
    program.write_bytes(content)
    monkeypatch.setenv("PATH", str(program.parent))
    assert "runtime/client" in cli("check", "--root", root, root, "--no-cache").out
    refused = cli("fix", "--root", root, root)
    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert "Pass --allow-dirty" in refused.err
    assert cli("cutover", "--root", root, "--dry-run").err.startswith("workflow-ls: merge conflicts are not looked for")
    assert cli("fix", "--root", root, root, "--allow-dirty").code == 0


@needs_git
@pytest.mark.parametrize("script", ["exit 0", "echo x", 'case $* in *status*) exit 0;; *) exec {git} "$@";; esac'])
def test_a_git_that_calls_every_tree_clean(
    workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str
) -> None:
    """git prints no state of the files to write -> exit 2, and nothing is written."""
    root = workspace(PROJECT)
    git(root, "init")
    program = executable(tmp_path / "bin" / "git", script.format(git=shutil.which("git")))
    monkeypatch.setenv("PATH", str(program.parent))
    for command in ("fix", "cutover"):
        result = cli(command, "--root", root, root)
        assert result.code == 2
        assert "git can't list uncommitted changes" in result.err
    assert (root / "packages/a/lib/open.ts").read_text().strip() == IMPORT.strip()


@needs_git
def test_a_pointer_to_no_repository(workspace: Write, cli: Cli) -> None:
    """`.git` is a file that leads nowhere -> everything is checked, and a fix needs --allow-dirty."""
    root = workspace(PROJECT)
    (root / ".git").write_text("gitdir: /nowhere/.git/modules/x\n")
    assert cli("check", "--root", root, root).code == 1
    assert "Pass --allow-dirty" in cli("fix", "--root", root, root).err
    assert cli("fix", "--root", root, root, "--allow-dirty").code == 0


def test_an_environment_that_no_program_takes(workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment is too large to start git with -> the walk searches."""
    root = workspace(PROJECT)
    for number in range(30):
        monkeypatch.setenv(f"LARGE_{number}", "x" * 130_000)
    assert "runtime/client" in cli("check", "--root", root, root, "--no-cache").out


@pytest.fixture
def unprivileged() -> Iterator[tuple[Path, Run]]:
    """A workspace whose permissions count, and the command line in a process without privileges."""
    home = Path(tempfile.mkdtemp())
    setpriv = shutil.which("setpriv") or ""
    drop = [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    if drop and not setpriv:
        pytest.skip("the superuser may read everything")
    home.chmod(0o755)
    checkout = str(Path(__file__).parents[2])

    def run(*arguments: str, path: str = os.environ["PATH"]) -> Result:
        environment = {**os.environ, "HOME": "/nonexistent", "PYTHONPATH": checkout, "WORKFLOW_LS_NO_CACHE": "1"}
        environment["PATH"] = path
        done = subprocess.run(
            [*drop, sys.executable, "-B", "-m", "workflow_ls", *arguments, home / "w"],
            env=environment,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    try:
        yield home / "w", run
    finally:
        for path in [home, *home.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755)
        shutil.rmtree(home)


PERMISSIONS = {
    "packages/a/lib": 0o000,
    "packages/a/lib/done.ts": 0o000,
    "packages/a/package.json": 0o000,
    "package.json": 0o000,
    "shared/workflow": 0o000,
    "packages/a": 0o311,
    ".gitignore": 0o000,
}


@pytest.mark.skipif(os.name == "nt", reason="permissions are others")
@pytest.mark.parametrize("path", PERMISSIONS if NIGHTLY else [*PERMISSIONS][::2])
@pytest.mark.parametrize("with_git", [pytest.param(True, marks=needs_git), *at_night(False)])
def test_what_may_not_be_read(workspace: Write, unprivileged: tuple[Path, Run], path: str, with_git: bool) -> None:
    """A file, directory or configuration may not be read -> each command names it with exit 2; nothing is 100 %."""
    root, run = unprivileged
    text = PROJECT.replace(IMPORT, CLEAN) + "//- /.gitignore\ndist\n"
    shutil.copytree(workspace(text), root)
    search_path = os.environ["PATH"] if with_git else "/nowhere"
    before = run(*CHECK, path=search_path)
    if before.code == 1 or "No module named" in before.err or "denied" in before.err:
        pytest.skip("the tool itself may not be read without privileges")
    assert "All clear" in before.out
    assert "100 %" in run("status", path=search_path).out
    (root / path).chmod(PERMISSIONS[path])
    for command in (CHECK, ("fix",), ("status",), ("cutover", "--dry-run")):
        result = run(*command, path=search_path)
        printed = result.out + result.err
        assert result.code == 2, printed
        assert f"{path}: " in printed
        assert "it can't be read: Permission denied" in printed
        assert "All clear" not in printed
        assert "100 %" not in printed
        assert "Nothing to fix." not in printed


def test_a_configuration_that_may_not_be_read(workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """workflow-ls.json can't be read -> exit 2 with one line, and nothing is checked by the built-in table alone."""
    root = workspace(PROJECT + "//- /workflow-ls.json\n{}\n")
    fail(monkeypatch, "workflow-ls.json")
    for command in ("check", "fix", "status", "cutover"):
        result = cli(command, "--root", root, root)
        assert (result.code, result.out) == (2, "")
        assert result.err == "workflow-ls: workflow-ls.json: can't be read: Input/output error\n"


@pytest.mark.skipif(os.name == "nt", reason="links and pipes are others")
@pytest.mark.parametrize("kind", ["a link to nowhere", "a link out of the root", "a directory", "a pipe"])
def test_something_else_in_the_place_of_the_configuration(workspace: Write, cli: Cli, kind: str) -> None:
    """workflow-ls.json is a directory, a pipe, or a link out of the root -> exit 2, and nothing is all clear."""
    root = workspace(PROJECT.replace(IMPORT, CLEAN))
    assert cli(*CHECK, root).out.startswith("All clear")
    path = root / "workflow-ls.json"
    if kind == "a directory":
        path.mkdir()
    elif kind == "a pipe":
        os.mkfifo(path)
    else:
        outside = root.parent / "settings.json"
        if "out" in kind:
            outside.write_text('{ "ignore": ["packages/**"] }')
        path.symlink_to(outside)
    what = "a link that leads to no file of the workspace" if "link" in kind else kind
    what = "no file" if kind == "a pipe" else what
    said = f"workflow-ls: workflow-ls.json: it is {what}. Put a file there, or remove it.\n"
    for command in (CHECK, ("fix",), ("status",), ("cutover",), ("baseline",)):
        result = cli(*command, root)
        assert (result.code, result.out, result.err) == (2, "", said)
    with RawClient() as client:
        client.initialize(PULL, root)
        items = client.request("workspace/diagnostic", {"previousResultIds": []})["result"]["items"]
        (found,) = (each["items"] for each in items if each["uri"] == path.as_uri())
        assert [item["message"] for item in found] == [f"This file can't be read: it is {what}."]


def fail(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """From now on, the disk fails where a file is read whose path ends so."""
    whole = os.open

    def opened(path: str, flags: int, mode: int = 0o777, **options: int) -> int:
        if str(path).endswith(name):
            raise OSError(5, os.strerror(5), path)
        return whole(path, flags, mode, **options)

    monkeypatch.setattr(os, "open", opened)


def test_a_disk_that_fails_to_read(workspace: Write, cli: Cli) -> None:
    """The disk fails when a source is read -> it is named with exit 2, also where a cached answer was before."""
    root = workspace(PROJECT.replace(IMPORT, CLEAN))
    assert cli(*CHECK, "--root", root, root).out.startswith("All clear")
    with pytest.MonkeyPatch.context() as failing:
        fail(failing, "lib/done.ts")
        for _ in range(2):
            result = cli(*CHECK, "--root", root, root)
            assert result.code == 2
            assert "packages/a/lib/done.ts: error: skipped: it can't be read: Input/output error" in result.out
    assert cli(*CHECK, "--root", root, root).out.startswith("All clear")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("\xff".encode("latin-1"), "but the check is incomplete: 1 error"),
        (b"//" + b"x" * 6_000_000, "but 1 file was skipped"),
    ],
    ids=["latin", "large"],
)
def test_a_file_that_is_skipped(workspace: Write, cli: Cli, content: bytes, said: str) -> None:
    """A source that mentions a package is skipped, for its size or encoding -> nothing is all clear, or 100 %."""
    root = workspace(PROJECT.replace(IMPORT, CLEAN))
    assert "100 %" in cli("status", "--root", root).out
    (root / "packages/a/lib/odd.ts").write_bytes(b"import '@alga-psa/workflows';" + content)
    assert said in cli(*CHECK, "--root", root, root).out
    report = json.loads(cli("status", "--root", root, "--format", "json").out)
    assert report["skipped"] == ["packages/a/lib/odd.ts"]
    assert report["summary"]["met"] == 0
    assert report["summary"]["percent"] < 100


@needs_git
@pytest.mark.parametrize("with_git", [True, False])
@pytest.mark.parametrize("forgotten", [False, True])
def test_a_second_checkout_inside(
    workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch, with_git: bool, forgotten: bool
) -> None:
    """A linked work tree lies inside the workspace -> it is neither checked nor edited; a path in it is refused."""
    root = workspace(PROJECT)
    git(root, "init")
    git(root, "add", ".")
    git(root, "commit", "-m", "x")
    expected = [cli(*command, "--root", root, root) for command in COMMANDS]
    for place in ("packages/second", ".trees/third"):
        git(root, "worktree", "add", place)
    if forgotten:
        shutil.rmtree(root / ".git/worktrees")
    if not with_git:
        monkeypatch.setenv("PATH", "/nowhere")
    assert [cli(*command, "--root", root, root) for command in COMMANDS] == expected
    assert cli("fix", "--root", root, root).code == 0
    assert "@shared" in (root / "packages/second/packages/a/lib/open.ts").read_text()
    named = cli("check", "--root", root, root / "packages/second/packages")
    assert named.code == 2
    assert "in another work tree of git" in named.err
    assert cli("check", root / "packages/second").code == 1


LINE_ENDS = {"LF": "\n", "CR LF": "\r\n", "CR": "\r", "U+2028": "\u2028", "U+2029": "\u2029"}


@pytest.mark.parametrize("end", LINE_ENDS.values(), ids=LINE_ENDS)
@pytest.mark.parametrize(
    "before",
    [
        "// a comment",
        "#!/usr/bin/env node",
        "const text = `a|b`; // a comment",
        "/* a|b */ // a comment",
        "'use client' // a comment",
        "/// <reference types='x' />|// a comment",
        "// it's|function f() {",
    ],
)
def test_line_ends(end: str, before: str) -> None:
    """Lines end in CR, U+2028 or U+2029 -> what follows a comment is found, in its place."""
    line = f"{before}|{IMPORT.strip()}|export const b = 1; // a comment|"
    check_found(line.replace("|", end).encode())


def check_found(text: bytes) -> None:
    """The reference of IMPORT is the only finding in a text, and in its place."""
    _, workspace = open_project("//- /a.ts\nexport {};", base=SOUND)
    found = Analysis(workspace.fork({"packages/a/a.ts": text})).check_file("packages/a/a.ts")
    assert [text[slice(*finding.span)] for finding in found] == [b"@shared/workflow/runtime/client"]


def test_a_comment_goes_on_where_no_line_ends() -> None:
    """A comment holds a vertical tab, a form feed or NEL -> it goes on, as for TypeScript."""
    for character in "\v\f\x85\x1c":
        check_diagnostics(f"//- /packages/a/src/a.ts\nexport {{}}; // a comment{character}{IMPORT}")
