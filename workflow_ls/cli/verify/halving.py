"""The search for the groups of edits with which a command fails, in few runs; it starts no process itself.

A run tries a set of groups.  The search looks for the shortest beginning of the list that fails: half of what is left
to search is ruled out by each run, as in `git bisect`.  The last group of that beginning is left out, and the search
goes on behind it, until all that is kept passes together.  With n groups, each one left out costs about log2(n) + 1
runs.  This is group testing by binary splitting (Hwang 1972); groups that fail only together are found as in delta
debugging (Zeller 2002).
"""

from __future__ import annotations

from collections.abc import Callable

from workflow_ls.records import record

Groups = frozenset[int]


class LimitReachedError(Exception):
    """No further run is allowed."""


@record
class LeftOut:
    """A group that is left out.

    `failing` is the smallest set that failed and holds it: without this group, the set passes.  `partners` are the
    groups without which it passes, too; they are known if `explained` is set, and there are none if it fails alone.
    """

    group: int
    failing: Groups
    partners: tuple[int, ...] = ()
    explained: bool = False


@record
class SearchResult:
    """What the search found: `kept` passes, in a run that tried just that.

    `untried` are the groups that could not be tried within the limit; they are not in `kept`.
    """

    kept: Groups
    left_out: tuple[LeftOut, ...] = ()
    untried: Groups = frozenset()


def search(
    count: int,
    passes: Callable[[Groups], bool],
    may_explain: Callable[[], bool],
    passes_again: Callable[[Groups], bool] | None = None,
) -> SearchResult:
    """Find out which of the groups 0, 1, … `count` - 1 pass together.

    `passes` tries a set, and raises LimitReachedError if no further run is allowed; the empty set passes.  It may be
    called again for a set.  While `may_explain` returns True, further runs are worth it to find groups that can be kept
    after all, and those that fail together only.  `passes_again` runs a set that was tried once more: where all parts
    of a set that failed pass, it may have failed by chance.
    """
    everything = frozenset(range(count))
    left = list[LeftOut]()
    low = 0  # the groups before it, without those left out, pass

    def passes_up_to(end: int) -> bool:
        nonlocal low
        passed = passes(frozenset(range(end)) - _groups(left))
        if passed:
            low = end
        return passed

    try:
        while low < count and not passes_up_to(count):
            high = count
            while high - low > 1:
                middle = (low + high) // 2
                if not passes_up_to(middle):
                    high = middle
            if high == count and passes_again is not None and passes_again(everything - _groups(left)):
                low = count
                break
            left.append(LeftOut(low, frozenset(range(high)) - _groups(left)))
            low = high
    except LimitReachedError:
        return SearchResult(frozenset(range(low)) - _groups(left), tuple(left), frozenset(range(low, count)))
    try:
        left = _restored(everything, left, passes, may_explain)
        for index, out in enumerate(left):
            partners = _partners(out, passes, may_explain)
            if partners is None:
                break
            left[index] = LeftOut(out.group, out.failing, partners, explained=True)
    except LimitReachedError:
        pass  # what is kept is proven; only the explanation ends here
    return SearchResult(everything - _groups(left), tuple(left))


def _groups(left: list[LeftOut]) -> Groups:
    return frozenset(out.group for out in left)


def _restored(
    everything: Groups, left: list[LeftOut], passes: Callable[[Groups], bool], may_explain: Callable[[], bool]
) -> list[LeftOut]:
    """What has to be left out still, now that all groups behind it are kept, too: a group may need a later one.

    This is the algorithm ddmin of delta debugging, for the least part of `left` without which the rest passes.
    """
    parts = 2
    while len(left) > 1:
        size = -(-len(left) // parts)
        chunks = [left[start : start + size] for start in range(0, len(left), size)]
        complements = [[out for out in left if out not in chunk] for chunk in chunks] if len(chunks) > 2 else []
        for part in (*chunks, *complements):
            if not may_explain():
                return left
            if passes(everything - _groups(part)):
                left, parts = part, 2
                break
        else:
            if parts >= len(left):
                break
            parts = min(2 * parts, len(left))
    return left


def _partners(
    out: LeftOut, passes: Callable[[Groups], bool], may_explain: Callable[[], bool]
) -> tuple[int, ...] | None:
    """The groups of a smallest failing set, besides the one left out; None if it may not be looked for to its end."""
    alone = frozenset((out.group,))
    others, found = sorted(out.failing - alone), list[int]()
    while may_explain():
        if not passes(alone | frozenset(found)):
            return tuple(sorted(found))
        low, high = 0, len(others)
        while high - low > 1:
            if not may_explain():
                return None
            middle = (low + high) // 2
            if passes(alone | frozenset((*found, *others[:middle]))):
                low = middle
            else:
                high = middle
        found.append(others[low])
        others = others[:low]
    return None
