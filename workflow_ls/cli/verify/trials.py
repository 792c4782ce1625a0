"""The runs of the command of `--verify`: each tries a state of the copy, and is compared with the state before."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Mapping

from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.verify.halving import LimitReachedError
from workflow_ls.cli.verify.observed_run import ObservedRun, is_no_worse
from workflow_ls.cli.verify.shell_command import REPORT_VARIABLE, run_command
from workflow_ls.cli.verify.tree_copy import TreeCopy
from workflow_ls.printable import counted, listed, visible, visible_path
from workflow_ls.records import record

Texts = Mapping[str, "bytes | None"]


@record
class VerifyOptions:
    """The command, and the limits: the number of runs, and the seconds of all runs together."""

    command: str
    runs: int
    seconds: float

    @property
    def shown(self) -> str:
        """The command in a message, cut if it is long."""
        command = visible(self.command)
        return f"`{command}`" if len(command) <= _MOST_SHOWN else f"`{command[: _MOST_SHOWN - 1]}…`"


class Trials:
    """Runs the command on states of a copy, within the limits; equal states are tried once."""

    def __init__(self, copy: TreeCopy, options: VerifyOptions) -> None:
        self.copy = copy
        self.options = options
        self.runs = 0
        self._tried: dict[frozenset[tuple[str, bytes | None]], ObservedRun] = {}
        self._started = time.monotonic()
        self._before: ObservedRun | None = None

    @property
    def seconds(self) -> float:
        """The seconds since the first run began."""
        return time.monotonic() - self._started

    def may_explain(self) -> bool:
        """Whether at most half of the limits is used: then runs are worth it that only explain."""
        return self.runs < self.options.runs // 2 and self.seconds < self.options.seconds / 2

    def before(self) -> ObservedRun:
        """The run in the state before any change.

        Raises UsageError if it fails and does not say which tests fail: then no later run can be compared with it.
        """
        if self._before is not None:
            return self._before
        run = self.as_it_is("before any change")
        if not run.can_be_compared:
            show(run.tail)
            raise UsageError(
                f"{self.options.shown} fails before any change (exit code {run.code}), and does not say which tests "
                f"fail. Choose a command that passes, or have it write a report (JUnit XML, TAP, or the JSON of Vitest "
                f"or Jest) to ${REPORT_VARIABLE}. {_UNCHANGED}"
            )
        self._before = run
        return run

    def as_it_is(self, what: str = "the tree as it is") -> ObservedRun:
        """A run in the state of the tree.  Raises UsageError if it takes too long."""
        try:
            return self._run({}, what)
        except LimitReachedError:
            raise UsageError(f"{self.options.shown} took longer than --verify-timeout. {_UNCHANGED}") from None

    def observe(
        self, texts: Texts, what: str, modes: Mapping[str, str] | None = None, *, again: bool = False
    ) -> ObservedRun:
        """The run in the state with these texts; `what` is a phrase for it.

        `again` runs a state anew that was tried.  Raises LimitReachedError.
        """
        if not texts:
            return self.before()
        state = frozenset(texts.items())
        if again or state not in self._tried:
            self._tried[state] = self._run(texts, what, modes)
        return self._tried[state]

    def passes(self, run: ObservedRun) -> bool:
        """Whether nothing fails in a run that did not fail before."""
        return is_no_worse(self.before(), run)

    def _run(self, texts: Texts, what: str, modes: Mapping[str, str] | None = None) -> ObservedRun:
        left = self.options.seconds - self.seconds
        if self.runs >= self.options.runs or left <= 0:
            raise LimitReachedError
        self.copy.put(texts, modes)
        self.runs += 1
        print(f"verify: run {self.runs}: {what} …", end="", file=sys.stderr, flush=True)
        verdict = "interrupted"
        try:
            # A change can make a command hang; it is given a multiple of the time that it took before.
            most = left if self._before is None else min(left, _LEAST_SECONDS + _TIMES * self._before.seconds)
            run = run_command(
                self.options.command,
                self.copy.directory,
                original=self.copy.root,
                report=self.copy.report,
                seconds=most,
            )
            if run.stopped and most == left:
                verdict = "stopped, the time is up"
                raise LimitReachedError
            passed = run.succeeded if self._before is None else is_no_worse(self._before, run)
            verdict = "passes" if passed else "hangs" if run.stopped else f"fails, exit code {run.code}"
            verdict += f" ({run.seconds:.1f} s)"
        finally:
            print(f" {verdict}", file=sys.stderr, flush=True)
        return run


_MOST_SHOWN = 120
_LEAST_SECONDS, _TIMES = 60.0, 5
_UNCHANGED = "Nothing was changed."


def refuse_outdated(paths: Collection[str], options: VerifyOptions) -> None:
    """Raise UsageError if files changed while the command ran: what it tried is not what would be written then."""
    if paths:
        changed = listed([*map(visible_path, sorted(paths))])
        raise UsageError(f"{changed} changed while {options.shown} ran. {_UNCHANGED} Run again.")


def show(lines: tuple[str, ...]) -> None:
    """Print the end of a command's output to standard error."""
    for line in lines:
        print(f"  | {visible(line)}", file=sys.stderr)


def summary(trials: Trials, what: str) -> None:
    """Print how many runs it took, and what they say."""
    runs = counted(trials.runs, "run")
    print(f"verify: {what} ({runs}, {trials.seconds:.0f} s)", file=sys.stderr)
