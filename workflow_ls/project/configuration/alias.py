"""An alias: a key that specifiers match, and the paths or specifiers that it means."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.config.table import Table
from workflow_ls.records import record
from workflow_ls.vfs.files import is_within


@record
class Alias:
    """A key with at most one `*`, and its targets in order: paths from the root, or specifiers of other packages.

    A `*` in a target is replaced by what that of the key matches.
    """

    key: str
    paths: tuple[str, ...] = ()
    specifiers: tuple[str, ...] = ()

    def star_of(self, specifier: str) -> str | None:
        """The text that the `*` of the key matches in a specifier, "" for an exact key; None if it does not match."""
        before, star, after = self.key.partition("*")
        if not star:
            return "" if specifier == self.key else None
        fits = specifier.startswith(before) and specifier.endswith(after) and len(specifier) > len(before + after)
        return specifier[len(before) : len(specifier) - len(after)] if fits else None

    def modules(self, star: str, table: Table) -> Iterator[str]:
        """The legacy modules that the alias leads to."""
        found = [table.module_at(path.replace("*", star, 1)) for path in self.paths]
        found += [table.module_of(specifier.replace("*", star, 1)) for specifier in self.specifiers]
        return (module for module in found if module is not None)

    def needles(self, table: Table) -> Iterator[str]:
        """The beginnings of the specifiers that lead to a legacy module by this alias."""
        # There are tens of thousands of aliases in a large workspace, and hardly one leads to the tree.
        for targets, places in ((self.paths, table.trees), (self.specifiers, table.roots)):
            for target in targets:
                start, star, _ = target.partition("*")
                for place in places:
                    if start.startswith(place) and is_within(start.rstrip("/") if star else target, place):
                        yield self.key.partition("*")[0]
                    elif star and f"{place}/".startswith(start):
                        yield self.key.partition("*")[0] + place[len(start) :]
