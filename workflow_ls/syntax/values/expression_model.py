"""What the values of a program are written as: literals, names, calls, functions; each with its span.

Nothing is evaluated here.  Types, parentheses and `await` leave no trace.
"""

from __future__ import annotations

from workflow_ls.records import record
from workflow_ls.text import Span


@record
class LiteralExpression:
    """A string, number, boolean, `null` (None) or `undefined` (None); `span` is inside the quotes of a string."""

    value: str | float | bool | None
    span: Span


@record
class RegularExpression:
    """A regular expression literal."""

    source: str
    flags: str
    span: Span


@record
class TemplateExpression:
    """A template literal; its texts are literals."""

    parts: tuple[Expression, ...]
    span: Span


@record
class Concatenation:
    """Operands of `+`."""

    parts: tuple[Expression, ...]
    span: Span


@record
class SpreadExpression:
    """`...value` in an object, an array or arguments."""

    value: Expression
    span: Span


@record
class ObjectMember:
    """A member of an object literal: `key: value`, `[key]: value`, `key`, `key() {}`; `span` is all of it."""

    key: Expression
    value: Expression
    span: Span


@record
class ObjectExpression:
    """`{ … }`."""

    members: tuple[ObjectMember | SpreadExpression, ...]
    span: Span


@record
class ArrayExpression:
    """`[ … ]`."""

    elements: tuple[Expression, ...]
    span: Span


@record
class NameExpression:
    """An identifier, `this`, or `import.meta`."""

    name: str
    span: Span


@record
class MemberExpression:
    """`object.key` and `object[key]`."""

    object: Expression
    key: Expression
    span: Span


@record
class CallExpression:
    """`callee(…)` and `new callee(…)`."""

    callee: Expression
    arguments: tuple[Expression, ...]
    span: Span


@record
class ChoiceExpression:
    """`a ? b : c`, `a || b`, `a && b`, `a ?? b`: the operands that may be the value."""

    options: tuple[Expression, ...]
    span: Span


@record
class FunctionExpression:
    """A function or method: its parameters and what it does."""

    parameters: tuple[DeclaredName, ...]
    body: tuple[Statement, ...]
    span: Span


@record
class OpaqueExpression:
    """An expression whose value can't be read; `kind` is the grammar's word for it."""

    kind: str
    span: Span


@record
class DeclaredName:
    """`const name = value`, or one name of a pattern, whose value then is an access.

    The value of a parameter is None, or an access to the name of another parameter: an object pattern has the name "".
    `default` is what a parameter has without an argument.
    """

    name: str
    value: Expression | None
    default: Expression | None = None


@record
class AssignmentStatement:
    """`target = value`, or `delete target`, whose value is opaque and of the kind "delete".

    `certain` is unset below a condition.
    """

    target: Expression
    value: Expression
    span: Span
    certain: bool = True


@record
class LoopStatement:
    """`for (… of values)`; with `keys`, `for (… in values)`.  The first name of the body is that of each value."""

    item: str
    values: Expression
    body: tuple[Statement, ...]
    keys: bool = False


@record
class ReturnStatement:
    """`return value`."""

    value: Expression


@record
class EvaluationStatement:
    """An expression as a statement."""

    value: Expression


Expression = (
    LiteralExpression
    | RegularExpression
    | TemplateExpression
    | Concatenation
    | SpreadExpression
    | ObjectExpression
    | ArrayExpression
    | NameExpression
    | MemberExpression
    | CallExpression
    | ChoiceExpression
    | FunctionExpression
    | OpaqueExpression
)
Statement = DeclaredName | AssignmentStatement | LoopStatement | ReturnStatement | EvaluationStatement


@record
class ProgramImport:
    """A local name, and what it is of another module: a name, "default", or "*" for all of it."""

    local: str
    specifier: str
    name: str


@record
class ProgramSyntax:
    """A module: its statements in order, its imports, and what it exports.

    `exports` are pairs of an exported name and its expression; `export *` has the name "*" and a literal specifier.
    Statements below a condition are listed like the others.
    """

    statements: tuple[Statement, ...] = ()
    imports: tuple[ProgramImport, ...] = ()
    exports: tuple[tuple[str, Expression], ...] = ()
