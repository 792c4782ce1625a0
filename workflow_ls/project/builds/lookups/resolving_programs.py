"""The functions of a configuration by which its tool resolves specifiers: nobody can say where they lead without a run.

plugins: [{ name: 'flow', resolveId(id) { … } }]                   Vite, Rollup
plugins: [{ setup(build) { build.onResolve({ filter }, …) } }]     esbuild, tsup, Bun
resolver: { resolveRequest: (context, name) => … }                 Metro
resolver: '<rootDir>/tools/resolver.js'                            Jest
new webpack.NormalModuleReplacementPlugin(/…/, (resource) => …)    webpack

What such a function has to do with a specifier is taken from the texts and patterns in its code.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.project.builds.build_files import BuildFiles
from workflow_ls.project.builds.evaluation import Configurations
from workflow_ls.project.builds.kinds.configuration_names import tool_of
from workflow_ls.project.builds.lookups.literal_texts import literal_texts
from workflow_ls.project.builds.values import (
    ArrayValue,
    ObjectEntry,
    ObjectValue,
    PossibleValue,
    TextValue,
    Value,
    ValuePlace,
    workspace_path,
)
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.text import Span
from workflow_ls.vfs.files import is_source

_HOOKS = ("resolveId", "resolveRequest", "customResolver")
_JEST = ("jest", "package.json")
_DEEPEST = 30
_SET_UP = compile_on_use(rb"\bonResolve\s*\(")
_FUNCTION = compile_on_use(rb"=>|\bfunction\b|^[\w\s\"'\[\]*]+\(")
_PLUGIN = compile_on_use(rb"\b(NormalModuleReplacementPlugin|IgnorePlugin)(\s*\([^;]{0,400})")
_SHORTEST = 4


@record
class ResolvingProgram:
    """A function by which the configuration at `path` resolves: the name of its option, its place, and its texts."""

    path: str
    name: str
    at: ValuePlace
    texts: tuple[str, ...]

    def concerns(self, specifier: str) -> bool:
        """Whether the code has the beginning of a specifier, or a part of the name of its package."""
        named = split_package(specifier)
        package = f"/{specifier if named is None else named[0]}/"
        return any(
            specifier.startswith(text) or (len(text) >= _SHORTEST and f"/{text.strip('/')}/" in package)
            for text in self.texts
        )


class ResolvingPrograms(Component):
    """Finds the functions by which configurations resolve."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.builds = database.component(BuildFiles)
        self.configurations = database.component(Configurations)
        self.resolver = database.component(Resolver)

    @query
    def of_file(self, path: str) -> tuple[ResolvingProgram, ...]:
        """The functions of the configuration at `path`, each place once, in file order."""
        value = self.configurations.value(path)
        hooks = _hooks(value, tool_of(path), 0)
        found = {program.at: program for program in self._of_webpack(path)}
        found |= {entry.at: program for entry in hooks if (program := self._program(path, entry)) is not None}
        return tuple(sorted(found.values(), key=lambda program: (program.at.path, program.at.span)))

    def concerning(self, specifiers: tuple[str, ...], directory: str) -> Iterator[ResolvingProgram]:
        """The functions of the builds of the files in a directory that concern one of some specifiers."""
        for path in self.builds.governing(directory):
            for program in self.of_file(path):
                if any(map(program.concerns, specifiers)):
                    yield program

    def _of_webpack(self, path: str) -> Iterator[ResolvingProgram]:
        """The plugins of webpack that replace modules or leave them out."""
        text = self.files.read(path) or b""
        for plugin in _PLUGIN.finditer(text):
            texts = literal_texts(plugin[2].decode(errors="replace"))
            yield ResolvingProgram(path, plugin[1].decode(), ValuePlace(path, Span(*plugin.span(1))), texts)

    def _program(self, path: str, entry: ObjectEntry) -> ResolvingProgram | None:
        at = entry.at
        text = self.files.read(at.path) or b""
        code = text[at.span.start : at.span.end]
        name = entry.key
        if name == "setup":
            if _SET_UP.search(code) is None:
                return None
            name = "onResolve"
        if name == "resolver":
            place = self._module(entry.value, path)
            code = (self.files.read(place) or b"") if place is not None else b""
        elif _FUNCTION.search(code) is None:
            code = text  # it is declared elsewhere in the file
        return ResolvingProgram(path, name, at, literal_texts(code.decode(errors="replace")))

    def _module(self, value: Value, path: str) -> str | None:
        """The file of a resolver of Jest; None for that of a package."""
        if not isinstance(value, TextValue):
            return None
        written = value.value.replace("<rootDir>", ".")
        place = workspace_path(written, path.rpartition("/")[0]) if written.startswith((".", "/")) else None
        found = place if place is not None and self.files.kind(place) == "file" else None
        return found if found is not None and is_source(found) else None


def _hooks(value: Value | None, tool: str, depth: int) -> Iterator[ObjectEntry]:
    """The members of a value that are such functions."""
    if depth > _DEEPEST:
        return
    if isinstance(value, (ArrayValue, PossibleValue)):
        for each in value.items if isinstance(value, ArrayValue) else value.values:
            yield from _hooks(each, tool, depth + 1)
    for entry in value.entries if isinstance(value, ObjectValue) else ():
        is_resolver = entry.key == "resolver" and tool in _JEST and isinstance(entry.value, TextValue)
        if entry.key in _HOOKS or entry.key == "setup" or is_resolver:
            yield entry
        else:
            yield from _hooks(entry.value, tool, depth + 1)
