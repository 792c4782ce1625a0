"""What a rule is, what it is given, and how it makes its findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workflow_ls.diagnostics import Blocked, Diagnostic, Fix, Related, Severity, Status
from workflow_ls.jsonc.tree import Node
from workflow_ls.project.exports.proxies import Proxies
from workflow_ls.project.file_facts import FileFacts, LegacyReference
from workflow_ls.project.mentions.mention_model import Mention
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
    legacy references of the file, in file order.  `unused` is given to closing rules only.  `is_proved` is False where
    it is enough to know what there is: no reference needs a fix, and `outcomes` were not proved beside mocks.
    """

    targets: TargetResolver
    facts: FileFacts
    outcomes: tuple[ReferenceOutcome, ...]
    unused: tuple[Unused, ...] = ()
    is_proved: bool = True

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
class MentionContext:
    """A file that is no source and names the legacy tree, as the rules see it: `text` is its content."""

    targets: TargetResolver
    path: str
    text: bytes
    mentions: tuple[Mention, ...]

    @property
    def workspace(self) -> Workspace:
        """The workspace that the file is in."""
        return self.targets.workspace


@record
class Rule:
    """A rule: `code` names the bad thing, `summary` says in a line what it flags.

    `check` yields the findings of one source file, `check_json` those of one manifest or configuration, and
    `check_mentions` those of any file that is no source and names the legacy tree.  `docstring` is
    that of the rule's module, None under `python -OO`.  A `closing` rule runs after the others, when it is known which
    suppression comments suppressed something.
    """

    code: str
    summary: str
    severity: Severity
    check: Callable[[FileContext], Iterable[Diagnostic]] | None
    docstring: str | None
    closing: bool = False
    check_json: Callable[[JsonContext], Iterable[Diagnostic]] | None = None
    check_mentions: Callable[[MentionContext], Iterable[Diagnostic]] | None = None

    @property
    def page(self) -> str:
        """The rule's documentation: the docstring of its module."""
        return self.docstring or _docstring_of(f"workflow_ls.rules.{self.code.replace('-', '_')}") or self.summary

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
        about: str = "",
    ) -> Diagnostic:
        """A finding of this rule, with the rule's own severity; without a specifier, it needs `about`."""
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
            about=about,
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


def _docstring_of(module: str) -> str | None:
    """The docstring in the source of a module; None without its source."""
    import ast  # for `python -OO` only, which drops docstrings
    from importlib.util import find_spec

    spec = find_spec(module)
    get_source = getattr(None if spec is None else spec.loader, "get_source", None)
    source: str | None = None if get_source is None else get_source(module)
    return None if source is None else ast.get_docstring(ast.parse(source), clean=False)
