"""The first file of a large workspace: its findings are shown before the mocks of the workspace are judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.client import VS_CODE, Client, write_project
from workflow_ls.project.queries.nodes import QueryNode
from workflow_ls.rewrite.mocking.mock_reach import MockReach
from workflow_ls.rules.shared import runner

PUBLISH, REFRESH = "textDocument/publishDiagnostics", "workspace/diagnostic/refresh"
PULLS = {
    **VS_CODE,
    "textDocument": {**VS_CODE["textDocument"], "diagnostic": {}},
    "workspace": {**VS_CODE["workspace"], "diagnostics": {"refreshSupport": True}},
}
LEGACY = "import { a } from '@shared/workflow/a';\n"
FILES: dict[str, str | bytes] = {
    "package.json": "{}",
    "tsconfig.json": '{ "compilerOptions": { "paths": { "@shared/*": ["./shared/*"] } } }',
    "ee/packages/workflows/package.json": '{ "name": "@alga-psa/workflows", "exports": { "./a": "./src/a.ts" } }',
    "ee/packages/workflows/src/a.ts": "export const a = 1;\n",
    "shared/workflow/a.ts": "export const a = 1;\n",
    "shared/workflow/user.ts": "import { a } from './a';\nexport const used = a;\n",
    "packages/a/package.json": '{ "dependencies": { "@alga-psa/workflows": "*" } }',
    "packages/a/free.ts": f"{LEGACY}a;\n",
    "packages/a/plain.ts": "export const plain = 1;\n",
    "packages/a/mocks.test.ts": f"{LEGACY}import {{ used }} from '../../shared/workflow/user';\n"
    "vi.mock('@shared/workflow/a', () => ({ a: 2 }));\ntest('uses', () => used + a);\n",
}
FREE, MOCKS, PLAIN = "packages/a/free.ts", "packages/a/mocks.test.ts", "packages/a/plain.ts"
MOVED = "`@shared/workflow/a` moved to `@alga-psa/workflows/a`"
QUIET = {"workspaceDiagnostics": False}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_project(tmp_path, FILES)


@pytest.fixture
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "LARGE", 1)


def published(client: Client, uri: str) -> list[list[str]]:
    """The messages of a file, each time that they were published, once the server has nothing more to say of it."""
    client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    found = [each["params"] for each in client.notifications if each["method"] == PUBLISH]
    return [[item["message"] for item in each["diagnostics"]] for each in found if each["uri"] == uri]


def test_a_small_workspace_publishes_once(root: Path) -> None:
    with Client(root, options=QUIET) as client:
        (messages,) = published(client, client.open(MOCKS))
        assert MOVED not in messages


@pytest.mark.usefixtures("_large")
class TestALargeWorkspace:
    def test_what_moved_comes_first_and_then_what_holds_it_back(self, root: Path) -> None:
        with Client(root, options=QUIET) as client:
            early, proved = published(client, client.open(MOCKS))
            assert MOVED in early
            assert MOVED not in proved
            assert len(early) == len(proved)

    def test_what_is_the_same_then_is_published_once(self, root: Path) -> None:
        with Client(root, options=QUIET) as client:
            assert published(client, client.open(FREE)) == [[MOVED]]

    def test_a_fix_is_proved_before_it_is_offered(self, root: Path) -> None:
        with Client(root, options=QUIET) as client:
            opened, held = client.open(FREE), client.open(MOCKS)
            titles = [[action["title"] for action in client.actions(uri, (0, 25))] for uri in (opened, held)]
            assert any(title.startswith("Replace with") for title in titles[0])
            assert not any(title.startswith("Replace with") for title in titles[1])

    def test_later_files_are_checked_once(self, root: Path) -> None:
        with Client(root, options=QUIET) as client:
            published(client, client.open(FREE))
            (messages,) = published(client, client.open(MOCKS))
            assert MOVED not in messages

    def test_a_file_without_rewrites_is_checked_once(self, root: Path) -> None:
        with Client(root, options=QUIET) as client:
            assert published(client, client.open(PLAIN)) == [[]]

    def test_who_pulls_pulls_again(self, root: Path) -> None:
        def pull(client: Client, uri: str) -> list[str]:
            found: dict[str, Any] = client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
            return [item["message"] for item in found["items"]]

        with Client(root, capabilities=PULLS) as client:
            uri = client.open(MOCKS)
            early = pull(client, uri)
            client.wait_for(REFRESH)
            proved = pull(client, uri)
            assert any(message.startswith(MOVED) for message in early)
            assert not any(message.startswith(MOVED) for message in proved)

    def test_a_proof_that_fails_is_tried_once(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(_: MockReach) -> None:
            raise ValueError("no proof")

        monkeypatch.setattr(MockReach, "reached", fail)
        fail.query = QueryNode(fail)  # type: ignore[attr-defined]  # as of a query
        with Client(root, capabilities=PULLS) as client:
            uri = client.open(MOCKS)
            client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
            client.wait_for(REFRESH)
            found = client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
            assert "no proof" in found["items"][0]["message"]

    def test_who_can_not_be_asked_to_pull_again_waits(self, root: Path) -> None:
        capabilities = {**PULLS, "workspace": VS_CODE["workspace"]}
        with Client(root, capabilities=capabilities) as client:
            found = client.request("textDocument/diagnostic", {"textDocument": {"uri": client.open(MOCKS)}})
            assert not any(item["message"].startswith(MOVED) for item in found["items"])
