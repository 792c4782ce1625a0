"""`workflow-ls check`: report what still points at the legacy modules."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import TextIO

from workflow_ls import __version__
from workflow_ls.cli.errors import unknown
from workflow_ls.cli.output import emit
from workflow_ls.cli.setting import below, open_workspace, selected_rules
from workflow_ls.diagnostics import Notice, Report, Severity
from workflow_ls.records import replace
from workflow_ls.reporters import REPORTERS, Context, RuleInfo
from workflow_ls.workspace.candidates import is_candidate
from workflow_ls.workspace.root import find_root


def run(options: argparse.Namespace) -> int:
    """Check, and print the report."""
    if options.format not in REPORTERS:
        raise unknown("format", options.format, REPORTERS)
    fail_on = _severity(options.fail_on)
    rules = selected_rules(options.select, options.ignore)
    stdin = options.stdin_filename is not None or options.paths == ["-"]
    report, context = _check_stdin(options, rules, fail_on) if stdin else _check_paths(options, rules, fail_on)
    emit(REPORTERS[options.format](report, context), options.output)
    if any(notice.fatal for notice in report.notices):
        return 2
    failing = any(finding.severity >= fail_on for finding in report.diagnostics)
    return 1 if failing and not options.exit_zero else 0


def _check_paths(
    options: argparse.Namespace, rules: frozenset[str] | None, fail_on: Severity
) -> tuple[Report, Context]:
    setting = open_workspace(options.paths, options.root)
    from workflow_ls.analysis import Analysis
    from workflow_ls.workspace.model import Workspace

    workspace = Workspace(setting.files, setting.table, setting.settings)
    report = Analysis(workspace, rules).check(setting.within)
    others = [path for path in setting.within if setting.files.kind(path) == "file" and not is_candidate(path)]
    if others:
        told = "not looked at: it is no TypeScript or JavaScript, no package.json and no tsconfig.json"
        notices = (Notice(path, told) for path in others)
        report = replace(report, notices=(*report.notices, *notices))
    return report, context_for(options, lambda path: setting.files.read(path) or b"", fail_on)


def _check_stdin(
    options: argparse.Namespace, rules: frozenset[str] | None, fail_on: Severity
) -> tuple[Report, Context]:
    """Check standard input in the place of a file, which need not exist; without a name, as `stdin.tsx` at the root."""
    name = options.stdin_filename or "stdin.tsx"
    text = sys.stdin.buffer.read()
    root = options.root or find_root(name)
    setting = open_workspace([root], root, search=False)
    from workflow_ls.analysis import Analysis
    from workflow_ls.workspace.files import OverlayFiles
    from workflow_ls.workspace.model import Workspace

    path = below(setting.root, name)
    files = OverlayFiles(setting.files, {path: text})
    workspace = Workspace(files, setting.table, setting.settings)
    report = Analysis(workspace, rules).check_one(path)
    return report, context_for(options, lambda other: files.read(other) or b"", fail_on)


def context_for(options: argparse.Namespace, sources: Callable[[str], bytes], fail_on: Severity) -> Context:
    """The reporters' context for a run over a workspace."""
    from workflow_ls.rules import all_rules

    return Context(
        sources=sources,
        color=options.output is None and use_color(sys.stdout),
        statistics=options.statistics,
        version=__version__,
        rules={rule.code: RuleInfo(rule.code, rule.summary, "", rule.severity, rule.page) for rule in all_rules()},
        fail_on=fail_on,
    )


def use_color(stream: TextIO) -> bool:
    """Whether to colour what goes to a stream: a terminal, unless NO_COLOR is set or TERM is dumb."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _severity(name: str) -> Severity:
    labels = {severity.label: severity for severity in Severity}
    if name not in labels:
        raise unknown("severity", name, labels)
    return labels[name]
