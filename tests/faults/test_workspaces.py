"""Workspaces that are not there or too wide, and clients that go"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.server.places import uri, write
from tests.server.processes import spawn
from tests.server.raw import PATIENCE, PULL, PUSH, Message, RawClient, folder_of, framed, read_message
from tests.strategies import at_night
from workflow_ls.cli.main import run as run_command
from workflow_ls.vfs.files import Query
from workflow_ls.vfs.root import find_root, find_root_of_file
from workflow_ls.vfs.searching import known_searches
from workflow_ls.vfs.searching.search import Search, start

LEGACY = "import { client } from '@shared/workflow/runtime/client';\n"
EDITS: Message = {**PUSH, "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}}
SIBLINGS = f"//- /.git/HEAD\n//- /packages/a/a.ts\n{LEGACY}//- /packages/b/b.ts\n{LEGACY}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "repo", SIBLINGS)


@pytest.fixture
def client() -> Iterator[RawClient]:
    with RawClient() as raw:
        raw.answer_with = lambda _: {"applied": True}
        yield raw


def fixed(client: RawClient, *arguments: str) -> set[str]:
    """The names of the files that fixWorkspace edits."""
    seen = len(client.seen)
    params = {"command": "workflow-ls.fixWorkspace", "arguments": [*arguments]}
    assert "result" in client.request("workspace/executeCommand", params)
    edits = [m["params"]["edit"] for m in client.seen[seen:] if m.get("method") == "workspace/applyEdit"]
    changes = [change["textDocument"]["uri"] for edit in edits for change in edit["documentChanges"]]
    return {change.rpartition("/")[2] for change in changes if change.endswith(".ts")}


def shown(client: RawClient) -> list[str]:
    """The messages for the user that name a folder."""
    messages = [m["params"]["message"] for m in client.seen if m.get("method") == "window/showMessage"]
    return [message for message in messages if "finding" not in message]


def published(client: RawClient) -> set[str]:
    """The names of the sources with diagnostics that were published."""
    published = [m["params"] for m in client.seen if m.get("method") == "textDocument/publishDiagnostics"]
    return {params["uri"].rpartition("/")[2] for params in published if params["uri"].endswith(".ts")}


def open_folder(client: RawClient, way: str, folder: Path) -> None:
    """Make a folder the client's workspace, in one of the ways of LSP."""
    ways: dict[str, Message] = {
        "rootUri": {"rootUri": folder.as_uri()},
        "rootPath": {"rootPath": str(folder)},
        "workspaceFolders": {"workspaceFolders": [folder_of(folder)], "rootUri": folder.parent.as_uri()},
    }
    client.initialize(EDITS, **ways.get(way, {}))
    if way == "didChangeWorkspaceFolders":
        client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [folder_of(folder)], "removed": []}})


WAYS = ["rootUri", "rootPath", "workspaceFolders", "didChangeWorkspaceFolders"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["packages/gone", "packages/gone/too", "packages/a/a.ts", "packages/link"])
def test_a_folder_that_is_not_there(client: RawClient, root: Path, way: str, name: str) -> None:
    """The client's folder does not exist, or is a file -> it has no files, nothing beside it is edited; one message."""
    (root / "packages/link").symlink_to("nowhere")
    open_folder(client, way, root / name)
    assert fixed(client) == set()
    result = client.request("workspace/executeCommand", {"command": "workflow-ls.fixWorkspace"})["result"]
    assert (result["applied"], str(root / name) in result["reason"]) == (False, True)
    assert published(client) == set()
    [message] = shown(client)
    assert str(root / name) in message


@pytest.mark.parametrize("way", WAYS)
def test_a_folder_beside_others(client: RawClient, root: Path, way: str) -> None:
    """The client's folder is one of a repository -> what lies beside it is not edited."""
    open_folder(client, way, root / "packages/a")
    assert fixed(client) == {"a.ts"}
    assert shown(client) == []


