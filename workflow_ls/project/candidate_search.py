"""Text searches for the files that may have findings, so that only these files are parsed."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from workflow_ls.config.module_names import without_ending
from workflow_ls.config.table import Table
from workflow_ls.project.unread_texts import POINTER
from workflow_ls.syntax.model import MARKER
from workflow_ls.vfs.files import CODE_EXTENSIONS, Query, is_configuration, parents

_GLOB = "*?[\\!"


def candidate_queries(table: Table) -> tuple[Query, ...]:
    """The searches that find every file with findings.

    A relative path names only the part of the tree below their common directory, so the files beside the tree need
    shorter needles: a file in `shared/` imports `../workflow/x`, without `shared/workflow`.  Core files are also
    searched for EE code, and what a pointer of Git LFS leads to may name anything.  `is_candidate` selects the
    manifests and configurations among the JSON files.
    """
    names, trees = (package.name for package in table.packages), tuple(map(without_ending, table.trees))
    # Any file may name the tree; one search of all takes git less than a second one would.
    # In a regular expression, a slash is escaped.
    escaped = (needle.replace("/", "\\/") for needle in table.needles if "/" in needle)
    anywhere = Query(("",), tuple(dict.fromkeys((*table.needles, *trees, *names, MARKER, *escaped, POINTER))))
    beside = dict[str, list[str]]()
    for tree in trees:
        for directory in parents(tree):
            if directory:
                beside.setdefault(directory, []).append(below(tree, directory))
    if table.may_be_left:
        for tree in trees:
            beside.setdefault(tree, []).append("./")  # what is still there may import what moves from beside it
    for directory in dict.fromkeys(map(_fixed_part, table.core)):
        beside.setdefault(directory, []).extend(ee_needles(table))
    queries = (Query(CODE_EXTENSIONS, tuple(needles), under=path) for path, needles in beside.items() if needles)
    return (anywhere, *queries)


def mention_queries(table: Table) -> Iterator[tuple[Query, ...]]:
    """The searches for the files that name the tree from a directory above it, each of which is run by itself."""
    for directory in filter(None, parents(table.tree)):
        yield (Query(("",), (table.tree[len(directory) + 1 :],), under=directory),)


def further_queries(table: Table, queries: Iterable[Query]) -> tuple[Query, ...]:
    """What some searches find beyond `candidate_queries`, in as few searches: each goes through all files below it."""
    everywhere = next(query for query in candidate_queries(table) if query.endings == ("",) and not query.under)
    joined = dict[tuple[tuple[str, ...], str], dict[str, None]]()
    for query in queries:
        unknown = [needle for needle in query.needles if not any(known in needle for known in everywhere.needles)]
        if unknown or not query.needles:
            joined.setdefault((query.endings, query.under), {}).update(dict.fromkeys(unknown))
    found = list[Query]()
    for (endings, under), needles in joined.items():
        above = joined.get((endings, ""), {}) if under else {}
        rest = tuple(needle for needle in needles if needle not in above)
        if rest or not needles:
            found.append(Query(endings, rest, under))
    return tuple(found)


def is_candidate(path: str) -> bool:
    """Whether a file that a search found is a source file, a manifest or a configuration."""
    return path.endswith(CODE_EXTENSIONS) or is_configuration(path)


def below(tree: str, directory: str) -> str:
    """A text that every relative path into the tree contains, in a file of `directory` or below it."""
    return f"/{tree[len(directory) + 1 :]}" if directory else tree


def names_of_trees(table: Table, path: str) -> tuple[str, ...]:
    """Texts of which a file at `path` contains one if it names a legacy tree."""
    trees = [*map(without_ending, table.trees)]
    beside = (
        below(tree, directory) for tree in trees for directory in parents(tree) if path.startswith(f"{directory}/")
    )
    return tuple(dict.fromkeys((*table.needles, *trees, *beside)))


def ee_needles(table: Table) -> tuple[str, ...]:
    """Texts of which each specifier of EE code contains one, by path or by a name of the table."""
    directories = (*table.ee, table.canonical.directory)
    climbing = (f"/{posixpath.basename(directory)}" for directory in directories)
    from_root = (f"{quote}{directory}/" for directory in directories for quote in ("'", '"', "`"))
    return tuple(dict.fromkeys((*climbing, *from_root, *table.ee_specifiers)))


def _fixed_part(glob: str) -> str:
    """The directory that contains all matches of a glob."""
    parts = glob.strip("/").split("/")[:-1]
    fixed = next((index for index, part in enumerate(parts) if any(special in part for special in _GLOB)), len(parts))
    return "/".join(parts[:fixed])
