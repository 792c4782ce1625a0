"""Clients that watch no files, as Neovim on Linux: the server looks at them itself, and not at each keystroke.

Also what those watch that do.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.places import uri, write
from tests.server.raw import PULL, PUSH, Message, RawClient
from workflow_ls.project.configuration.package_manager import MANAGER_FILES
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.server.watched_files import is_watched, unwatched_paths
from workflow_ls.vfs.disk import DiskFiles

pytestmark = pytest.mark.slow

TRIP = "import { client } from '@shared/workflow/runtime/client';\n"
FILE = "packages/a/src/trip.ts"
OTHER = "packages/a/src/other.ts"
TARGET = "ee/packages/workflows/src/runtime/client.ts"
WATCHING = {"didChangeWatchedFiles": {"dynamicRegistration": True}}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "trips", f"//- /{FILE}\n{TRIP}\n//- /{OTHER}\nexport {{}};")


class Unwatching:
    """An editor with one document open, that sends no events of files.  It requests no diagnostics by itself."""

    def __init__(self, client: RawClient, root: Path, capabilities: Message) -> None:
        self.client, self.root, self.pulls = client, root, capabilities is PULL
        client.initialize(capabilities, root)
        self.document = uri(root, FILE)
        client.open(self.document, TRIP)
        assert self.told("moved to")

    def told(self, text: str) -> bool:
        """Wait until what is shown for the document says a text."""
        if self.pulls:
            items = self.client.pull(self.document)
            while not says(items, text):
                self.client.wait_for(lambda message: message.get("method") == "workspace/diagnostic/refresh")
                items = self.client.pull(self.document)
            return True
        while not says(self.client.published(self.document), text):
            pass
        return True

    def notify(self, method: str, name: str = FILE) -> None:
        self.client.notify(f"textDocument/{method}", {"textDocument": {"uri": uri(self.root, name)}})


def says(items: list[Message], text: str) -> bool:
    return any(text in item["message"] for item in items)


@pytest.fixture(params=["push", "pull"])
def editor(request: pytest.FixtureRequest, root: Path) -> Iterator[Unwatching]:
    with RawClient() as client:
        yield Unwatching(client, root, PULL if request.param == "pull" else PUSH)


@pytest.mark.parametrize("act", ["type", "save", "open another", "close another"])
def test_the_disk_is_looked_at(editor: Unwatching, act: str) -> None:
    client, other = editor.client, uri(editor.root, OTHER)
    client.open(other, "export {};\n")
    (editor.root / TARGET).write_text("export const cl1ent = 1;\n")
    if act == "type":
        client.replace(editor.document, f"{TRIP}\n", 2)
    elif act == "save":
        editor.notify("didSave")
    elif act == "open another":
        client.open(uri(editor.root, "packages/a/src/third.ts"), "")
    else:
        client.close(other)
    assert editor.told("does not export `client`")
    (editor.root / TARGET).unlink()
    (editor.root / TARGET).write_text("export const client = 1;\n")
    editor.notify("didSave")
    assert editor.told("moved to")


def test_an_answer_is_for_the_disk(root: Path) -> None:
    """A client that pulls, and that can't be asked to pull again."""
    with RawClient() as client:
        client.initialize({"textDocument": {"diagnostic": {}}}, root)
        document = uri(root, FILE)
        client.open(document, TRIP)
        assert says(client.pull(document), "moved to")
        (root / TARGET).unlink()
        assert not says(client.pull(document), "moved to")
        (root / TARGET).write_text("export const client = 1;\n")
        # Typed in between: only what is near is looked at, and this is.
        client.replace(document, f"{TRIP}// more\n", 2)
        assert says(client.pull(document), "moved to")
        (root / "workflow-ls.json").write_text('{"ignore": ["packages/"]}')
        assert client.pull(document) == []
        report = client.request("workspace/diagnostic", {"previousResultIds": []})["result"]
        assert document not in [item["uri"] for item in report["items"]]
        (root / "workflow-ls.json").unlink()
        report = client.request("workspace/diagnostic", {"previousResultIds": []})["result"]
        assert document in [item["uri"] for item in report["items"]]


def test_a_closed_file_is_shown_where_it_is_now(root: Path) -> None:
    """The places of findings are those of the text on disk, also for a client whose events are late."""
    closed = "packages/a/src/closed.ts"
    (root / closed).write_text(TRIP)
    with RawClient() as client:
        client.initialize({**PUSH, "workspace": WATCHING}, root)
        assert client.published(uri(root, closed))[0]["range"]["start"]["line"] == 0
        (root / closed).write_text(f"//\n//\n{TRIP}")
        client.changed_on_disk((root / TARGET, 2))
        assert client.published(uri(root, closed))[0]["range"]["start"]["line"] == 2


