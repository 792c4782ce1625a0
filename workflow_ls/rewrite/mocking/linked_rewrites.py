"""Rewrites that must be made with others: links of some of them, joined to groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from workflow_ls.rewrite.mocking.graphs.present_graph import RewriteId


def joined(links: Collection[frozenset[RewriteId]]) -> Iterator[tuple[RewriteId, tuple[RewriteId, ...]]]:
    """Each member of the linked sets, with all members of the sets that are linked with it; they share one tuple."""
    linked: dict[RewriteId, list[frozenset[RewriteId]]] = defaultdict(list)
    for link in links:
        for member in link:
            linked[member].append(link)
    seen = set[RewriteId]()
    for first in linked:
        if first in seen:
            continue
        members, todo, passed = {first}, [first], set[int]()
        while todo:
            for link in linked[todo.pop()]:
                if id(link) not in passed:
                    passed.add(id(link))
                    todo += link - members
                    members |= link
        seen |= members
        group = tuple(sorted(members))
        yield from ((member, group) for member in group)
