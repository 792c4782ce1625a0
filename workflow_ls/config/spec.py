"""The keys of `workflow-ls.json` and of the mapping table: names, types, defaults, constraints, descriptions, examples.

This is their only definition.  The loader checks files against it (`validation.py`); `make docs` generates both JSON
schemas and the README's table from it.  A new key is one `Key`, and the code that uses its value.
"""

from __future__ import annotations

from collections.abc import Iterable

from workflow_ls.config.value_types import (
    Count,
    Flag,
    Glob,
    Key,
    ListOf,
    Object,
    OneOf,
    OneOrMore,
    PathText,
    Text,
    ValueType,
)
from workflow_ls.diagnostics import Severity
from workflow_ls.records import replace

OFF = "off"
MAX_FILE_SIZE = 5_000_000  # bytes

_PATH = PathText("path", "A path relative to the workspace root, with `/` between segments.")
_SPECIFIER = PathText("specifier", "A module specifier.")
_PATTERN = PathText(
    "pattern", "A module specifier, in which one `*` may match one or more segments, or a part of one.", stars=1
)
_IDENTIFIER = Text(
    "identifier",
    "The name of an export; `default` for the default export.",
    pattern=r"(?!\d)[\w$]+",
    schema_pattern=r"(?![0-9])[\w$\u0080-\uFFFF]+",
    expected='an identifier, or "default" for the default export',
)
_PACKAGE_NAME = Text(
    pattern=r"(?:@[^@/*\\\s]+/)?[^@/*\\\s.][^@/*\\\s]*",
    expected="a package name",
)
_CALLEE = Text(
    pattern=r"(?!\d)[\w$]+(?:\.(?!\d)[\w$]+)*",
    schema_pattern=r"(?![0-9])[\w$\u0080-\uFFFF]+(?:\.(?![0-9])[\w$\u0080-\uFFFF]+)*",
    expected="an identifier, or identifiers joined by dots",
)
_GLOBS = ListOf(Glob("glob", "A gitignore pattern, relative to the workspace root."))
_SEVERITY = OneOf("severity", (*(severity.label for severity in reversed(Severity)), OFF))

_NOTE = Key("note", Text("note"), "Shown to users with every reference that the row is about.")

_PACKAGE = Object(
    (
        Key("name", _PACKAGE_NAME, "The name in its `package.json`.", required=True, examples=("@acme/flows",)),
        Key("directory", _PATH, "Its directory.", required=True, examples=("packages/flows",)),
        Key(
            "sources",
            replace(_PATH, or_dot=True),
            "The directory of its sources, relative to `directory`; `.` for the same directory.",
            default="src",
        ),
        Key(
            "output",
            _PATH,
            "The folder, relative to `directory`, that a build makes of the sources and that `exports` name. Needed "
            "only where neither `outDir` of a tsconfig.json nor its name (`dist`, `lib`, `build`, …) shows it.",
            examples=("dist/types/flows",),
        ),
    ),
    "package",
)

_MODULE_ROW = Object(
    (
        Key(
            "from",
            _PATTERN,
            "The legacy module; a `*` matches one or more segments, or a part of one.",
            "It starts with any of the legacy roots, and the row is for all of them. The most specific row counts: an "
            "exact one before a pattern, and a pattern with more text before its `*` before one with less. A pattern "
            "that ends in `/*` is for what is below a module; the module itself needs another row.",
            required=True,
            examples=("@shared/workflow/runtime", "@shared/workflow/runtime/*"),
        ),
        Key(
            "to",
            ListOf(_PATTERN, filled=True, unique=True),
            "The specifiers to try, best first; a `*` is replaced by the text that the one in `from` matches.",
            "After a target with a `*`, each barrel that encloses it is tried, nearest first, up to the directory "
            "that contains the `*`; then the next target.",
            examples=(["@alga-psa/workflows/runtime"],),
        ),
        Key(
            "stays",
            Flag(),
            "The module stays where it is, apart from the names that `names` has rows for.",
        ),
        _NOTE,
    ),
    "module",
    at_least_one=("to", "stays"),
    usual="to",
    conditions={
        "if": {"properties": {"from": {"not": {"pattern": "\\*"}}}},
        "then": {"properties": {"to": {"items": {"not": {"pattern": "\\*"}}}}},
    },
)

_NAME_ROW = Object(
    (
        Key("module", _SPECIFIER, "The legacy module that exported the name.", required=True),
        Key("name", _IDENTIFIER, "The name it exported; `default` for its default export.", required=True),
        Key("to", _SPECIFIER, "The specifier that exports it now, if not the target of its module."),
        Key("as", _IDENTIFIER, "Its new name, if it was renamed."),
        _NOTE,
    ),
    "name",
    at_least_one=("to", "as"),
)

_LEGACY = Object(
    (
        Key(
            "roots",
            ListOf(_SPECIFIER, filled=True),
            "The specifiers of the legacy tree; each of them, and every path below it, is legacy.",
            required_in_table=True,
            examples=(["@shared/workflow"],),
        ),
        Key(
            "tree",
            _PATH,
            "The folder or file behind the roots; none where it is gone.",
            required_in_table=True,
            examples=("shared/workflow",),
        ),
        Key("package", _PACKAGE, "The package that contains the folder."),
    ),
)

