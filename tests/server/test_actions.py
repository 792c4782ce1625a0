"""Code actions, asked for by a client over the wire."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.checks import MONOREPO
from tests.fixture import project
from tests.server.client import PLAIN, VS_CODE, Client, apply_edits, write_project
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.syntax.parser import parse

RULE = "deprecated-import"
CLIENT = "import { client } from '@shared/workflow/runtime/client';\n"
START = "import { start } from '@shared/workflow/runtime';\n"
MISSING = "import { gone } from '@shared/workflow/streams/gone';\n"
FIXED = CLIENT.replace("@shared/workflow", "@alga-psa/workflows")
FIX_ALL = "source.fixAll.workflow-ls"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    marked: dict[str, str | bytes] = {"packages/a/mark.ts": b"\xef\xbb\xbf" + CLIENT.encode()}
    return write_project(tmp_path_factory.mktemp("project"), {**project(MONOREPO).files, **marked})


@pytest.fixture(scope="module")
def code(root: Path) -> Iterator[Client]:
    with Client(root, VS_CODE) as client:
        yield client


@pytest.fixture(scope="module")
def plain(root: Path) -> Iterator[Client]:
    with Client(root, PLAIN) as client:
        yield client


def titled(actions: list[dict[str, Any]], start: str) -> dict[str, Any]:
    (found,) = [action for action in actions if action["title"].startswith(start)]
    return found


def edited(action: dict[str, Any], text: str, encoding: str = "utf-16") -> str:
    edit = action["edit"]
    if "changes" in edit:
        ((_, edits),) = edit["changes"].items()
    else:
        (change,) = edit["documentChanges"]
        edits = change["edits"]
    return apply_edits(text, edits, encoding)


def test_capability(code: Client) -> None:
    provider = code.initialized["capabilities"]["codeActionProvider"]
    assert provider == {"codeActionKinds": ["quickfix", FIX_ALL], "resolveProvider": False}


@pytest.mark.parametrize("text", ["", "export const a = 1;\n", FIXED])
def test_nothing_to_fix(code: Client, text: str) -> None:
    uri = code.open("packages/a/clean.ts", text)
    assert code.actions(uri, (0, 0), (9, 0)) == []
    assert code.actions(uri, (0, 0), (9, 0), only=["source.fixAll"]) == []


def test_not_a_file(code: Client) -> None:
    assert code.actions("untitled:Untitled-1", (0, 0)) == []


def test_a_mock_takes_its_import_along(code: Client) -> None:
    mock = "vi.mock('@shared/workflow/runtime/client', () => ({ client: 2 }));\n"
    text = f"{CLIENT}{mock}client;\n"
    uri = code.open("packages/a/worse.test.ts", text)
    action = titled(code.actions(uri, (1, 10), only=["quickfix"]), "Replace with")
    assert edited(action, text) == text.replace("@shared/workflow", "@alga-psa/workflows")
    both = titled(code.actions(uri, (1, 10), only=["source.fixAll"]), "Fix all workflow imports")
    assert edited(both, text) == f"{text}".replace("@shared/workflow", "@alga-psa/workflows")


def test_elsewhere_in_the_file(code: Client) -> None:
    uri = code.open("packages/a/elsewhere.ts", f"{CLIENT}const a = 1;\n")
    assert code.actions(uri, (1, 3)) == []


def test_quick_fix(code: Client) -> None:
    text = f"const a = '😀'; {CLIENT}"
    uri = code.open("packages/a/quick.ts", text, version=7)
    published = code.wait_for("textDocument/publishDiagnostics", lambda p: p["uri"] == uri)
    action = titled(code.actions(uri, (0, 48)), "Replace with")
    assert action["title"] == "Replace with '@alga-psa/workflows/runtime/client'"
    assert action["kind"] == "quickfix"
    assert action["isPreferred"] is True
    assert action["diagnostics"] == published["diagnostics"]
    (change,) = action["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": 7}
    assert edited(action, text) == text.replace("@shared/workflow", "@alga-psa/workflows")


def test_changes_for_a_plain_client(plain: Client) -> None:
    text = f"const a = '😀'; {CLIENT}"
    uri = plain.open("packages/a/plain.ts", text)
    action = titled(plain.actions(uri, (0, 50)), "Replace with")
    assert list(action["edit"]) == ["changes"]
    assert "isPreferred" not in action
    assert edited(action, text, "utf-8") == text.replace("@shared/workflow", "@alga-psa/workflows")


def test_diagnostics_that_a_client_passes_are_not_believed(code: Client) -> None:
    uri = code.open("packages/a/stale.ts", f"\n\n{CLIENT}")
    span = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 5}}
    stale = {"range": span, "message": "old", "code": RULE, "source": "workflow-ls", "severity": 77, "data": {"x": 1}}
    action = titled(code.actions(uri, (2, 30), diagnostics=[stale]), "Replace with")
    assert action["diagnostics"][0]["range"]["start"] == {"line": 2, "character": 24}


def test_follows_the_document(code: Client) -> None:
    uri = code.open("packages/a/follows.ts", CLIENT)
    code.change(uri, f"const longer = 1;\n{CLIENT}", 2)
    assert code.actions(uri, (0, 30)) == []
    action = titled(code.actions(uri, (1, 30)), "Replace with")
    assert action["edit"]["documentChanges"][0]["textDocument"]["version"] == 2


def test_unverified(tmp_path: Path) -> None:
    root = write_project(tmp_path, {"package.json": '{"workspaces": []}', "a.ts": f"{CLIENT}{START}"})
    with Client(root) as client:
        uri = client.open("a.ts")
        actions = client.actions(uri, (0, 30))
        action = titled(actions, "Replace with")
        assert action["title"] == "Replace with '@alga-psa/workflows/runtime/client' (not checked)"
        assert "isPreferred" not in action
        assert titled(actions, "Fix all workflow")["title"].endswith("(2 not checked)")


def test_blocked(code: Client, plain: Client) -> None:
    uri = code.open("packages/a/blocked.ts", MISSING)
    action = titled(code.actions(uri, (0, 30)), "Replace")
    assert action["title"] == "Replace '@shared/workflow/streams/gone'"
    assert "gone" in action["disabled"]["reason"]
    assert "edit" not in action
    uri = plain.open("packages/a/blocked.ts", MISSING)
    titles = [action["title"] for action in plain.actions(uri, (0, 30))]
    assert titles == [f"Ignore this with a comment: // workflow-ls-ignore {RULE}", f"Ignore {RULE} in this file"]


def test_all_of_a_rule(code: Client) -> None:
    text = f"{CLIENT}{START}{MISSING}// workflow-ls-ignore legacy-proxy: none\n"
    uri = code.open("packages/a/rule.ts", text)
    action = titled(code.actions(uri, (0, 30)), f"Fix all {RULE}")
    assert action["kind"] == "quickfix"
    assert len(action["diagnostics"]) == 2
    fixed = text.replace("@shared/workflow/runtime", "@alga-psa/workflows/runtime")
    assert edited(action, text) == fixed
    # "Fix all" of every rule takes the comment away, too.
    action = titled(code.actions(uri, (0, 30)), "Fix all workflow imports")
    assert edited(action, text) == fixed.replace("// workflow-ls-ignore legacy-proxy: none\n", "")


def test_one_of_a_rule_is_no_all(code: Client) -> None:
    uri = code.open("packages/a/single.ts", f"{CLIENT}{MISSING}")
    assert not [a for a in code.actions(uri, (0, 30)) if a["title"].startswith(f"Fix all {RULE}")]


@pytest.mark.parametrize(
    ("only", "kinds"),
    [
        ([FIX_ALL], {FIX_ALL}),
        (["source.fixAll"], {FIX_ALL}),
        (["source"], {FIX_ALL}),
        ([""], {"quickfix", FIX_ALL}),
        (["quickfix"], {"quickfix"}),
        (["refactor", "quickfix"], {"quickfix"}),
        (["source.fixAll.eslint"], set()),
        (["source.fixAll.workflow-ls.more"], set()),
        (["source.fix"], set()),
        (["quickfix.other"], set()),
        (["refactor"], set()),
        ([], {"quickfix", FIX_ALL}),
    ],
)
def test_only(code: Client, only: list[str], kinds: set[str]) -> None:
    uri = code.open("packages/a/only.ts", f"{CLIENT}const a = 1;\n")
    actions = code.actions(uri, (0, 0), (1, 0), only=only)
    assert {action["kind"] for action in actions} == kinds


def test_fix_all_is_of_the_file_and_never_suppresses(code: Client) -> None:
    text = f"const a = 1;\n{CLIENT}{MISSING}{START}"
    uri = code.open("packages/a/all.ts", text)
    (action,) = code.actions(uri, (0, 0), only=[FIX_ALL])
    assert edited(action, text) == text.replace("@shared/workflow/runtime", "@alga-psa/workflows/runtime")


@pytest.mark.parametrize(
    ("title", "after"),
    [
        ("Ignore this", f"const a = 1;\r\n// workflow-ls-ignore {RULE}: reason\r\n{CLIENT}"),
        ("Ignore deprecated", f"// workflow-ls-ignore-file {RULE}: reason\r\nconst a = 1;\r\n{CLIENT}"),
    ],
)
def test_suppress(code: Client, title: str, after: str) -> None:
    text = f"const a = 1;\r\n{CLIENT}"
    uri = code.open("packages/a/suppress.ts", text)
    action = titled(code.actions(uri, (1, 30)), title)
    assert edited(action, text) == after
    assert "isPreferred" not in action
    code.change(uri, after, 2)
    assert code.actions(uri, (0, 0), (9, 0)) == []


def test_what_cannot_be_suppressed(code: Client) -> None:
    uri = code.open("packages/a/unused.ts", f"// workflow-ls-ignore {RULE}: none\n")
    titles = [action["title"] for action in code.actions(uri, (0, 5))]
    assert titles == ["Remove the comment", "Fix all workflow imports in this file"]


def test_byte_order_mark(root: Path, code: Client) -> None:
    uri = (root / "packages/a/mark.ts").as_uri()
    action = titled(code.actions(uri, (0, 30)), "Replace with")
    assert edited(action, CLIENT) == FIXED


def test_client_without_literal_actions(root: Path) -> None:
    with Client(root, {"workspace": {"applyEdit": True}}) as client:
        uri = client.open("packages/a/command.ts", CLIENT)
        title = "Fix all workflow imports in this file"
        assert client.actions(uri, (0, 30)) == [{"title": title, "command": "workflow-ls.fixFile", "arguments": [uri]}]
        assert client.actions(client.open("packages/a/none.ts", MISSING), (0, 30)) == []


def test_a_clean_file_is_not_parsed(tmp_path: Path) -> None:
    """The tree of a document is only made where a legacy specifier may be."""
    root = WorkspaceFolder(write_project(tmp_path, dict(project(MONOREPO).files)))
    for text, parsed in ((b"import { a } from './b';\n", False), (CLIENT.encode(), True)):
        source = parse(text, "packages/a/a.ts")
        root.put("packages/a/a.ts", source)
        found = root.analysis.check_file("packages/a/a.ts")
        assert (bool(found), "tree" in source.__dict__) == (parsed, parsed)