@pytest.mark.parametrize("way", WAYS)
def test_the_diagnostics_of_a_folder_beside_others(client: RawClient, root: Path, way: str) -> None:
    """The client's folder is one of a repository -> what lies beside it has diagnostics while it is open only."""
    open_folder(client, way, root / "packages/b")
    here, beside = uri(root, "packages/b/b.ts"), uri(root, "packages/a/a.ts")  # files are checked by path
    assert len(client.published(here)) == 1
    assert published(client) == {"b.ts"}
    client.open(beside, LEGACY)
    assert len(client.published(beside)) == 1
    client.close(beside)
    assert client.published(beside) == []
    # A change of what all files depend on has all of them checked anew.
    seen = len(client.seen)
    write(root, '//- /workflow-ls.json\n{ "rules": { "deprecated-import": "error" } }', base="")
    client.changed_on_disk((root / "workflow-ls.json", 1))
    assert client.published(here)[0]["severity"] == 1
    later = [m["params"]["uri"] for m in client.seen[seen:] if m.get("method") == "textDocument/publishDiagnostics"]
    assert beside not in later


@pytest.mark.parametrize("folders", [["packages/a"], ["packages/a", "packages/c"], ["packages"], [""]])
def test_pulled_diagnostics_of_folders_beside_others(client: RawClient, root: Path, folders: list[str]) -> None:
    """A client pulls the diagnostics of its folders -> those beside them are not among them, open or closed."""
    write(root, f"//- /packages/c/c.ts\n{LEGACY}", base="")
    client.initialize(PULL, *(root / folder for folder in folders))
    inside = {name for name in "abc" if any(folder in f"packages/{name}" for folder in folders)}

    def reported() -> set[str]:
        report = client.request("workspace/diagnostic", {"previousResultIds": []})["result"]
        return {item["uri"].rpartition("/")[2].removesuffix(".ts") for item in report["items"] if item["items"]}

    assert reported() & set("abc") == inside
    client.open(uri(root, "packages/b/b.ts"), LEGACY)
    assert reported() & set("abc") == inside
    params = {"textDocument": {"uri": uri(root, "packages/b/b.ts")}}
    assert len(client.request("textDocument/diagnostic", params)["result"]["items"]) == 1


@pytest.mark.parametrize(
    ("broken", "is_shown"),
    [
        ("workflow-ls.json", True),
        ("tsconfig.json", True),
        ("packages/a/tsconfig.json", True),
        ("packages/b/tsconfig.json", False),
    ],
)
def test_a_broken_configuration_around_a_folder(client: RawClient, root: Path, broken: str, is_shown: bool) -> None:
    """A configuration above the client's folder is broken -> it has a diagnostic, and one beside it has none."""
    write(root, f"//- /{broken}\n{{", base="")
    client.initialize(PULL, root / "packages/a")
    client.request("textDocument/diagnostic", {"textDocument": {"uri": uri(root, "packages/b/b.ts")}})
    report = client.request("workspace/diagnostic", {"previousResultIds": []})["result"]
    assert (uri(root, broken) in [item["uri"] for item in report["items"]]) is is_shown


def test_several_folders_of_one_repository(client: RawClient, root: Path) -> None:
    """The client has two of three folders of a repository -> these are fixed by one edit, and the third is not."""
    write(root, f"//- /packages/c/c.ts\n{LEGACY}", base="")
    client.initialize(EDITS, root / "packages/a", root / "packages/c", root / "packages/gone")
    assert fixed(client) == {"a.ts", "c.ts"}


def test_a_folder_that_goes_while_it_is_shown(client: RawClient, root: Path) -> None:
    """The client's folder is deleted -> its diagnostics are withdrawn; one message."""
    client.initialize(EDITS, root / "packages/a")
    assert len(client.published(uri(root, "packages/a/a.ts"))) == 1
    shutil.rmtree(root / "packages/a")
    client.changed_on_disk((root / "packages/a", 3))
    assert client.published(uri(root, "packages/a/a.ts")) == []
    assert len(shown(client)) == 1


@pytest.mark.parametrize("watches", [True, False])
def test_a_folder_that_goes_and_comes(client: RawClient, root: Path, watches: bool) -> None:
    """The client's folder is renamed, and later back -> meanwhile nothing beside it is edited."""
    client.initialize(EDITS, root / "packages/a")
    assert fixed(client) == {"a.ts"}
    (root / "packages/a").rename(root / "packages/renamed")
    if watches:
        client.changed_on_disk((root / "packages/a", 3), (root / "packages/renamed", 1))
    assert fixed(client) == set()
    (root / "packages/renamed").rename(root / "packages/a")
    if watches:
        client.changed_on_disk((root / "packages/renamed", 3), (root / "packages/a", 1))
    assert fixed(client) == {"a.ts"}


