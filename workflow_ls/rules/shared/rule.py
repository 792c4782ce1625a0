"""What a rule is, what it is given, and how it makes its findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workflow_ls.diagnostics import Blocked, Diagnostic, Fix, Related, Severity, Status
from workflow_ls.jsonc.tree import Node
from workflow_ls.project.file_facts import FileFacts, LegacyReference
from workflow_ls.project.proxies import Proxies
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.rewrite.file_outcomes import ReferenceOutcome
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.syntax.model import Reference, Suppression
from workflow_ls.text import Span


@record
class Unused:
    """A suppression comment that suppressed nothing for `rules`: some of the codes it names, or all."""

    suppression: Suppression
    rules: tuple[str, ...]


@record
class FileContext:
    """One source file, as the rules see it.

    `targets` finds the targets of legacy references, and the exports of modules; `outcomes` are the outcomes of the
    legacy references of the file, in file order.  `unused` is given to closing rules only.
    """

    targets: TargetResolver
    facts: FileFacts
    outcomes: tuple[ReferenceOutcome, ...]
    unused: tuple[Unused, ...] = ()

    @property
    def workspace(self) -> Workspace:
        """The workspace that the file is in."""
        return self.targets.workspace

    @property
    def path(self) -> str:
        """The file's path from the root."""
        return self.facts.path

    def is_proxied(self, legacy: LegacyReference) -> bool:
        """Whether a legacy reference of the file makes it a proxy: it is not rewritten."""
        return self.targets.database.component(Proxies).is_proxied(self.path, legacy)


@record
class JsonContext:
    """One manifest or configuration of TypeScript, as the rules see it.

    `root` is its value, with the place of each part in `text`.
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
    suppression comments suppressed something.
    """

    code: str
    summary: str
    severity: Severity
    check: Callable[[FileContext], Iterable[Diagnostic]] | None
    page: str
    closing: bool = False
    check_json: Callable[[JsonContext], Iterable[Diagnostic]] | None = None

    def finding(
        self,
        path: str,
        span: Span,
        message: str,
        *,
        specifier: str | None = None,
        replacements: tuple[str, ...] = (),
        status: Status | None = None,
        cause: Blocked | None = None,
        fix: Fix | None = None,
        related: tuple[Related, ...] = (),
        deprecated: bool = False,
        statement: int | None = None,
    ) -> Diagnostic:
        """A finding of this rule, with the rule's own severity."""
        return Diagnostic(
            path,
            self.code,
            self.severity,
            message,
            span,
            specifier,
            replacements,
            status,
            cause,
            fix,
            related,
            deprecated,
            statement,
        )

    def at_reference(
        self,
        path: str,
        reference: Reference,
        message: str,
        *,
        replacements: tuple[str, ...] = (),
        status: Status | None = None,
        cause: Blocked | None = None,
        fix: Fix | None = None,
        related: tuple[Related, ...] = (),
        deprecated: bool = False,
    ) -> Diagnostic:
        """A finding of this rule at the specifier of a reference in the file `path`."""
        return self.finding(
            path,
            reference.span,
            message,
            specifier=reference.specifier,
            replacements=replacements,
            status=status,
            cause=cause,
            fix=fix,
            related=related,
            deprecated=deprecated,
            statement=reference.statement_start,
        )


def key_or_start(root: Node, *keys: str) -> Span:
    """The place of the first of the keys that an object has; its first byte if it has none of them."""
    members = (root.property_named(key) for key in keys)
    found = next((member for member in members if member is not None), None)
    return Span(root.span.start, root.span.start + 1) if found is None else found.key_span
