"""`fix --verify`: all edits are tried in a copy of the tree, and those with which the command fails are left out."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence

from workflow_ls.analysis import Analysis, FixRun
from workflow_ls.cli.verify.edit_groups import EditGroup, group_edits
from workflow_ls.cli.verify.halving import Groups, LeftOut, SearchResult, search
from workflow_ls.cli.verify.observed_run import ObservedRun, newly_failing
from workflow_ls.cli.verify.tree_copy import tree_copy
from workflow_ls.cli.verify.trials import Texts, Trials, VerifyOptions, summary
from workflow_ls.diagnostics import Blocked, Diagnostic, Status
from workflow_ls.printable import counted, listed, visible, visible_path
from workflow_ls.proof.joined_fixes import FindingKey, FixOptions, finding_key
from workflow_ls.records import record, replace


@record
class OmittedGroup:
    """A group of edits that is not applied.

    `partners` are the names of the groups that it fails together with.  `evidence` are the tests that fail with it and
    not without, where a report names them, and the last lines of the command's output; there is none for a group that
    was not tried.
    """

    group: EditGroup
    tried: bool
    partners: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


@record
class VerifiedFix:
    """What a verified fix applies, and what it leaves out."""

    run: FixRun
    omitted: tuple[OmittedGroup, ...]


def verify_fix(
    analysis: Analysis, run: FixRun, root: str, within: Sequence[str], options: FixOptions, verify: VerifyOptions
) -> VerifiedFix:
    """Try `run`, which is `analysis.fix_all(within, options)`, with the command, and leave out what it fails with.

    The files of the tree are only read.  Raises UsageError where the copy can't be made, and where the command says
    nothing before any change; and KeyboardInterrupt on a signal to end, with the copy deleted.
    """
    groups = group_edits(analysis, run.applied)
    everything, nothing = frozenset(range(len(groups))), FixRun((), analysis, ())
    states = dict[Groups, tuple[Texts, str]]()
    total = counted(len(run.applied), "edit")
    gc.enable()  # the states that are tried are of no use afterwards

    def run_of(kept: Groups) -> FixRun:
        only = frozenset(key for index in kept for key in groups[index].keys)
        return run if kept == everything else analysis.fix_all(within, replace(options, only=only)) if kept else nothing

    def observe(kept: Groups, *, again: bool = False) -> ObservedRun:
        if kept not in states:
            tried = run_of(kept)
            texts = {change.path: change.after for change in tried.changes}
            states[kept] = texts, f"{len(tried.applied)} of {total}"
        return trials.observe(*states[kept], again=again)

    with tree_copy(root) as copy:
        trials = Trials(copy, verify)
        trials.before()
        result = search(
            len(groups),
            lambda kept: trials.passes(observe(kept)),
            trials.may_explain,
            lambda kept: trials.passes(observe(kept, again=True)),
        )
        omitted = tuple(_omitted(result, groups, observe, trials))
        proven = run_of(result.kept)
        summary(trials, f"{len(proven.applied)} of {total} kept")
    return VerifiedFix(proven, omitted)


def _omitted(
    result: SearchResult, groups: Sequence[EditGroup], observe: Callable[[Groups], ObservedRun], trials: Trials
) -> Iterator[OmittedGroup]:
    for out in result.left_out:
        # This state was tried, so it is not run again.
        run = observe(_smallest(out))
        names = newly_failing(trials.before(), run)
        evidence = (*names[:_NAMED], f"and {len(names) - _NAMED} more") if len(names) > _NAMED else names
        partners = tuple(groups[partner].name for partner in out.partners)
        yield OmittedGroup(groups[out.group], True, partners, (*evidence, *(run.tail or ("(no output)",))))
    for index in sorted(result.untried):
        yield OmittedGroup(groups[index], False)


_NAMED = 10


def _smallest(out: LeftOut) -> Groups:
    return frozenset((out.group, *out.partners)) if out.explained else out.failing


def with_reasons(
    findings: Iterable[Diagnostic], omitted: Iterable[OmittedGroup], verify: VerifyOptions
) -> tuple[Diagnostic, ...]:
    """The findings, where those that were left out say so."""
    causes = dict[FindingKey, Blocked]()
    for out in omitted:
        causes |= dict.fromkeys(out.group.keys, _cause(out, verify))
    return tuple(
        replace(finding, status=Status.BLOCKED, cause=cause, fix=None)
        if (cause := causes.get(finding_key(finding))) is not None and finding.fix is not None
        else finding
        for finding in findings
    )


def _cause(out: OmittedGroup, verify: VerifyOptions) -> Blocked:
    if not out.tried:
        return Blocked(f"{verify.shown} has not tried it within the limit", "raise --verify-runs or --verify-timeout")
    together = f" together with the edits for {listed(list(out.partners))}" if out.partners else ""
    return Blocked(f"{verify.shown} fails with it{together}", "see what it printed below")


def render_omitted(omitted: Sequence[OmittedGroup], verify: VerifyOptions) -> str:
    """The groups that were left out, each with what the command said."""
    lines = list[str]()
    tried = [out for out in omitted if out.tried]
    if tried:
        lines.append(f"Left out, since {verify.shown} fails with {'it' if len(tried) == 1 else 'them'}:")
    for out in tried:
        files = listed([*map(visible_path, out.group.paths)])
        lines.append(f"  {visible(out.group.name)}: {counted(len(out.group.findings), 'edit')} in {files}")
        lines += (f"    together with {visible(name)}" for name in out.partners)
        lines += (f"    | {visible(line)}" for line in out.evidence)
    untried = sum(len(out.group.findings) for out in omitted if not out.tried)
    if untried:
        lines.append(
            f"Left out, since the limit was reached before {verify.shown} could try "
            f"{'it' if untried == 1 else 'them'}: {counted(untried, 'edit')}."
        )
    return "".join(f"{line}\n" for line in lines)