def test_a_document_in_a_folder_that_is_not_there(client: RawClient, root: Path) -> None:
    """A document is open in a folder that does not exist -> it has findings, and is all that is fixed."""
    client.initialize(EDITS, root / "packages/gone")
    client.open(uri(root, "packages/gone/new.ts"), LEGACY)
    assert len(client.published(uri(root, "packages/gone/new.ts"), 1)) == 1
    assert fixed(client) == {"new.ts"}


@pytest.mark.parametrize("command", ["check", "fix", "status", "cutover"])
@pytest.mark.parametrize("name", ["packages/gone", "packages/link", "packages/gone/../b", "packages/a/a.ts/x", ""])
def test_a_path_that_is_not_there(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str, name: str
) -> None:
    """A path of the command line does not exist -> exit 2; the directory above it is not taken instead."""
    (root / "packages/link").symlink_to("nowhere")
    monkeypatch.chdir(root)
    assert run_command([command, name]) == 2
    assert name in capsys.readouterr().err
    assert (root / "packages/b/b.ts").read_text() == LEGACY


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home directory with a repository of settings, and files that would be found."""
    home = write(tmp_path / "home", f"//- /.git/HEAD\n//- /notes/n.ts\n{LEGACY}//- /a.ts\n{LEGACY}", base="")
    write(home / "code/shop", SIBLINGS)
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The directories that are searched, as they are."""
    found: list[Path] = []

    def recorded(root: str, queries: Sequence[Query]) -> Search:
        found.append(Path(root))
        return start(root, queries)

    monkeypatch.setattr(known_searches, "start", recorded)
    return found


@pytest.mark.parametrize("way", WAYS)
def test_a_home_directory(client: RawClient, home: Path, searched: list[Path], way: str) -> None:
    """The client's folder is a home directory -> it is not searched, open files are checked; one message."""
    open_folder(client, way, home)
    client.open(uri(home, "a.ts"), LEGACY)
    assert len(client.published(uri(home, "a.ts"), 1)) == 1
    assert fixed(client) == {"a.ts"}
    assert published(client) == {"a.ts"}
    client.replace(uri(home, "a.ts"), "", 2)
    result = client.request("workspace/executeCommand", {"command": "workflow-ls.fixWorkspace"})["result"]
    assert (result["applied"], "home directory" in result["reason"]) == (False, True)
    assert home not in searched
    [message] = shown(client)
    assert str(home) in message
    assert "home directory" in message


def test_a_file_in_a_home_directory(client: RawClient, home: Path, searched: list[Path]) -> None:
    """A client without a folder opens a file in a home directory -> the directory is not searched; one message."""
    client.initialize(EDITS)
    for name in ("a.ts", "b.ts", "notes/n.ts"):
        client.open(uri(home, name), LEGACY)
        assert len(client.published(uri(home, name), 1)) == 1
    assert fixed(client) == {"a.ts", "b.ts", "n.ts"}
    assert home not in searched
    assert len(shown(client)) == 1


def test_a_project_in_a_home_directory(client: RawClient, home: Path, searched: list[Path]) -> None:
    """The client's folder is a home directory, its file one of a project there -> the project counts for the file."""
    project = home / "code/shop"
    client.initialize(EDITS, home)
    client.open(uri(project, "packages/a/a.ts"), LEGACY)
    [item] = client.published(uri(project, "packages/a/a.ts"), 1)
    assert "not checked" not in item["message"]
    assert fixed(client) == {"a.ts", "b.ts"}
    assert (home not in searched, project in searched) == (True, True)


def test_the_top_of_the_file_system(client: RawClient, root: Path, searched: list[Path]) -> None:
    """The client's folder is `/` -> it is not searched, open files are checked; one message."""
    client.initialize(EDITS, Path("/"))
    client.open("file:///a-file-at-the-top.ts", LEGACY)
    assert len(client.published("file:///a-file-at-the-top.ts", 1)) == 1
    client.open(uri(root, "packages/a/a.ts"), LEGACY)
    assert len(client.published(uri(root, "packages/a/a.ts"), 1)) == 1
    assert Path("/") not in searched
    assert len(shown(client)) == 1


