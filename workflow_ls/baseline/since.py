"""The findings that were not there in an earlier state of the workspace, wherever they are in their files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

from workflow_ls.analysis import Analysis
from workflow_ls.baseline.accepted import AcceptedKey, accepted_key, moved_key
from workflow_ls.baseline.compared_paths import Compared
from workflow_ls.diagnostics import Diagnostic
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use

_SPACE = compile_on_use(rb"[\s,;'\"`]+")
_KeyT = TypeVar("_KeyT", bound=Hashable)


@record
class _Placed:
    """A finding, its key in the later state, and its statement up to the end of its span, without layout."""

    finding: Diagnostic
    key: AcceptedKey
    statement: bytes


def new_since(
    before: Analysis, after: Analysis, compared: Compared, renames: Mapping[str, str]
) -> tuple[Diagnostic, ...]:
    """The findings of `after` in the files `compared` that are not in `before`; `renames` has the old paths of files.

    A finding was there before if its file had one of the same rule for the same specifier; or if another file had it
    in the same statement, which is gone there and was not rewritten: it moved.

    Only the fixes of these are proved: what becomes of a reference that stays is not asked.  Of a test that is itself
    the same, the state before is looked at only where a rule that may say something else has a finding now.
    """
    new_names = {old: new for new, old in renames.items()}
    new = [placed for path in compared.paths for placed in _placed(after, path, path)]
    old = [
        placed
        for path in dict.fromkeys((*compared.paths, *new_names))
        for placed in _placed(before, path, new_names.get(path, path))
    ]
    for path in compared.tests:
        found = [placed for placed in _placed(after, path, path) if placed.finding.rule in compared.rules]
        new += found
        if found:
            old += (placed for placed in _placed(before, path, path) if placed.finding.rule in compared.rules)
    old, new = _unmatched(old, new, lambda placed: (placed.key, placed.statement))
    old, new = _unmatched(old, new, lambda placed: placed.key)
    moved = [placed for placed in old if not _was_rewritten(after, placed)]
    _, new = _unmatched(moved, new, lambda placed: (moved_key(placed.key, ""), placed.statement))
    judged = {
        _identity(finding): finding
        for path in dict.fromkeys(placed.finding.path for placed in new)
        for finding in after.check_file(path)
    }
    identities = (_identity(placed.finding) for placed in new)
    return tuple(judged[identity] for identity in identities if identity in judged)


def _identity(finding: Diagnostic) -> Hashable:
    return finding.path, finding.rule, finding.span, finding.subject


def _placed(analysis: Analysis, path: str, new_path: str) -> list[_Placed]:
    findings = analysis.present(path)
    text = analysis.workspace.files.read(path) if findings else None
    return [
        _Placed(finding, moved_key(accepted_key(finding), new_path), _statement(text or b"", finding))
        for finding in findings
    ]


def _statement(text: bytes, finding: Diagnostic) -> bytes:
    start = finding.span.start if finding.statement is None else finding.statement
    return _SPACE.sub(b"", text[min(start, finding.span.start) : finding.span.end])


def _unmatched(
    old: Sequence[_Placed], new: Sequence[_Placed], key_of: Callable[[_Placed], _KeyT]
) -> tuple[list[_Placed], list[_Placed]]:
    """Those of both lists that have no counterpart with the same key in the other."""
    return _without(old, Counter(map(key_of, new)), key_of), _without(new, Counter(map(key_of, old)), key_of)


def _without(placed: Sequence[_Placed], others: Counter[_KeyT], key_of: Callable[[_Placed], _KeyT]) -> list[_Placed]:
    left = []
    for each in placed:
        key = key_of(each)
        if others[key] > 0:
            others[key] -= 1
        else:
            left.append(each)
    return left


def _was_rewritten(after: Analysis, placed: _Placed) -> bool:
    """Whether the statement of a finding that is gone is still there, with a specifier that its fix would write."""
    finding, specifier = placed.finding, (placed.finding.specifier or "").encode()
    text = after.workspace.files.read(placed.key.path)
    if text is None or not specifier:
        return False
    text = _SPACE.sub(b"", text)
    return any(
        placed.statement.replace(_SPACE.sub(b"", specifier), _SPACE.sub(b"", replacement.encode())) in text
        for replacement in finding.replacements
    )
