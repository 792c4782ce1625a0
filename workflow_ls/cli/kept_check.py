"""A check that takes what earlier runs have computed, and keeps what it computes itself."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from workflow_ls.cli.cache import Cache, Printed
from workflow_ls.cli.context import load_context, refuse_interrupted, search_candidates
from workflow_ls.cli.uncached_check import check_context, validated
from workflow_ls.kept.kept_graph import join_in, open_graph
from workflow_ls.kept.kept_sources import kept_sources, open_sources
from workflow_ls.project.source_index import Sources
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.recorded_disk import RecordedDisk

# A hash of a text differs in each process; `FactsFile` has what else they say.
_VALUELESS = (Sources._described, Sources.facts_without_text)
_WORN = 20  # files that changed since the memos were kept
_MUCH = 3_000  # memos that a run computed, which takes as long as to keep all


def check_changes_with_memos(options: argparse.Namespace, files: RecordedDisk, paths: Sequence[str]) -> Printed:
    """Report what a branch or the staged changes bring, as `check_paths`, with the memos of the last whole check.

    It keeps none itself: it computes what depends on the changes, and no more.
    """
    rules, fail_on = validated(options)
    refuse_interrupted(files)
    context = load_context(files, paths, search=False)
    file = open_graph(files.root, context.table, context.settings)
    graph = None if file is None else file.find(files, {})
    if graph is None:
        search_candidates(context)
    with kept_sources(files.root) as parsed:
        workspace = Workspace(files, context.table, context.settings, parsed=parsed)
        if graph is not None:
            join_in(graph, workspace.database)
        return check_context(context, options, rules, fail_on, workspace)


def check_with_cache(
    cache: Cache, options: argparse.Namespace, files: RecordedDisk, paths: Sequence[str]
) -> tuple[Printed, Callable[[], None]]:
    """Check the files at `paths`, as `check_paths`, by way of a cache that has no report by signatures.

    Returns the report, and what keeps it, with the facts and memos of the run, once it is printed.
    """
    rules, fail_on = validated(options)
    refuse_interrupted(files)
    context = load_context(files, paths, search=False)
    file = open_graph(files.root, context.table, context.settings)
    graph = None if file is None else file.find(files, cache.seen)
    if graph is None:
        printed = cache.find(files)
        if printed is not None:
            return printed, _nothing
        search_candidates(context)
    parsed, keep_facts = open_sources(files.root)
    workspace = Workspace(files, context.table, context.settings, parsed=parsed)
    if graph is not None:
        join_in(graph, workspace.database)
    printed = check_context(context, options, rules, fail_on, workspace)
    if printed.code == 2:
        return printed, keep_facts
    tree = None if graph is None else graph.tree
    # What the report itself writes into the workspace is a later change.
    state = cache.state_of(files, tree)

    def keep() -> None:
        keep_facts()
        cache.keep(files, printed, state, tree)
        is_worn = graph is None or len(graph.tree.changed) > _WORN or workspace.database.count_computed() > _MUCH
        if state is not None and file is not None and is_worn:
            file.keep(files, workspace.database, state, _VALUELESS, graph)

    return printed, keep


def _nothing() -> None:
    """Nothing is left to keep."""
