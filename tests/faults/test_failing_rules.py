"""Rules that fail"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.faults.test_overlooked import IMPORT, PROJECT
from tests.server.client import Client
from workflow_ls.diagnostics import Diagnostic
from workflow_ls.records import replace
from workflow_ls.rewrite.conflicts import find_outcomes
from workflow_ls.rules import all_rules
from workflow_ls.rules.shared import runner
from workflow_ls.rules.shared.rule import FileContext, JsonContext

Write = Callable[..., Path]
Context = FileContext | JsonContext
BAD = "packages/a/src/bad.ts"
GOOD = "packages/a/src/good.ts"
TREE = f"{PROJECT}\n//- /{BAD}\n// bad\n{IMPORT}\n//- /{GOOD}\n{IMPORT}\n"


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes a rule fail on the files whose text holds "bad": at once, or after its first finding."""

    def break_rule(code: str, error: Exception, *, late: bool = False) -> None:

        def some_broken() -> list[Any]:
            return [
                replace(rule, check=defect(rule.check), check_json=defect(rule.check_json))
                if rule.code == code
                else rule
                for rule in all_rules()
            ]

        def defect(check: Any) -> Any:
            def checked(context: Context) -> Iterator[Diagnostic]:
                is_bad = b"bad" in (context.workspace.files.read(context.path) or b"")
                for finding in check(context):
                    if is_bad and not late:
                        raise error
                    yield finding
                if is_bad:
                    raise error

            return None if check is None else checked

        monkeypatch.setattr(runner, "all_rules", some_broken)

    return break_rule


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("error", "what"),
    [
        (KeyError("a\nb"), "KeyError: 'a\\nb'"),
        (ValueError(), "ValueError"),
        (RecursionError("deep"), "RecursionError: deep"),
    ],
)
def test_a_rule_that_fails_on_a_file(
    workspace: Write, cli: Cli, breaks: Callable[..., None], error: Exception, what: str, late: bool
) -> None:
    """A rule raises on one file -> that rule costs that file; a line names both, exit 2, the rest is reported."""
    root = workspace(TREE)
    sound = cli("check", "--root", root, root, "--no-cache").out
    breaks("deprecated-import", error, late=late)
    for _ in range(2):  # nothing of it comes from the cache
        result = cli("check", "--root", root, root)
        assert result.code == 2
        [line] = [line for line in result.out.splitlines() if "failed" in line]
        assert line.startswith(
            f"{BAD}: error: the rule `deprecated-import` failed on this file: {what}. Set WORKFLOW_LS"
        )
    assert f"{BAD}:2" in sound
    assert f"{BAD}:2" not in result.out
    assert f"{GOOD}:1" in result.out
    assert "All clear" not in result.out
    assert "unused-suppression" not in result.out


def test_the_traceback_is_there_on_request(
    workspace: Write, cli: Cli, breaks: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule raises, and a variable requests the traceback -> standard error has it, once.

    Without the variable, there is none.
    """
    root = workspace(TREE)
    breaks("deprecated-import", KeyError("odd"))
    assert cli("check", "--root", root, root).err == ""
    monkeypatch.setenv("WORKFLOW_LS_TRACEBACK", "1")
    for command in (("check", root), ("status", root), ("fix", "--diff", root)):
        err = cli(*command, "--root", root).err
        assert err.count("Traceback (most recent call last)") == 1
        assert "KeyError: 'odd'" in err
        assert "test_failing_rules.py" in err


def test_a_comment_for_a_rule_that_failed_is_no_unused_one(
    workspace: Write, cli: Cli, breaks: Callable[..., None]
) -> None:
    """A rule fails on a file with a comment that suppresses it -> the comment is not called unused."""
    comment = "// workflow-ls-ignore deprecated-import: bad"
    root = workspace(f"{PROJECT}\n//- /{BAD}\n{comment}\n{IMPORT}\n")
    breaks("deprecated-import", KeyError(1))
    assert "unused-suppression" not in cli("check", "--root", root, root).out


@pytest.mark.parametrize("command", ["fix", "status", "cutover"])
def test_nothing_counts_as_met_over_a_failure(
    workspace: Write, cli: Cli, breaks: Callable[..., None], command: str
) -> None:
    """A rule raises in `fix`, `status` or `cutover` -> exit 2, the file is named, and nothing is called met."""
    root = workspace(TREE)
    breaks("deprecated-import", KeyError(1))
    result = cli(command, root, *(["--format", "json"] if command == "status" else []))
    assert result.code == 2
    assert BAD in result.out + result.err
    if command == "fix":
        assert "@shared/workflow" in (root / BAD).read_text()
        assert "@shared/workflow" not in (root / GOOD).read_text()
    elif command == "status":
        assert json.loads(result.out)["skipped"] == [BAD]
    else:
        assert (root / "shared/workflow").is_dir()


def test_a_fix_after_which_a_rule_fails(workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule fails on the text that a fix would make -> the fix is taken back, and says so."""
    root = workspace(TREE)

    def outcomes(targets: Any, facts: Any) -> Any:
        if facts.path == BAD and b"@alga" in facts.text:
            raise ZeroDivisionError
        return find_outcomes(targets, facts)

    monkeypatch.setattr(runner, "find_outcomes", outcomes)
    result = cli("fix", root)
    assert "@shared/workflow" in (root / BAD).read_text()
    assert "@shared/workflow" not in (root / GOOD).read_text()
    assert "the fix would cause: the analysis failed" in result.out


def test_a_failure_in_what_all_rules_need(workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """The analysis of a file fails before any rule -> that file is named, and the rest is reported."""
    root = workspace(TREE)

    def outcomes(targets: Any, facts: Any) -> Any:
        if facts.path == BAD:
            raise IndexError("nothing there")
        return find_outcomes(targets, facts)

    monkeypatch.setattr(runner, "find_outcomes", outcomes)
    result = cli("check", "--root", root, root)
    assert result.code == 2
    assert f"{BAD}: error: the analysis failed on this file: IndexError: nothing there." in result.out
    assert f"{GOOD}:1" in result.out


def test_the_server_goes_on(workspace: Write, breaks: Callable[..., None]) -> None:
    """A rule raises on a document -> the document says so, the log has the traceback once, all else is served."""
    root = workspace(TREE)
    breaks("deprecated-import", KeyError("odd"))
    with Client(root) as client:
        bad, good = client.open(BAD), client.open(GOOD)

        def shown(uri: str, part: str) -> Any:
            def matches(params: Any) -> bool:
                return params["uri"] == uri and any(part in item["message"] for item in params["diagnostics"])

            return client.wait_for("textDocument/publishDiagnostics", matches)

        [item] = shown(bad, "failed on this file")["diagnostics"]
        assert item["message"].startswith("the rule `deprecated-import` failed on this file: KeyError: 'odd'.")
        assert (item["severity"], item["code"]) == (1, "deprecated-import")
        assert shown(good, "moved")
        assert client.actions(bad, (0, 0), (9, 0)) == []
        assert client.actions(good, (0, 30))
        # Once the text is another, the rule is no longer in the way.
        client.change(bad, IMPORT, 2)
        assert shown(bad, "moved")
    assert client.log.count(b"Traceback (most recent call last)") == 1
