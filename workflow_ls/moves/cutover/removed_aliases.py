"""The changes to an alias that a later fix removes as a whole: they are not listed beside its removal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from workflow_ls.diagnostics import Diagnostic
from workflow_ls.manifests.configured_aliases import legacy_build_aliases
from workflow_ls.moves.plan_model import OtherMention, Rewrite
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.rules import deprecated_alias
from workflow_ls.text import LineIndex


@record
class RemovedAlias:
    """An alias that is gone after the fixes: the lines that it stood on, from 1, and its text."""

    path: str
    first: int
    last: int
    text: str

    def holds(self, path: str, line: int | None, text: str) -> bool:
        """Whether a text at a line was part of the alias."""
        return path == self.path and line is not None and self.first <= line <= self.last and text in self.text


def removed_aliases(
    before: Workspace, resolved: Mapping[str, Sequence[Diagnostic]], old_paths: Mapping[str, str]
) -> tuple[RemovedAlias, ...]:
    """The aliases of builds in the workspace `before` that the fixes `resolved`, by new path, remove."""
    found = list[RemovedAlias]()
    for new, findings in resolved.items():
        keys = {finding.message for finding in findings if finding.rule == deprecated_alias.CODE}
        path = old_paths.get(new, new)
        text = before.files.read(path) if keys else None
        lines = LineIndex(text or b"")
        for alias in legacy_build_aliases(before, path) if text is not None else ():
            if any(message.startswith(f"`{alias.key}` ") for message in keys):
                span = alias.at.span
                first, last = lines.line_at(span.start) + 1, lines.line_at(span.end) + 1
                written = text[span.start : span.end].decode(errors="replace") if text is not None else ""
                found.append(RemovedAlias(path, first, last, written))
    return tuple(found)


def rewrites_left(rewrites: Iterable[Rewrite], removed: Iterable[RemovedAlias]) -> tuple[Rewrite, ...]:
    """The rewrites without those inside of removed aliases, one for each place."""
    left = list(rewrites)
    for alias in removed:
        inside = [each for each in dict.fromkeys(left) if alias.holds(each.path, each.line, each.old)]
        for each in inside:
            left.remove(each)
    return tuple(left)


def mentions_left(mentions: Iterable[OtherMention], removed: Sequence[RemovedAlias]) -> tuple[OtherMention, ...]:
    """The mentions that are left for a person without those inside of removed aliases."""
    return tuple(
        mention
        for mention in mentions
        if not any(alias.holds(mention.path, mention.line, mention.text.partition(": ")[0]) for alias in removed)
    )