_EE = Object(
    (
        Key("directories", ListOf(_PATH), "The directories of EE code.", examples=(["ee", "packages/ee"],)),
        Key(
            "specifiers",
            ListOf(_SPECIFIER),
            "The specifiers of EE code; everything below them is EE code, too.",
            examples=(["@ee"],),
        ),
    )
)

_TABLE_KEYS = Object(
    (
        Key("$schema", Text(), "The JSON schema of this file, for editors."),
        Key(
            "canonical",
            _PACKAGE,
            "The package that legacy modules moved to.",
            overlay="If it has another name than the built-in one, the built-in rows lead to it. A file with "
            "`replaceModules` and roots of its own may leave it out: then it is the package of the first target.",
            required_in_table=True,
        ),
        Key(
            "packages",
            ListOf(_PACKAGE),
            "Further packages that rows may target. A package of the workspace needs no entry, unless its sources are "
            "neither in `src` nor beside its manifest.",
            overlay="A package replaces the built-in one of the same name.",
        ),
        Key(
            "legacy",
            OneOrMore(_LEGACY),
            "The specifiers and the folder of the legacy modules; a list for several folders or files, each with "
            "specifiers of its own.",
            overlay="Each key replaces the built-in one.",
            required_in_table=True,
        ),
        Key(
            "core",
            _GLOBS,
            "The files that ship without EE.",
            overlay="Replaces the built-in list.",
            examples=(["shared/**"],),
        ),
        Key(
            "ee",
            _EE,
            "Code that ships with EE only, which the core must not import.",
            overlay="Replaces the built-in value.",
        ),
        Key(
            "serverPackages",
            ListOf(_PATTERN),
            "What runs on servers only, besides Node's own modules: packages, or modules of packages. A rewrite must "
            "not bring one of them into a file that may run in a browser.",
            overlay="Replaces the built-in list.",
            examples=(["knex", "@temporalio/*", "next/headers"],),
        ),
        Key(
            "docs",
            _GLOBS,
            "Documentation, which is never changed.",
            overlay="Replaces the built-in list.",
            examples=(["**/docs/**", "**/*.md"],),
        ),
        Key(
            "tsconfigs",
            ListOf(OneOrMore(_PATH)),
            "The TypeScript configurations that must have the alias of the canonical package; of an inner list, the "
            "first file that exists.",
            overlay="Replaces the built-in list.",
            examples=([["tsconfig.base.json", "tsconfig.json"], "server/tsconfig.json"],),
        ),
        Key(
            "modules",
            ListOf(_MODULE_ROW),
            "The targets of legacy modules; every target is in a known package, and is not legacy.",
            overlay="A row replaces the built-in row for the same module.",
            required_in_table=True,
        ),
        Key(
            "names",
            ListOf(_NAME_ROW),
            "Exports that left their module or were renamed, and default exports that became named ones.",
            overlay="A row replaces the built-in row for the same module and name.",
        ),
    )
)


def _complete(part: Object) -> Object:
    """The type of an object that no built-in table adds to."""
    return replace(
        part,
        keys=tuple(
            replace(
                key,
                type=_completed(key.type),
                overlay="",
                required=key.required or key.required_in_table,
            )
            for key in part.keys
        ),
    )


def _completed(type_: ValueType) -> ValueType:
    match type_:
        case Object():
            return _complete(type_)
        case OneOrMore(item):
            return OneOrMore(_completed(item))
        case _:
            return type_


TABLE_FILE = _complete(_TABLE_KEYS)


def config_file(rules: Iterable[Key]) -> Object:
    """The type of `workflow-ls.json`; `rules` are the keys of its "rules", made by `rule_key`."""
    settings = (
        Key(
            "replaceModules",
            Flag(),
            "Use only what this file says: none of the built-in `modules` and `names`, nor what belongs to them "
            "(`core`, `ee`, `tsconfigs`, `packages`). A file whose legacy roots are of another move needs no such flag "
            "in a workspace without the built-in package.",
            default=False,
        ),
        Key("rules", Object(tuple(rules)), "The severity of each rule: `error`, `warning`, `information` or `off`."),
        Key(
            "ignore",
            _GLOBS,
            "Files to skip, in addition to those that git ignores.",
            examples=(["**/__generated__/**", "packages/documents/"],),
        ),
        Key(
            "callees",
            ListOf(_CALLEE),
            "Further functions, as written in a call, whose first argument is a module path.",
            examples=(["loadModule", "registry.load"],),
        ),
        Key("maxFileSize", Count(), "The size in bytes above which source files are skipped.", default=MAX_FILE_SIZE),
    )
    conditions = {
        "if": {"properties": {"replaceModules": {"const": True}}, "required": ["replaceModules"]},
        "then": {
            "required": ["modules"],
            "if": {"not": {"required": ["legacy"]}},
            "then": {"properties": {"modules": {"minItems": 1}}},
        },
    }
    return Object((*_TABLE_KEYS.keys, *settings), conditions=conditions)


def rule_key(code: str, summary: str = "", default: str | None = None) -> Key:
    """The key for the severity of one rule."""
    return Key(code, _SEVERITY, summary, default=default)
