"""The work behind `workflow-ls check`: from options to what is printed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from workflow_ls import __version__
from workflow_ls.cli.cache import Printed
from workflow_ls.cli.check import colors
from workflow_ls.cli.context import open_files, open_workspace, selected_rules
from workflow_ls.cli.errors import unknown
from workflow_ls.cli.paths import below
from workflow_ls.diagnostics import Notice, Report, Severity
from workflow_ls.project.candidates import candidate_queries, is_candidate
from workflow_ls.records import replace
from workflow_ls.reporters import REPORTERS
from workflow_ls.reporters.base import Context, RuleInfo
from workflow_ls.vfs.disk import DiskFiles
from workflow_ls.vfs.files import is_source, is_within
from workflow_ls.vfs.root import find_root


def check_paths(options: argparse.Namespace, files: DiskFiles, within: Sequence[str]) -> Printed:
    """Check what lies in the paths `within` of a workspace."""
    rules, fail_on = _validated(options)
    setting = open_files(files, within)
    # The search runs while this is imported.
    from workflow_ls.analysis import Analysis
    from workflow_ls.project.workspace import Workspace

    workspace = Workspace(files, setting.table, setting.settings)
    analysis = Analysis(workspace, rules)

    def look_ahead(path: str) -> None:
        if is_source(path) and not workspace.is_exempt(path) and any(is_within(path, place) for place in within):
            workspace.facts(path)

    # What is found is parsed while the search goes on.
    files.follow(candidate_queries(setting.table), look_ahead)
    report = analysis.check(within)
    others = [path for path in within if files.kind(path) == "file" and not is_candidate(path)]
    if others:
        told = "not looked at: it is no TypeScript or JavaScript, no package.json and no tsconfig.json"
        notices = (Notice(path, told) for path in others)
        report = replace(report, notices=(*report.notices, *notices))
    return _printed(options, report, lambda path: files.read(path) or b"", fail_on)


def check_stdin(options: argparse.Namespace) -> Printed:
    """Check standard input in the place of a file, which need not exist; without a name, as `stdin.tsx` at the root."""
    rules, fail_on = _validated(options)
    name = options.stdin_filename or "stdin.tsx"
    text = sys.stdin.buffer.read()
    root = options.root or find_root(name)
    setting = open_workspace([root], root, search=False)
    from workflow_ls.analysis import Analysis
    from workflow_ls.project.workspace import Workspace
    from workflow_ls.vfs.overlay import EditedFiles

    path = below(setting.root, name)
    files = EditedFiles(setting.files, {path: text})
    workspace = Workspace(files, setting.table, setting.settings)
    report = Analysis(workspace, rules).check_one(path)
    return _printed(options, report, lambda other: files.read(other) or b"", fail_on)


def _validated(options: argparse.Namespace) -> tuple[frozenset[str] | None, Severity]:
    """The rules to run, and the least severity that fails the run; raises UsageError for what there is not."""
    if options.format not in REPORTERS:
        raise unknown("format", options.format, REPORTERS)
    labels = {severity.label: severity for severity in Severity}
    if options.fail_on not in labels:
        raise unknown("severity", options.fail_on, labels)
    return selected_rules(options.select, options.ignore), labels[options.fail_on]


def _printed(
    options: argparse.Namespace, report: Report, sources: Callable[[str], bytes], fail_on: Severity
) -> Printed:
    from workflow_ls.rules import all_rules

    context = Context(
        sources=sources,
        color=colors(options),
        statistics=options.statistics,
        version=__version__,
        rules={rule.code: RuleInfo(rule.code, rule.summary, "", rule.severity, rule.page) for rule in all_rules()},
        fail_on=fail_on,
    )
    text = REPORTERS[options.format](report, context)
    if any(notice.fatal for notice in report.notices):
        return Printed(text, 2)
    failing = any(finding.severity >= fail_on for finding in report.diagnostics)
    return Printed(text, 1 if failing and not options.exit_zero else 0)
