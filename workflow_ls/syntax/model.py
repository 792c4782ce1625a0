"""The facts that the syntax layer finds in a source file, without tree-sitter nodes."""

from __future__ import annotations

from enum import Enum, IntEnum

from workflow_ls.records import record
from workflow_ls.text import Span

MARKER = "workflow-ls-ignore"
"""The first word of every suppression comment."""


class Form(Enum):
    """The syntactic form of a module reference."""

    IMPORT = "import"  # default, namespace, named, type, deferred or side-effect import
    EXPORT = "export"  # export … from
    IMPORT_EQUALS = "import-equals"  # import x = require('…')
    DYNAMIC_IMPORT = "dynamic-import"  # import('…')
    IMPORT_TYPE = "import-type"  # import('…').T, typeof import('…')
    JSDOC_IMPORT = "jsdoc-import"  # import('…') and @import in the JSDoc of JavaScript
    REQUIRE = "require"  # require('…'), createRequire(…)('…')
    RESOLVE = "resolve"  # require.resolve, import.meta.resolve
    MOCK = "mock"  # vi.mock, jest.requireActual, mock.module and the like
    CALL = "call"  # a call of a function that the configuration names
    DECLARE_MODULE = "declare-module"  # declare module '…'
    REFERENCE = "reference"  # /// <reference types|path>


@record
class Name:
    """One name that a reference imports from its module.

    `name` is the exported name ("default" for the default export).  `local` is the name in this file, or the name that
    it is re-exported as; None if it is not bound.  `span` covers its text in an import or export clause, with alias
    and `type`.  `type_only`: only its type is used.
    """

    name: str
    local: str | None
    type_only: bool
    span: Span


@record
class Reference:
    """A module specifier in a file.

    `span` is the text between the quotes, `quote` the quote character.  `names` are the imported names that the text
    shows; `whole` means that any other name may be used, too: by a namespace, a star, a side effect, a mock, a call.
    `type_only`: only types are used.  `callee` is the called expression ("vi.mock", "require.resolve"), by its own name
    where the file has another one for it; a mock that no runner hoists is `doMock`.  `statement` is the whole import or
    export declaration, with its semicolon, without the line break.  `mode` is the `resolution-mode`, "import" or
    "require", that its attributes or the module format of its file give it; "" if none.  `mocked_at` is where the
    arguments of the mocking call start, if the specifier is not one of them.
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
    mode: str = ""
    mocked_at: int | None = None

    @property
    def statement_start(self) -> int | None:
        """Where the declaration starts, in bytes; None for other forms."""
        return None if self.statement is None else self.statement.start


@record
class Suppression:
    """A comment that silences rules.

    `rules` are the codes it names.  `reason` may be empty.  `span` covers the comment.  `line` is the line (from 0)
    that it silences, or None for the whole file.
    """

    rules: tuple[str, ...]
    reason: str
    span: Span
    line: int | None


class StringUse(IntEnum):
    """What a string is used for; of several uses the greatest counts."""

    UNKNOWN = 0
    COMPARED = 1  # with other text
    CODE = 2  # text that a test expects in a source file
    PATH = 3  # a path or a specifier
    BANNED = 4  # what must not be there