def test_a_home_directory_that_a_command_names(client: RawClient, home: Path, searched: list[Path]) -> None:
    """A command names a home directory -> it is searched; one that names a project in it searches that."""
    client.initialize(EDITS, home)
    assert fixed(client, uri(home, "code/shop/packages/b")) == {"b.ts"}
    assert home not in searched
    assert fixed(client, home.as_uri()) == {"a.ts", "n.ts", "b.ts"}
    assert home in searched


def test_a_home_directory_with_a_configuration(client: RawClient, home: Path, searched: list[Path]) -> None:
    """A home directory has a workflow-ls.json -> it is a workspace like any other."""
    (home / "workflow-ls.json").write_text("{}")
    client.initialize(EDITS, home)
    assert "n.ts" in fixed(client)
    assert (home in searched, shown(client)) == (True, [])


def test_a_directory_in_a_home_directory(home: Path, tmp_path: Path) -> None:
    """A home directory is a repository -> it is not the root of what lies in it; a missing path is its own root."""
    assert find_root(home / "notes") == str(home / "notes")
    assert find_root(home / "notes/n.ts") == str(home / "notes")
    assert find_root(home / "code/shop/packages/a") == str(home / "code/shop")
    assert find_root(home) == str(home)
    assert find_root(tmp_path / "home/code/shop/gone") == str(home / "code/shop/gone")
    assert find_root_of_file(home / "code/shop/gone/new.ts") == str(home / "code/shop")
    assert find_root_of_file(home / "new/new.ts") == str(home)


