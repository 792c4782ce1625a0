"""The texts of a refusal."""

from __future__ import annotations

import pytest

from workflow_ls.diagnostics import Blocked, Related, Status


@pytest.mark.parametrize(
    ("blocked", "message", "sentences"),
    [
        (Blocked("it is closed"), "it is closed", "It is closed."),
        (Blocked("it is closed", "open it"), "it is closed. Open it.", "It is closed. Open it."),
        (Blocked("src/a.ts is closed", "open it"), "src/a.ts is closed. Open it.", "src/a.ts is closed. Open it."),
        (Blocked("`a` is closed"), "`a` is closed", "`a` is closed."),
        (
            Blocked("one fails", "open it", alternatives=("two fails", "two fails", "three fails")),
            "one fails. Open it. Other candidates: two fails; and 1 more.",
            "One fails. Open it. Other candidates: two fails; and 1 more.",
        ),
        (
            Blocked("one fails", alternatives=("two fails", "three fails")),
            "one fails. Other candidates: two fails; three fails.",
            "One fails. Other candidates: two fails; three fails.",
        ),
    ],
)
def test_texts(blocked: Blocked, message: str, sentences: str) -> None:
    assert (blocked.message, blocked.sentences) == (message, sentences)


def test_places_do_not_change_the_text() -> None:
    blocked = Blocked("it is closed", "open it", (Related("a.ts", None, "here"),))
    assert blocked.message == Blocked("it is closed", "open it").message
    assert blocked.status is Status.BLOCKED
