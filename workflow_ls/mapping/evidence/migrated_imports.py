"""The repository's own migrated imports: an importer that named a legacy module before, and another one now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use


class ReplacedLines(Protocol):
    """Lines of one file that changed together."""

    @property
    def removed(self) -> tuple[str, ...]:
        """The lines that went."""

    @property
    def added(self) -> tuple[str, ...]:
        """The lines that came for them."""


class WrittenImport(NamedTuple):
    """An import as lines show it: its specifier, and the imported name of each local name; None if they do not."""

    specifier: str
    names: Mapping[str, str] | None


@record
class Migrations:
    """How often importers turned a legacy module, or one of its names, into what.

    `names` counts (specifier, name there) for each (module, name); `modules` counts specifiers for each module.
    """

    names: Mapping[tuple[str, str], Mapping[tuple[str, str], int]]
    modules: Mapping[str, Mapping[str, int]]


def count_migrations(changes: Iterable[ReplacedLines], module_of: Callable[[str], str | None]) -> Migrations:
    """Count what changes say; `module_of` is the legacy module of a specifier, None for any other."""
    names = dict[tuple[str, str], Counter[tuple[str, str]]]()
    modules = dict[str, Counter[str]]()
    for change in changes:
        before = [
            (module, found)
            for found in imports_in(change.removed)
            if (module := module_of(found.specifier)) is not None
        ]
        after = [found for found in imports_in(change.added) if _may_be_new(found.specifier, module_of)]
        places = {local: (found.specifier, name) for found in after for local, name in (found.names or {}).items()}
        for module, found in before:
            for local, name in (found.names or {}).items():
                if local in places:
                    names.setdefault((module, name), Counter())[places[local]] += 1
                    modules.setdefault(module, Counter())[places[local][0]] += 1
        targets = {found.specifier for found in after}
        if len({module for module, _ in before}) == 1 and len(targets) == 1 and not places:
            modules.setdefault(before[0][0], Counter())[targets.pop()] += 1
    return Migrations(names, modules)


def imports_in(lines: Iterable[str]) -> Iterator[WrittenImport]:
    """The imports that lines show; of a part of one, the specifier alone."""
    text = "\n".join(lines)
    for match in _IMPORT.finditer(text):
        clause = match["clause"]
        yield WrittenImport(match["specifier"] or match["called"], None if clause is None else _names(clause))


def _may_be_new(specifier: str, module_of: Callable[[str], str | None]) -> bool:
    return not specifier.startswith(".") and module_of(specifier) is None


def _names(clause: str) -> Mapping[str, str] | None:
    """The imported name of each local name in the clause of an import."""
    outside, brace, inside = clause.partition("{")
    if brace and "}" not in inside:
        return None
    found = dict[str, str]()
    for item in inside.partition("}")[0].split(","):
        words = item.split()
        words = words[1:] if len(words) > 1 and words[0] == "type" and words[1] != "as" else words
        if len(words) == 3 and words[1] == "as":
            found[words[2]] = words[0]
        elif len(words) == 1:
            found[words[0]] = words[0]
    default = outside.strip().rstrip(",").strip()
    if default and _WORD.fullmatch(default):
        found[default] = "default"
    return found or None


_WORD = compile_on_use(r"[A-Za-z_$][\w$]*")
_QUOTED = r"['\"](?P<{}>[^'\"\n]+)['\"]"
_IMPORT = compile_on_use(
    r"(?:\b(?:import|export)\s+(?:type\s+)?(?P<clause>[^'\";()]*?)\s*)?\bfrom\s*"
    + _QUOTED.format("specifier")
    + r"|(?:\bimport|\brequire|\bmock|\bimportActual|\brequireActual)\s*(?:<[^>]*>)?\(\s*"
    + _QUOTED.format("called")
)
