"""What in a workspace contradicts each criterion of the move: a function of the evidence for each.

The document speaks of areas (the worker, the server, the designer).  No path says which area a file belongs to, so it
is derived from the surfaces that the file imports, from the table's directories (EE, core, the canonical package, the
legacy tree), and from the kind of file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from workflow_ls.diagnostics import Diagnostic, Status
from workflow_ls.printable import listed
from workflow_ls.project.file_facts import Area
from workflow_ls.project.test_files import is_test_code
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.status.evidence import Evidence, Location
from workflow_ls.status.progress import ROOT, WorkflowReference

_IMPORT_RULES = ("deprecated-import", "deprecated-relative-import")
_CONFIGURATION_RULES = (
    "undeclared-dependency",
    "unexported-subpath",
    "deprecated-alias",
    "missing-alias",
    "deprecated-export",
)
_EXPORT_RULES = ("unexported-subpath", "missing-name")

_UI_ENDINGS = (".tsx", ".jsx")
_UI_MODULES = ("runtime/client", "expression-authoring")
_WORD = compile_on_use(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


class Verdict(NamedTuple):
    """What contradicts a criterion.

    `how` says what decides it.  `undecidable` says why it can't be decided where nothing contradicts it, and is empty
    if it can.  If `decides` is false, the locations are worth a look and contradict nothing.  `fails` is set if the
    criterion is contradicted, whatever the locations.
    """

    locations: Sequence[Location]
    how: str
    undecidable: str = ""
    decides: bool = True
    fails: bool = False


def _by_references(
    evidence: Evidence, how: str, counts: Callable[[WorkflowReference], bool], undecidable: str = ""
) -> Verdict:
    """A verdict by the legacy references that count; `how` gets the number of those without a finding."""
    references = [reference for reference in evidence.references if reference.legacy is not None and counts(reference)]
    rules = (*_IMPORT_RULES, "legacy-proxy")  # a proxy that names the tree by a specifier still imports it
    reported = {location for rule in rules for location in _locations(evidence.findings.get(rule, ()))}
    locations = [Location(reference.path, reference.offset) for reference in references]
    silenced = sum(location not in reported for location in locations)
    remark = f" Also counted, although suppressed by a comment or the settings: {silenced}." if silenced else ""
    return Verdict(locations, how + remark, undecidable)


def _by_findings(evidence: Evidence, rules: Sequence[str], how: str) -> Verdict:
    """A verdict by the findings of some rules; undecidable if one of them is disabled."""
    locations = [location for rule in rules for location in _locations(evidence.findings.get(rule, ()))]
    disabled = evidence.disabled_rules(rules)
    return Verdict(locations, how, f"Disabled by the settings: {_code_list(disabled)}." if disabled else "")


def _locations(findings: Iterable[Diagnostic]) -> Iterable[Location]:
    return (Location(finding.path, finding.span.start) for finding in findings)


def _code_list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _has_surface(reference: WorkflowReference, *surfaces: str) -> bool:
    """Whether a reference imports one of the surfaces; the root exports all of them."""
    return reference.surface in (*surfaces, ROOT)


def _is_ui(reference: WorkflowReference) -> bool:
    module = "" if reference.legacy is None else reference.legacy.module
    return reference.path.endswith(_UI_ENDINGS) or any(module == m or module.startswith(f"{m}/") for m in _UI_MODULES)


def all_references(evidence: Evidence) -> Verdict:
    """Every reference to the legacy tree."""
    how = "Decided by deprecated-import and deprecated-relative-import: all references to the legacy tree."
    return _by_references(evidence, how, lambda reference: reference.legacy is not None)


def missing_exports(evidence: Evidence) -> Verdict:
    """What callers import and the package does not export; callers in the core do not count."""
    verdict = _by_findings(evidence, _EXPORT_RULES, "")
    outside = (Area.CANONICAL, Area.ELSEWHERE)
    blocked = [
        Location(finding.path, finding.span.start)
        for rule in _IMPORT_RULES
        for finding in evidence.findings.get(rule, ())
        if finding.status is Status.BLOCKED and evidence.area_of(finding.path) in outside
    ]
    directory = evidence.workspace.table.canonical.directory
    package = evidence.workspace.packages.package_at(directory)
    undecidable = _by_findings(evidence, (*_EXPORT_RULES, *_IMPORT_RULES), "").undecidable
    if package is None or package.broken is not None:
        undecidable = f"The exports are unknown: `{directory}/package.json` is missing or can't be read."
    how = "Decided by unexported-subpath, missing-name, and the references whose rewrite is blocked."
    return Verdict([*verdict.locations, *blocked], how, undecidable)


def runtime_references(evidence: Evidence) -> Verdict:
    """What loads a legacy module of the runtime; types load nothing."""
    how = "Decided by the references that load a legacy runtime module, types excluded."
    return _by_references(
        evidence,
        how,
        lambda reference: (
            _has_surface(reference, "runtime")
            and reference.legacy is not None
            and not reference.legacy.reference.type_only
        ),
    )


def worker_references(evidence: Evidence) -> Verdict:
    """A worker is a package that imports the workers outside its tests."""
    outside = (Area.CORE, Area.ELSEWHERE)
    workers = {
        reference.package
        for reference in evidence.references
        if reference.surface == "workers"
        and evidence.area_of(reference.path) in outside
        and not is_test_code(reference.path)
    }
    how = f"Decided by the references to runtime and workers in packages that start a worker: {_code_list(workers)}."
    undecidable = "" if workers else "No worker entrypoint found: no package imports the workers outside its tests."
    return _by_references(
        evidence,
        how,
        lambda reference: reference.package in workers and _has_surface(reference, "runtime", "workers"),
        undecidable,
    )


def ee_server_references(evidence: Evidence) -> Verdict:
    """References in EE code that is not user interface."""
    how = "Decided by the references in EE code that is not user interface."
    return _by_references(evidence, how, lambda reference: evidence.is_ee(reference.path) and not _is_ui(reference))


def ee_ui_references(evidence: Evidence) -> Verdict:
    """References in EE components, and in EE code to what only a user interface takes."""
    how = "Decided by the references in EE components (.tsx, .jsx), and in EE code to client and expression modules."
    return _by_references(evidence, how, lambda reference: evidence.is_ee(reference.path) and _is_ui(reference))


def legacy_ai_files(evidence: Evidence) -> Verdict:
    """The names of files decide which legacy code is about AI; an empty tree has none."""
    tree = evidence.workspace.table.tree
    ai_files = [path for path in evidence.tree if "ai" in map(str.lower, _WORD.findall(path[len(tree) :]))]
    undecidable = ""
    if evidence.tree:
        undecidable = (
            f"No file in `{tree}` is named after AI. Check by hand whether a file that is left there is about AI "
            f"({len(evidence.tree)} left). An empty tree meets this criterion."
        )
    how = f"Decided by the files in `{tree}` that are named after AI, and by whether any file is left there."
    return Verdict([Location(path, 0) for path in ai_files], how, undecidable)


def core_imports_ee(evidence: Evidence) -> Verdict:
    """Imports of EE code in the core."""
    return _by_findings(evidence, ("core-imports-ee",), "Decided by core-imports-ee.")


def stream_references(evidence: Evidence) -> Verdict:
    """References to event streams in packages other than the canonical one."""
    how = "Decided by the references to streams in all packages but the canonical one."
    outside = (Area.CORE, Area.ELSEWHERE)
    return _by_references(
        evidence,
        how,
        lambda reference: _has_surface(reference, "streams") and evidence.area_of(reference.path) in outside,
    )


def outside_references(evidence: Evidence) -> Verdict:
    """References to runtime and persistence in code that is neither EE nor core."""
    how = "Decided by the references to runtime and persistence in code that is neither EE nor core."

    def counts(reference: WorkflowReference) -> bool:
        outside = evidence.area_of(reference.path) is Area.ELSEWHERE and not evidence.is_ee(reference.path)
        return outside and _has_surface(reference, "runtime", "persistence")

    return _by_references(evidence, how, counts)


def configuration(evidence: Evidence) -> Verdict:
    """What manifests, aliases, `exports` and configurations of builds still say of the legacy tree."""
    rules = f"{', '.join(_CONFIGURATION_RULES[:-1])} and {_CONFIGURATION_RULES[-1]}"
    where = "configurations of builds and in files that are no sources"
    how = f"Decided by {rules}, and by the paths of deprecated-reference in {where}."
    verdict = _by_findings(evidence, _CONFIGURATION_RULES, how)
    return _with_mentions(evidence, verdict, evidence.configured)


def legacy_specifiers(evidence: Evidence) -> Verdict:
    """References that name a legacy specifier, in sources and in other files."""
    how = (
        "Decided by deprecated-import: the references that name a legacy specifier, documentation excluded; and by the "
        "specifiers of deprecated-reference in files that are no sources and in configurations of builds."
    )
    verdict = _by_references(
        evidence, how, lambda reference: reference.legacy is not None and not reference.legacy.relative
    )
    return _with_mentions(evidence, verdict, evidence.specified)


def _with_mentions(evidence: Evidence, verdict: Verdict, locations: Sequence[Location]) -> Verdict:
    """A verdict with places that deprecated-reference finds; undecidable where that rule is disabled."""
    disabled = evidence.disabled_rules(("deprecated-reference",))
    undecidable = verdict.undecidable or (f"Disabled by the settings: {_code_list(disabled)}." if disabled else "")
    return verdict._replace(locations=[*verdict.locations, *locations], undecidable=undecidable)


def runtime_behaviour(evidence: Evidence) -> Verdict:
    """Decided by a command only; the locations are those where tests may fail, or pass without testing anything."""
    if evidence.behaviour is not None:
        return Verdict((), evidence.behaviour.how, fails=not evidence.behaviour.passes)
    suspects = _by_findings(evidence, ("mock-mismatch", "deprecated-reference"), "").locations
    why = "A static check can't decide behaviour at run time. Run the test suites and a build."
    hint = (
        " Review these places, where tests may fail or test nothing: mocks that replace nothing (mock-mismatch), and "
        "strings that name moved modules (deprecated-reference)."
    )
    return Verdict(suspects, "", why + (hint if suspects else ""), decides=False)


def ai_steps(evidence: Evidence) -> Verdict:
    """Two claims in one: a static check may contradict ownership, and only a command decides behaviour."""
    owned = legacy_ai_files(evidence)
    observed = evidence.behaviour
    if observed is not None:
        how = f"{owned.how} {observed.how}"
        undecidable = f"{observed.how} {owned.undecidable}" if owned.undecidable else ""
        return Verdict(owned.locations, how, undecidable, fails=not observed.passes)
    behaviour = "A static check can't decide whether AI steps behave as before. Run the test suites."
    ownership = owned.undecidable or "No AI code is left in the legacy tree."
    return Verdict(owned.locations, f"{owned.how} {behaviour}", f"{behaviour} {ownership}")


def legacy_files(evidence: Evidence) -> Verdict:
    """The source files that are left in the legacy tree, and proxies that lead to it."""
    proxies = [*_locations(evidence.findings.get("legacy-proxy", ()))]
    tree = listed(evidence.workspace.table.trees)
    how = f"Decided by the source files in `{tree}` ({len(evidence.tree)}) and by legacy-proxy ({len(proxies)})."
    return Verdict([*(Location(path, 0) for path in evidence.tree), *proxies], how)
