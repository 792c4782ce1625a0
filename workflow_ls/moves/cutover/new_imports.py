"""The canonical specifiers that rewrites write into a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set

from workflow_ls.moves.plan_model import Rewrite
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import holds_code


def new_imports(
    before: Workspace, after: Workspace, rewrites: Iterable[Rewrite], new_paths: Mapping[str, str | None]
) -> Iterator[tuple[Rewrite, str, str]]:
    """Each rewrite with the path of its file afterwards, and a canonical specifier that is there instead.

    `new_paths` has the moved files, None for a deleted one.
    """
    rewrites, named = tuple(rewrites), defaultdict[str, set[str]](set)
    for rewrite in rewrites:
        named[rewrite.path].add(rewrite.new)
    seen = set[tuple[str, str, str]]()
    for rewrite in rewrites:
        path = new_paths.get(rewrite.path, rewrite.path)
        if path is None or (path, rewrite.old, rewrite.new) in seen:
            continue
        seen.add((path, rewrite.old, rewrite.new))
        present = _canonical(after, path)
        if rewrite.new in present:
            yield rewrite, path, rewrite.new
            continue
        # A removed barrel gives way to several modules: `new` describes them then, and names none.
        known = named[rewrite.path] | _canonical(before, rewrite.path)
        yield from ((rewrite, path, specifier) for specifier in present if specifier not in known)


def _canonical(workspace: Workspace, path: str) -> Set[str]:
    """The canonical specifiers of a file, in the order in which it names them."""
    facts = workspace.sources.facts(path) if holds_code(path) else None
    return dict.fromkeys(() if facts is None else (each.specifier for each in facts.canonical_references)).keys()
