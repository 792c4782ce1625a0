"""The options of `--verify`; the modules that carry it out are imported only for a run that has it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from workflow_ls.cli.errors import UsageError

if TYPE_CHECKING:
    from workflow_ls.cli.verify.trials import VerifyOptions


_RUNS, _SECONDS = 40, 3600.0


def verify_options(options: argparse.Namespace) -> VerifyOptions | None:
    """The command and the limits; None without `--verify`.  Raises UsageError for values that make no sense."""
    runs, timeout = getattr(options, "verify_runs", None), options.verify_timeout
    if options.verify is None:
        if runs is not None or timeout is not None:
            option = "--verify-timeout" if runs is None else "--verify-runs"
            raise UsageError(f"{option} is a limit for --verify COMMAND, which is missing.")
        return None
    from workflow_ls.cli.verify.trials import VerifyOptions

    if not options.verify.strip():
        raise UsageError("--verify needs a command, such as --verify 'npm test'.")
    runs = _RUNS if runs is None else runs
    timeout = _SECONDS if timeout is None else timeout
    if runs < 2:
        raise UsageError("--verify-runs is too small. The command runs at least twice: before any change, and after.")
    if not timeout > 0:
        raise UsageError("--verify-timeout must be more than 0 seconds.")
    return VerifyOptions(options.verify, runs, timeout)
