"""The server knows what the command line found out about texts, and the other way round."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.server.client import Client

pytestmark = pytest.mark.slow

IMPORT = "import { client } from '@shared/workflow/runtime/client';\n"
PATHS = ("packages/a/src/a.ts", "packages/a/src/b.ts")
PROJECT = "".join(f"//- /{path}\n{IMPORT}" for path in PATHS)
Write = Callable[..., Path]


def pulled(root: Path) -> dict[str, list[str]]:
    """The messages that a server gives for each file with findings, for all files at once."""
    with Client(root) as client:
        answer: dict[str, Any] = client.request("workspace/diagnostic", {"previousResultIds": []})
        # A second request is answered after the job that keeps the facts.
        client.request("workspace/diagnostic", {"previousResultIds": []})
    return {item["uri"]: [each["message"] for each in item["items"]] for item in answer["items"]}


def moved(found: dict[str, list[str]]) -> list[str]:
    """Those of the files whose import is said to have moved."""
    said = {uri for uri, messages in found.items() if any("moved to" in message for message in messages)}
    return [path for path in PATHS if any(uri.endswith(path) for uri in said)]


def test_a_server_parses_nothing_that_a_check_has_parsed(cli: Cli, workspace: Write, parsed: list[str]) -> None:
    root = workspace(PROJECT)
    first = pulled(root)
    assert {*PATHS} <= {*parsed}
    assert moved(first) == [*PATHS]
    parsed.clear()
    assert pulled(root) == first
    cli("check", root)
    assert parsed == []


def test_a_check_comes_first(cli: Cli, workspace: Write, parsed: list[str]) -> None:
    root = workspace(PROJECT)
    cli("check", root)
    parsed.clear()
    assert moved(pulled(root)) == [*PATHS]
    assert not {*PATHS} & {*parsed}


def test_broken_facts_are_made_anew(workspace: Write, cache: Path) -> None:
    root = workspace(PROJECT)
    first = pulled(root)
    (facts,) = (cache / "facts").iterdir()
    data = facts.read_bytes()
    for broken in (b"", data[:100], data[:-50] + b"x" * 50):
        facts.write_bytes(broken)
        assert pulled(root) == first
