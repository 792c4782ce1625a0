"""The types that a value of a configuration file can have, as plain data.

`validation.py` reads a value of each type, `tests/config_schema.py` writes each as a JSON schema.  Where a type has a
`definition`, the schema defines it once, under that name; `description` is the schema's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow_ls.records import record


@record
class Text:
    """A string that is not empty.

    `pattern` matches the whole of a valid string.  `schema_pattern` takes its place in a schema, where only ASCII has
    word characters; it accepts every other character.  `expected` ends the message "X must be …" about an invalid one.
    """

    definition: str = ""
    description: str = ""
    pattern: str = ""
    schema_pattern: str = ""
    expected: str = ""


@record
class PathText:
    """A path from the workspace root, or a module specifier: plain segments, with at most `stars` `*` (0 or 1).

    It is neither absolute nor relative, and has no `..`.  `or_dot`: a single "." is valid, too.
    """

    definition: str
    description: str
    stars: int = 0
    or_dot: bool = False


@record
class Glob:
    """A gitignore pattern, relative to the workspace root."""

    definition: str
    description: str


@record
class OneOf:
    """One of some strings."""

    definition: str
    values: tuple[str, ...]


class Flag:
    """True or false."""


class Count:
    """A whole number above 0."""


@record
class ListOf:
    """A list of values of one type; `filled`: not empty, `unique`: none twice."""

    item: ValueType
    filled: bool = False
    unique: bool = False


@record
class OneOrMore:
    """A value, or a list of such values that is not empty."""

    item: ValueType


@record
class Object:
    """An object with these keys and no others, and with `at_least_one` of the keys named there.

    `usual` is the one of these whose absence is reported, "" for all.

    `conditions` are further constraints on several keys, as keywords of a JSON schema; the loader has code for them.
    """

    keys: tuple[Key, ...]
    definition: str = ""
    at_least_one: tuple[str, ...] = ()
    usual: str = ""
    conditions: Mapping[str, Any] | None = None

    @property
    def by_name(self) -> Mapping[str, Key]:
        """The keys by their names."""
        return {key.name: key for key in self.keys}


@record
class Key:
    """One key of an object.

    `description` is one sentence, `details` are further ones for the schema only.  `overlay` says what a value in
    `workflow-ls.json` does to the built-in table.  `required` keys are needed in every object, keys that are
    `required_in_table` only where no built-in table provides them.  `default` and `examples` are JSON values.
    """

    name: str
    type: ValueType
    description: str = ""
    details: str = ""
    overlay: str = ""
    required: bool = False
    required_in_table: bool = False
    default: Any = None
    examples: tuple[Any, ...] = ()


ValueType = Text | PathText | Glob | OneOf | Flag | Count | ListOf | OneOrMore | Object
