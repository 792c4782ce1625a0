"""`workflow-ls map`: learn rows of the mapping table from the workspace and its history."""

from __future__ import annotations

import argparse
from pathlib import Path

from workflow_ls.analysis import Analysis
from workflow_ls.cli.context import CommandContext, open_context
from workflow_ls.cli.errors import UsageError, unknown
from workflow_ls.cli.history.git_repository import open_repository
from workflow_ls.cli.output import emit
from workflow_ls.cli.transaction.tree_lock import TreeLock
from workflow_ls.cli.transaction.write import create_whole, write_all
from workflow_ls.config.module_names import package_name
from workflow_ls.config.settings import CONFIG_FILE
from workflow_ls.config.table import Table
from workflow_ls.diagnostics import Severity
from workflow_ls.mapping.checking.table_check import check_table
from workflow_ls.mapping.inference import Proposal, infer
from workflow_ls.mapping.joined_frame import joined_frame, lost_packages, with_lost_trees
from workflow_ls.mapping.legacy_frame import UnknownLegacyError, legacy_frames
from workflow_ls.mapping.rows.config_edits import written_config
from workflow_ls.project.missing_facts import missing_facts
from workflow_ls.project.parsed_sources import ParsedSources
from workflow_ls.project.workspace import Workspace
from workflow_ls.reporters import MAP_REPORTERS, TABLE_REPORTERS
from workflow_ls.vfs.git.git_history import GitHistory, NoRevisionError

_KEPT_BYTES = 40_000_000  # of texts whose trees are kept: each file is looked at with several tables


def run(options: argparse.Namespace) -> int:
    """Propose rows, or check those of the table; returns the exit code."""
    if options.format not in MAP_REPORTERS:
        raise unknown("format", options.format, MAP_REPORTERS)
    if options.infer and options.check:
        raise UsageError("--infer and --check are two runs: --infer proposes rows, --check proves those of the table")
    if not options.infer and not options.check:
        raise UsageError("say what to do: --infer proposes rows of the table, --check proves those that are there")
    path = (options.root or ".") if options.path is None else options.path
    context = open_context([path], options.root, search=False)
    parsed = ParsedSources(_KEPT_BYTES)
    workspace = Workspace(context.files, context.table, context.settings, parsed=parsed)
    is_named = options.origins or options.since
    missing = missing_facts(workspace) if workspace.table.is_builtin and not is_named else None
    if missing is not None:
        raise UsageError(missing.message)
    if options.infer:
        return _infer(options, context, workspace)
    if options.origins or options.since or options.write:
        raise UsageError("--from, --since and --write belong to --infer: --check proves the table in force")
    report = check_table(Analysis(workspace))
    text = context.files.read(CONFIG_FILE)
    emit(TABLE_REPORTERS[options.format](report, text), options.output)
    return 1 if any(finding.severity >= Severity.WARNING for finding in report.findings) else 0


def _infer(options: argparse.Namespace, context: CommandContext, workspace: Workspace) -> int:
    try:
        history = GitHistory(context.root, options.since)
        lost = lost_packages(workspace.table)
        named = {*map(package_name, options.origins), *lost}.difference(workspace.packages.members())
        paths = [name.rstrip("/").removeprefix("./") for name in options.origins if not name.startswith("@")]
        gone = {**history.deleted_paths(paths), **(history.deleted_packages(named) if named else {})}
        frames = legacy_frames(workspace, options.origins, gone, history.renamed_packages(sorted(named - gone.keys())))
    except NoRevisionError as error:
        raise open_repository(context.root, "--since").unknown(str(error)) from error
    except UnknownLegacyError as error:
        raise UsageError(f"--from {error}") from error
    if len(frames) > 1 and frames[0].is_builtin:
        raise UsageError(
            f"--from names {frames[0].tree}, which the built-in table describes, together with other code. "
            "Name one or the other."
        )
    if not workspace.table.is_builtin and frames[0] is not workspace.table:
        frames = (workspace.table, *frames)  # what is legacy already is no place for what comes
    table = with_lost_trees(joined_frame(frames), gone)
    proposal = _of_frame(workspace, table, history)
    written = ""
    if options.write and (proposal.rows or proposal.doubtful):
        _write(context, proposal)
        written = CONFIG_FILE
    emit(MAP_REPORTERS[options.format]([proposal], written), options.output)
    return 0


def _of_frame(workspace: Workspace, table: Table, history: GitHistory) -> Proposal:
    if table is not workspace.table:
        files = workspace.files.untracked
        workspace = Workspace(files, table, workspace.settings, parsed=workspace.context.parsed)
    return infer(workspace, history if history.is_known else None)


def _write(context: CommandContext, proposal: Proposal) -> None:
    before = context.files.read(CONFIG_FILE)
    after = written_config(before, proposal, context.table)
    if before == after:
        return
    with TreeLock() as lock:
        lock.take(context.root)
        if before is None:
            _create(context.root, after)
            return
        result = write_all(context.root, [(CONFIG_FILE, before, after)])[CONFIG_FILE]
    if not result.written:
        raise UsageError(f"{CONFIG_FILE}: not written: {result.reason}")


def _create(root: str, text: bytes) -> None:
    try:
        create_whole(str(Path(root) / CONFIG_FILE), text)
    except OSError as error:
        raise UsageError(f"{CONFIG_FILE}: not written: {error.strerror}") from error
