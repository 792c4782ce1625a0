"""The report of `map --infer`: the proposed rows with what shows them, for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from workflow_ls.causes import shared_reasons
from workflow_ls.config.table import Table
from workflow_ls.config.table_records import ModuleRow, NameRow
from workflow_ls.mapping.inference import Homeless, Proposal
from workflow_ls.mapping.rows.choice_of_rows import Proposed
from workflow_ls.mapping.rows.config_edits import frame_json, package_json, row_json
from workflow_ls.printable import listed, visible, visible_path


def render_text(proposals: Sequence[Proposal], written: str = "") -> str:
    """The proposals for people; `written` names the file that has the rows now, "" if they were not written."""
    return "\n".join("\n".join(map(visible, _lines(proposal, written))) for proposal in proposals) + "\n"


def _lines(proposal: Proposal, written: str) -> Iterator[str]:
    table = proposal.table
    count, references = len(proposal.rows), proposal.references
    if not references and not proposal.rows:
        yield f"Nothing imports {listed(list(table.roots))}: there is no row to propose."
        return
    legacy = listed(list(table.roots))
    verb = "Wrote" if written and count else "Proposed"
    to = f" to {written}" if written and count else ""
    yield f"{legacy}: {_counted(references, 'reference')}, {proposal.before} with a verified target."
    if count:
        more = f", and {_counted(proposal.partial, 'reference')} can go in part" if proposal.partial else ""
        goes = f"verified targets go from {proposal.before} to {proposal.after}"
        yield f"{verb} {_counted(count, 'row')}{to}: {goes}{more}."
    elif proposal.before == references and not proposal.homeless:
        yield "No row is missing. Next, run `workflow-ls fix --diff` to see what changes."
    else:
        yield "No further row can be proved."
    for proved in proposal.rows:
        yield ""
        yield f"  {_arrow(table, proved.proposed)}"
        served = f"{proved.verified} of {_counted(proved.references, 'reference')} verified"
        served += f", {proved.partial} in part" if proved.partial else ""
        yield f"      {proved.proposed.row.note}; {served}"
    if proposal.doubtful:
        yield ""
        yield "In doubt:" if not written else "In doubt, and written as comments:"
        for doubtful in proposal.doubtful:
            yield f"  {_arrow(table, doubtful.proposed)}"
            yield f"      {doubtful.proposed.row.note}, but {_short(doubtful.reason)}"
    if proposal.homeless:
        yield ""
        yield "Found nowhere:"
        yield from _homeless(table, proposal.homeless)
    yield from _out_of_reach(proposal)
    if not proposal.rows and proposal.before < references:
        yield from _next_by_hand(proposal, written)
    if proposal.rows:
        yield ""
        if written:
            yield "Next, run `workflow-ls map --check` to prove them, and `workflow-ls fix --diff` to see what changes."
        else:
            yield "Next, run the same command with `--write` to write the rows into workflow-ls.json."


def _next_by_hand(proposal: Proposal, written: str) -> Iterator[str]:
    """What to do where references are left that no row can be proved for."""
    yield ""
    if written and proposal.doubtful:
        yield "Next, look at the rows in doubt in workflow-ls.json: to accept one, remove the text before its `{`."
        yield "`workflow-ls check` says what each import needs."
        return
    yield "Next, run `workflow-ls check` to see what each import needs, and add rows to workflow-ls.json by hand."
    if any(each.name for each in proposal.homeless):
        yield "A name that was renamed needs a row in `names`."
    if proposal.homeless:
        yield "If the code has not moved yet, `workflow-ls cutover --dry-run` shows what would move where."


def _out_of_reach(proposal: Proposal) -> Iterator[str]:
    """What of the history and which packages can't be read, and the references that something else blocks."""
    if proposal.unread:
        yield ""
        what = ", ".join(proposal.unread)
        yield f"Not all evidence was seen: git lacks objects of the history ({what}), as in a partial clone."
        yield "Run `git fetch --refetch --no-filter` to get them, and run this again."
    if proposal.unknown:
        yield ""
        yield "Not searched, since nothing shows from which sources they are built."
        yield 'Write these into "packages" of workflow-ls.json, and run this again:'
        yield from (f"  {json.dumps(package_json(each), ensure_ascii=False)}" for each in proposal.unknown)
    if proposal.blocked:
        yield ""
        yield "Found, and blocked by something else:"
    refused = ((path, proposal.table.specifier_of(module), cause) for path, module, cause in proposal.blocked)
    for reason, places in shared_reasons(refused):
        path, specifier = places[0]
        if len(places) == 1:
            yield f"  {visible_path(path)}: {specifier}: {_short(reason)}"
        else:
            yield f"  {_short(reason)}: {_counted(len(places), 'reference')}, such as {visible_path(path)}"


