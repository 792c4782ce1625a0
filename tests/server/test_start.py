"""What a server does before the library of the protocol is there, and what it leaves to pauses."""

from __future__ import annotations

import io
import json
import os
import platform
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from tests.server.client import Client
from tests.server.processes import spawn
from workflow_ls.server.app import create_server
from workflow_ls.server.protocol.first_message import FirstMessage
from workflow_ls.server.session.early_folders import open_early
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.vfs.files import Query
from workflow_ls.vfs.searching.search import Search, start

pytestmark = pytest.mark.slow

LEGACY = "import { client } from '@shared/workflow/runtime/client';\n"


def message(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def initialize(*folders: Path) -> dict[str, Any]:
    named = [{"uri": folder.as_uri(), "name": folder.name} for folder in folders]
    return {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"workspaceFolders": named}}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("one", "two", "three"):
        directory = tmp_path / "packages" / name
        directory.mkdir(parents=True)
        (directory / "package.json").write_text(json.dumps({"name": name}))
        (directory / "a.test.ts").write_text(f"{LEGACY}vi.mock('./b');\n")
        (directory / "setup.ts").write_text("vi.mock('x');\n")
    (tmp_path / "package.json").write_text(json.dumps({"name": "root", "workspaces": ["packages/*"]}))
    return tmp_path


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Query, ...]]:
    """The searches that were started."""
    every = list[tuple[Query, ...]]()

    def counted(root: str, queries: tuple[Query, ...]) -> Search:
        every.append(tuple(queries))
        return start(root, queries)

    monkeypatch.setattr("workflow_ls.vfs.searching.known_searches.start", counted)
    return every


@pytest.fixture
def pipe() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as input_, os.fdopen(writing, "wb") as output:
        yield input_, output


def test_nothing_is_waited_for_where_nothing_was_sent(pipe: tuple[BinaryIO, BinaryIO]) -> None:
    assert FirstMessage(pipe[0]).look() is None


@pytest.mark.parametrize(
    "sent",
    [
        message(b'{"method": "initialize", "params": {"processId": 7}}'),
        b"Content-Type: x\r\ncontent-length:052\r\n\r\n" + b'{"method": "initialize", "params": {"processId": 7}}',
    ],
)
def test_the_first_message_is_read_twice(pipe: tuple[BinaryIO, BinaryIO], sent: bytes) -> None:
    second = message(b'{"method": "initialized"}')
    pipe[1].write(sent + second)
    pipe[1].close()
    input_ = FirstMessage(pipe[0])
    assert input_.look() == {"method": "initialize", "params": {"processId": 7}}
    lines, body = sent.rpartition(b"\r\n")[0].splitlines(keepends=True), sent.rpartition(b"\n")[2]
    assert [input_.readline() for _ in lines] == lines
    assert input_.readline() == b"\r\n"
    assert input_.read(10) + input_.read(len(body) - 10) == body
    assert input_.readline() + input_.readline() + input_.read(100) == second


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense",
        b"\r\n\r\n",
        message(b"{"),
        message(b"[]"),
        b"Content-Length: 99\r\n\r\n{}",
        b"Content-Length: -1\r\n",
    ],
)
def test_what_is_no_message_is_read_twice_as_well(pipe: tuple[BinaryIO, BinaryIO], sent: bytes) -> None:
    pipe[1].write(sent)
    pipe[1].close()
    input_ = FirstMessage(pipe[0])
    assert input_.look() is None
    found = io.BytesIO()
    while line := input_.readline():
        found.write(line)
    assert found.getvalue() == sent


def test_a_folder_is_searched_before_pygls_is_imported(project: Path) -> None:
    code = (
        "import json, sys\n"
        "from workflow_ls.server.session.early_folders import open_early\n"
        "[folder] = open_early(json.loads(sys.argv[1])).values()\n"
        "print(bool(folder.disk._searches), {name.split('.')[0] for name in sys.modules} & {'pygls', 'lsprotocol'})\n"
    )
    command = [sys.executable, "-c", code, json.dumps(initialize(project))]
    output = subprocess.run(command, capture_output=True, text=True, check=True)
    assert output.stdout == "True set()\n"


