"""Reports in the formats of `check --format`: a report and its context in, the whole text out.

A format is one module with a function `render`, and one line in REPORTERS.  A module is imported when its format is
asked for, so that a run pays for one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from workflow_ls.diagnostics import Report
from workflow_ls.reporters.base import Context, Reporter, RuleInfo

__all__ = ["REPORTERS", "Context", "Reporter", "RuleInfo"]


def _from(module: str) -> Reporter:
    def report(findings: Report, context: Context) -> str:
        render: Reporter = import_module(f"{__name__}.{module}").render
        return render(findings, context)

    return report


REPORTERS: Mapping[str, Reporter] = {
    "text": _from("text"),
    "json": _from("json_"),
    "github": _from("github"),
    "gitlab": _from("gitlab"),
    "sarif": _from("sarif"),
    "junit": _from("junit"),
    "rdjson": _from("rdjson"),
}
