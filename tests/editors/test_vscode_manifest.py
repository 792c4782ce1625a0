"""What VS Code reads of the extension without running it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any

from tests.editors.neovim import ROOT

VSCODE = ROOT / "editors" / "vscode"
MANIFEST: dict[str, Any] = json.loads((VSCODE / "package.json").read_text(encoding="utf-8"))
SETTINGS: dict[str, Any] = MANIFEST["contributes"]["configuration"]["properties"]


def schemas(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from schemas(inner)


def test_the_settings_page_can_edit_what_has_choices() -> None:
    """VS Code edits a property with choices in its page only if it has a type."""
    with_choices = [schema for schema in schemas(SETTINGS) if "enum" in schema]
    assert len(with_choices) > 5
    assert [schema for schema in with_choices if schema.get("type") != "string"] == []


def test_every_setting_is_read_somewhere() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted((VSCODE / "src").glob("*.ts")))
    sources += (ROOT / "workflow_ls/server/session/options.py").read_text(encoding="utf-8")
    names = [name.removeprefix("workflow-ls.") for name in SETTINGS]
    assert [name for name in names if not re.search(rf"['\"`.]{re.escape(name)}['\"`]", sources)] == []


def test_programs_that_settings_name_are_left_alone_without_trust() -> None:
    programs = {name for name, setting in SETTINGS.items() if setting["scope"] == "machine-overridable"}
    restricted = MANIFEST["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    assert programs == set(restricted) == {"workflow-ls.path", "workflow-ls.python"}


def test_it_starts_in_workspaces_with_a_reason_only() -> None:
    events = [event.split(":") for event in MANIFEST["activationEvents"]]
    contained = [value for kind, value in events if kind == "workspaceContains"]
    assert "workflow-ls.json" in contained
    assert {kind for kind, _ in events} == {"workspaceContains", "onLanguage"}


def test_what_every_window_loads_is_small() -> None:
    """Beside nothing but what decides whether there is a reason to load the rest."""
    source = (VSCODE / "src" / "extension.ts").read_text(encoding="utf-8")
    loaded = re.findall(r"^import (?!type\b).* from '([^']+)'", source, re.MULTILINE)
    assert loaded == ["vscode", "./reason"]


def test_every_command_is_registered() -> None:
    text = (VSCODE / "src" / "commands.ts").read_text(encoding="utf-8")
    table = re.search(r"const commands: Record<.*?> = \{(.*?)\n  \};", text, re.DOTALL)
    assert table is not None
    registered = set(re.findall(r"^    (\w+)[:,]", table[1], re.MULTILINE))
    named = {command["command"] for command in MANIFEST["contributes"]["commands"]}
    assert named == {f"workflow-ls.editor.{name}" for name in registered}


def test_the_walkthrough_has_its_pictures_and_commands() -> None:
    steps = [step for walkthrough in MANIFEST["contributes"]["walkthroughs"] for step in walkthrough["steps"]]
    assert len(steps) > 2
    packed = (VSCODE / ".vscodeignore").read_text(encoding="utf-8").splitlines()
    patterns = [line.removeprefix("!") for line in packed if line.startswith("!")]
    commands = {command["command"] for command in MANIFEST["contributes"]["commands"]}
    for step in steps:
        for image in step["media"]["image"].values():
            assert (VSCODE / image).is_file(), image
            assert any(fnmatch(image, pattern) for pattern in patterns), f"{image} is not packed"
        assert set(re.findall(r"command:([\w.-]+)", step["description"])) <= commands
        assert step["media"]["altText"]


def test_what_the_extension_keeps_goes_with_it() -> None:
    assert MANIFEST["scripts"]["vscode:uninstall"] == "node ./out/uninstall.js"
    assert "!out/uninstall.js" in (VSCODE / ".vscodeignore").read_text(encoding="utf-8").splitlines()


def test_each_view_is_hidden_where_there_is_nothing_to_do() -> None:
    views = [view for group in MANIFEST["contributes"]["views"].values() for view in group]
    assert views
    assert all(view["when"] == "workflow-ls.active" for view in views)


def test_rules_are_set_for_each_folder() -> None:
    assert {name for name, setting in SETTINGS.items() if setting["scope"] == "resource"} == {"workflow-ls.rules"}


def test_the_pages_of_rules_are_shown_as_pages() -> None:
    associations = MANIFEST["contributes"]["configurationDefaults"]["workbench.editorAssociations"]
    (pattern,) = associations
    page = "/any/where/workflow_ls/rules/pages/deprecated-import.md"
    assert fnmatch(page, pattern.replace("**/", "*/"))
    assert (ROOT / "workflow_ls/rules/pages/deprecated-import.md").is_file()


def test_it_runs_where_the_folder_is() -> None:
    """In a remote window on the other machine; in a browser, where no folder is on disk, nowhere; and both are said."""
    assert MANIFEST["extensionKind"] == ["workspace"]
    assert "browser" not in MANIFEST
    virtual = MANIFEST["capabilities"]["virtualWorkspaces"]
    assert virtual["supported"] is False
    assert virtual["description"]
    readme = (VSCODE / "README.md").read_text(encoding="utf-8")
    for word in ("SSH", "container", "WSL", "vscode.dev", "virtual workspaces"):
        assert word in readme, word


def test_what_differs_between_folders_can_be_set_for_each() -> None:
    scopes = {name.removeprefix("workflow-ls."): setting["scope"] for name, setting in SETTINGS.items()}
    assert scopes["rules"] == "resource"
    # One server serves the window: whether it runs, and what it shows, is a matter of the window.
    assert {scopes[name] for name in ("enable", "workspaceDiagnostics", "codeLens", "trace.server")} == {"window"}
