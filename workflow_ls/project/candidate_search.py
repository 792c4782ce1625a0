"""Which files may hold something to report: searches for text, so that only those files are parsed."""

from __future__ import annotations

import posixpath

from workflow_ls.config.table import Table
from workflow_ls.syntax.model import MARKER
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query, is_configuration, parents

_GLOB = "*?[\\!"


def candidate_queries(table: Table) -> tuple[Query, ...]:
    """The searches that find every file with something to report.

    A relative path names only what lies below the directory it climbs to, so the files beside the tree are searched
    for less: inside `shared/`, `../workflow/x` never says `shared/workflow`.  In the core, EE code is looked for, too.
    Of the JSON files that are found, `is_candidate` leaves the manifests and configurations.
    """
    names = (package.name for package in table.packages)
    anywhere = Query((*SOURCE_EXTENSIONS, ".json"), tuple(dict.fromkeys((*table.needles, table.tree, *names, MARKER))))
    beside = {directory: [below(table.tree, directory)] for directory in parents(table.tree) if directory}
    for place in dict.fromkeys(map(_fixed_part, table.core)):
        beside.setdefault(place, []).extend(ee_needles(table))
    queries = (Query(SOURCE_EXTENSIONS, tuple(needles), under=path) for path, needles in beside.items() if needles)
    return (anywhere, *queries)


def is_candidate(path: str) -> bool:
    """Whether a file that a search found is of a kind that is looked into."""
    return path.endswith(SOURCE_EXTENSIONS) or is_configuration(path)


def below(tree: str, directory: str) -> str:
    """What a path from `directory`, or from below it, must hold to land in the tree."""
    return f"/{tree[len(directory) + 1 :]}" if directory else tree


def ee_needles(table: Table) -> tuple[str, ...]:
    """Texts such that each specifier that leads to EE code by path, or by a name of the table, holds one."""
    places = (*table.ee, table.canonical.directory)
    climbing = (f"/{posixpath.basename(place)}" for place in places)
    from_root = (f"{quote}{place}/" for place in places for quote in ("'", '"', "`"))
    return tuple(dict.fromkeys((*climbing, *from_root, *table.ee_specifiers)))


def _fixed_part(glob: str) -> str:
    """The directory that everything a glob matches lies in."""
    parts = glob.strip("/").split("/")[:-1]
    fixed = next((place for place, part in enumerate(parts) if any(special in part for special in _GLOB)), len(parts))
    return "/".join(parts[:fixed])
