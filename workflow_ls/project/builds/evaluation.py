"""The value that a configuration file exports, evaluated with the files that it imports."""

from __future__ import annotations

import posixpath

from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.tree import Node, Property
from workflow_ls.project.builds.aliases.import_maps import import_map_of, is_import_map
from workflow_ls.project.builds.programs.heap import alternatives, freeze
from workflow_ls.project.builds.programs.machine import Machine
from workflow_ls.project.builds.values import (
    ArrayValue,
    ObjectEntry,
    ObjectValue,
    PlainValue,
    TextValue,
    UnknownValue,
    Value,
    ValuePlace,
)
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.bare_specifiers import IMPORT_CONDITIONS, split_package
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.values.expression_model import (
    ArrayExpression,
    Expression,
    LiteralExpression,
    ObjectExpression,
    ObjectMember,
    OpaqueExpression,
    ProgramSyntax,
)
from workflow_ls.syntax.values.program_reader import read_program
from workflow_ls.text import Span, is_utf8
from workflow_ls.vfs.files import is_source, join

_JSON = compile_on_use(r"\.(?:json|jsonc|json5)$|rc$")


class Configurations(Component):
    """The values of configuration files: programs, and JSON with comments."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.resolver = database.component(Resolver)
        self.packages = database.component(Packages)

    @query
    def program(self, path: str) -> ProgramSyntax | None:
        """The expressions of a source file; None if the file can't be read."""
        text = self.files.read(path)
        if text is None or len(text) > self.settings.max_file_size or not is_utf8(text):
            return None
        return self.context.parsed.facts(read_program, path, text)

    @query
    def value(self, path: str) -> Value | None:
        """What a configuration exports: its default export, or all that it exports; None if it can't be read.

        A script that runs a build has the value that it gives to the build.
        """
        if not is_source(path):
            text = self.files.read(path) if _JSON.search(path) or is_import_map(path) else None
            root = None if text is None else import_map_of(path, text)
            return None if root is None else json_value(path, root)
        program = self.program(path)
        if program is None:
            return None
        machine = Machine(self._load)
        exports = machine.module(path, program)
        start = ValuePlace(path, Span(0, 0))
        exported = exports.get("default") or (None if machine.given and not exports.members else exports)
        return freeze(alternatives(machine.given, start) if exported is None else exported, machine.apply, start)

    def module_of_package(self, specifier: str, importer: str) -> str | None:
        """The file that a bare specifier names in a package of the workspace; None for one that is installed."""
        named = split_package(specifier)
        package = None if named is None else self.packages.package_named(named[0], importer)
        if named is None or package is None or "node_modules" in package.directory.split("/"):
            return None
        return self.resolver.look_up(package, named[1], IMPORT_CONDITIONS).path

    def _load(self, specifier: str, importer: str) -> tuple[str, ProgramSyntax] | None:
        if not specifier.startswith("."):
            path = self.module_of_package(specifier, importer)
            program = None if path is None or not is_source(path) else self.program(path)
            return None if path is None or program is None else (path, program)
        place = join(posixpath.dirname(importer), specifier) or ""
        for data in (place, f"{place}.json"):
            if data.endswith(".json") and self.files.kind(data) == "file":
                text = self.files.read(data)
                document = None if text is None else parse_json(text, comments=True)
                root = None if document is None or document.problems else document.root
                return None if root is None else (data, ProgramSyntax(exports=(("default", json_expression(root)),)))
        path = self.resolver.resolve(specifier, importer)
        program = self.program(path) if path is not None and is_source(path) else None
        return None if path is None or program is None else (path, program)


def json_value(path: str, node: Node) -> Value:
    """The value of a part of a JSON file, whose strings have spans inside their quotes."""
    at = ValuePlace(path, node.span)
    if node.properties:
        entries = tuple(
            ObjectEntry(
                member.key,
                ValuePlace(path, _inside(member.key_span)),
                json_value(path, member.value),
                ValuePlace(path, member.span),
            )
            for member in node.properties
        )
        return ObjectValue(entries, at)
    if isinstance(node.data, list):
        return ArrayValue(tuple(json_value(path, item) for item in node.items), at)
    if isinstance(node.data, dict):
        return ObjectValue((), at)
    if isinstance(node.data, str):
        inside = ValuePlace(path, _inside(node.span))
        return TextValue(node.data, inside, (inside,))
    return (
        PlainValue(node.data, at)
        if isinstance(node.data, (int, float, type(None)))
        else UnknownValue("it can't be read", at)
    )


def json_expression(node: Node) -> Expression:
    """A part of a JSON file as an expression of a program."""
    if isinstance(node.data, dict):
        members = (
            ObjectMember(
                LiteralExpression(member.key, _inside(member.key_span)), json_expression(member.value), member.span
            )
            for member in node.properties
        )
        return ObjectExpression(tuple(members), node.span)
    if isinstance(node.data, list):
        return ArrayExpression(tuple(json_expression(item) for item in node.items), node.span)
    if isinstance(node.data, str):
        return LiteralExpression(node.data, _inside(node.span))
    if isinstance(node.data, (int, float, type(None))):
        return LiteralExpression(node.data, node.span)
    return OpaqueExpression("json", node.span)


def _entry(path: str, member: Property) -> ObjectEntry:
    key_at = ValuePlace(path, _inside(member.key_span))
    return ObjectEntry(member.key, key_at, json_value(path, member.value), ValuePlace(path, member.span))


def _inside(span: Span) -> Span:
    return Span(span.start + 1, max(span.start + 1, span.end - 1))
