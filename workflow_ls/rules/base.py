"""What a rule is, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workflow_ls.diagnostics import Diagnostic, Severity
from workflow_ls.jsonc.model import Node
from workflow_ls.project.file_facts import FileFacts
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.rewrite.conflicts import Outcome
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.syntax.model import Suppression


@record
class Unused:
    """A suppression comment that silenced nothing for `rules`: some of the codes it names, or all."""

    suppression: Suppression
    rules: tuple[str, ...]


@record
class FileContext:
    """One source file, as the rules see it.

    `targets` finds where legacy references go, and what modules export; `outcomes` holds where each legacy reference
    of the file goes, in file order.  `unused` is known only to closing rules.
    """

    targets: TargetResolver
    facts: FileFacts
    outcomes: tuple[Outcome, ...]
    unused: tuple[Unused, ...] = ()

    @property
    def workspace(self) -> Workspace:
        """The workspace that the file is in."""
        return self.targets.workspace

    @property
    def path(self) -> str:
        """The file's path below the root."""
        return self.facts.path


@record
class JsonContext:
    """One manifest or configuration of TypeScript, as the rules see it.

    `root` is its value, with the place of all that is in it in `text`.
    """

    targets: TargetResolver
    path: str
    text: bytes
    root: Node

    @property
    def workspace(self) -> Workspace:
        """The workspace that the file is in."""
        return self.targets.workspace


@record
class Rule:
    """A rule: `code` names the bad thing, `summary` says in a line what it flags.

    `check` yields the findings of one source file, `check_json` those of one manifest or configuration.  `page` is the
    rule's documentation: the docstring of its module.  A `closing` rule runs after the others, when it is known which
    suppression comments were of use.
    """

    code: str
    summary: str
    severity: Severity
    check: Callable[[FileContext], Iterable[Diagnostic]] | None
    page: str
    closing: bool = False
    check_json: Callable[[JsonContext], Iterable[Diagnostic]] | None = None
