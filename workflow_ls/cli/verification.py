"""The options of `--verify`; the modules that carry it out are imported only for a run that has it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from workflow_ls.cli.errors import UsageError

if TYPE_CHECKING:
    from workflow_ls.cli.verify.trials import VerifyOptions


def verify_options(options: argparse.Namespace) -> VerifyOptions | None:
    """The command and the limits; None without `--verify`.  Raises UsageError for values that make no sense."""
    if options.verify is None:
        return None
    from workflow_ls.cli.verify.trials import VerifyOptions

    runs = getattr(options, "verify_runs", 2)  # one before, and one after
    if not options.verify.strip():
        raise UsageError("--verify needs a command, such as --verify 'npm test'.")
    if runs < 2:
        raise UsageError("--verify-runs is too small. The command runs at least twice: before any change, and after.")
    if not options.verify_timeout > 0:
        raise UsageError("--verify-timeout must be more than 0 seconds.")
    return VerifyOptions(options.verify, runs, options.verify_timeout)
