"""Which files may hold something to report: searches for text, so that only those files are parsed."""

from __future__ import annotations

from workflow_ls.mapping.table import Table
from workflow_ls.syntax.model import MARKER
from workflow_ls.workspace.files import SOURCE_EXTENSIONS, Query, parents


def candidate_queries(table: Table) -> tuple[Query, ...]:
    """The searches that find every file with something to report.

    A relative path names only what lies below the directory it climbs to, so the files beside the tree are searched
    for less: inside `shared/`, `../workflow/x` never says `shared/workflow`.
    """
    anywhere = Query(SOURCE_EXTENSIONS, tuple(dict.fromkeys((*table.needles, table.tree, MARKER))))
    beside = (directory for directory in parents(table.tree) if directory)
    return (anywhere, *(Query(SOURCE_EXTENSIONS, (below(table.tree, path),), under=path) for path in beside))


def below(tree: str, directory: str) -> str:
    """What a path from `directory`, or from below it, must hold to land in the tree."""
    return f"/{tree[len(directory) + 1 :]}" if directory else tree
