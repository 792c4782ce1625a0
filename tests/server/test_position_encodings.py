"""How a client counts columns: by its capabilities, or by an option where it can't have any."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checks import SOUND
from tests.fixture import project
from tests.server.client import Client, apply_edits, write_project

PATH = "packages/a/one.ts"
BEFORE = "/* 🧾 é */ import { client } from '@shared/workflow/runtime/client';\n"
AFTER = BEFORE.replace("@shared/workflow", "@alga-psa/workflows")
PULL: dict[str, Any] = {"textDocument": {"diagnostic": {}, "codeAction": {"codeActionLiteralSupport": {}}}}
ALL = ["utf-8", "utf-16", "utf-32"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    manifest = '{"name": "a", "dependencies": {"@alga-psa/workflows": "*"}}'
    files: dict[str, str | bytes] = {**project(SOUND).files, "packages/a/package.json": manifest, PATH: BEFORE}
    return write_project(tmp_path / "project", files)


def fixed(client: Client, encoding: str) -> str:
    """The text after the edit of a quick fix at the place of the finding, by the columns of an encoding."""
    uri = client.open(PATH, BEFORE)
    (finding,) = client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["items"]
    asked = {"textDocument": {"uri": uri}, "range": finding["range"], "context": {"diagnostics": [finding]}}
    action = client.request("textDocument/codeAction", asked)[0]
    edit = action["edit"]
    edits = edit["changes"][uri] if "changes" in edit else edit["documentChanges"][0]["edits"]
    return apply_edits(BEFORE, edits, encoding)


@pytest.mark.parametrize("encoding", ALL)
def test_an_option_counts_where_no_capability_does(root: Path, encoding: str) -> None:
    with Client(root, PULL, options={"positionEncoding": encoding}) as client:
        assert client.initialized["capabilities"]["positionEncoding"] == encoding
        assert fixed(client, encoding) == AFTER


@pytest.mark.parametrize("encoding", ALL)
def test_a_capability_counts_before_the_option(root: Path, encoding: str) -> None:
    capabilities = {**PULL, "general": {"positionEncodings": [encoding]}}
    with Client(root, capabilities, options={"positionEncoding": "utf-32"}) as client:
        assert client.initialized["capabilities"]["positionEncoding"] == encoding
        assert fixed(client, encoding) == AFTER


@pytest.mark.parametrize("wanted", ["utf-7", "", 8, ["utf-8"], {"utf-8": True}, None, True])
def test_what_is_no_encoding_is_none(root: Path, wanted: object) -> None:
    with Client(root, PULL, options={"positionEncoding": wanted}) as client:
        assert client.initialized["capabilities"]["positionEncoding"] == "utf-16"
        assert fixed(client, "utf-16") == AFTER