def _short(reason: str) -> str:
    """A reason without the chain of imports that it shows at its end: `check` and the editor have it."""
    return reason.partition(" (")[0] if " > " in reason else reason


def _arrow(table: Table, proposed: Proposed) -> str:
    row = proposed.row
    module = table.specifier_of(row.module)
    if isinstance(row, ModuleRow):
        return f"{module} stays" if row.stays else f"{module} -> {', '.join(row.to)}"
    renamed = f" as `{row.new_name}`" if row.new_name is not None else ""
    return f"`{row.name}` of {module} -> {row.to}{renamed}"


def _homeless(table: Table, homeless: Sequence[Homeless]) -> Iterator[str]:
    by_module = dict[str, list[Homeless]]()
    for each in homeless:
        by_module.setdefault(each.module, []).append(each)
    for module, found in by_module.items():
        names = listed([f"`{each.name}`" for each in found if each.name])
        files = _counted(len(found[0].importers), "file")
        what = f": {names}" if names else ""
        yield f"  {table.specifier_of(module)}{what} ({files}, such as {visible_path(found[0].importers[0])})"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def render_json(proposals: Sequence[Proposal], written: str = "") -> str:
    """The proposals as JSON: what `workflow-ls.json` would hold, with the evidence and the proof of each row."""
    return (
        json.dumps({"version": 1, "written": written or None, "proposals": [*map(proposal_data, proposals)]}, indent=2)
        + "\n"
    )


def proposal_data(proposal: Proposal) -> dict[str, object]:
    """A proposal as plain data: what `workflow-ls.json` would hold, with the evidence and the proof of each row."""
    table = proposal.table
    return {
        **{key: value for key, value in frame_json(table).items() if key in ("legacy", "canonical")},
        "packages": [package_json(package) for package in proposal.packages],
        "modules": [*_rows(proposal, ModuleRow)],
        "names": [*_rows(proposal, NameRow)],
        "doubtful": [
            {
                **row_json(table, each.proposed.row),
                "evidence": each.proposed.evidence.name.lower(),
                "reason": each.reason,
            }
            for each in proposal.doubtful
        ],
        "homeless": [
            {
                "module": table.specifier_of(each.module),
                "name": each.name or None,
                "importers": list(each.importers),
                "reason": each.reason,
            }
            for each in proposal.homeless
        ],
        "blocked": [
            {"path": path, "module": table.specifier_of(module), "reason": cause.reason, "remedy": cause.remedy}
            for path, module, cause in proposal.blocked
        ],
        "unreadHistory": [*proposal.unread],
        "unknownOutputs": [package_json(package) for package in proposal.unknown],
        "summary": {
            "references": proposal.references,
            "verifiedBefore": proposal.before,
            "verifiedAfter": proposal.after,
        },
    }


def _evidence(proposed: Proposed) -> dict[str, str]:
    return {"evidence": proposed.evidence.name.lower()}


def _rows(proposal: Proposal, kind: type[ModuleRow] | type[NameRow]) -> Iterator[dict[str, object]]:
    for proved in proposal.rows:
        if isinstance(proved.proposed.row, kind):
            yield {
                **row_json(proposal.table, proved.proposed.row),
                **_evidence(proved.proposed),
                "verified": proved.verified,
                "references": proved.references,
            }
