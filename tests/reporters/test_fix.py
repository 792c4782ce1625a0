"""The summary of `workflow-ls fix`: one line for each cause that is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.reporters.build import BLOCKED, MOVED, PROXY, UNVERIFIED
from workflow_ls.diagnostics import Blocked, Diagnostic, Severity
from workflow_ls.reporters.fix_summary import render
from workflow_ls.text import Span

TEXT = b"one\ntwo\n\nfour\n"
CORE = Diagnostic(
    "core/a.ts",
    "core-imports-ee",
    Severity.ERROR,
    "core code must not import EE module `@ee/a`",
    Span(4, 7),
    specifier="@ee/a",
    cause=Blocked("inject it"),
)


def summary(remaining: Sequence[Diagnostic], fixed: Sequence[Diagnostic] = (), *, dry_run: bool = False) -> str:
    return render(fixed, 1, remaining, lambda _: TEXT, dry_run=dry_run)


def about(specifier: str, path: str) -> Diagnostic:
    return replace(CORE, path=path, specifier=specifier, message=CORE.message.replace("@ee/a", specifier))


@pytest.mark.parametrize(
    ("fixed", "dry_run", "text"),
    [
        ((), False, "Nothing to fix.\n"),
        ((MOVED,), False, "1 finding fixed in 1 file.\n"),
        ((MOVED, UNVERIFIED), True, "2 findings would be fixed in 1 file, 1 of them unverified.\n"),
    ],
)
def test_what_was_fixed(fixed: tuple[Diagnostic, ...], dry_run: bool, text: str) -> None:
    assert summary((), fixed, dry_run=dry_run) == text


def test_different_causes_stay_apart() -> None:
    """By rule, status and reason; without a reason, by message."""
    findings = (
        CORE,
        replace(CORE, rule="missing-name"),
        replace(CORE, cause=Blocked("move it")),
        replace(CORE, status=BLOCKED.status),
        replace(CORE, cause=None),
        replace(CORE, cause=None, message="inject it"),
    )
    assert summary(findings).count("  core/a.ts:2:1 ") == len(findings)


def test_a_single_finding() -> None:
    assert summary((CORE,)) == (
        "Nothing to fix.\n1 finding left:\n  core/a.ts:2:1 core code must not import EE module `@ee/a`: inject it\n"
    )


def test_one_cause_is_one_line() -> None:
    """With its count and its first three places; what differs in the messages is left out."""
    findings = [about(f"@ee/{name}", f"core/{name}.ts") for name in "abcde"]
    assert summary((*findings[:2], replace(CORE, path="z.ts", cause=Blocked("else")), *findings[2:])) == (
        "Nothing to fix.\n"
        "6 findings left:\n"
        "  5 core-imports-ee findings: core code must not import EE module `…`: inject it "
        "(core/a.ts:2:1, core/b.ts:2:1, core/c.ts:2:1 and 2 more)\n"
        "  z.ts:2:1 core code must not import EE module `@ee/a`: else\n"
    )


def test_messages_that_differ_otherwise_are_left_out() -> None:
    assert "  2 core-imports-ee findings: inject it (" in summary((CORE, replace(CORE, message="something else")))


def test_the_same_message_without_a_reason() -> None:
    same = replace(CORE, cause=None)
    assert "  2 core-imports-ee findings: core code must not import EE module `…` (" in summary((same, same))


@pytest.mark.parametrize(
    ("number", "them"),
    [
        (1, "1 finding for information. Run `workflow-ls check` to see it."),
        (2, "2 findings for information. Run `workflow-ls check` to see them."),
    ],
)
def test_information_is_counted(number: int, them: str) -> None:
    assert summary((PROXY,) * number) == f"Nothing to fix.\n{them}\n"


def test_names_can_not_steer_a_terminal() -> None:
    evil = "\x1b[2J\n##[error]"
    finding = replace(CORE, path=evil, message=evil, cause=Blocked(evil), rule=evil)
    for findings in ((finding,), (finding, finding)):
        text = summary(findings)
        assert "\x1b" not in text
        assert "##[" not in text
        assert text.count("\n") == 3


@pytest.mark.parametrize(
    ("skipped", "hindered", "first"),
    [
        (0, False, "Nothing to fix."),
        (1, False, "Nothing to fix, but 1 path was not looked at."),
        (2, False, "Nothing to fix, but 2 paths were not looked at."),
        (2, True, "Nothing was fixed, but 2 paths were not looked at."),
    ],
)
def test_nothing_to_fix_is_said_of_what_was_looked_at(skipped: int, hindered: bool, first: str) -> None:
    text = render((), 0, (CORE,), lambda _: TEXT, dry_run=False, hindered=hindered, skipped=skipped)
    assert text.splitlines()[0] == first
    assert render((MOVED,), 1, (), lambda _: TEXT, dry_run=False, skipped=skipped) == "1 finding fixed in 1 file.\n"
