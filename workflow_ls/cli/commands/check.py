"""`workflow-ls check`: report the references to legacy modules.

This module answers from the cache; `uncached_check.py` has the imports that a real check takes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from contextlib import suppress

from workflow_ls.cli.cache import Printed, open_cache
from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.output import colors_report, emit
from workflow_ls.cli.paths import locate
from workflow_ls.cli.sparse_checkout import may_lack_files
from workflow_ls.vfs.recorded_disk import RecordedDisk


def run(options: argparse.Namespace) -> int:
    """Print the report, from the cache where nothing has changed; returns the exit code."""
    if options.stdin_filename is not None or options.paths == ["-"]:
        from workflow_ls.cli.uncached_check import check_stdin

        printed, keep = check_stdin(options), None
    else:
        printed, keep = _check(options)
    try:
        for file, text in printed.reports:
            emit(text, file)
        emit(printed.text, options.output)
    except (BrokenPipeError, UsageError):
        # Who reads the first lines only may want the others next.
        _keep(keep)
        raise
    _keep(keep)
    return printed.code


def _keep(keep: Callable[[], None] | None) -> None:
    """Keep what the next run needs: the report comes first."""
    if keep is not None:
        with suppress(KeyboardInterrupt):
            keep()


def _check(options: argparse.Namespace) -> tuple[Printed, Callable[[], None] | None]:
    """The report, and what may be done once it is printed."""
    root, paths = locate(options.paths, options.root)
    files = RecordedDisk(root)
    # What is absent from the tree is not part of an entry, and neither is what git says of another state.
    is_cached = not options.no_cache and not may_lack_files(root)
    is_compared = options.staged or options.since is not None
    if is_cached and is_compared:
        from workflow_ls.cli.kept_check import check_changes_with_memos

        return check_changes_with_memos(options, files, paths), None
    # An entry has one report.
    cache = open_cache(root, _cache_key(options, paths)) if is_cached and not options.reports else None
    if cache is None:
        from workflow_ls.cli.uncached_check import check_paths

        return check_paths(options, files, paths), None
    printed, keep = cache.find_signed(files), None
    if printed is None:
        # These imports take longer than an answer from the cache.
        from workflow_ls.cli.kept_check import check_with_cache

        printed, keep = check_with_cache(cache, options, files, paths)
    return printed, keep


def _cache_key(options: argparse.Namespace, paths: Sequence[str]) -> object:
    """All that the report depends on besides the tool and the files."""
    rules = (options.select, options.ignore)
    failing = (options.fail_on, options.exit_zero, options.strict, options.no_baseline)
    return [paths, rules, failing, options.format, options.statistics, colors_report(options.output)]
