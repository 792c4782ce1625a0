"""The references that the TypeScript compiler's parser sees, compared with those that are found here."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from tests.conformance.node import run_node
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.references.reference_finder import find_references
from workflow_ls.text import Span


class Seen(NamedTuple):
    start: int
    end: int
    specifier: str
    form: str
    names: tuple[tuple[str, str | None, bool], ...] | None
    whole: bool | None
    type_only: bool | None
    statement: Span | None


class Difference(NamedTuple):
    """A reference that one side sees so, and the other does not."""

    path: Path
    told: str
    seen: Seen


def compare(files: Iterable[Path]) -> tuple[dict[str, int], list[Difference]]:
    """How many references both sides see alike, by form, and each that only one of them sees so."""
    paths = sorted(files)
    answers = run_node("references.mjs", [str(path) for path in paths])
    alike, differences = dict[str, int](), list[Difference]()
    for path in paths:
        source = parse(path.read_bytes(), path.name)
        found = find_references(source)
        expected = {_expected(answer) for answer in answers[str(path)]}
        actual = set(map(_actual, found))
        for seen in expected & actual:
            alike[seen.form] = alike.get(seen.form, 0) + 1
        # What the tool does: look for texts, and parse where they are.
        searched = set(map(_actual, find_references(source, needles={reference.specifier for reference in found})))
        differences += [Difference(path, "not found", seen) for seen in sorted(expected - actual, key=repr)]
        differences += [Difference(path, "not there", seen) for seen in sorted(actual - expected, key=repr)]
        differences += [Difference(path, "not found by its text", seen) for seen in sorted(actual - searched, key=repr)]
    return alike, differences


def _expected(answer: dict[str, Any]) -> Seen:
    return Seen(
        answer["start"],
        answer["end"],
        answer["text"],
        answer["form"],
        tuple((name, local, type_only) for name, local, type_only in answer["names"]) if "names" in answer else None,
        answer.get("whole"),
        answer.get("type_only"),
        Span(*answer["statement"]) if answer["statement"] else None,
    )


def _actual(reference: Reference) -> Seen:
    # What a call makes of its module is no question that the compiler's parser answers.
    called = reference.callee is not None or reference.form is Form.DYNAMIC_IMPORT
    return Seen(
        *reference.span,
        reference.specifier,
        reference.form.value,
        None if called else tuple((name.name, name.local, name.type_only) for name in reference.names),
        None if called else reference.whole,
        None if called else reference.type_only,
        reference.statement,
    )
