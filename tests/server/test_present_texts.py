"""Edits are for the text that a file has: of closed files that changed without an event, too."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.client import VS_CODE, Client, apply_edits
from tests.server.places import uri, write
from tests.vfs.trees import git, needs_git
from workflow_ls.server.session.workspace_folder import WorkspaceFolder

pytestmark = pytest.mark.slow

START = "import { start } from '@shared/workflow/runtime/client';\n"
LEGACY, MOVED = "@shared/workflow/runtime/client", "@alga-psa/workflows/runtime/client"
ORDERS, ORDERS_MANIFEST = "packages/orders/src/order.ts", "packages/orders/package.json"
TARGET = "ee/packages/workflows/src/runtime/client.ts"
SHOP = f"""
//- /{ORDERS_MANIFEST}
{{
  "name": "@shop/orders"
}}
//- /{ORDERS}
{START.replace("start", "client")}
//- /{TARGET}
export const client = 1;
//- /shared/workflow/runtime/client.ts
export const client = 1;
export const start = 1;
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write(tmp_path / "shop", SHOP)


@pytest.fixture
def editor(shop: Path) -> Iterator[Client]:
    """An editor that watches no files, with an order open, and everything analysed."""
    with Client(shop) as client:
        client.open(ORDERS)
        client.wait_for("textDocument/publishDiagnostics", lambda shown: shown["uri"].endswith("order.ts"))
        quick_fix(client)
        yield client


def edits_of(edit: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    if "changes" in edit:
        return dict(edit["changes"])
    return {change["textDocument"]["uri"]: change["edits"] for change in edit["documentChanges"]}


def written(root: Path, edit: dict[str, Any]) -> dict[str, str]:
    """The texts of the edited files after an edit, by path; those before are the ones on disk."""
    paths = {Path(name.removeprefix("file://")): edits for name, edits in edits_of(edit).items()}
    return {path.relative_to(root).as_posix(): apply_edits(path.read_text(), edits) for path, edits in paths.items()}


def quick_fix(client: Client, line: int = 0) -> dict[str, Any]:
    """The fix of the import in a line."""
    document = uri(client.root, ORDERS)
    return next(action for action in client.actions(document, (line, 30)) if action["title"].startswith("Replace"))


def applied(client: Client) -> dict[str, Any]:
    edit: dict[str, Any] = client.wait_for("workspace/applyEdit")["edit"]
    return edit


def rewrite(path: Path, text: str) -> None:
    """Give a file another text, padded to as many bytes, and the same time, as `cp -p` and `rsync` do."""
    before = path.stat()
    path.write_text(text.ljust(before.st_size))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def test_a_fix_is_for_the_text_on_disk(editor: Client, shop: Path) -> None:
    before = written(shop, quick_fix(editor)["edit"])
    assert json.loads(before[ORDERS_MANIFEST])["dependencies"] == {"@alga-psa/workflows": "*"}
    rewrite(shop / ORDERS_MANIFEST, '{"name":"@shop/orders"}\n')
    after = written(shop, quick_fix(editor)["edit"])
    assert json.loads(after[ORDERS_MANIFEST]) == {
        "name": "@shop/orders",
        "dependencies": {"@alga-psa/workflows": "*"},
    }
    assert after[ORDERS] == before[ORDERS]


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("a manifest that appears", lambda root: (root / "packages/orders/src/package.json").write_text("{}\n")),
        ("a manifest that goes", lambda root: (root / ORDERS_MANIFEST).unlink()),
        ("a workspace of pnpm", lambda root: (root / "pnpm-workspace.yaml").write_text("packages: ['packages/*']\n")),
        ("a lock file of Yarn", lambda root: (root / "yarn.lock").write_text("__metadata:\n  version: 8\n")),
        ("a lock file of npm", lambda root: (root / "package-lock.json").write_text("{}\n")),
    ],
)
def test_the_manifest_is_the_one_that_counts_now(
    editor: Client, shop: Path, what: str, change: Callable[[Path], object]
) -> None:
    change(shop)
    with Client(shop) as fresh:
        fresh.open(ORDERS)
        assert edits_of(quick_fix(editor)["edit"]) == edits_of(quick_fix(fresh)["edit"]), what


