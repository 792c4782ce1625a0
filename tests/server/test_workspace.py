"""What changes around an open document: other documents, files on disk, folders, settings, renames."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server.places import uri, write
from tests.server.raw import PULL, PUSH, Message, RawClient, folder_of

CLIENT = "import { client } from '@shared/workflow/runtime/client';\n"
FILE = "packages/a/src/a.ts"
TARGET = "ee/packages/workflows/src/runtime/client.ts"
LEGACY_CLIENT = "shared/workflow/runtime/client.ts"
MANIFEST = "ee/packages/workflows/package.json"
CONFIG = "workflow-ls.json"
CREATED, CHANGED, DELETED = 1, 2, 3


class Watching:
    """An editor with one document open, in either model of diagnostics.

    `told` waits until what is shown for the document is as wanted; it never asks before the server said that
    something changed, so that a server which says nothing makes the test fail.
    """

    def __init__(self, client: RawClient, root: Path, capabilities: Message) -> None:
        self.client, self.root = client, root
        self.pulls = capabilities is PULL
        client.initialize(capabilities, root)
        self.document = uri(root, FILE)
        client.open(self.document, CLIENT)
        self.told(moved)

    def told(self, wanted: Callable[[list[Message]], bool]) -> list[Message]:
        if self.pulls:
            items = self.client.pull(self.document)
            while not wanted(items):
                self.client.wait_for(lambda message: message.get("method") == "workspace/diagnostic/refresh")
                items = self.client.pull(self.document)
            return items
        while not wanted(items := self.client.published(self.document)):
            pass
        return items

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        kind = CHANGED if path.exists() else CREATED
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self.client.changed_on_disk((path, kind))

    def delete(self, name: str) -> None:
        path = self.root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.client.changed_on_disk((path, DELETED))

    def read(self, name: str) -> str:
        return (self.root / name).read_text()


def says(text: str) -> Callable[[list[Message]], bool]:
    return lambda items: len(items) == 1 and text in items[0]["message"]


moved = says("moved to `@alga-psa/workflows/runtime/client`")
lacks = says("does not export `client`")
unadmitted = says("exports")


@pytest.fixture(params=["push", "pull"])
def editor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watching]:
    with RawClient() as client:
        yield Watching(client, write(tmp_path), PULL if request.param == "pull" else PUSH)


def test_the_names_of_a_target_in_an_open_buffer(editor: Watching) -> None:
    client, target = editor.client, uri(editor.root, TARGET)
    client.open(target, editor.read(TARGET))
    client.replace(target, "export const other = 1;\n", 2)
    editor.told(lacks)
    client.change(
        target,
        3,
        {"range": {"start": {"line": 0, "character": 13}, "end": {"line": 0, "character": 18}}, "text": "client"},
    )
    editor.told(moved)
    client.replace(target, "", 4)
    editor.told(lacks)
    client.close(target)  # what is on disk counts again
    editor.told(moved)


def test_the_names_of_a_target_on_disk(editor: Watching) -> None:
    editor.write(TARGET, "export const other = 1;\n")
    editor.told(lacks)
    editor.write(TARGET, "export * from './deeper';\n")
    editor.told(lacks)
    editor.write("ee/packages/workflows/src/runtime/deeper.ts", "export const client = 2;\n")
    editor.told(moved)
    editor.delete("ee/packages/workflows/src/runtime/deeper.ts")
    editor.told(lacks)


def test_the_names_of_a_target_that_the_settings_ignore(editor: Watching) -> None:
    editor.write(CONFIG, json.dumps({"ignore": [TARGET], "rules": {"deprecated-import": "error"}}))
    editor.told(lambda items: [item["severity"] for item in items] == [1])
    editor.write(TARGET, "export const other = 1;\n")
    editor.told(lacks)


def test_the_exports_of_a_manifest_in_an_open_buffer(editor: Watching) -> None:
    client, manifest, text = editor.client, uri(editor.root, MANIFEST), editor.read(MANIFEST)
    client.open(manifest, text)
    client.replace(manifest, text.replace('"./runtime/*": ', '"./elsewhere/*": '), 2)
    assert "./runtime/client" in editor.told(unadmitted)[0]["message"]
    client.replace(manifest, text.replace('"./runtime/*"', '"./runtime/*'), 3)  # as while typing
    editor.told(
        lambda items: (len(items) == 1 and not unadmitted(items) and not moved(items)) or says("not checked")(items)
    )
    client.replace(manifest, text, 4)
    editor.told(moved)


def test_the_exports_of_a_manifest_on_disk(editor: Watching) -> None:
    text = editor.read(MANIFEST)
    editor.write(MANIFEST, text.replace('"./runtime/*": ', '"./elsewhere/*": '))
    editor.told(unadmitted)
    editor.delete(MANIFEST)
    editor.told(says("not checked"))
    editor.write(MANIFEST, text)
    editor.told(moved)


def test_the_configuration_in_an_open_buffer(editor: Watching) -> None:
    client, config = editor.client, uri(editor.root, CONFIG)
    client.open(config, "{}")
    client.replace(config, '{"rules": {"deprecated-import": "error"}}', 2)
    editor.told(lambda items: [item["severity"] for item in items] == [1])
    client.replace(config, '{"rules": {"deprecated-import": ', 3)  # broken: the last good state stays
    assert client.request("test/unknown")["error"]
    if editor.pulls:
        assert [item["severity"] for item in client.pull(editor.document)] == [1]
        assert client.pull(config)
    client.replace(config, '{"rules": {"deprecated-import": "off"}}', 4)
    editor.told(lambda items: items == [])
    client.replace(
        config,
        '{"modules": [{"from": "@shared/workflow/runtime/client", "to": ["@alga-psa/workflows/runtime"]}]}',
        5,
    )
    editor.told(lambda items: len(items) == 1 and "runtime`" in items[0]["message"])
    client.close(config)
    editor.told(moved)


def test_the_configuration_on_disk(editor: Watching) -> None:
    editor.write(CONFIG, '{"rules": {"deprecated-import": "error"}}')
    editor.told(lambda items: [item["severity"] for item in items] == [1])
    editor.write(CONFIG, '{"ignore": ["packages/a/"]}')
    editor.told(lambda items: items == [])
    editor.delete(CONFIG)
    editor.told(lambda items: [item["severity"] for item in items] == [2])


def test_what_a_configuration_in_an_open_buffer_extends(editor: Watching) -> None:
    client, base = editor.client, uri(editor.root, "packages/a/base.json")
    config = editor.document = uri(editor.root, "packages/a/tsconfig.json")
    client.open(config, '{ "extends": "./base.json" }')
    editor.told(says("does not exist"))
    client.open(base, "{}")
    editor.told(lambda items: items == [])
    client.close(base)
    editor.told(says("does not exist"))


def test_what_git_ignores(editor: Watching) -> None:
    """A client with watchers reports these files, too, and files appear and go that no finding depends on."""
    editor.write("packages/b/notes.ts", "// workflow-ls-ignore-file\n")
    editor.document = uri(editor.root, "packages/b/notes.ts")
    if not editor.pulls:
        editor.told(lambda items: len(items) == 1)
    editor.write("packages/b/.gitignore", "notes.ts\n")
    if editor.pulls:
        editor.client.wait_for(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    else:
        editor.told(lambda items: items == [])


def test_the_legacy_module_of_an_open_buffer(editor: Watching) -> None:
    """The choice among candidates is made for all that the legacy module exports."""
    client, legacy = editor.client, uri(editor.root, LEGACY_CLIENT)
    client.open(legacy, editor.read(LEGACY_CLIENT))
    client.replace(legacy, "export const client = 1;\nexport const more = 2;\n", 2)
    client.replace(legacy, "export const client = 1;\n", 3)
    client.replace(editor.document, CLIENT + CLIENT, 2)
    editor.told(lambda items: len(items) == 2)


def test_folders_that_go_and_come(editor: Watching) -> None:
    """Of a folder, some clients tell only the folder itself."""
    away = editor.root.with_name("away")
    (editor.root / "ee/packages/workflows/src/runtime").rename(away)
    editor.client.changed_on_disk((editor.root / "ee/packages/workflows/src/runtime", DELETED))
    editor.told(unadmitted)
    away.rename(editor.root / "ee/packages/workflows/src/runtime")
    editor.client.changed_on_disk((editor.root / "ee/packages/workflows/src/runtime", CREATED))
    editor.told(moved)
    editor.delete("ee")
    editor.told(says("not checked"))


@pytest.mark.slow
def test_a_branch_switch(editor: Watching) -> None:
    """A thousand files, the target among them, in many notifications: one look, one refresh."""
    client, names = editor.client, [f"packages/p{number}/src/f.ts" for number in range(1000)]
    for name in (*names, TARGET):
        path = editor.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("export const other = 1;\n")
    client.is_alive()
    before = len(client.seen)
    changes = [(editor.root / name, CREATED) for name in names] + [(editor.root / TARGET, CHANGED)]
    for at in range(0, len(changes), 50):
        client.changed_on_disk(*changes[at : at + 50])
    editor.told(lacks)
    client.is_alive()
    if editor.pulls:
        refreshes = [
            message for message in client.seen[before:] if message.get("method") == "workspace/diagnostic/refresh"
        ]
        assert len(refreshes) <= 2
    else:
        pushed = [m for m in client.seen[before:] if m.get("params", {}).get("uri") == editor.document]
        assert len(pushed) <= 2


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    roots = write(tmp_path / "one"), write(tmp_path / "two")
    for root in roots:
        write(root, f"//- /{FILE}\n{CLIENT}", base="")
    return roots


def test_folders_added_and_removed(two: tuple[Path, Path]) -> None:
    one, other = two
    with RawClient() as client:
        client.initialize(PUSH, one)
        assert len(client.published(uri(one, FILE))) == 1  # a closed file
        client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [folder_of(other)], "removed": []}})
        assert len(client.published(uri(other, FILE))) == 1
        client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder_of(one)]}})
        assert client.published(uri(one, FILE)) == []
        gone = {"uri": (one / "never-opened").as_uri(), "name": "x"}
        client.notify(
            "workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [gone, folder_of(one)]}}
        )
        client.open(uri(one, FILE), CLIENT)  # still works, as a file opened alone
        assert moved(client.published(uri(one, FILE), 1))


def test_folders_for_a_client_that_pulls(two: tuple[Path, Path]) -> None:
    one, other = two

    def reported(known: dict[str, str]) -> dict[str, list[Message]]:
        previous = [{"uri": name, "value": value} for name, value in known.items()]
        reports = client.request("workspace/diagnostic", {"previousResultIds": previous})["result"]["items"]
        known.update({report["uri"]: report.get("resultId", "") for report in reports})
        return {report["uri"]: report["items"] for report in reports if report["kind"] == "full"}

    with RawClient() as client:
        client.initialize(PULL, one)
        known: dict[str, str] = {}
        assert uri(one, FILE) in reported(known)
        client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [folder_of(other)], "removed": []}})
        client.wait_for(lambda message: message.get("method") == "workspace/diagnostic/refresh")
        assert uri(other, FILE) in reported(known)
        client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder_of(one)]}})
        client.wait_for(lambda message: message.get("method") == "workspace/diagnostic/refresh")
        assert reported(known)[uri(one, FILE)] == []


def test_an_open_document_moves_to_the_root_that_now_holds_it(tmp_path: Path) -> None:
    """A file opened alone finds its project; opening the folder of the project below changes which one that is."""
    outer = write(tmp_path)
    inner = write(tmp_path / "nested", '//- /workflow-ls.json\n{"rules": {"deprecated-import": "error"}}')
    document = uri(inner, FILE)
    with RawClient() as client:
        client.initialize(PUSH, outer)
        client.open(document, CLIENT)
        assert [item["severity"] for item in client.published(document, 1)] == [2]
        client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [folder_of(inner)], "removed": []}})
        assert [item["severity"] for item in client.published(document, 1)] == [1]
        client.change(
            document,
            2,
            {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": CLIENT},
        )
        assert [item["severity"] for item in client.published(document, 2)] == [1, 1]


def test_settings_that_are_pulled(tmp_path: Path) -> None:
    root, settings = write(tmp_path), {"rules": {"deprecated-import": "error"}}
    capabilities = {
        **PUSH,
        "workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}},
    }
    with RawClient() as client:
        client.answer_with = lambda message: [settings] if message["method"] == "workspace/configuration" else None
        client.initialize(capabilities, root)
        client.open(uri(root, FILE), CLIENT)
        while [item["severity"] for item in client.published(uri(root, FILE))] != [1]:
            pass
        settings = {"rules": {"deprecated-import": "off"}}
        client.notify("workspace/didChangeConfiguration", {"settings": None})
        while client.published(uri(root, FILE)) != []:
            pass
        registered = [
            message["params"]["registrations"]
            for message in client.seen
            if message.get("method") == "client/registerCapability"
        ]
        assert [entry["method"] for entry in registered[0]] == ["workspace/didChangeConfiguration"]


@pytest.mark.parametrize("wrapped", [True, False])
def test_settings_that_come_along(tmp_path: Path, wrapped: bool) -> None:
    root = write(tmp_path)
    with RawClient() as client:
        client.initialize(PUSH, root, initializationOptions={"rules": {"deprecated-import": "error"}})
        client.open(uri(root, FILE), CLIENT)
        assert [item["severity"] for item in client.published(uri(root, FILE))] == [1]
        settings = {"rules": {"deprecated-import": "information", "no-such-rule": "error"}}
        client.notify(
            "workspace/didChangeConfiguration", {"settings": {"workflow-ls": settings} if wrapped else settings}
        )
        while [item["severity"] for item in client.published(uri(root, FILE))] != [3]:
            pass
        nonsenses: tuple[object, ...] = (None, 7, [], {"rules": 1}, {"workflow-ls": "x"})
        for nonsense in nonsenses:
            client.notify("workspace/didChangeConfiguration", {"settings": nonsense})
        assert client.is_alive()


def test_closed_files_can_be_turned_off(two: tuple[Path, Path]) -> None:
    one, _ = two
    with RawClient() as client:
        client.initialize(PUSH, one)
        assert len(client.published(uri(one, FILE))) == 1
        client.notify("workspace/didChangeConfiguration", {"settings": {"workspaceDiagnostics": False}})
        assert client.published(uri(one, FILE)) == []


RENAMES: Message = {
    **PUSH,
    "workspace": {
        "workspaceEdit": {"documentChanges": True},
        "fileOperations": {"willRename": True, "didRename": True, "didCreate": True, "didDelete": True},
    },
}


def test_file_operations_are_offered_to_those_who_announce_them(tmp_path: Path) -> None:
    root = write(tmp_path)
    with RawClient() as client:
        offered = client.initialize(RENAMES, root)["workspace"]["fileOperations"]
        assert set(offered) == {"willRename", "didRename", "didCreate", "didDelete"}
        # Strings name files of any kind, and folders; what appears and goes matters where it is source or JSON.
        assert [entry["pattern"] for entry in offered["willRename"]["filters"]] == [{"glob": "**"}]
        assert {entry["pattern"]["matches"] for entry in offered["didDelete"]["filters"]} == {"file", "folder"}
    with RawClient() as client:
        assert client.initialize(PUSH, root)["workspace"]["fileOperations"] == {}


def rename(client: RawClient, root: Path, *moves: tuple[str, str]) -> Message | None:
    files = [{"oldUri": uri(root, old), "newUri": uri(root, new)} for old, new in moves]
    result: Message | None = client.request("workspace/willRenameFiles", {"files": files})["result"]
    return result


def test_references_follow_a_renamed_file(tmp_path: Path) -> None:
    root = write(tmp_path, f"//- /packages/b/closed.ts\n// 😀\n/* 😀 */ {CLIENT}")
    document = uri(root, FILE)
    with RawClient() as client:
        client.initialize(RENAMES, root)
        client.open(document, "\n" + CLIENT, 4)
        assert rename(client, root, ("packages/a/src/a.ts", "packages/a/src/b.ts")) is None
        edit = rename(client, root, (LEGACY_CLIENT, "shared/workflow/runtime/caller.ts"))
        assert edit is not None
        assert {
            change["textDocument"]["uri"]: change["textDocument"]["version"] for change in edit["documentChanges"]
        } == {
            document: 4,
            uri(root, "packages/b/closed.ts"): None,
        }
        places = {change["textDocument"]["uri"]: change["edits"] for change in edit["documentChanges"]}
        [first], [second] = places[document], places[uri(root, "packages/b/closed.ts")]
        assert first["newText"] == second["newText"] == "@shared/workflow/runtime/caller"
        assert first["range"]["start"] == {"line": 1, "character": 24}
        assert second["range"]["start"] == {"line": 1, "character": 33}


def test_a_renamed_folder_and_what_stays_behind(tmp_path: Path) -> None:
    root = write(tmp_path, "//- /packages/b/b.ts\nimport '@alga-psa/workflows/runtime/client';")
    with RawClient() as client:
        client.initialize(RENAMES, root)
        edit = rename(client, root, ("shared/workflow/runtime", "shared/workflow/engine"))
        assert edit is not None
        assert [change["textDocument"]["uri"] for change in edit["documentChanges"]] == [
            uri(root, "ee/packages/workflows/src/runtime/index.ts")
        ]
        assert edit["documentChanges"][0]["edits"][0]["newText"] == "../../../../../shared/workflow/engine"
        assert rename(client, root, (TARGET, "ee/packages/workflows/src/other/client.ts")) is None
        [message] = [m for m in client.seen if m.get("method") == "window/showMessage"]
        assert (
            "packages/b/b.ts: `@alga-psa/workflows/runtime/client` can't be updated: "
            "ee/packages/workflows/src/other/client.ts has no package specifier, since @alga-psa/workflows does not "
            "export `./other/client`. Add it to the `exports` of ee/packages/workflows/package.json."
        ) in message["params"]["message"]


def test_what_no_watcher_told_of_is_looked_up_for_a_rename(tmp_path: Path) -> None:
    root = write(tmp_path)
    with RawClient() as client:
        client.initialize(RENAMES, root)
        assert rename(client, root, (LEGACY_CLIENT, "shared/workflow/runtime/caller.ts")) is None
        write(
            root, f"//- /shared/workflow/runtime/new.ts\n//- /{FILE}\nimport '@shared/workflow/runtime/new';", base=""
        )
        edit = rename(client, root, ("shared/workflow/runtime/new.ts", "shared/workflow/new.ts"))
        assert edit is not None
        assert edit["documentChanges"][0]["edits"][0]["newText"] == "@shared/workflow/new"


def test_a_file_that_was_missing_is_looked_up_for_a_rename(tmp_path: Path) -> None:
    user = "shared/workflow/runtime/user.ts"
    text = "import './new';\nimport './client';\n"
    root = write(tmp_path, f"//- /{user}\n{text}")
    with RawClient() as client:
        client.initialize(RENAMES, root)
        client.open(uri(root, user), text)
        # This finds out, and keeps, that there is no module "./new".
        assert rename(client, root, (LEGACY_CLIENT, "shared/workflow/runtime/caller.ts")) is not None
        write(root, "//- /shared/workflow/runtime/new.ts\nexport {};", base="")
        edit = rename(client, root, ("shared/workflow/runtime/new.ts", "shared/workflow/runtime/newer.ts"))
        assert edit is not None
        assert edit["documentChanges"][0]["edits"][0]["newText"] == "./newer"


def test_a_client_without_watchers_tells_of_renames(tmp_path: Path) -> None:
    root = write(tmp_path)
    with RawClient() as client:
        client.initialize(RENAMES, root)
        client.open(uri(root, FILE), CLIENT)
        assert moved(client.published(uri(root, FILE), 1))
        new = root / "ee/packages/workflows/src/runtime/caller.ts"
        (root / TARGET).rename(new)
        client.notify("workspace/didRenameFiles", {"files": [{"oldUri": uri(root, TARGET), "newUri": new.as_uri()}]})
        while moved(client.published(uri(root, FILE))):
            pass
        (root / TARGET).write_text("export const client = 1;\n")
        client.notify("workspace/didCreateFiles", {"files": [{"uri": uri(root, TARGET)}]})
        while not moved(client.published(uri(root, FILE))):
            pass
        (root / TARGET).unlink()
        client.notify("workspace/didDeleteFiles", {"files": [{"uri": uri(root, TARGET)}]})
        while moved(client.published(uri(root, FILE))):
            pass
