"""What is found where a rule itself fails: a defect of the tool, which costs one file."""

from __future__ import annotations

from workflow_ls.diagnostics import TRACEBACK_VARIABLE, Diagnostic, Notice, Severity
from workflow_ls.text import Span

_LONGEST = 200  # characters of a message


def failed_rule(path: str, rule: str, error: Exception) -> Diagnostic:
    """The finding that a rule failed on a file; "" is what all rules need."""
    from traceback import format_exception  # slow to import, and hardly ever needed

    what = ": ".join(filter(None, (type(error).__name__, str(error)[:_LONGEST])))
    subject = f"the rule `{rule}`" if rule else "the analysis"
    trace = "".join(format_exception(type(error), error, error.__traceback__))
    return Diagnostic(path, rule, Severity.ERROR, f"{subject} failed on this file: {what}", Span(0, 0), failure=trace)


def failure_notice(finding: Diagnostic) -> Notice:
    """The notice of a rule that failed."""
    advice = f"Set {TRACEBACK_VARIABLE}=1 to see the traceback, and report it."
    return Notice(finding.path, f"{finding.message}. {advice}", fatal=True, skips=True, failure=finding.failure)