def test_the_proof_is_for_the_texts_on_disk(editor: Client, shop: Path) -> None:
    """What the fix leads to no longer exports the name."""
    assert "disabled" not in quick_fix(editor)
    rewrite(shop / TARGET, "export const cl1ent = 1;\n")
    assert "does not export `client`" in quick_fix(editor)["disabled"]["reason"]
    rewrite(shop / TARGET, "export const client = 1;\n")
    assert "disabled" not in quick_fix(editor)


def test_a_target_that_goes_and_comes(editor: Client, shop: Path) -> None:
    text = (shop / TARGET).read_text()
    (shop / TARGET).unlink()
    assert "disabled" in quick_fix(editor)
    (shop / TARGET).write_text(text)
    assert "disabled" not in quick_fix(editor)


@pytest.mark.parametrize("command", ["fixFile", "fixWorkspace"])
def test_a_command_edits_the_text_on_disk(editor: Client, shop: Path, command: str) -> None:
    rewrite(shop / ORDERS_MANIFEST, '{"name":"@shop/orders"}\n')
    arguments = [uri(shop, ORDERS)] if command == "fixFile" else []
    assert editor.execute(f"workflow-ls.{command}", *arguments)["applied"]
    made = written(shop, applied(editor))
    assert json.loads(made[ORDERS_MANIFEST])["dependencies"] == {"@alga-psa/workflows": "*"}
    assert MOVED in made[ORDERS]


def test_fix_all_and_comments_too(editor: Client, shop: Path) -> None:
    rewrite(shop / ORDERS_MANIFEST, '{"name":"@shop/orders"}\n')
    offered = editor.actions(uri(shop, ORDERS), (0, 30), only=["source.fixAll"])
    made = written(shop, offered[0]["edit"])
    assert json.loads(made[ORDERS_MANIFEST])["name"] == "@shop/orders"
    closed = "packages/orders/src/closed.ts"
    (shop / closed).write_text(f"{START}// a word more\n")
    (first, *_) = editor.actions(uri(shop, closed), (0, 30))
    rewrite(shop / closed, f"//\n{START}")
    [comment, *_] = [a for a in editor.actions(uri(shop, closed), (1, 30)) if a["title"].startswith("Ignore")]
    assert written(shop, comment["edit"])[closed].splitlines()[2] == START.strip()
    assert first["title"]


def test_a_rename_edits_the_text_on_disk(editor: Client, shop: Path) -> None:
    user = "packages/orders/src/user.ts"
    (shop / user).write_text(f"// a\n{START}")
    renamed = {
        "oldUri": uri(shop, "shared/workflow/runtime/client.ts"),
        "newUri": uri(shop, "shared/workflow/runtime/caller.ts"),
    }
    for text in (f"// b\n{START}", f"//\n\n\n{START}", f"{START}\n//\n\n"):
        rewrite(shop / user, text)
        edit = editor.request("workspace/willRenameFiles", {"files": [renamed]})
        assert written(shop, edit)[user] == text.replace("runtime/client", "runtime/caller")


