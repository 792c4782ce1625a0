"""Runs the rules on one file, and applies suppression comments and severities."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from workflow_ls.diagnostics import Diagnostic
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.file_facts import FileFacts
from workflow_ls.project.mentions.mentions import Mentions
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.source_index import Sources
from workflow_ls.records import replace
from workflow_ls.rewrite.conflicts import find_outcomes
from workflow_ls.rewrite.file_outcomes import FileOutcomes
from workflow_ls.rewrite.mocking.mock_reach import MockReach
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.target import Target
from workflow_ls.rules import CODES, all_rules
from workflow_ls.rules.shared.failed_rule import failed_rule
from workflow_ls.rules.shared.rule import FileContext, JsonContext, MentionContext, Rule, Unused
from workflow_ls.syntax.model import Suppression
from workflow_ls.syntax.suppressions import suppressions_by_line
from workflow_ls.text import LineIndex
from workflow_ls.vfs.files import holds_code, is_script_host
from workflow_ls.vfs.interruption import is_interruption

LARGE = 200
"""The number of candidates from which on their mocks take so long that findings without proof are worth a look."""

C = TypeVar("C", FileContext, JsonContext, MentionContext)


class RuleRunner(Component):
    """The findings of the rules in each file."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.targets = database.component(TargetResolver)
        self.alone = database.component(FileOutcomes)
        self.sources = database.component(Sources)
        self.packages = database.component(Packages)
        self.mentions = database.component(Mentions)

    @query
    def findings(self, path: str, codes: frozenset[str]) -> tuple[Diagnostic, ...]:
        """The findings of one file by the rules `codes`, in file order; none if it is exempt or can't be read."""
        return self._found(path, codes, is_proved=True)

    @query
    def present(self, path: str, codes: frozenset[str]) -> tuple[Diagnostic, ...]:
        """What there is in one file, while nothing is known of mocks: references have no fixes, which take their proof.

        They are those of `findings` and, at references that a mock holds back, the `missing-name` of their targets.
        """
        return self._found(path, codes, is_proved=False)

    def is_proof_ahead(self, path: str) -> bool:
        """Whether the proof of a file's rewrites is the first of a large workspace, so that its mocks are to be judged.

        `findings` take that, and `present` do not.
        """
        if self.database.keeps(MockReach.reached, ()) or len(self.sources.candidates()) < LARGE:
            return False
        return any(isinstance(outcome.target, Target) for outcome in self.alone.of_file(path))

    def _found(self, path: str, codes: frozenset[str], *, is_proved: bool) -> tuple[Diagnostic, ...]:
        if self.context.is_exempt(path):
            return ()
        rules = [rule for rule in all_rules() if rule.code in codes]
        found = self._in_file(path, rules, is_proved=is_proved)
        return tuple(sorted((self._with_severity(finding) for finding in found), key=lambda d: (d.span, d.rule)))

    def _in_file(self, path: str, rules: Collection[Rule], *, is_proved: bool) -> list[Diagnostic]:
        # An editor also opens documents of other languages.
        try:
            if not holds_code(path):
                return [*self._in_configuration(path, rules), *self._in_mentions(path, rules)]
            found = self._in_source(path, rules, is_proved=is_proved)
            return [*found, *(self._in_mentions(path, rules) if is_script_host(path) else ())]
        except Exception as error:
            if is_interruption(error):
                raise
            return [failed_rule(path, "", error)]

    def _in_source(self, path: str, rules: Collection[Rule], *, is_proved: bool) -> list[Diagnostic]:
        facts = self.sources.facts(path)
        if facts is None:
            return []
        outcomes = find_outcomes(self.targets, facts) if is_proved else self.alone.of_file(path)
        context = FileContext(self.targets, facts, outcomes, is_proved=is_proved)
        checks = [(rule.code, rule.check) for rule in rules if rule.check and not rule.closing]
        found = [finding for code, check in checks for finding in _run(path, code, check, context)]
        failures = [finding for finding in found if finding.failure]
        running = frozenset(rule.code for rule in rules).difference(finding.rule for finding in failures)
        kept, unused = _suppress(facts, [finding for finding in found if not finding.failure], running)
        context = replace(context, unused=unused)
        closing = [(rule.code, rule.check) for rule in rules if rule.check and rule.closing]
        return failures + kept + [finding for code, check in closing for finding in _run(path, code, check, context)]

    def _in_configuration(self, path: str, rules: Collection[Rule]) -> list[Diagnostic]:
        placed = self.packages.placed_configuration(path)
        if placed is None:
            return []
        context = JsonContext(self.targets, path, *placed)
        checks = [(rule.code, rule.check_json) for rule in rules if rule.check_json]
        return [finding for code, check in checks for finding in _run(path, code, check, context)]

    def _in_mentions(self, path: str, rules: Collection[Rule]) -> list[Diagnostic]:
        mentions = self.mentions.of_file(path)
        if not mentions:
            return []
        context = MentionContext(self.targets, path, self.files.read(path) or b"", mentions)
        checks = [(rule.code, rule.check_mentions) for rule in rules if rule.check_mentions]
        return [finding for code, check in checks for finding in _run(path, code, check, context)]

    def _with_severity(self, finding: Diagnostic) -> Diagnostic:
        if finding.failure:
            return finding
        severity = self.settings.severity(finding.rule, finding.severity)
        return finding if severity in (None, finding.severity) else replace(finding, severity=severity)


def _run(path: str, code: str, check: Callable[[C], Iterable[Diagnostic]], context: C) -> list[Diagnostic]:
    """The findings of one rule in one file; where it fails, that alone, and the other rules go on."""
    try:
        return list(check(context))
    except Exception as error:
        if is_interruption(error):
            raise
        return [failed_rule(path, code, error)]


def _suppress(
    facts: FileFacts, found: Iterable[Diagnostic], running: Collection[str]
) -> tuple[list[Diagnostic], tuple[Unused, ...]]:
    """The findings that no comment suppresses, and the comments that suppress nothing.

    A comment for a rule that did not run counts as used.
    """
    if not facts.suppressions:
        return list(found), ()
    lines, kept = LineIndex(facts.text), list[Diagnostic]()
    used: set[tuple[Suppression, str]] = set()
    by_line = suppressions_by_line(facts.suppressions)
    for diagnostic in found:
        covered: set[int | None] = {None, lines.line_at(diagnostic.span.start)}
        if diagnostic.statement is not None:
            covered.add(lines.line_at(diagnostic.statement))
        suppressing = [
            suppression
            for line in covered
            for suppression in by_line.get(line, ())
            if diagnostic.rule in suppression.rules
        ]
        used |= {(suppression, diagnostic.rule) for suppression in suppressing}
        if not suppressing:
            kept.append(diagnostic)
    known = frozenset(CODES)
    unused = []
    for suppression in facts.suppressions:
        codes = tuple(
            code
            for code in suppression.rules
            if (suppression, code) not in used and (code in running or code not in known)
        )
        if codes or not suppression.rules:
            unused.append(Unused(suppression, codes))
    return kept, tuple(unused)
