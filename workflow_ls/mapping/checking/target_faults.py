"""What is wrong with the target of a row for all references that use it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from workflow_ls.config.module_names import matched_by
from workflow_ls.config.table_records import ModuleRow
from workflow_ls.diagnostics import Blocked
from workflow_ls.mapping.checking.corrections import near_specifier, package_correction
from workflow_ls.mapping.own_files import OwnFiles
from workflow_ls.mapping.program_aliases import ProgramAliases
from workflow_ls.mapping.rows.choice_of_rows import package_name
from workflow_ls.printable import capitalized, listed
from workflow_ls.project.configuration.package_cycles import PackageCycles
from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.candidates import CandidateChecker
from workflow_ls.rewrite.packages.package_lookup import Conditions, PackageLocation


def target_faults(
    workspace: Workspace, row: ModuleRow, target: str, modules: Iterable[str], importers: Sequence[str]
) -> Iterator[tuple[str, str | None]]:
    """What is wrong with a target for all of its modules, each with the specifier that would be right."""
    if workspace.table.is_alias(target):
        aliases = workspace.component(ProgramAliases)
        named = dict.fromkeys(target.replace("*", matched_by(row.module, module) or "") for module in modules)
        if importers and not any(aliases.serves_any(each, importers) for each in named):
            yield f"`{target}` leads to no file for any file that uses the row. Add the alias, or correct it.", None
        return
    package = package_name(target)
    is_scope = "*" in package  # each module has a package of its own
    if not is_scope and workspace.packages.package_named(package, "") is None:
        fault = package_correction(workspace, package, None)
        if fault is not None and fault.replacement is not None:
            renamed = fault.replacement + target[len(package) :]
            yield f"There is no package {package} in the workspace. Correct its name.", renamed
        return  # it may be installed later, and nothing can be said until then
    checker = workspace.component(CandidateChecker)
    specifiers = [target.replace("*", matched_by(row.module, module) or "") for module in sorted(modules)]
    located = [checker.locate(checker.spelled(each), "", (Conditions.TYPES,)) for each in dict.fromkeys(specifiers)]
    places = [each for each in located if isinstance(each, PackageLocation)]
    own = workspace.component(OwnFiles)
    if not places and importers and any(own.serves(each, importers) for each in specifiers):
        return  # a rewrite writes the path to it
    if not places:
        cause = next((each for each in located if isinstance(each, Blocked)), None)
        if cause is not None and ("*" not in target or not _has_barrel(workspace, target)):
            right = near_specifier(workspace, specifiers[0]) if "*" not in target else None
            yield f"{capitalized(cause.reason)}. {capitalized(cause.remedy)}.", right
        return
    index, cycles = workspace.component(ExportIndex), workspace.component(PackageCycles)
    if importers and all(index.reaches(place.path, path) for place in places for path in importers):
        yield f"`{target}` re-exports {listed(importers)}, which would import itself. Name where the code lives.", None
    owners = {path: workspace.packages.package_of(path) for path in importers}
    if is_scope:
        return
    if importers and all(owner is not None and cycles.closed_by(owner.directory, package) for owner in owners.values()):
        yield f"{package} depends on every package that uses the row, so that no reference can go there.", None


def _has_barrel(workspace: Workspace, target: str) -> bool:
    checker, base = workspace.component(CandidateChecker), target.partition("*")[0].rstrip("/")
    return isinstance(checker.locate(base, "", (Conditions.TYPES,)), PackageLocation)
