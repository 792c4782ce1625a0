"""A bundle as its configuration describes it: what it starts from, and what stays out of it."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.project.builds.aliases.alias_rules import Way
from workflow_ls.project.builds.aliases.javascript_patterns import search_pattern
from workflow_ls.project.builds.build_paths import BuildPath
from workflow_ls.project.builds.values import ValuePlace
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.records import record

_SHORTEST = 4


@record
class NamePattern:
    """The specifiers that an item of a list names: one, those below it too, or those of a pattern."""

    way: Way
    key: str
    at: ValuePlace
    flags: str = ""

    def matches(self, specifier: str) -> bool:
        """Whether the item names a specifier."""
        if self.way is Way.PATTERN:
            return search_pattern(self.key, self.flags, specifier) is not None
        if self.way is Way.STAR:
            before, _, after = self.key.partition("*")
            fits = specifier.startswith(before) and specifier.endswith(after)
            return fits and len(specifier) >= len(before) + len(after)
        return specifier == self.key or (self.way is Way.PREFIX and specifier.startswith(f"{self.key}/"))


@record
class UnsurePart:
    """A part of a list that is known only to a run: a function, or what is computed.

    `texts` are the literals in its code.  Without any it may concern each bare specifier.
    """

    at: ValuePlace
    name: str
    texts: tuple[str, ...] = ()

    def concerns(self, specifier: str) -> bool:
        """Whether its code has the beginning of a specifier, or a part of the name of its package."""
        named = split_package(specifier)
        if named is None:
            return False
        fits = (
            specifier.startswith(text) or (len(text) >= _SHORTEST and f"/{text.strip('/')}/" in f"/{named[0]}/")
            for text in self.texts
        )
        return not self.texts or any(fits)


@record
class BundleStep:
    """One of the questions by which a bundler decides about a specifier; the first that matches it is the answer.

    `leaves` says whether a match stays out of the bundle.  Beside the `patterns`, the packages match that the manifest
    of the build declares in `sections`; with `paths` and `aliases`, what those of TypeScript and of the configuration
    lead to a file; with `absent`, what names no package that is there; and with `bare` whatever looks like a package.
    `name` is the option.
    """

    leaves: bool
    name: str
    patterns: tuple[NamePattern, ...] = ()
    sections: tuple[str, ...] = ()
    paths: bool = False
    aliases: bool = False
    absent: bool = False
    bare: bool = False
    unsure: tuple[UnsurePart, ...] = ()


@record
class SpecifierFacts:
    """What a build knows of a specifier.

    `sections` are those of its manifest that declare the package.  `by_paths` and `by_aliases` say whether `paths` of
    TypeScript and the aliases of the configuration lead it to a file, `absent` that its package is not there.
    """

    sections: frozenset[str] = frozenset()
    by_paths: bool = False
    by_aliases: bool = False
    absent: bool = False


@record
class Decision:
    """What a bundler does with a specifier: whether it `leaves` it out, None where only a run knows.

    `step` and `at` say why, None where nothing is said about it.
    """

    leaves: bool | None
    step: BundleStep | None = None
    at: ValuePlace | None = None


@record
class Bundle:
    """A bundle of the configuration at `configuration`, which a build in `directory` makes.

    `entries` are the files and globs that it starts from, None if they are not all known.  Unless `joins` is set, each
    file is compiled by itself, and all imports stay.
    """

    tool: str
    configuration: str
    directory: str
    entries: tuple[BuildPath, ...] | None
    steps: tuple[BundleStep, ...]
    joins: bool = True

    def decide(self, specifier: str, known: SpecifierFacts) -> Decision:
        """What becomes of a specifier."""
        if not self.joins:
            return Decision(leaves=True)
        if split_package(specifier) is None:
            return Decision(leaves=False)
        return next(self._answers(specifier, known), Decision(leaves=False))

    def _answers(self, specifier: str, known: SpecifierFacts) -> Iterator[Decision]:
        for step in self.steps:
            found = next((pattern for pattern in step.patterns if pattern.matches(specifier)), None)
            is_led = (step.paths and known.by_paths) or (step.aliases and known.by_aliases)
            is_declared = not known.sections.isdisjoint(step.sections)
            if found is not None or is_led or is_declared or step.bare or (step.absent and known.absent):
                yield Decision(step.leaves, step, None if found is None else found.at)
            part = next((part for part in step.unsure if part.concerns(specifier)), None)
            if part is not None:
                yield Decision(None, step, part.at)
