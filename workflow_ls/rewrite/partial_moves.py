"""References whose names go different ways: which of them may be divided, and which show all their names."""

from __future__ import annotations

from collections.abc import Iterable

from workflow_ls.project.file_facts import LegacyReference
from workflow_ls.project.runtime.mock_calls import MockCalls
from workflow_ls.rewrite.module_choice import Choice
from workflow_ls.rewrite.text_edits.pattern_split import is_split_pattern
from workflow_ls.syntax.mocks.mock_factories import FactoryKind
from workflow_ls.syntax.model import Form, Name, Reference


def is_divisible(text: bytes, reference: Reference) -> bool:
    """Whether a reference can be written as several, one for each module that its names go to."""
    if reference.statement is not None:
        return not reference.whole
    return is_split_pattern(text, reference)


def may_leave(choice: Choice, going: Iterable[Iterable[tuple[Name, str]]], left: Iterable[tuple[Name, str]]) -> bool:
    """Whether some names, by their targets, may go while others stay: only what the legacy module itself lacks goes.

    Otherwise two modules would have such a name, and what files share by it would have two copies.  Where a part of the
    module went, what it has goes as well, and what it lacks stays: that is in neither.
    """
    if choice.legacy is None:
        return choice.file is None
    has = choice.legacy.names
    if choice.legacy.opaque is not None or choice.legacy.unresolved:
        return False
    if not choice.exports_everything and not any(name.name in has for name, _ in left):
        return True
    return not any(name.name in has for names in going for name, _ in names)


def shows_all(calls: MockCalls, path: str, legacy: LegacyReference) -> bool:
    """Whether a reference is a mock whose factory shows all names that it has."""
    if legacy.reference.form is not Form.MOCK or not legacy.names:
        return False
    call = next((each for each in calls.of_file(path) if each.span == legacy.reference.span), None)
    return call is not None and call.defines and call.factory is FactoryKind.CLOSED
