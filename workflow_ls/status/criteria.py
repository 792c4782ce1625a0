"""The functional requirements and acceptance criteria, and what in a workspace would contradict each.

The document speaks of areas (the worker, the server, the designer).  No path says which file is in which, so an area
is told by what a file asks for (the surface of the legacy module), by the table's directories (EE, core, the canonical
package, the legacy tree), and by the kind of file.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from workflow_ls.diagnostics import Status
from workflow_ls.project import file_facts as legacy
from workflow_ls.status.evidence import Evidence, Hit
from workflow_ls.status.progress import ROOT, Use
from workflow_ls.status.report import PLACES_SHOWN, Criterion, Kind, Place, State

REWRITTEN = ("deprecated-import", "deprecated-relative-import")
CONFIGURED = ("undeclared-dependency", "unexported-subpath", "deprecated-alias", "missing-alias", "deprecated-export")

_UI_ENDINGS = (".tsx", ".jsx")
_UI_MODULES = ("runtime/client", "expression-authoring")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


class Answer(NamedTuple):
    """What contradicts a criterion, what decides it, and why it stays undecided if nothing does ("" where it doesn't).

    Where `decides` is false, what was found is worth a look and contradicts nothing.
    """

    hits: Sequence[Hit]
    how: str
    undecided: str = ""
    decides: bool = True


class Asked(NamedTuple):
    """A criterion: its number in the document, its kind, its wording, and the question that decides it."""

    code: str
    kind: Kind
    text: str
    ask: Callable[[Evidence], Answer]


def judge(asked: Asked, evidence: Evidence) -> Criterion:
    """Decide one criterion."""
    answer = asked.ask(evidence)
    hits = sorted(set(answer.hits))
    state: State = "open" if hits and answer.decides else "undecidable" if answer.undecided else "met"
    how = answer.undecided if state == "undecidable" else answer.how
    return Criterion(
        asked.code,
        asked.kind,
        asked.text,
        state,
        len(hits),
        len({hit.path for hit in hits}),
        tuple(Place(hit.path, evidence.line(hit)) for hit in hits[:PLACES_SHOWN]),
        how,
    )


def _references(evidence: Evidence, how: str, wanted: Callable[[Use], bool], undecided: str = "") -> Answer:
    """The legacy references that are wanted; those that no finding tells of are named in `how`."""
    uses = [use for use in evidence.uses if use.legacy is not None and wanted(use)]
    told = {(finding.path, finding.span.start) for rule in REWRITTEN for finding in evidence.findings.get(rule, ())}
    silent = sum((use.path, use.offset) not in told for use in uses)
    also = f" Silenced by a comment or by the settings, and counted all the same: {silent}." if silent else ""
    return Answer([Hit(use.path, use.offset) for use in uses], how + also, undecided)


def _findings(evidence: Evidence, rules: Sequence[str], how: str) -> Answer:
    """The findings of some rules; undecided where one of them does not run."""
    hits = [Hit(finding.path, finding.span.start) for rule in rules for finding in evidence.findings.get(rule, ())]
    off = evidence.off(rules)
    return Answer(hits, how, f"Turned off by the settings: {_listed(off)}." if off else "")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _is_of(use: Use, *surfaces: str) -> bool:
    """Whether a use is of one of the surfaces; the root hands out all of them."""
    return use.surface in (*surfaces, ROOT)


def _is_ui(use: Use) -> bool:
    module = "" if use.legacy is None else use.legacy.module
    return use.path.endswith(_UI_ENDINGS) or any(module == m or module.startswith(f"{m}/") for m in _UI_MODULES)


def _is_test(path: str) -> bool:
    directory, name = posixpath.split(path)
    return ".test." in name or ".spec." in name or "__tests__" in directory.split("/")


def _consumed(evidence: Evidence) -> Answer:
    how = "Decided by deprecated-import and deprecated-relative-import: all references to the legacy tree."
    return _references(evidence, how, lambda use: use.legacy is not None)


def _exposed(evidence: Evidence) -> Answer:
    """What callers ask for and the package does not give; the core's callers are not the package's concern."""
    asked = _findings(evidence, ("unexported-subpath", "missing-name"), "")
    outside = (legacy.Place.CANONICAL, legacy.Place.ELSEWHERE)
    blocked = [
        Hit(finding.path, finding.span.start)
        for rule in REWRITTEN
        for finding in evidence.findings.get(rule, ())
        if finding.status is Status.BLOCKED and evidence.place(finding.path) in outside
    ]
    directory = evidence.workspace.table.canonical.directory
    package = evidence.workspace.packages.package_at(directory)
    undecided = _findings(evidence, ("unexported-subpath", "missing-name", *REWRITTEN), "").undecided
    if package is None or package.broken is not None:
        undecided = f"`{directory}/package.json` is not there or can't be read, so what it exports is not known."
    how = "Decided by unexported-subpath, missing-name, and the references whose rewrite is blocked."
    return Answer([*asked.hits, *blocked], how, undecided)


def _started(evidence: Evidence) -> Answer:
    how = "Decided by the references that load a legacy runtime module, for more than its types."
    return _references(
        evidence,
        how,
        lambda use: _is_of(use, "runtime") and use.legacy is not None and not use.legacy.reference.type_only,
    )


def _worked(evidence: Evidence) -> Answer:
    """A worker is a package that asks for the workers in more than its tests."""
    outside = (legacy.Place.CORE, legacy.Place.ELSEWHERE)
    workers = {
        use.package
        for use in evidence.uses
        if use.surface == "workers" and evidence.place(use.path) in outside and not _is_test(use.path)
    }
    how = f"Decided by the references to runtime and workers in what starts a worker: {_listed(workers)}."
    unknown = "" if workers else "No package asks for the workers outside its tests, so there is no entrypoint to see."
    return _references(evidence, how, lambda use: use.package in workers and _is_of(use, "runtime", "workers"), unknown)


def _served(evidence: Evidence) -> Answer:
    how = "Decided by the references in EE code that is not user interface."
    return _references(evidence, how, lambda use: evidence.is_ee(use.path) and not _is_ui(use))


def _shown(evidence: Evidence) -> Answer:
    how = "Decided by the references in EE components (.tsx, .jsx), and in EE code to client and expression modules."
    return _references(evidence, how, lambda use: evidence.is_ee(use.path) and _is_ui(use))


def _owned_ai(evidence: Evidence) -> Answer:
    """Which legacy code is about AI is told by names; once the tree is empty, none is."""
    tree = evidence.workspace.table.tree
    named = [path for path in evidence.tree if "ai" in map(str.lower, _WORD.findall(path[len(tree) :]))]
    unknown = ""
    if evidence.tree:
        unknown = (
            f"No file in `{tree}` is named after AI, but files are left there ({len(evidence.tree)}), and whether one "
            "of them is about AI takes a reader; it is settled when they have moved."
        )
    how = f"Decided by the files in `{tree}` that are named after AI, and by whether any file is left there."
    return Answer([Hit(path, 0) for path in named], how, unknown)


def _free_core(evidence: Evidence) -> Answer:
    return _findings(evidence, ("core-imports-ee",), "Decided by core-imports-ee.")


def _published(evidence: Evidence) -> Answer:
    how = "Decided by the references to streams in all packages but the canonical one."
    outside = (legacy.Place.CORE, legacy.Place.ELSEWHERE)
    return _references(evidence, how, lambda use: _is_of(use, "streams") and evidence.place(use.path) in outside)


def _invoked(evidence: Evidence) -> Answer:
    how = "Decided by the references to runtime and persistence in code that is neither EE nor core."

    def wanted(use: Use) -> bool:
        elsewhere = evidence.place(use.path) is legacy.Place.ELSEWHERE and not evidence.is_ee(use.path)
        return elsewhere and _is_of(use, "runtime", "persistence")

    return _references(evidence, how, wanted)


def _configured(evidence: Evidence) -> Answer:
    how = f"Decided by {', '.join(CONFIGURED[:-1])} and {CONFIGURED[-1]}; no other configuration of a build is read."
    return _findings(evidence, CONFIGURED, how)


def _cut(evidence: Evidence) -> Answer:
    how = "Decided by deprecated-import: the references that name a legacy specifier, documentation left out."
    return _references(evidence, how, lambda use: use.legacy is not None and not use.legacy.relative)


def _working(evidence: Evidence) -> Answer:
    """What runs can't be seen; where the tests would not see it either can."""
    found = _findings(evidence, ("mock-mismatch", "deprecated-reference"), "")
    why = "Behaviour shows at run time only: the test suites and a build decide it."
    look = (
        " The places are those that tests may trip over, or pass over in silence: mocks that replace nothing "
        "(mock-mismatch), and strings that name what moved (deprecated-reference)."
    )
    return Answer(found.hits, "", why + (look if found.hits else ""), decides=False)


def _intact_ai(evidence: Evidence) -> Answer:
    """Two claims in one: the second can be contradicted, the first never be shown."""
    owned = _owned_ai(evidence)
    behaviour = "That AI steps behave as before shows at run time only: the test suites decide it."
    undecided = f"{behaviour} {owned.undecided or 'That no AI code is left in the legacy tree is met.'}"
    return Answer(owned.hits, f"{owned.how} {behaviour}", undecided)


def _moved(evidence: Evidence) -> Answer:
    proxies = [Hit(finding.path, finding.span.start) for finding in evidence.findings.get("legacy-proxy", ())]
    tree = evidence.workspace.table.tree
    how = f"Decided by the source files in `{tree}` ({len(evidence.tree)}) and by legacy-proxy ({len(proxies)})."
    return Answer([*(Hit(path, 0) for path in evidence.tree), *proxies], how)


CRITERIA: tuple[Asked, ...] = (
    Asked("FR1", "requirement", "Workflow code is imported by its canonical path, and by no other", _consumed),
    Asked("FR2", "requirement", "The canonical package exposes every surface that callers ask for", _exposed),
    Asked("FR3", "requirement", "The workflow runtime is started through the canonical package", _started),
    Asked("FR4", "requirement", "Workers take runtime and worker modules from the canonical package", _worked),
    Asked("FR5", "requirement", "EE server code takes its workflow modules from the canonical package", _served),
    Asked("FR6", "requirement", "The EE user interface takes its helpers from the canonical package", _shown),
    Asked("FR7", "requirement", "Support for AI steps lies in the canonical package alone", _owned_ai),
    Asked("FR8", "requirement", "The shared core imports nothing from EE", _free_core),
    Asked("FR9", "requirement", "Other packages take event builders from the canonical package", _published),
    Asked("FR10", "requirement", "Outside EE, runtime and persistence come from the canonical package", _invoked),
    Asked("FR11", "requirement", "Manifests, path aliases and exports carry the new namespace", _configured),
    Asked("FR12", "requirement", "No code and no test imports a legacy specifier", _cut),
    Asked("AC1", "acceptance", "All workflow code is consumed through the canonical package", _consumed),
    Asked("AC2", "acceptance", "Outside documentation, nothing imports a legacy specifier", _cut),
    Asked("AC3", "acceptance", "The canonical package exports what its callers need", _exposed),
    Asked("AC4", "acceptance", "Worker, runtime, designer, bundles, task inbox and streams still work", _working),
    Asked("AC5", "acceptance", "AI steps behave as before, and belong to the canonical package", _intact_ai),
    Asked("AC6", "acceptance", "No workflow implementation is left in the shared namespace", _moved),
)