def test_a_keystroke_costs_few_looks(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many files there are, and were read."""

    def looks_at(count: int) -> int:
        write(
            root,
            "".join(
                f"//- /packages/a/src/m{n}.ts\nexport {{ client }} from '@shared/workflow/runtime/client';\n"
                for n in range(count)
            ),
            base="",
        )
        folder = WorkspaceFolder(root)
        for path in folder.reported_paths():
            folder.analysis.check_file(path)
        folder.look_near(FILE)
        looked, stat = list[object](), os.stat

        def counted(path: str, **named: Any) -> os.stat_result:
            looked.append(path)
            return stat(path, **named)

        with monkeypatch.context() as patch:
            patch.setattr(os, "stat", counted)
            folder.findings_now(FILE)
            near = len(looked)
            assert not folder.look()
            assert len(looked) - near > count
        return near

    assert 0 < looks_at(150) <= 100
    assert looks_at(300) <= 100


def test_a_flood_of_opened_documents_looks_now_and_then(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = WorkspaceFolder(root)
    looked = list[object]()

    def outdated(disk: DiskFiles) -> list[str]:
        looked.append(disk)
        return []

    monkeypatch.setattr(DiskFiles, "outdated", outdated)
    ticks = iter(n / 1000 for n in range(10**6))
    monkeypatch.setattr("workflow_ls.server.session.workspace_folder.time.perf_counter", lambda: next(ticks))
    for _ in range(1_000):
        folder.look_for_answer(often=True)
    assert len(looked) < 120
    looked.clear()
    for _ in range(10):
        folder.look_for_answer()
    assert len(looked) == 10


def registered(client: RawClient, count: int) -> list[str]:
    """The patterns of the first registrations."""
    patterns = list[str]()
    for _ in range(count):
        message = client.wait_for(lambda message: message.get("method") == "client/registerCapability")
        for entry in message["params"]["registrations"]:
            if entry["method"] == "workspace/didChangeWatchedFiles":
                patterns += [watcher["globPattern"] for watcher in entry["registerOptions"]["watchers"]]
    return patterns


def test_what_decides_on_a_manifest_is_watched(root: Path) -> None:
    with RawClient() as client:
        client.initialize({**PUSH, "workspace": WATCHING}, root)
        patterns = registered(client, 1)
    names = ("pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc", "yarn.lock", ".yarnrc.yml", "bun.lock", "bun.lockb")
    for name in (*names, "package-lock.json", "npm-shrinkwrap.json", "package.json", ".gitignore", "workflow-ls.json"):
        assert f"**/{name}" in patterns
        assert is_watched(f"packages/a/{name}")
    assert not is_watched("packages/a/my-package.json")
    assert not is_watched("README.md")


MANAGERS = """
//- /package.json
{ "workspaces": ["packages/*"], "private": true }
//- /.npmrc
link-workspace-packages=false
//- /pnpm-lock.yaml
lockfileVersion: '9.0'
//- /pnpm-workspace.yaml
packages: ['packages/*', 'ee/packages/*']
//- /packages/a/package.json
{ "name": "a" }
//- /packages/a/tsconfig.json
{ "extends": "./shared.options.json" }
//- /packages/a/shared.options.json
{ "compilerOptions": { "strict": true } }
"""


def test_all_that_is_read_is_watched(root: Path) -> None:
    """The list is compared with what the analysis reads, so that it can't forget what that reads tomorrow."""
    write(root, MANAGERS, base="")
    folder = WorkspaceFolder(root)
    fixes = [finding.fix for path in folder.reported_paths() for finding in folder.analysis.check_file(path)]
    assert any(fixes)
    read = set(folder.workspace.files.paths_read())
    assert {".npmrc", "packages/a/shared.options.json"} <= read
    assert MANAGER_FILES & {path.rpartition("/")[2] for path in read}
    assert unwatched_paths(folder) == ["packages/a/shared.options.json"]


def test_what_a_configuration_extends_is_watched_once_it_is_read(root: Path) -> None:
    write(root, MANAGERS, base="")
    with RawClient() as client:
        client.initialize({**PUSH, "workspace": WATCHING}, root)
        client.open(uri(root, FILE), TRIP)
        assert registered(client, 2)[-1] == "**/packages/a/shared.options.json"
        (root / "packages/a/shared.options.json").write_text('{ "compilerOptions": { "paths": ')
        client.changed_on_disk((root / "packages/a/shared.options.json", 2))
        assert client.published(uri(root, "packages/a/shared.options.json"))


@pytest.mark.parametrize("name", [".npmrc", "pnpm-workspace.yaml", "yarn.lock"])
def test_an_event_of_such_a_file_counts(root: Path, name: str) -> None:
    folder = WorkspaceFolder(root)
    folder.analysis.check_file(FILE)
    version, epoch = folder.version, folder.diagnostics_epoch
    (root / name).write_text("__metadata:\n")
    folder.changed_on_disk([name])
    assert folder.version > version
    assert folder.diagnostics_epoch > epoch


def test_a_client_that_refuses_to_watch(root: Path) -> None:
    """It counts as one that watches nothing."""
    capabilities: dict[str, Any] = {"textDocument": {"diagnostic": {}}, "workspace": WATCHING}
    with RawClient() as client:
        client.initialize(capabilities, root)
        asked = client.receive()
        client.send({"jsonrpc": "2.0", "id": asked["id"], "error": {"code": -32601, "message": "no"}})
        document = uri(root, FILE)
        client.open(document, TRIP)
        assert says(client.pull(document), "moved to")
        (root / TARGET).unlink()
        assert not says(client.pull(document), "moved to")
