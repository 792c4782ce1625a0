"""How the workspace imports from candidates today: the style that a proposed row follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from workflow_ls.mapping.evidence.migrated_imports import imports_in
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query


@record
class Usage:
    """In how many files each specifier is imported, and each name of it."""

    specifiers: Mapping[str, int]
    names: Mapping[tuple[str, str], int]


def count_usage(workspace: Workspace, specifiers: Collection[str]) -> Usage:
    """Count the imports of specifiers in the files outside of the legacy tree."""
    by_specifier, by_name = Counter[str](), Counter[tuple[str, str]]()
    wanted, table = frozenset(specifiers), workspace.table
    packages = sorted({_package(specifier) for specifier in wanted})
    for path in workspace.files.untracked.search((Query(SOURCE_EXTENSIONS, tuple(packages)),)) if packages else ():
        if table.in_tree(path):
            continue
        text = (workspace.files.untracked.read(path) or b"").decode("utf-8", "replace")
        found = [each for each in imports_in(_STATEMENT.findall(text)) if each.specifier in wanted]
        by_specifier.update({each.specifier for each in found})
        by_name.update({(each.specifier, name) for each in found for name in (each.names or {}).values()})
    return Usage(by_specifier, by_name)


def _package(specifier: str) -> str:
    return "/".join(specifier.split("/")[: 2 if specifier.startswith("@") else 1])


_STATEMENT = compile_on_use(
    r"(?:\bimport|\bexport)\b[^'\";()]*?\bfrom\s*['\"][^'\"\n]+['\"]|\b(?:import|require)\(\s*['\"][^'\"\n]+['\"]"
)
