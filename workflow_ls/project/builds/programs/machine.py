"""Evaluates a program as far as its values are written in it: nothing of it is run.

Objects and arrays are mutable while a program is evaluated, as `config.resolve.alias['a'] = b` requires, and become
records at the end.  What depends on the machine, the environment or an installed package is unknown; a function of
another package gives the configuration that it is called with (`defineConfig`, `withPlugin(options)(config)`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from workflow_ls.project.builds.programs.assignments import either, items_of, set_member
from workflow_ls.project.builds.programs.heap import (
    Closure,
    External,
    HeapArray,
    HeapObject,
    HeapValue,
    Scope,
    alternatives,
    merged,
)
from workflow_ls.project.builds.programs.methods import call_method, call_of_list
from workflow_ls.project.builds.programs.operators import joined, lay_over, member_of, opaque, own_names
from workflow_ls.project.builds.programs.standard_library import GLOBALS, MODULES, call_standard
from workflow_ls.project.builds.values import (
    PatternValue,
    PlainValue,
    TextValue,
    UnknownValue,
    ValuePlace,
)
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.values.expression_model import (
    ArrayExpression,
    AssignmentStatement,
    CallExpression,
    ChoiceExpression,
    Concatenation,
    DeclaredName,
    EvaluationStatement,
    Expression,
    FunctionExpression,
    LiteralExpression,
    LoopStatement,
    MemberExpression,
    NameExpression,
    ObjectExpression,
    OpaqueExpression,
    ProgramSyntax,
    RegularExpression,
    ReturnStatement,
    SpreadExpression,
    Statement,
    TemplateExpression,
)
from workflow_ls.text import Span

Load = Callable[[str, str], "tuple[str, ProgramSyntax] | None"]
"""Finds the module of a specifier of a file: its path and syntax; None if it is none of the workspace."""

_BUILD = compile_on_use(r"package esbuild(?:\.default)?\.(?:build|buildSync|context)")
# A configuration with the defaults of a tool, which a program changes: `getDefaultConfig(__dirname)`.
_DEFAULTS = compile_on_use(r"package .*\.\w*[cC]onfig")
# Functions that lay configurations over each other, of which one may be that of a package.
_MERGING = compile_on_use(r"merge|assign|defu|extend", re.IGNORECASE)
_ELSEWHERE = "a function that is not in this file makes this value"
_MOST_STEPS = 50_000
_DEEPEST = 80
_MOST_MODULES = 24


class Machine:
    """Evaluates programs that import each other.

    `given` are the configurations that they give to a build (`esbuild.build(…)`).
    """

    def __init__(self, load: Load) -> None:
        self.load = load
        self.steps = 0
        self.depth = 0
        self.given: list[HeapValue] = []
        self._modules: dict[str, HeapObject] = {}

    def module(self, path: str, program: ProgramSyntax) -> HeapObject:
        """The exports of a module, by name; those of CommonJS have the name "default", too."""
        if path in self._modules:
            return self._modules[path]
        start = ValuePlace(path, Span(0, 0))
        exports = self._modules[path] = HeapObject(start)
        common = HeapObject(start)
        module = HeapObject(start)
        module.set("exports", common, start, start)
        scope = Scope(path, None)
        scope.names.update(own_names(path))
        scope.names.update({"module": module, "exports": common})
        for imported in program.imports:
            scope.names[imported.local] = self._imported(imported.specifier, imported.name, path)
        self._run(program.statements, scope)
        for name, expression in program.exports:
            if name == "*" and isinstance(expression, LiteralExpression):
                other = self._imported(str(expression.value), "*", path)
                if isinstance(other, HeapObject):
                    exports.update(other)
                continue
            exports.set(name, self.evaluate(expression, scope), start, ValuePlace(path, expression.span))
        assigned = module.get("exports")
        if assigned is not common or (common.members and not program.exports):
            exports.set("default", assigned or common, start, start)
            if isinstance(assigned, HeapObject):
                exports.update(assigned)
        return exports

    def _imported(self, specifier: str, name: str, path: str) -> HeapValue:
        standard = MODULES.get(specifier.removeprefix("node:"))
        found = self.load(specifier, path) if standard is None and len(self._modules) < _MOST_MODULES else None
        if found is None:
            whole = External(standard or f"package {specifier}")
            if name in ("*", "default", "require"):
                return whole
            return External(f"{whole.name}.{name}")
        exports = self.module(*found)
        if found[0].endswith(".json"):
            data = exports.get("default") or exports
            is_whole = name in ("*", "default", "require")
            at = ValuePlace(path, Span(0, 0))
            return data if is_whole else member_of(data, TextValue(name, at), at)
        if name == "*" or (name == "require" and found[1].exports):
            return exports
        name = "default" if name == "require" else name
        value = exports.get(name)
        if value is None and name == "default":
            return exports
        return (
            UnknownValue(f"{found[0]} does not export `{name}`", ValuePlace(path, Span(0, 0)))
            if value is None
            else value
        )

    def _run(self, statements: Sequence[Statement], scope: Scope) -> list[HeapValue]:
        """What statements return; all of them, since conditions are not evaluated."""
        returned = list[HeapValue]()
        for statement in statements:
            if isinstance(statement, DeclaredName) and isinstance(statement.value, FunctionExpression):
                scope.names[statement.name] = Closure(statement.value, scope)
        for statement in statements:
            if isinstance(statement, DeclaredName) and statement.value is not None:
                scope.names[statement.name] = self.evaluate(statement.value, scope)
            elif isinstance(statement, AssignmentStatement):
                self._assign(statement, scope)
            elif isinstance(statement, LoopStatement):
                returned += self._loop(statement, scope)
            elif isinstance(statement, ReturnStatement):
                returned.append(self.evaluate(statement.value, scope))
            elif isinstance(statement, EvaluationStatement):
                self.evaluate(statement.value, scope)
        return returned

    def _assign(self, assignment: AssignmentStatement, scope: Scope) -> None:
        value, target = self.evaluate(assignment.value, scope), assignment.target
        is_removed = isinstance(assignment.value, OpaqueExpression) and assignment.value.kind == "delete"
        if isinstance(target, NameExpression):
            before = None if assignment.certain else scope.get(target.name)
            scope.assign(target.name, either(before, value))
        elif isinstance(target, MemberExpression):
            owner, key = self.evaluate(target.object, scope), self.evaluate(target.key, scope)
            at = ValuePlace(scope.path, assignment.span)
            for each in owner.values if isinstance(owner, HeapArray) and owner.possible else (owner,):
                if isinstance(each, HeapObject) and is_removed and assignment.certain:
                    each.remove(key)
                elif isinstance(each, HeapObject) and not is_removed:
                    set_member(each, key, value, at, certain=assignment.certain)

    def _loop(self, loop: LoopStatement, scope: Scope) -> list[HeapValue]:
        """What the body of a loop returns; of what is not known, it runs once."""
        values, at = self.evaluate(loop.values, scope), ValuePlace(scope.path, loop.values.span)
        returned = list[HeapValue]()
        for value in items_of(values, at, keys=loop.keys):
            self.steps += 1
            if self.steps > _MOST_STEPS:
                break
            scope.names[loop.item] = value
            returned += self._run(loop.body, scope)
        return returned

    def evaluate(self, expression: Expression, scope: Scope) -> HeapValue:
        """The value of an expression."""
        self.steps += 1
        at = ValuePlace(scope.path, expression.span)
        if self.steps > _MOST_STEPS or self.depth > _DEEPEST:
            return UnknownValue("it takes too long to evaluate", at)
        self.depth += 1
        try:
            return self._evaluate(expression, scope, at)
        finally:
            self.depth -= 1

    def _evaluate(self, expression: Expression, scope: Scope, at: ValuePlace) -> HeapValue:
        evaluate = _EVALUATE.get(type(expression))
        if evaluate is not None:
            return evaluate(self, expression, scope, at)
        kind = expression.kind if isinstance(expression, OpaqueExpression) else ""
        return UnknownValue(_WORDS.get(kind, "it can't be known without running it"), at)

    def _literal(self, literal: LiteralExpression, _scope: Scope, at: ValuePlace) -> HeapValue:
        return TextValue(literal.value, at, (at,)) if isinstance(literal.value, str) else PlainValue(literal.value, at)

    def _text(self, text: TemplateExpression | Concatenation, scope: Scope, at: ValuePlace) -> HeapValue:
        return joined([self.evaluate(part, scope) for part in text.parts], at)

    def _name(self, written: NameExpression, scope: Scope, at: ValuePlace) -> HeapValue:
        name = written.name
        found = scope.get(name)
        if found is not None:
            return TextValue(found.value, at) if isinstance(found, TextValue) and not found.pieces else found
        if name == "undefined":
            return PlainValue(None, at)
        return External(name) if name in GLOBALS else UnknownValue(f"`{name}` is not declared in this file", at)

    def _object(self, literal: ObjectExpression, scope: Scope, at: ValuePlace) -> HeapValue:
        made = HeapObject(at)
        for member in literal.members:
            place = ValuePlace(scope.path, member.span)
            if isinstance(member, SpreadExpression):
                lay_over(made, self.evaluate(member, scope), place)
                continue
            key, value = self.evaluate(member.key, scope), self.evaluate(member.value, scope)
            if isinstance(key, TextValue):
                made.set(key.value, value, key.at, place)
            elif isinstance(key, PlainValue) and isinstance(key.value, (int, float)):
                made.set(f"{key.value:g}", value, key.at, place)
            else:
                made.unknown.append(UnknownValue("the name of this key is computed", place))
        return made

    def _arguments(self, expressions: Sequence[Expression], scope: Scope) -> Iterator[HeapValue]:
        for expression in expressions:
            value = self.evaluate(expression, scope)
            if isinstance(expression, SpreadExpression) and isinstance(value, HeapArray):
                self.steps += len(value.values)
                yield from value.values if self.steps <= _MOST_STEPS else ()
            else:
                yield value

    def _read(self, access: MemberExpression, scope: Scope, at: ValuePlace) -> HeapValue:
        return member_of(self.evaluate(access.object, scope), self.evaluate(access.key, scope), at)

    def _call(self, call: CallExpression, scope: Scope, at: ValuePlace) -> HeapValue:
        arguments = list(self._arguments(call.arguments, scope))
        if isinstance(call.callee, MemberExpression) and isinstance(call.callee.key, LiteralExpression):
            owner = self.evaluate(call.callee.object, scope)
            if isinstance(owner, (TextValue, HeapArray)):
                found = call_method(self, owner, str(call.callee.key.value), arguments, at)
                if found is not None:
                    return found
            if isinstance(owner, HeapObject):
                if call.callee.key.value == "then" and arguments and isinstance(arguments[0], Closure):
                    return self.apply(arguments[0], (owner,), at)
                listed = call_of_list(owner, str(call.callee.key.value), arguments)
                if listed is not None:
                    return listed
            callee = member_of(owner, self.evaluate(call.callee.key, scope), at)
        else:
            callee = self.evaluate(call.callee, scope)
        if isinstance(callee, Closure):
            return self.apply(callee, arguments, at)
        if isinstance(callee, External):
            first = arguments[0] if arguments else None
            if callee.name in ("require", "import") and isinstance(first, TextValue):
                return self._imported(first.value, "require" if callee.name == "require" else "*", scope.path)
            if first is not None and _BUILD.fullmatch(callee.name):
                self.given.append(first)
            found = call_standard(self, callee.name, arguments, scope.path, at)
            if found is not None:
                return found
        return self._passed_on(callee, arguments, at)

    def _passed_on(self, callee: HeapValue, arguments: Sequence[HeapValue], at: ValuePlace) -> HeapValue:
        """What a function of another package makes of a configuration: the same, and more."""
        maker = callee.name if isinstance(callee, External) else ""
        configurations = list[HeapValue]()
        for argument in arguments:
            value = self.apply(argument, [], at) if isinstance(argument, Closure) else argument
            if isinstance(value, (HeapObject, HeapArray)):
                configurations.append(value)
        if not configurations:
            return _result_of(callee, at)
        made = configurations[0] if len(configurations) == 1 else merged(configurations, at, maker=maker)
        others = [each for each in arguments if isinstance(each, (External, UnknownValue))]
        if others and isinstance(made, HeapObject) and _MERGING.search(maker):
            whole = HeapObject(made.at, is_open=made.is_open)
            whole.update(made)
            whole.unknown += [each if isinstance(each, UnknownValue) else opaque(each, at) for each in others]
            made = whole
        return made.made_by(maker) if maker.startswith("package ") and isinstance(made, HeapObject) else made

    def apply(self, closure: Closure, arguments: Sequence[HeapValue], at: ValuePlace) -> HeapValue:
        """What a function returns; an argument that it lacks is an object that its caller knows."""
        self.depth += 1
        try:
            if self.depth > _DEEPEST:
                return UnknownValue("it takes too long to evaluate", at)
            scope, given = Scope(closure.scope.path, closure.scope), iter(arguments)
            opened = list[HeapObject]()
            for parameter in closure.function.parameters:
                if parameter.value is not None:
                    scope.names[parameter.name] = self.evaluate(parameter.value, scope)
                    continue
                value = next(given, None)
                if value is None and parameter.default is not None:
                    value = self.evaluate(parameter.default, scope)
                if value is None:
                    opened.append(HeapObject(at, is_open=True))
                scope.names[parameter.name] = opened[-1] if value is None else value
            returned = self._run(closure.function.body, scope)
            useful = [value for value in returned if not isinstance(value, PlainValue) or value.value is not None]
            shown = [value.members for value in useful if isinstance(value, HeapObject)]
            useful += [
                value for value in opened if value.is_filled and not any(value.members is each for each in shown)
            ]
            return alternatives(useful or [PlainValue(None, at)], at)
        finally:
            self.depth -= 1


def _result_of(callee: HeapValue, at: ValuePlace) -> HeapValue:
    """What a function of another package returns without a configuration: that of which it was made, and more."""
    maker = callee.name if isinstance(callee, External) else ""
    unknown = UnknownValue(_ELSEWHERE, at, maker)
    is_made = isinstance(callee, HeapObject) and not callee.is_open
    if not is_made and not _DEFAULTS.fullmatch(maker):
        return unknown
    made = HeapObject(at, is_open=True, maker=callee.maker if isinstance(callee, HeapObject) else maker)
    if isinstance(callee, HeapObject):
        made.update(callee)
    made.unknown.append(unknown)
    return made


_EVALUATE: dict[type, Callable[[Machine, Any, Scope, ValuePlace], HeapValue]] = {
    LiteralExpression: Machine._literal,
    NameExpression: Machine._name,
    TemplateExpression: Machine._text,
    Concatenation: Machine._text,
    RegularExpression: lambda _, pattern, _scope, at: PatternValue(pattern.source, pattern.flags, at),
    ObjectExpression: Machine._object,
    ArrayExpression: lambda machine, array, scope, at: HeapArray(at, list(machine._arguments(array.elements, scope))),
    MemberExpression: Machine._read,
    CallExpression: Machine._call,
    ChoiceExpression: lambda machine, choice, scope, at: alternatives(
        [machine.evaluate(o, scope) for o in choice.options], at
    ),
    FunctionExpression: lambda _, function, scope, _at: Closure(function, scope),
    SpreadExpression: lambda machine, spread, scope, _at: machine.evaluate(spread.value, scope),
}
_WORDS = {"escape_sequence": "it has escape sequences", "class": "it is a class"}
