"""`workflow-ls check`: report what still points at the legacy modules."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from workflow_ls.cli.cache import Printed, open_cache
from workflow_ls.cli.output import emit
from workflow_ls.cli.paths import locate
from workflow_ls.vfs.cached_disk import Snapshot


def run(options: argparse.Namespace) -> int:
    """Check, and print the report: the last one, where nothing has changed since."""
    if options.stdin_filename is not None or options.paths == ["-"]:
        from workflow_ls.cli.checking import check_stdin

        printed = check_stdin(options)
    else:
        printed = _check(options)
    emit(printed.text, options.output)
    return printed.code


def _check(options: argparse.Namespace) -> Printed:
    root, within = locate(options.paths, options.root)
    files = Snapshot(root)
    cache = None if options.no_cache else open_cache(root, _question(options, within))
    printed = cache.find(files) if cache is not None else None
    if printed is None:
        # What takes a check is imported where there is something to check.
        from workflow_ls.cli.checking import check_paths

        printed = check_paths(options, files, within)
        if cache is not None:
            cache.keep(files, printed)
    return printed


def _question(options: argparse.Namespace, within: Sequence[str]) -> object:
    """All that the report depends on besides the tool and the files."""
    asked = (options.format, options.select, options.ignore, options.statistics, options.fail_on, options.exit_zero)
    return [within, asked, colors(options)]


def colors(options: argparse.Namespace) -> bool:
    """Whether a report is coloured."""
    return options.output is None and use_color(sys.stdout)


def use_color(stream: TextIO) -> bool:
    """Whether to colour what goes to a stream: a terminal, unless NO_COLOR is set or TERM is dumb."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
