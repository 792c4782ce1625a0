"""What a rule is, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from workflow_ls.diagnostics import Diagnostic, Severity
from workflow_ls.rewrite.outcomes import Outcome
from workflow_ls.syntax.model import Suppression
from workflow_ls.workspace.legacy import FileFacts
from workflow_ls.workspace.model import Workspace


@dataclass(frozen=True, slots=True)
class Unused:
    """A suppression comment that silenced nothing for `rules`: some of the codes it names, or all."""

    suppression: Suppression
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileContext:
    """One source file, as the rules see it.

    `outcomes` holds where each legacy reference of the file goes, in file order.  `unused` is known only to closing
    rules.
    """

    workspace: Workspace
    facts: FileFacts
    outcomes: tuple[Outcome, ...]
    unused: tuple[Unused, ...] = ()

    @property
    def path(self) -> str:
        """The file's path below the root."""
        return self.facts.path


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: `code` names the bad thing, `summary` says in a line what it flags.

    `check` yields the findings of one file.  `page` is the rule's documentation: the docstring of its module.  A
    `closing` rule runs after the others, when it is known which suppression comments were of use.
    """

    code: str
    summary: str
    severity: Severity
    check: Callable[[FileContext], Iterable[Diagnostic]]
    page: str
    closing: bool = False
