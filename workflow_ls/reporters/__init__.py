"""The formats of reports.  A module of this package is imported when its format is first used.

A format of `check` is one module with a function `render` and its `USAGE`, and one line in FORMATS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workflow_ls.reporters.cutover_plan import PlanReporter
    from workflow_ls.reporters.report_context import Reporter
    from workflow_ls.reporters.status.history_report import HistoryReporter
    from workflow_ls.reporters.status.status_report import StatusReporter

# The formats of `check`, each with its module.
FORMATS: Mapping[str, str] = {
    "text": "text",
    "json": "json_",
    "github": "github",
    "gitlab": "gitlab",
    "sarif": "sarif",
    "junit": "junit",
    "rdjson": "rdjson",
}


def _lazy(module: str, function: str = "render") -> Callable[..., str]:
    def render(*arguments: Any) -> str:
        text: str = getattr(import_module(f"{__name__}.{module}"), function)(*arguments)
        return text

    return render


REPORTERS: Mapping[str, Reporter] = {name: _lazy(module) for name, module in FORMATS.items()}
STATUS_REPORTERS: Mapping[str, StatusReporter] = {
    "text": _lazy("status.status_report", "render_text"),
    "json": _lazy("status.status_report", "render_json"),
    "markdown": _lazy("status.status_report", "render_markdown"),
}
HTML = "html"  # of `status`, which takes more than the others: see `status_page.py`
HISTORY_REPORTERS: Mapping[str, HistoryReporter] = {
    "text": _lazy("status.history_report", "render_text"),
    "json": _lazy("status.history_report", "render_json"),
}
PLAN_REPORTERS: Mapping[str, PlanReporter] = {
    "text": _lazy("cutover_plan", "render_text"),
    "json": _lazy("cutover_plan", "render_json"),
}
