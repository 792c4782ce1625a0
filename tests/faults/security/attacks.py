"""Texts that attack, all commands over a workspace that holds them, and what they must not do."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tests.cli.conftest import Cli, Result
from tests.faults.sealed import sealed
from tests.strategies import NIGHTLY
from workflow_ls.reporters import REPORTERS, STATUS_REPORTERS

LEGACY = "import { client } from '@shared/workflow/runtime/client';\n"
SECRET = "the-secret-of-another-place"
EVIL = "\x1b[2J\x1b]0;t\x07\u202e##vso[x]y\n::error::z\r\n`![i](https://evil.example)<img src=x>|@all"


TURNS = 5


def commands(root: Path, turn: int | None = None) -> Iterator[list[str]]:
    """Every command that reads a workspace, in every format, and then those that write.

    With a `turn`, one in five of those that read: those of five turns in a row are all.
    """
    where = ["--root", str(root)]
    formats = [("check", name) for name in REPORTERS] + [("status", name) for name in STATUS_REPORTERS]
    reading = [
        *([command, str(root), *where, "--format", name] for command, name in formats),
        ["explain", "@shared/workflow/runtime/client", *where, "--from", str(root / "packages/a/a.ts")],
        ["fix", str(root), *where, "--diff", "--unsafe"],
        ["cutover", str(root), *where, "--dry-run"],
        ["cutover", str(root), *where, "--dry-run", "--format", "json"],
    ]
    yield from reading if turn is None else reading[turn % TURNS :: TURNS]
    yield ["fix", str(root), *where, "--unsafe", "--allow-dirty"]
    yield ["cutover", str(root), *where, "--allow-dirty"]


def assert_harmless(result: Result, what: object) -> None:
    """What was printed moves no cursor, and gives no CI system an order but those that a format consists of."""
    ordered = isinstance(what, list) and "github" in what
    for text in (result.out, result.err):
        assert text.replace("\n", "").replace("\t", "").isprintable(), what
        starts = [line for line in text.split("\n") if line.lstrip().startswith("::")]
        assert ordered or not starts, what
        assert all(line.startswith(("::error ", "::warning ", "::notice ", "::debug::")) for line in starts), starts
        as_data = isinstance(what, list) and {"json", "sarif", "gitlab", "rdjson", "junit"} & {*what}
        assert as_data or "##vso[" not in text, what
    assert SECRET not in result.out + result.err


_turns = count()


def run_all(cli: Cli, root: Path, cache: Path, *others: Path) -> None:
    """Every command, sealed off from all but the workspace; what lies beside it stays as it is.

    The cases of a test take turns with what reads in `make test`, and have all of it in `make nightly`.
    """
    beside = {path: path.read_bytes() for path in (root.parent / "outside").rglob("*") if path.is_file()}
    for command in commands(root, None if NIGHTLY else next(_turns)):
        with sealed(root, cache.parent, *others):
            result = cli(*command)
        assert result.code in (0, 1, 2), command
        assert "Traceback" not in result.err
        assert_harmless(result, command)
    assert beside == {path: path.read_bytes() for path in (root.parent / "outside").rglob("*") if path.is_file()}
