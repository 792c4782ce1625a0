"""Fix All in Workspace: previewed, kept to the opened folders, and its progress; and the view of what is left."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.checks import SOUND
from tests.fixture import project
from tests.server.client import PLAIN, Client, write_project
from workflow_ls.server.features.commands import fix_commands

pytestmark = pytest.mark.slow

CLIENT = "import { client } from '@shared/workflow/runtime/client';\n"
GONE = "import { gone } from '@shared/workflow/bundle/gone';\nimport { lost } from '@shared/workflow/bundle/lost';\n"
FILES: dict[str, str | bytes] = {
    **project(SOUND).files,
    "packages/a/package.json": '{"name": "a"}',
    "packages/a/src/one.ts": CLIENT,
    "packages/b/package.json": '{"name": "b", "dependencies": {"@alga-psa/workflows": "*"}}',
    "packages/b/src/two.ts": f"{CLIENT}{GONE}",
}
MANIFEST, ONE = "packages/a/package.json", "packages/a/src/one.ts"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project", FILES)


def edited(root: Path, client: Client) -> list[str]:
    found = [request["params"]["edit"] for request in client.requests if request["method"] == "workspace/applyEdit"]
    uris = [
        uri
        for edit in found
        for uri in edit.get("changes") or [c["textDocument"]["uri"] for c in edit["documentChanges"]]
    ]
    return sorted(Path(uri.removeprefix("file://")).relative_to(root).as_posix() for uri in uris)


def questions(client: Client) -> list[str]:
    asked = [each["params"] for each in client.requests if each["method"] == "window/showMessageRequest"]
    return [params["message"] for params in asked]


def test_inside_of_the_opened_folders_nobody_is_asked(root: Path) -> None:
    for folders in ([root], [root / "packages/a"], [root / "packages/a/src", root / "packages/a"]):
        with Client(root, folders=folders) as client:
            assert client.execute("workflow-ls.fixWorkspace")["applied"]
            assert {ONE, MANIFEST} <= {*edited(root, client)}
            assert questions(client) == []


@pytest.mark.parametrize(
    ("answer", "files"),
    [({"title": "Change Them, Too"}, [MANIFEST, ONE]), ({"title": "Opened Folders Only"}, []), (None, [])],
)
def test_files_outside_change_with_consent_only(root: Path, answer: Any, files: list[str]) -> None:
    with Client(root, folders=[root / "packages/a/src"]) as client:
        client.answers["window/showMessageRequest"] = lambda _: answer
        done = client.execute("workflow-ls.fixWorkspace")
        assert edited(root, client) == files
        (question,) = questions(client)
    assert question == f"1 file outside of the opened folders changes with this: {MANIFEST}."
    assert done["fixed"] == len(files) // 2
    assert done["applied"] is (answer is not None)


def test_what_needs_nothing_outside_is_fixed_in_any_case(root: Path) -> None:
    folders = [root / "packages/a/src", root / "packages/b/src"]
    with Client(root, folders=folders) as client:
        client.answers["window/showMessageRequest"] = lambda _: {"title": "Opened Folders Only"}
        done = client.execute("workflow-ls.fixWorkspace")
        assert edited(root, client) == ["packages/b/src/two.ts"]
    assert (done["fixed"], done["applied"]) == (1, True)


def test_a_folder_that_a_command_names_is_consent(root: Path) -> None:
    with Client(root, folders=[root / "packages/a/src"]) as client:
        client.execute("workflow-ls.fixWorkspace", (root / "packages/a").as_uri())
        assert edited(root, client) == [MANIFEST, ONE]
        assert questions(client) == []


def test_a_preview_lists_all_edits_and_changes_the_same(root: Path) -> None:
    with Client(root) as client:
        assert client.execute("workflow-ls.fixWorkspace")["applied"]
        assert client.execute("workflow-ls.previewWorkspace")["applied"]
        plain, preview = (each["params"]["edit"] for each in client.requests if each["method"] == "workspace/applyEdit")
    confirmed = {key for key, each in preview["changeAnnotations"].items() if each["needsConfirmation"]}
    assert len(confirmed) == 1
    changes = preview["documentChanges"]
    to_confirm = [edit for change in changes for edit in change["edits"] if edit.get("annotationId") in confirmed]
    assert [edit["newText"] for edit in to_confirm] == [""], "what waits for the user changes nothing by itself"
    assert to_confirm[0]["range"]["start"] == to_confirm[0]["range"]["end"]

    def texts(edit: dict[str, Any]) -> Counter[str]:
        return Counter(json.dumps(each["newText"]) for c in edit["documentChanges"] for each in c["edits"])

    assert texts(preview) - texts(plain) == Counter({'""': 1})


def test_a_preview_that_is_discarded_is_no_failure(root: Path) -> None:
    with Client(root) as client:
        client.answers["workspace/applyEdit"] = lambda _: {"applied": False}
        done = client.execute("workflow-ls.previewWorkspace")
        messages = [each for each in client.notifications if each["method"] == "window/showMessage"]
    assert (done["applied"], done["fixed"], done["reason"]) == (False, 0, "stopped; nothing was changed")
    assert messages == []


def test_an_editor_without_previews_is_told(root: Path) -> None:
    with Client(root, PLAIN) as client:
        done = client.execute("workflow-ls.previewWorkspace")
        told = client.wait_for("window/showMessage")["message"]
        assert edited(root, client) == []
    assert done["reason"] in told
    assert "fix --diff" in told


def test_progress_never_runs_backwards(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files change while they are looked at, so that they are looked at again."""
    monkeypatch.setattr(fix_commands, "RETRY_SECONDS", 0)
    write_project(root, {f"packages/b/src/more{number}.ts": CLIENT for number in range(60)})
    with Client(root) as client:
        path = root / "packages/b/src/more1.ts"
        rounds: list[int] = []

        def changing(*arguments: Any) -> Any:
            rounds.append(len(rounds))
            if len(rounds) < 3:
                path.write_text(f"{CLIENT}// {len(rounds)}\n")
            return outdated(*arguments)

        outdated = fix_commands._take_in_changed
        monkeypatch.setattr(fix_commands, "_take_in_changed", changing)
        assert client.execute("workflow-ls.fixWorkspace")["applied"]
        values = [each["params"]["value"] for each in client.notifications if each["method"] == "$/progress"]
    assert len(rounds) == 3
    percentages = [value["percentage"] for value in values if value["kind"] == "report"]
    done = [int(value["message"].split()[0]) for value in values if value["kind"] == "report"]
    assert len(percentages) > 4
    assert percentages == sorted(percentages)
    assert done == sorted(done)


def test_a_finding_of_the_status_has_its_package_and_its_cause(root: Path) -> None:
    with Client(root) as client:
        status = client.execute("workflow-ls.status")
    of_b = [finding for finding in status["findings"] if finding["uri"].endswith("two.ts")]
    assert {finding["package"] for finding in of_b} == {"b"}
    assert Counter(finding["package"] for finding in status["findings"]) == Counter(status["by_package"])
    causes = [finding["cause"] for finding in status["findings"] if finding["cause"] is not None]
    assert Counter(causes) == {number: cause["count"] for number, cause in enumerate(status["causes"])}
    assert [finding["cause"] for finding in of_b if finding["status"] != "blocked"] == [None]
    (cause,) = {finding["cause"] for finding in of_b if finding["status"] == "blocked"}
    assert status["causes"][cause]["count"] == 2


def test_the_status_is_that_of_the_opened_folders(root: Path) -> None:
    with Client(root, folders=[root / "packages/b"]) as client:
        status = client.execute("workflow-ls.status")
    assert status["by_package"] == {"b": 3}