def test_a_file_of_a_home_directory_on_the_command_line(
    home: Path, searched: list[Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command line gets a file in a home directory -> exit 2, unless the directory is named as well."""
    assert run_command(["check", "--no-cache", str(home / "a.ts")]) == 2
    assert f"--root {home}" in capsys.readouterr().err
    monkeypatch.chdir(home)
    assert run_command(["explain", "@shared/workflow/runtime/client", "--from", "a.ts"]) == 0
    assert home not in searched
    assert run_command(["check", "--no-cache", "--root", str(home), str(home / "a.ts")]) == 1


# A server whose search takes very long: `git` in the middle of it, the walk without git, or an analysis without either.
_SLOW = {
    "git": "import time",
    "walk": "import time, os; os.environ['PATH'] = ''; from workflow_ls.vfs.searching import walk; scan = walk._scan\n"
    "walk._scan = lambda *rest: (time.sleep(0.1), scan(*rest))[1]",
    "analysis": "import time; from workflow_ls.analysis import Analysis\n"
    "Analysis.check_file = lambda *_: time.sleep(1_000)",
    "busy": "import time; from workflow_ls.analysis import Analysis\n"
    "def check_file(*_):\n    while True: time.monotonic()\n"
    "Analysis.check_file = check_file",
}


def slow(root: Path, kind: str) -> subprocess.Popen[bytes]:
    """A server that is slow in one of these ways, in a process of its own."""
    for number in range(3_000 if kind == "walk" else 0):
        (root / f"many/{number}").mkdir(parents=True)
    if kind == "git":
        os.mkfifo(root / "packages/.gitignore")  # git waits until somebody writes to it
    script = f"{_SLOW[kind]}\nfrom workflow_ls.__main__ import main; main()"
    return spawn(python=("-c", script))


def children(process: int) -> list[str]:
    """The processes that a process has started."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [child for task in tasks for child in (task / "children").read_text().split()]


def wait_for_a_child(process: int) -> None:
    end = time.monotonic() + PATIENCE
    while not children(process):
        assert time.monotonic() < end, "it starts no process"
        time.sleep(0.01)


needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="pipes that block git, and /proc")


@needs_linux
@pytest.mark.parametrize("kind", _SLOW)
@pytest.mark.parametrize("way", ["input", *at_night("exit", "shutdown")])
def test_the_client_leaves(root: Path, kind: str, way: str) -> None:
    """The client leaves while a search or an analysis runs -> the process ends at once, with those that it started."""
    with RawClient(slow(root, kind)) as client:
        client.initialize(EDITS, root)
        client.open(uri(root, "packages/a/a.ts"), LEGACY)
        assert client.is_alive()
        time.sleep(0.5)
        began = time.monotonic()
        if way == "shutdown":
            assert client.request("shutdown")["result"] is None
        if way == "input":
            assert client.process.stdin is not None
            client.process.stdin.close()
        else:
            client.notify("exit", None)
        assert client.ended() == (0 if way == "shutdown" else 1)
        assert time.monotonic() - began < 30  # the search and the analysis take far longer
    left = subprocess.run(["ps", "-eo", "args"], capture_output=True, check=True, text=True).stdout
    assert str(root) not in left


@needs_linux
@pytest.mark.parametrize("kind", ["git", "busy"])
def test_the_process_of_the_client_dies(root: Path, kind: str) -> None:
    """The client's process dies while a search runs, and the pipe stays open -> the process ends."""
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with other, RawClient(slow(root, kind)) as client:
        client.initialize(EDITS, root, processId=other.pid)
        client.open(uri(root, "packages/a/a.ts"), LEGACY)
        assert client.is_alive()
        other.kill()
        assert client.ended() == 1


@needs_linux
def test_a_client_that_reads_nothing_and_leaves(root: Path) -> None:
    """The client has read nothing for long when it closes its end, and its output stays open -> the process ends."""
    many = "".join(f"//- /packages/m/f{number}.ts\n{LEGACY * 20}" for number in range(40))
    write(root, many, base="")
    with spawn() as server:
        assert server.stdin is not None
        params = {"processId": None, "rootUri": root.as_uri(), "capabilities": PUSH}
        server.stdin.write(framed({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}))
        server.stdin.flush()
        read_message(server.stdout)
        server.stdin.write(framed({"jsonrpc": "2.0", "method": "initialized", "params": {}}))
        server.stdin.flush()
        time.sleep(3)  # for the pipe to fill
        server.stdin.close()
        assert server.wait(PATIENCE) in (0, 1)


@needs_linux
@pytest.mark.parametrize("way", ["progress", "textDocument/diagnostic", *at_night("command", "workspace/diagnostic")])
@pytest.mark.parametrize("kind", ["git", "walk"])
def test_a_search_that_is_cancelled(root: Path, way: str, kind: str) -> None:
    """A request is cancelled while its search runs -> it is answered at once; the search ends, and its processes."""
    with RawClient(slow(root, kind)) as client:
        client.answer_with = lambda _: {"applied": True}
        if way in ("command", "progress"):
            client.initialize({**EDITS, "window": {"workDoneProgress": True}})
            params = {"command": "workflow-ls.fixWorkspace", "arguments": [root.as_uri()], "workDoneToken": "t"}
            asked = client.post("workspace/executeCommand", params)
            client.wait_for(lambda message: message.get("method") == "$/progress")
        else:
            client.initialize(PULL, root)
            document = {"textDocument": {"uri": uri(root, "packages/a/a.ts")}}
            asked = client.post(way, document if way.startswith("text") else {"previousResultIds": []})
        if kind == "git":
            wait_for_a_child(client.process.pid)
        else:
            time.sleep(0.5)
            assert children(client.process.pid) == []
        began = time.monotonic()
        if way == "progress":
            client.notify("window/workDoneProgress/cancel", {"token": "t"})
            assert client.answer(asked)["result"]["reason"] == "stopped; nothing was changed"
        else:
            client.notify("$/cancelRequest", {"id": asked})
            assert client.answer(asked)["error"]["code"] == -32800
        client.open("file:///nowhere/a.ts", LEGACY)  # on the thread that searched
        assert len(client.pull("file:///nowhere/a.ts")) == 1
        assert time.monotonic() - began < 30  # the search takes far longer
        # What was begun ahead is for any request, and ends with its folder.
        gone = {"uri": root.as_uri(), "name": root.name}
        client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [gone]}})
        client.open("file:///nowhere/b.ts", LEGACY)
        assert len(client.pull("file:///nowhere/b.ts")) == 1
        assert children(client.process.pid) == []
