"""The work behind `workflow-ls check`: from options to the report and the exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from workflow_ls import __version__
from workflow_ls.cli.acceptance import accept
from workflow_ls.cli.cache import Printed
from workflow_ls.cli.context import CommandContext, load_context, open_context, selected_rules
from workflow_ls.cli.errors import UsageError, unknown
from workflow_ls.cli.last_resort import show_tracebacks
from workflow_ls.cli.named_paths import refuse_empty, refuse_unsearched, why_unsearched
from workflow_ls.cli.output import colors_report
from workflow_ls.cli.paths import below
from workflow_ls.cli.sparse_checkout import absence_notice, absent_files
from workflow_ls.diagnostics import Notice, Report, Severity
from workflow_ls.project.candidate_search import candidate_queries, is_candidate
from workflow_ls.records import replace
from workflow_ls.reporters import REPORTERS
from workflow_ls.reporters.report_context import ReportContext, RuleInfo
from workflow_ls.vfs.files import holds_code, is_within
from workflow_ls.vfs.recorded_disk import RecordedDisk
from workflow_ls.vfs.root import find_root_of_file, is_too_wide

if TYPE_CHECKING:
    from workflow_ls.analysis import Analysis
    from workflow_ls.project.workspace import Workspace

_NOT_CHECKED = (
    "not checked: neither a source, a package.json nor a tsconfig.json, and nothing in it names the legacy tree"
)


def check_paths(options: argparse.Namespace, files: RecordedDisk, paths: Sequence[str]) -> Printed:
    """Check the files at `paths`, which are relative to the root, and below them.

    Raises UsageError for an unknown format, rule or severity, and for a broken workflow-ls.json.
    """
    rules, fail_on = validated(options)
    context = load_context(files, paths)
    # `load_context` started the search, which runs during these imports.
    from workflow_ls.kept.kept_sources import kept_sources
    from workflow_ls.project.workspace import Workspace

    with kept_sources(files.root, is_cached=not options.no_cache) as parsed:
        workspace = Workspace(files, context.table, context.settings, parsed=parsed)
        return check_context(context, options, rules, fail_on, workspace)


def check_context(
    context: CommandContext,
    options: argparse.Namespace,
    rules: frozenset[str] | None,
    fail_on: Severity,
    workspace: Workspace,
) -> Printed:
    """Check the files of a command, whose workspace this is, by these rules; some severities fail the run."""
    from workflow_ls.analysis import Analysis

    files, paths = context.files, context.paths
    refuse_unsearched(files, context.root, paths)
    analysis = Analysis(workspace, rules)
    if options.since is not None or options.staged:
        from workflow_ls.cli.history.new_findings import check_changes

        report, old, compared = check_changes(analysis, files.root, paths, options)
        report = accept(report, compared, paths, rules, options, others=old)
        return _printed(options, report, lambda path: compared.read(path) or b"", fail_on)
    found = _report(context, analysis)
    absent = absent_files(context.root, paths)
    report = accept(found, files, paths, rules, options, absent=absent)
    checked = frozenset(analysis.paths(paths))
    if not absent:
        refuse_empty(files, paths, checked)
    unchecked = [path for path in paths if path and path not in checked and files.kind(path) == "file"]
    notices = (Notice(path, reason) for path in unchecked if (reason := _why_unchecked(context.root, path)))
    report = replace(report, notices=(*report.notices, *notices))
    report = replace(report, notices=(*report.notices, *absence_notice(absent)))
    return _printed(options, report, lambda path: files.read(path) or b"", fail_on)


def _report(context: CommandContext, analysis: Analysis) -> Report:
    """The findings at the paths of a command, on two cores where that pays."""
    files, paths = context.files, context.paths
    if analysis.workspace.database.kept is not None:
        return analysis.check(paths, in_groups=True)
    from workflow_ls.cli.beside.facts_process import facts_beside
    from workflow_ls.project.configuration.alias_index import CONFIGURATION_SEARCHES

    files.join(CONFIGURATION_SEARCHES)
    with facts_beside(analysis.workspace, context.root) as beside:

        def look_ahead(path: str) -> None:
            if holds_code(path) and any(is_within(path, checked) for checked in paths) and not beside.take(path):
                analysis.look_ahead(path)

        # Files are parsed while the search is still running.
        files.stream_search(candidate_queries(context.table), look_ahead)
        for path in analysis.paths(paths) if beside.is_running else ():
            look_ahead(path)
        return analysis.check(paths, in_groups=True)


def _why_unchecked(root: str, path: str) -> str | None:
    """Why a file that is named has no findings although nobody looked at it; None if it was looked at."""
    reason = why_unsearched(root, path)
    if reason is not None:
        return f"not checked: {reason}"
    return None if is_candidate(path) else _NOT_CHECKED


def check_stdin(options: argparse.Namespace) -> Printed:
    """Check standard input as the content of a file, which need not exist; without a name, `stdin.tsx` at the root.

    Raises UsageError as `check_paths` does, and for a name outside the root.
    """
    rules, fail_on = validated(options)
    if options.since is not None or options.staged:
        option = "--staged" if options.staged else "--since"
        raise UsageError(f"{option} compares the files of a workspace: it does not go with standard input.")
    if options.paths not in ([], ["-"]):
        raise UsageError("--stdin-filename checks standard input, and no other file: leave out the paths.")
    name = options.stdin_filename or "stdin.tsx"
    if sys.stdin is None:
        raise UsageError("standard input can't be read: it is closed")
    text = sys.stdin.buffer.read()
    root = options.root or find_root_of_file(name)
    context = open_context([root], root, search=False)
    context.files.searched = options.root is not None or not is_too_wide(root)
    from workflow_ls.analysis import Analysis
    from workflow_ls.project.workspace import Workspace
    from workflow_ls.vfs.overlay import EditedFiles

    path = below(context.root, name)
    files = EditedFiles(context.files, {path: text})
    workspace = Workspace(files, context.table, context.settings)
    report = accept(Analysis(workspace, rules).check_one(path), files, [path], rules, options)
    return _printed(options, report, lambda other: files.read(other) or b"", fail_on)


def validated(options: argparse.Namespace) -> tuple[frozenset[str] | None, Severity]:
    """The rules to run, and the least severity that fails the run.

    Raises UsageError for unknown names, and for options of which one leaves the other without effect.
    """
    for written, (format_, file) in zip(options.reports, further_reports(options)):
        if not file:
            raise UsageError(f"--report {written}: it takes FORMAT=FILE, such as --report sarif=findings.sarif.")
        if format_ not in REPORTERS:
            raise unknown("format", format_, REPORTERS)
    if options.format not in REPORTERS:
        raise unknown("format", options.format, REPORTERS)
    _refuse_idle_options(options)
    labels = {severity.label: severity for severity in Severity}
    if options.fail_on not in labels:
        raise unknown("severity", options.fail_on, labels)
    return selected_rules(options.select, options.ignore), labels[options.fail_on]


def further_reports(options: argparse.Namespace) -> list[tuple[str, str]]:
    """The reports of the options `--report`: the format of each, and the file that gets it, "" where one is missing."""
    split = (written.partition("=") for written in options.reports)
    return [(format_, file) for format_, _, file in split]


def _refuse_idle_options(options: argparse.Namespace) -> None:
    """Raise UsageError where `--strict` would look at nothing, so that a run of CI would pass for no reason."""
    if options.strict and options.no_baseline:
        raise UsageError("--strict is about what the baseline accepts, and --no-baseline leaves it out: choose one.")
    if options.strict and (options.since is not None or options.staged):
        option = "--staged" if options.staged else "--since"
        raise UsageError(f"--strict is about all that the baseline accepts: it does not go with {option}.")


def _printed(
    options: argparse.Namespace, report: Report, sources: Callable[[str], bytes], fail_on: Severity
) -> Printed:
    from workflow_ls.rules import all_rules

    rules = {rule.code: RuleInfo(rule.code, rule.summary, rule.severity, rule.page) for rule in all_rules()}

    def rendered(format_: str, output: str | None) -> str:
        report_context = ReportContext(
            sources=sources,
            color=colors_report(output),
            statistics=options.statistics,
            version=__version__,
            rules=rules,
            fail_on=fail_on,
        )
        return REPORTERS[format_](report, report_context)

    text = rendered(options.format, options.output)
    further = tuple((file, rendered(format_, file)) for format_, file in further_reports(options))
    show_tracebacks(report.notices)
    if any(notice.fatal for notice in report.notices):
        return Printed(text, 2, further)
    failing = any(finding.severity >= fail_on for finding in report.diagnostics) or (options.strict and report.resolved)
    return Printed(text, 1 if failing and not options.exit_zero else 0, further)
