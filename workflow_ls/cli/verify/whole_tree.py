"""`cutover --verify` and `status --verify`: the command decides about a state of the tree as a whole."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection

from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.verify.halving import LimitReachedError
from workflow_ls.cli.verify.observed_run import ObservedRun, newly_failing
from workflow_ls.cli.verify.tree_copy import tree_copy
from workflow_ls.cli.verify.trials import Trials, VerifyOptions, refuse_outdated, show
from workflow_ls.moves.plan_model import Plan
from workflow_ls.printable import counted, listed, visible
from workflow_ls.status import ObservedBehaviour


def verify_plan(plan: Plan, root: str, options: VerifyOptions, outdated: Callable[[], Collection[str]]) -> None:
    """Carry a cutover out in a copy, and run the command there.

    Raises UsageError where something fails that did not fail before, and where files of the tree, which `outdated`
    lists, changed meanwhile: a cutover is written as a whole or not at all.
    """
    texts = {path: plan.after.get(path) for path in (*plan.before, *plan.after)}
    modes = {new: old for old, new in plan.renamed.items()}
    gc.enable()
    with tree_copy(root) as copy:
        trials = Trials(copy, options)
        before = trials.before()
        try:
            run = trials.observe(texts, "the cutover", modes)
        except LimitReachedError:
            raise UsageError(f"{options.shown} took longer than --verify-timeout. Nothing was changed.") from None
    if not trials.passes(run):
        show(newly_failing(before, run) or run.tail)
        raise UsageError(f"{options.shown} fails after the cutover ({_how(run)}). Nothing was changed.")
    refuse_outdated(outdated(), options)


def observe_behaviour(root: str, options: VerifyOptions) -> ObservedBehaviour:
    """Run the command in a copy of the tree as it is.  Raises UsageError where it can't."""
    gc.enable()
    with tree_copy(root) as copy:
        run = Trials(copy, options).as_it_is()
    if run.succeeded:
        return ObservedBehaviour(True, f"Decided by {options.shown}, which passes.")
    show(run.tail)
    failed = [name for name, passed in (run.tests or {}).items() if not passed]
    tests = f" {counted(len(failed), 'test')}: {listed([*map(visible, failed)])}." if failed else ""
    return ObservedBehaviour(False, f"Decided by {options.shown}, which fails ({_how(run)}).{tests}")


def _how(run: ObservedRun) -> str:
    return "it hangs" if run.stopped else f"exit code {run.code}"