def test_a_file_that_goes_is_left_out_and_named(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes when its fix is made already."""
    gone = shop / "packages/orders/src/gone.ts"
    gone.write_text(START.replace("start", "client"))
    real_look = WorkspaceFolder.look

    def look(folder: WorkspaceFolder) -> bool:
        found = real_look(folder)
        gone.unlink(missing_ok=True)
        return found

    with Client(shop) as client:
        monkeypatch.setattr(WorkspaceFolder, "look", look)
        outcome = client.execute("workflow-ls.fixWorkspace")
        assert (outcome["applied"], outcome["fixed"]) == (True, 2)
        assert outcome["reason"] == "left out, since it is no longer there: packages/orders/src/gone.ts"
        assert gone.as_uri() not in edits_of(applied(client))
        assert "gone.ts" in client.wait_for("window/showMessage")["message"]


def test_a_file_that_is_written_again_and_again(editor: Client, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reading of the manifest gives another text: nothing is edited, and the file is named."""
    manifest, number = shop / ORDERS_MANIFEST, iter(range(1_000))
    prove = WorkspaceFolder.prove

    def busy(folder: WorkspaceFolder, *arguments: Any) -> Any:
        proved = prove(folder, *arguments)
        manifest.write_text(f'{{ "name": "@shop/orders", "version": "{next(number)}" }}')
        return proved

    monkeypatch.setattr(WorkspaceFolder, "prove", busy)
    fix = quick_fix(editor)
    assert "edit" not in fix
    assert fix["disabled"]["reason"].startswith(f"{ORDERS_MANIFEST} keeps changing")
    outcome = editor.execute("workflow-ls.fixFile", uri(shop, ORDERS))
    assert (outcome["applied"], outcome["fixed"]) == (False, 0)
    assert outcome["reason"].startswith(f"{ORDERS_MANIFEST} keeps changing")
    monkeypatch.undo()
    assert "edit" in quick_fix(editor)


def test_the_buffer_counts_not_what_a_checkout_wrote(editor: Client, shop: Path) -> None:
    """An open document with unsaved text, whose file another branch has with a line more on top."""
    text = f"const unsaved = '🚚';\n{START.replace('start', 'client')}"
    document = uri(shop, ORDERS)
    editor.change(document, text, 2)
    (shop / ORDERS).write_text(f"// main\n// main\n{START}")  # longer than the buffer's
    edit = quick_fix(editor, 1)["edit"]
    assert apply_edits(text, edits_of(edit)[document]) == text.replace(LEGACY, MOVED)
    assert editor.execute("workflow-ls.fixWorkspace")["applied"]
    edit = applied(editor)
    assert apply_edits(text, edits_of(edit)[document]) == text.replace(LEGACY, MOVED)
    versions = {change["textDocument"]["uri"]: change["textDocument"]["version"] for change in edit["documentChanges"]}
    assert versions[document] == 2


def test_a_manifest_in_a_buffer_counts_not_the_one_on_disk(editor: Client, shop: Path) -> None:
    text = '{\n  "name": "@shop/orders",\n  "private": true\n}\n'
    manifest = editor.open(ORDERS_MANIFEST, text, 7)
    rewrite(shop / ORDERS_MANIFEST, "[]\n")
    edit = quick_fix(editor)["edit"]
    assert json.loads(apply_edits(text, edits_of(edit)[manifest]))["private"] is True
    changes = {change["textDocument"]["uri"]: change["textDocument"]["version"] for change in edit["documentChanges"]}
    assert changes[manifest] == 7


def test_a_link_in_a_hover_fixes_what_it_named(shop: Path) -> None:
    """The text moved since: the place in the link is that of another import now."""
    other = START.replace("client", "caller")
    write(shop, "//- /shared/workflow/runtime/caller.ts\nexport const start = 1;", base="")
    write(shop, "//- /ee/packages/workflows/src/runtime/caller.ts\nexport const start = 1;", base="")
    wanted = START.replace("start", "client")
    with Client(shop) as client:
        document = client.open(ORDERS, wanted)
        title = f"Replace with '{MOVED}'"
        arguments = [document, 0, 30, quick_fix(client)["title"]]
        assert arguments[3].startswith(title)
        text = f"{other}\n{wanted}"
        client.change(document, text, 2)
        rewrite(shop / ORDERS_MANIFEST, '{"name":"@shop/orders"}\n')
        assert client.execute("workflow-ls.fixReference", *arguments) is True
        edit = applied(client)
        assert apply_edits(text, edits_of(edit)[document]) == text.replace(LEGACY, MOVED)
        [changes] = [edits for name, edits in edits_of(edit).items() if name != document]
        assert json.loads(apply_edits((shop / ORDERS_MANIFEST).read_text(), changes))["dependencies"]
        # Without the import that it named, it changes nothing.
        client.change(document, other, 3)
        assert client.execute("workflow-ls.fixReference", *arguments) is False
        assert "no longer applies" in client.wait_for("window/showMessage")["message"]


@pytest.mark.parametrize("written_first", [True, False])
def test_an_edit_that_fails_half_way(editor: Client, shop: Path, written_first: bool) -> None:
    """What a client writes before it fails is read anew, and the user learns of it."""
    rewritten = '{\n  "name": "@shop/orders",\n  "dependencies": { "@alga-psa/workflows": "*" }\n}\n'

    def fail(_: Any) -> dict[str, Any]:
        if written_first:
            (shop / ORDERS_MANIFEST).write_text(rewritten)
        return {"applied": False, "failureReason": "the disk is full", "failedChange": 1}

    editor.answers["workspace/applyEdit"] = fail
    outcome = editor.execute("workflow-ls.fixFile", uri(shop, ORDERS))
    assert (outcome["applied"], outcome["reason"]) == (False, "the disk is full")
    message = editor.wait_for("window/showMessage")["message"]
    assert message == (
        f"The edit failed, but 1 of 2 files changed ({ORDERS_MANIFEST}): the disk is full."
        if written_first
        else "Nothing was changed: the disk is full."
    )
    assert (ORDERS_MANIFEST in written(shop, quick_fix(editor)["edit"])) is not written_first


WATCHING = {**VS_CODE, "workspace": {**VS_CODE["workspace"], "didChangeWatchedFiles": {"dynamicRegistration": True}}}


def test_a_client_that_watches_may_be_late(shop: Path) -> None:
    with Client(shop, WATCHING) as client:
        client.open(ORDERS)
        quick_fix(client)
        rewrite(shop / ORDERS_MANIFEST, '{"name":"@shop/orders"}\n')
        made = written(shop, quick_fix(client)["edit"])
        assert json.loads(made[ORDERS_MANIFEST])["dependencies"] == {"@alga-psa/workflows": "*"}


@pytest.mark.parametrize("opened", ["by the link", "by its own path"])
def test_a_buffer_counts_by_whatever_path_it_is_open(shop: Path, opened: str) -> None:
    """A manifest is edited by its own path, or by that of a link; the buffer has unsaved text under the other one."""
    link, real = "packages/orders/package.json", "shared/orders.json"
    (shop / link).rename(shop / real)
    (shop / link).symlink_to(shop / real)
    text = (shop / real).read_text()
    path = link if opened == "by the link" else real
    with Client(shop) as client:
        client.open(ORDERS)
        assert "edit" in quick_fix(client)
        manifest = client.open(path, text)
        edit = quick_fix(client)["edit"]
        client.change(manifest, text.replace("{\n", '{\n  "private": true,\n', 1), 2)
        fix = quick_fix(client)
        if opened == "by the link":
            # This is the path of the edit itself.
            assert '"private": true' not in json.dumps(edit)
            assert "disabled" not in fix
            assert edits_of(fix["edit"])[manifest] != edits_of(edit)[manifest]
        else:
            assert fix["disabled"]["reason"] == f"{link} has unsaved changes where it is open as {real}"
            outcome = client.execute("workflow-ls.fixFile", uri(shop, ORDERS))
            assert (outcome["applied"], outcome["reason"]) == (False, fix["disabled"]["reason"])
        client.notify("textDocument/didClose", {"textDocument": {"uri": manifest}})
        assert edits_of(quick_fix(client)["edit"]).keys() == edits_of(edit).keys()


def test_a_linked_source_that_is_open_with_unsaved_text(shop: Path) -> None:
    alias = "packages/orders/alias.ts"
    (shop / alias).symlink_to(shop / ORDERS)
    with Client(shop) as client:
        client.open(alias, f"// not saved\n{START}")
        outcome = client.execute("workflow-ls.fixWorkspace")
        assert not outcome["applied"]
        assert outcome["reason"] == f"{ORDERS} has unsaved changes where it is open as {alias}"


def test_a_buffer_of_an_inner_folder_counts_for_the_outer_one(shop: Path) -> None:
    """The manifest belongs to a folder of its own, where it is open with unsaved text."""
    inner = shop / "packages/orders"
    (inner / "workflow-ls.json").write_text("{}")
    outer = "packages/user.ts"
    (shop / outer).write_text(START)
    with Client(shop, folders=[shop, inner]) as client:
        client.open(outer)
        old, new = (uri(shop, f"shared/workflow/runtime/{name}.ts") for name in ("client", "caller"))
        document = client.open(ORDERS, f"// not saved\n{START}")
        edit = client.request("workspace/willRenameFiles", {"files": [{"oldUri": old, "newUri": new}]})
        assert uri(shop, outer) in edits_of(edit)
        assert document not in edits_of(edit)
        message = client.wait_for("window/showMessage")["message"]
        assert "packages/orders/src/order.ts has unsaved changes where it is open as src/order.ts" in message


RESOLVING = {
    **VS_CODE,
    "textDocument": {
        **VS_CODE["textDocument"],
        "codeAction": {**VS_CODE["textDocument"]["codeAction"], "resolveSupport": {"properties": ["edit"]}},
    },
}


@pytest.fixture
def chooser(shop: Path) -> Iterator[Client]:
    """An editor that requests the edit of an action once it is chosen, with an order open."""
    with Client(shop, RESOLVING, options={"resolveEdits": True}) as client:
        client.open(ORDERS)
        yield client


def resolved(client: Client, action: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = client.request("codeAction/resolve", action)
    return answer


def choose(client: Client, what: str) -> dict[str, Any]:
    """The action of a kind at the first import: for the finding, for its rule, or for the file."""
    only = ["source.fixAll"] if what == "the file" else ["quickfix"]
    start = {"the finding": "Replace", "the rule": "Fix all deprecated-import", "the file": "Fix all workflow"}[what]
    offered = client.actions(uri(client.root, ORDERS), (0, 30), only=only)
    return next(action for action in offered if action["title"].startswith(start))


@pytest.mark.parametrize("what", ["the finding", "the rule", "the file"])
def test_a_closed_file_is_edited_as_it_is_when_chosen(chooser: Client, shop: Path, what: str) -> None:
    """Between the offer and the choice, a checkout, a formatter or an install writes the manifest."""
    text = START.replace("start", "client") * 2
    (shop / ORDERS).write_text(text)
    chooser.change(uri(shop, ORDERS), text, 2)
    offered = choose(chooser, what)
    assert "edit" not in offered
    for manifest in ('{ "name": "@shop/orders" }\n', '{\n  "private": true,\n\n  "name": "@shop/orders"\n}\n'):
        (shop / ORDERS_MANIFEST).write_text(manifest)
        edit = resolved(chooser, offered)["edit"]
        made = written(shop, edit)[ORDERS_MANIFEST]
        assert json.loads(made) == {**json.loads(manifest), "dependencies": {"@alga-psa/workflows": "*"}}
        versions = [change["textDocument"]["version"] for change in edit["documentChanges"]]
        assert sorted(versions, key=str) == [2, None]


def test_the_edit_of_open_documents_comes_with_its_action(chooser: Client, shop: Path) -> None:
    """Their versions say what it is for, so that the client tells if it is outdated."""
    chooser.open(ORDERS_MANIFEST)
    edit = choose(chooser, "the finding")["edit"]
    assert [change["textDocument"]["version"] for change in edit["documentChanges"]] == [1, 1]
    [comment, *_] = [action for action in chooser.actions(uri(shop, ORDERS), (0, 30)) if "Ignore" in action["title"]]
    assert list(edits_of(comment["edit"])) == [uri(shop, ORDERS)]


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        ("the document", f"{ORDERS} changed since this was offered"),
        ("the target", "does not export `client`"),
        ("the manifest", "no longer applies, since other files changed"),
    ],
)
def test_a_choice_that_is_of_no_use_by_now(chooser: Client, shop: Path, happens: str, reason: str) -> None:
    offered = choose(chooser, "the finding")
    if happens == "the document":
        chooser.change(uri(shop, ORDERS), f"\n{START}", 2)
    elif happens == "the target":
        (shop / TARGET).write_text("export const other = 1;\n")
    else:
        # The title says that the dependency is added, which is there by now.
        dependencies = '{ "name": "@shop/orders", "dependencies": { "@alga-psa/workflows": "*" } }'
        (shop / ORDERS_MANIFEST).write_text(dependencies)
    assert "edit" not in resolved(chooser, offered)
    message = chooser.wait_for("window/showMessage")["message"]
    assert message.startswith("Nothing was changed: ")
    assert reason in message or happens == "the target"


