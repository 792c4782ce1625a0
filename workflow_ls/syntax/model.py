"""What the syntax layer finds in a source file: plain data, no tree-sitter node."""

from __future__ import annotations

from enum import Enum

from workflow_ls.records import record
from workflow_ls.text import Span

MARKER = "workflow-ls-ignore"
"""What every suppression comment starts with."""


class Form(Enum):
    """The syntactic form of a module reference."""

    IMPORT = "import"  # default, namespace, named, type, defer, side effect
    EXPORT = "export"  # export … from
    IMPORT_EQUALS = "import-equals"  # import x = require('…')
    DYNAMIC_IMPORT = "dynamic-import"  # import('…')
    IMPORT_TYPE = "import-type"  # import('…').T, typeof import('…')
    JSDOC_IMPORT = "jsdoc-import"  # import('…') and @import in the JSDoc of JavaScript
    REQUIRE = "require"  # require('…'), createRequire(…)('…')
    RESOLVE = "resolve"  # require.resolve, import.meta.resolve
    MOCK = "mock"  # vi.mock, jest.requireActual, mock.module and their kin
    CALL = "call"  # a callee that the configuration names
    DECLARE_MODULE = "declare-module"  # declare module '…'
    REFERENCE = "reference"  # /// <reference types|path>


@record
class Name:
    """One name that a reference asks of its module.

    `name` is the name as the module exports it ("default" for the default export).  `local` is what it is called in
    this file, or what it is re-exported as; None where it is not bound to a name.  `span` covers its text in an
    import or export clause, alias and `type` included.  `type_only`: a type suffices.
    """

    name: str
    local: str | None
    type_only: bool
    span: Span


@record
class Reference:
    """One place in a file that names a module.

    `span` is the text between the quotes, `quote` the quote character.  `names` are the names it asks for, as far as
    they can be read; `whole` says that it may use any other name too: a namespace, a star, a side effect, a mock, a
    call.  `type_only`: types suffice.  `callee` is the called expression as written ("vi.mock", "require.resolve").
    `statement` is the whole declaration of an import or export, with its semicolon, without the line break.
    """

    form: Form
    specifier: str
    span: Span
    quote: str
    names: tuple[Name, ...] = ()
    whole: bool = False
    type_only: bool = False
    callee: str | None = None
    statement: Span | None = None

    @property
    def statement_start(self) -> int | None:
        """Where the declaration starts, in bytes; None for other forms."""
        return None if self.statement is None else self.statement.start


@record
class Suppression:
    """A comment that silences rules.

    `rules` are the codes it names.  `reason` may be empty.  `span` covers the comment.  `line` is the line (from 0)
    that it silences, None where it silences the whole file.
    """

    rules: tuple[str, ...]
    reason: str
    span: Span
    line: int | None
