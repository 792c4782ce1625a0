"""Documents in any order, of any size, at any place, and by any spelling of their names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.server.places import uri, write
from tests.server.processes import spawn
from tests.server.raw import PULL, PUSH, RawClient
from tests.server.robustness.conftest import FILE, LEGACY


def test_documents_out_of_order(client: RawClient, root: Path) -> None:
    document, other = uri(root, FILE), uri(root, "packages/a/src/b.ts")
    client.change(other, 3, {"text": LEGACY})  # never opened
    client.close(other)
    client.open(document, "")
    assert client.published(document, 1) == []
    client.replace(document, LEGACY, 5)
    assert len(client.published(document, 5)) == 1
    client.replace(document, LEGACY * 2, 3)  # going back
    assert len(client.published(document, 3)) == 2
    client.open(document, LEGACY * 3, 1)  # opened again
    assert len(client.published(document, 1)) == 3
    client.close(document)
    client.close(document)
    assert client.is_alive()
    assert not any(message["params"]["uri"] == other for message in client.seen if "params" in message)


def test_a_position_outside_the_text(client: RawClient, root: Path) -> None:
    document = uri(root, FILE)
    client.open(document, LEGACY)
    far = {"line": 2**31 - 1, "character": 2**31 - 1}
    client.change(document, 2, {"range": {"start": far, "end": far}, "text": LEGACY})
    assert [item["range"]["start"]["line"] for item in client.published(document, 2)] == [0, 1]
    client.change(document, 3, {"range": {"start": far, "end": {"line": 1, "character": 0}}, "text": ""})
    assert len(client.published(document, 3)) == 1
    assert client.request("textDocument/hover", {"textDocument": {"uri": document}, "position": far})["result"] is None


def test_a_huge_message(client: RawClient, root: Path) -> None:
    document = uri(root, FILE)
    client.open(document, LEGACY + f"// {'é' * 80}\n" * 25_000)  # 4 MB
    assert len(client.published(document, 1)) == 1
    client.open(document, LEGACY + f"// {'é' * 80}\n" * 75_000)  # past the limit, which is as for any file
    (skipped,) = client.published(document, 1)
    assert skipped["message"] == "skipped: it is larger than 5 MB (maxFileSize in workflow-ls.json)"
    assert client.is_alive()


@pytest.mark.slow
@pytest.mark.parametrize("capabilities", [PUSH, PULL])
def test_five_thousand_diagnostics_in_one_file(root: Path, capabilities: dict[str, object]) -> None:
    with RawClient() as client:
        client.initialize(capabilities, root)
        document = uri(root, FILE)
        client.open(document, LEGACY * 5_000)
        items = client.published(document, 1) if capabilities is PUSH else client.pull(document)
        assert [item["range"]["start"]["line"] for item in items] == list(range(5_000))


@pytest.mark.parametrize(
    "other",
    [
        "git:/a/b.ts?ref",
        "vscode-notebook-cell:/a#1",
        "zipfile:///a.zip::b.ts",
        "",
        ":",
        "file://[",
        "%",
    ],
)
def test_other_schemes(client: RawClient, root: Path, other: str) -> None:
    client.open(other, LEGACY)
    client.change(other, 2, {"text": LEGACY})
    document = {"textDocument": {"uri": other}}
    position = {"position": {"line": 0, "character": 30}}
    range_ = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 30}}}
    assert client.request("textDocument/hover", {**document, **position})["result"] is None
    assert not client.request("textDocument/definition", {**document, **position})["result"]
    assert not client.request("textDocument/codeAction", {**document, **range_, "context": {"diagnostics": []}})[
        "result"
    ]
    assert not client.request("textDocument/codeLens", document)["result"]
    assert not client.request("textDocument/documentLink", document)["result"]
    assert client.request("textDocument/diagnostic", document)["result"]["items"] == []
    client.close(other)
    client.open(uri(root, FILE), LEGACY)
    assert len(client.published(uri(root, FILE))) == 1


@pytest.mark.parametrize("name", ["a b/é.ts", "(group)/[id]/@x/a#1?;=&+,!$.ts", "100%/~.ts", "日本/😀.ts"])
def test_names_that_a_uri_spells_another_way(root: Path, name: str) -> None:
    place = f"packages/a/{name}"
    write(root, base="", text="")
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    (root / place).write_text(LEGACY)
    everything = "".join(f"%{byte:02x}" for byte in os.fsencode(f"/{place}"))
    for spelled in (uri(root, place), root.as_uri() + everything.replace("%2f", "/")):
        with RawClient() as client:
            client.initialize(PUSH, root)
            client.open(spelled, LEGACY * 2)
            assert len(client.published(spelled, 1)) == 2
            client.close(spelled)
            assert len(client.published(spelled)) == 1  # as it is on disk


@pytest.mark.parametrize(
    "spelled", ["file:///c%3A/x/a.ts", "file:///C:/x/a.ts", "file://server/share/a.ts", "file:a.ts"]
)
def test_paths_of_other_systems(steady: RawClient, spelled: str) -> None:
    steady.open(spelled, LEGACY)
    steady.change(
        spelled, 2, {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "\n"}
    )
    steady.close(spelled)
    assert steady.is_alive()


def test_two_spellings_of_one_file(root: Path) -> None:
    one, other = uri(root, FILE), root.as_uri() + "/packages/a/./src/../src/%61.ts"
    with RawClient() as client:
        client.initialize(PULL, root)
        client.open(one, LEGACY)
        client.open(other, LEGACY * 2)
        assert len(client.pull(other)) == 2
        client.close(other)  # the first one is open still
        assert len(client.pull(one)) == 1
        client.replace(one, LEGACY * 3, 2)
        assert len(client.pull(one)) == 3
        client.close(one)
        assert client.pull(one) == []


def test_a_file_opened_alone(root: Path) -> None:
    with RawClient() as client:
        client.initialize(PUSH)
        client.open(uri(root, FILE), LEGACY)
        [item] = client.published(uri(root, FILE), 1)
        assert item["code"] == "deprecated-import"
        assert "moved to `@alga-psa/workflows/runtime/client`" in item["message"]


def test_a_file_opened_alone_without_any_project(tmp_path: Path) -> None:
    with RawClient() as client:
        client.initialize(PUSH)
        client.open(uri(tmp_path, "a.ts"), LEGACY)
        assert [item["code"] for item in client.published(uri(tmp_path, "a.ts"), 1)] == ["deprecated-import"]


@pytest.mark.slow
def test_logs_are_quiet_about_what_editors_open(root: Path) -> None:
    with RawClient(spawn()) as client:
        client.initialize(PUSH, root)
        client.open("untitled:1", "x")
        client.change("untitled:1", 2, {"text": "y"})
        client.close("untitled:1")
        client.request("shutdown")
        client.notify("exit", None)
        client.ended()
        client.drain_log()
        assert client.log == b""