@pytest.mark.parametrize(
    "data",
    [
        None,
        7,
        [],
        {},
        {"uri": 1},
        {"uri": "untitled:a", "text": "", "rule": "x", "place": [0, 0, 0, 0]},
        {"uri": "file:///nowhere/a.ts", "text": "", "rule": "deprecated-import", "place": [0, 0, 0, -1]},
        {"uri": "file:///nowhere/a.ts", "text": "", "rule": "deprecated-import", "place": [True, 0, 0, 0]},
    ],
)
def test_an_action_with_data_of_others(chooser: Client, shop: Path, data: Any) -> None:
    """It comes back as it is, and the next choice is served."""
    action = {"title": "Extract", "kind": "refactor", "data": data}
    assert resolved(chooser, action) == {key: value for key, value in action.items() if value is not None}
    literal = {
        "title": "a",
        "kind": "quickfix",
        "edit": {"changes": {}},
        "data": choose(chooser, "the finding")["data"],
    }
    assert resolved(chooser, literal)["edit"] == {"changes": {}}
    assert resolved(chooser, choose(chooser, "the finding"))["edit"]
    assert not [m for m in chooser.notifications if m["method"] == "window/showMessage"]
    assert shop


@needs_git
def test_a_stash_while_an_action_is_offered(chooser: Client, shop: Path) -> None:
    """`git stash` and `git stash pop` write the closed manifest and the target."""
    for arguments in (["init"], ["add", "."], ["commit", "-qm", "first"]):
        git(shop, *arguments)
    manifest = shop / ORDERS_MANIFEST
    manifest.write_text('{\n  "private": true,\n  "name": "@shop/orders"\n}\n')
    offered = choose(chooser, "the finding")
    git(shop, "stash")
    made = written(shop, resolved(chooser, offered)["edit"])
    assert json.loads(made[ORDERS_MANIFEST]) == {"name": "@shop/orders", "dependencies": {"@alga-psa/workflows": "*"}}
    git(shop, "stash", "pop")
    made = written(shop, resolved(chooser, offered)["edit"])
    assert json.loads(made[ORDERS_MANIFEST])["private"] is True


def test_a_rename_of_letter_case_only(editor: Client, shop: Path) -> None:
    user = "packages/orders/src/user.ts"
    (shop / user).write_text(START)
    old, new = (uri(shop, f"shared/workflow/runtime/{name}.ts") for name in ("client", "Client"))
    files = [{"oldUri": old, "newUri": new}]
    edit = editor.request("workspace/willRenameFiles", {"files": files})
    assert written(shop, edit)[user] == START.replace("runtime/client", "runtime/Client")