@pytest.mark.parametrize(
    "sent",
    [
        None,
        {},
        {"method": "initialize"},
        {"method": "initialize", "params": []},
        {"method": "initialize", "params": {"workspaceFolders": [1, {"uri": 2}], "rootUri": "file://[/x"}},
        {"method": "initialize", "params": {"rootUri": "untitled:x"}},
        {"method": "initialize", "params": {"rootUri": "file:///does/not/exist"}},
        {"method": "initialize", "params": {"rootUri": "file:///"}},
        {"method": "initialize", "params": {"rootUri": "file:///a%00b"}},
        {"method": "initialize", "params": {"rootUri": "file://elsewhere/tmp"}},
    ],
)
def test_no_folder_is_opened_for_what_names_none(sent: Any) -> None:
    assert open_early(sent) == {}


def test_the_server_goes_on_with_a_folder_that_is_open(project: Path) -> None:
    early = open_early(initialize(project))
    [folder] = early.values()
    session = create_server(early).session
    session.set_folders([project])
    assert session.submit(lambda snapshot: snapshot.folder(project)).result() is folder
    session.close()


def test_a_folder_that_the_client_does_not_have_is_dropped(project: Path) -> None:
    early = open_early(initialize(project))
    [folder] = early.values()
    searches = [*folder.disk._searches._under_way.values()]
    session = create_server(early).session
    session.set_folders([])
    assert session.submit(lambda snapshot: snapshot.folders()).result() == []
    assert searches
    assert not any(search._greps for search in searches)
    session.close()


def test_no_package_is_searched_for_its_set_up_files(project: Path, started: list[tuple[Query, ...]]) -> None:
    [folder] = open_early(initialize(project)).values()
    at_start = len(started)
    for name in ("one", "two", "three"):
        folder.findings_now(f"packages/{name}/a.test.ts")
    assert [queries for queries in started[at_start:] if queries[0].under.startswith("packages/")] == []
    assert len(started) == len(set(started)) <= at_start + 2


def test_what_is_made_at_the_start_is_no_garbage_to_look_for() -> None:
    """In a process of its own, since what other tests drop is let go of at a moment of its own choice."""
    done = subprocess.run([sys.executable, "-c", START_AND_COLLECT], capture_output=True, text=True, check=True)
    begun, first, second = json.loads(done.stdout)
    assert begun["enabled"] is False
    assert first["enabled"] is True
    assert begun["to look at"] < 100
    assert first["to look at"] < 100
    assert first["frozen"] > begun["frozen"] + 50_000
    # A thousand objects are not worth a look.
    assert second["frozen"] == first["frozen"]
    assert 1_000 < second["to look at"] < 1_100


START_AND_COLLECT = """
import gc, json
from workflow_ls.server.session import garbage

def state():
    return {"enabled": gc.isenabled(), "frozen": gc.get_freeze_count(), "to look at": len(gc.get_objects())}

states = []
garbage.begin()
states.append(state())
made = [[] for _ in range(60_000)]
garbage.collect()
states.append(state())
more = [[] for _ in range(1_000)]
garbage.collect()
states.append(state())
print(json.dumps(states))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps what is free, and can be asked for it")
def test_memory_of_texts_that_are_gone_goes_back_to_the_system() -> None:
    done = subprocess.run([sys.executable, "-c", READ_AND_DROP], capture_output=True, text=True, check=True)
    read, dropped, collected = json.loads(done.stdout)
    assert dropped > read - 10_000_000  # what lies above holds it
    assert collected < read - 30_000_000


READ_AND_DROP = """
import json, resource
from workflow_ls.server.session import garbage

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()

garbage.begin()
texts = [bytes(10_000) for _ in range(4_000)]
kept = [[] for _ in range(60_000)]
last = bytes(10_000)
sizes = [resident()]
texts.clear()
sizes.append(resident())
garbage.collect()
sizes.append(resident())
print(json.dumps(sizes))
"""


def test_facts_are_kept_without_a_look_at_all_files(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = threading.Event()
    monkeypatch.setattr(WorkspaceFolder, "keep_facts", lambda _: kept.set())
    with Client(project, options={"workspaceDiagnostics": False}) as client:
        client.open("packages/one/a.test.ts", LEGACY)
        assert kept.wait(30)


@pytest.mark.slow
def test_a_client_that_begins_late_is_served(project: Path) -> None:
    with Client(project, process=spawn()) as client:
        uri = client.open("packages/one/a.test.ts", LEGACY)
        assert client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
