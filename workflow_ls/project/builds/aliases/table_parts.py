"""A table of aliases, and how its parts are looked up in a configuration."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workflow_ls.project.builds.aliases.alias_rules import AliasRule, Family
from workflow_ls.project.builds.aliases.rule_reader import options_of, texts_of
from workflow_ls.project.builds.values import ObjectValue, TextValue, UnknownValue, Value, workspace_path
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use

EXTENSIONS = {
    Family.VITE: (".mjs", ".js", ".mts", ".ts", ".jsx", ".tsx", ".json"),
    Family.ROLLUP: (".mjs", ".js"),
    Family.WEBPACK: (".js", ".json", ".wasm", ".ts", ".tsx"),  # the last two since webpack 5.105
    Family.TURBOPACK: (".tsx", ".ts", ".jsx", ".js", ".mjs", ".json"),
    Family.ESBUILD: (".tsx", ".ts", ".jsx", ".js", ".css", ".json"),
    Family.JEST: (".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".json", ".node"),
    Family.BABEL: (".js", ".jsx", ".es", ".es6", ".mjs", ".ts", ".tsx"),
    Family.SWC: (".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".json"),
    Family.PARCEL: (".ts", ".tsx", ".mjs", ".js", ".jsx", ".cjs", ".json"),
    Family.METRO: (".js", ".jsx", ".json", ".ts", ".tsx"),
}
"""The endings that each tool adds, in order."""

PATHS_PLUGINS = compile_on_use(r"tsconfig-?paths|tsconfigpaths", re.IGNORECASE)
"""The plugins that resolve by the `paths` of TypeScript."""


@record
class AliasTable:
    """The aliases of one configuration, in order.

    `root` is the directory that the tool calls its root.  `complete` is unset if it may have further aliases, which
    are computed.  `uses_paths` says whether the tool also resolves by the `paths` of TypeScript; None if that is not
    known.  `extensions` are the endings that it adds, in order.  `enters` says that a directory means its entry.
    `lookups` are the directories that it looks bare names up in, and the aliases that count only where nothing else
    is found.  `packages` is unset if it does not look in `node_modules`.  `conditions` are those by which it reads
    `exports`, () for those of an import.
    """

    family: Family
    root: str
    rules: tuple[AliasRule, ...] = ()
    complete: bool = True
    uses_paths: bool | None = False
    extensions: tuple[str, ...] = ()
    enters: bool = True
    lookups: tuple[AliasRule, ...] = ()
    packages: bool = True
    conditions: tuple[str, ...] = ()


def value_at(value: Value | None, *keys: str) -> Value | None:
    """The value below keys; the last one of several possible objects that has it."""
    for key in keys:
        objects = [each for each in options_of(value) if isinstance(each, ObjectValue)]
        value = next((found for each in reversed(objects) if (found := each.get(key)) is not None), None)
    return value


def maker_of(plugin: Value) -> str:
    """The function of a package that makes a plugin, "" for none."""
    return plugin.maker if isinstance(plugin, (ObjectValue, UnknownValue)) else ""


def object_of(value: Value | None, otherwise: ObjectValue) -> ObjectValue:
    """The first object among the values of which one counts."""
    return next((each for each in options_of(value) if isinstance(each, ObjectValue)), otherwise)


def directory_of(value: Value | None, otherwise: str) -> str:
    """The directory that a text names."""
    found = workspace_path(value.value, otherwise) if isinstance(value, TextValue) else None
    return otherwise if found is None else found


def endings_of(value: Value | None, otherwise: Sequence[str]) -> tuple[str, ...]:
    """The endings that a configuration lists; webpack's `...` is those that it has without."""
    found = list[str]()
    for text in () if value is None else texts_of(value):
        found += otherwise if text == "..." else [text]
    return tuple(found) or tuple(otherwise)
