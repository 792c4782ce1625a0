"""Makes the JSON schemas and the table of `workflow-ls.json` in docs/ from the keys in `workflow_ls/config/spec.py`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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

Schema = dict[str, Any]

# Segments joined by single slashes, none of them "." or ".."; no drive or protocol.
_SEGMENT = r"(?!\.{1,2}(?:/|$))[^/\\]+"
_STARS = {0: r"(?!.*\*)", 1: r"(?!.*\*.*\*)"}


def json_schema(file: Object, title: str, description: str) -> Schema:
    """The schema (draft 7) of a file."""
    definitions: dict[str, Schema] = {}
    schema = _object(file, definitions)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": title,
        "description": description,
        **schema,
        "definitions": dict(sorted(definitions.items())),
    }


def key_table(file: Object) -> str:
    """The keys of a file as a Markdown table; those of an object that several keys have are listed once."""
    rows = []
    for path, key in _rows(file, "", set()):
        meaning = " ".join(filter(None, (key.description, key.overlay)))
        rows.append(f"| `{path}` | {_type_name(key.type)} | {_default(key)} | {meaning} |")
    return "\n".join(["| key | value | default | meaning |", "|---|---|---|---|", *rows])


def _reference(type_: ValueType, definitions: dict[str, Schema]) -> Schema:
    """The schema of a value: a reference where its type has a definition."""
    name = getattr(type_, "definition", "")
    if isinstance(type_, PathText) and type_.or_dot:
        return {"anyOf": [{"const": "."}, _reference(_without_dot(type_), definitions)]}
    if not name:
        return _schema(type_, definitions)
    if name not in definitions:
        definitions[name] = {}
        description = getattr(type_, "description", "")
        definitions[name] = {
            **({"description": description} if description else {}),
            **_schema(type_, definitions),
        }
    return {"$ref": f"#/definitions/{name}"}


def _without_dot(type_: PathText) -> PathText:
    return PathText(type_.definition, type_.description, type_.stars)


def _schema(type_: ValueType, definitions: dict[str, Schema]) -> Schema:
    match type_:
        case Text():
            pattern = type_.schema_pattern or type_.pattern
            return {"type": "string", **({"pattern": f"^{pattern}$"} if pattern else {"minLength": 1})}
        case PathText():
            start = rf"^(?![A-Za-z][A-Za-z0-9+.-]*:){_STARS[type_.stars]}"
            return {"type": "string", "pattern": f"{start}{_SEGMENT}(?:/{_SEGMENT})*$"}
        case Glob():
            return {"type": "string", "minLength": 1, "pattern": r"^(?!(?:.*/)?\.\.(?:/|$))"}
        case OneOf():
            return {"enum": list(type_.values)}
        case Flag():
            return {"type": "boolean"}
        case Count():
            return {"type": "integer", "minimum": 1}
        case ListOf():
            return {
                "type": "array",
                **({"minItems": 1} if type_.filled else {}),
                **({"uniqueItems": True} if type_.unique else {}),
                "items": _reference(type_.item, definitions),
            }
        case OneOrMore():
            several = ListOf(type_.item, filled=True)
            return {"anyOf": [_reference(type_.item, definitions), _schema(several, definitions)]}
        case Object():
            return _object(type_, definitions)


def _object(type_: Object, definitions: dict[str, Schema]) -> Schema:
    required = [key.name for key in type_.keys if key.required]
    return {
        "type": "object",
        "additionalProperties": False,
        **({"required": required} if required else {}),
        "properties": {key.name: _property(key, definitions) for key in type_.keys},
        **({"anyOf": [{"required": [name]} for name in type_.at_least_one]} if type_.at_least_one else {}),
        **(type_.conditions or {}),
    }


def _property(key: Key, definitions: dict[str, Schema]) -> Schema:
    text = " ".join(filter(None, (key.description, key.details, key.overlay)))
    schema = _reference(key.type, definitions)
    annotations = {
        **({"description": text} if text else {}),
        **({} if key.default is None else {"default": key.default}),
        **({"examples": list(key.examples)} if key.examples else {}),
    }
    # Draft 7 ignores what is beside a $ref.
    return {**annotations, **({"allOf": [schema]} if "$ref" in schema and annotations else schema)}


def _rows(type_: ValueType, prefix: str, listed: set[str]) -> Iterator[tuple[str, Key]]:
    """The keys of a type with their paths, and those of the objects in them."""
    match type_:
        case ListOf():
            yield from _rows(type_.item, f"{prefix}[]", listed)
        case Object() if not type_.definition or type_.definition not in listed:
            listed.add(type_.definition)
            for key in type_.keys:
                path = f"{prefix}.{key.name}" if prefix else key.name
                yield path, key
                if key.name != "rules":  # the rules have a table of their own
                    yield from _rows(key.type, path, listed)


def _type_name(type_: ValueType) -> str:
    """What a value is, in Markdown."""
    match type_:
        case ListOf(item=OneOrMore(item)):
            return f"list of {_type_name(item)}s, or of lists of {_type_name(item)}s"
        case ListOf():
            return f"list of {_type_name(type_.item)}s"
        case OneOrMore():
            return f"{_type_name(type_.item)}, or list of {_type_name(type_.item)}s"
        case PathText() if type_.definition != "path":
            return "specifier"
        case Text() if not type_.definition:
            return "string"
        case Object():
            return type_.definition if type_.definition == "package" else "object"
        case Text() | PathText() | Glob() | OneOf():
            return "string" if type_.definition == "note" else type_.definition
        case Flag():
            return "boolean"
        case Count():
            return "number"
    raise AssertionError(type_)


def _default(key: Key) -> str:
    if key.required:
        return "required"
    if key.default is not None:
        return f"`{str(key.default).lower() if isinstance(key.default, bool) else key.default}`"
    return "built-in" if key.overlay else ""
