"""Checks JSON values against the types of `spec.py`, and reports each problem once, at the value or key that has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from workflow_ls.config.value_types import (
    Count,
    Flag,
    Glob,
    ListOf,
    Object,
    OneOf,
    OneOrMore,
    PathText,
    Text,
    ValueType,
)
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.searching.globs import Globs

ValuePath = tuple[str | int, ...]  # the keys and indices that lead to a value

ROW_LISTS = ("modules", "names", "packages")  # a message about a value in one of these names the row

_ABSOLUTE = compile_on_use(r"/|[A-Za-z][A-Za-z0-9+.-]*:")


class ValidationProblem(NamedTuple):
    """What is wrong with the value at `path`, or with its key where `concerns_key` is set."""

    path: ValuePath
    message: str
    concerns_key: bool = False


Problems = list[ValidationProblem]  # each check appends to its first parameter


def read_value(problems: Problems, data: object, path: ValuePath, type_: ValueType) -> Any:
    """The valid parts of a JSON value; None if it is invalid as a whole.

    Of an object, invalid members are left out; of a list, an invalid item is None, so that indices stay as they are.
    """
    return _READERS[type(type_)](problems, data, path, type_)


def label(path: ValuePath) -> str:
    """The name of a value in messages: its path inside its row, or inside the file."""
    inner = path[2:] if path[:1] and path[0] in ROW_LISTS and len(path) > 1 else path
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in inner).removeprefix(".")
    if text:
        return f'"{text}"'
    return "The row" if path else "The file"


def did_you_mean(word: str, valid: Collection[str]) -> str:
    """A sentence that suggests the valid word closest to a wrong one, after a space; "" if none is close."""
    from difflib import get_close_matches  # slower to import than the table is to read, and only problems need it

    close = get_close_matches(word, sorted(valid), n=1, cutoff=0.5)
    return f' Did you mean "{close[0]}"?' if close else ""


def _meant(name: str, keys: Collection[str]) -> str:
    return did_you_mean(name, keys) or f" Valid: {', '.join(keys)}."


def _read_object(problems: Problems, data: object, path: ValuePath, type_: Object) -> dict[str, Any] | None:
    if not isinstance(data, dict):
        _refuse(problems, path, "an object", data)
        return None
    keys = type_.by_name
    problems.extend(
        ValidationProblem((*path, name), f'Unknown key "{name}".{_meant(name, keys)}', concerns_key=True)
        for name in data
        if name not in keys
    )
    problems.extend(
        ValidationProblem(path, f'The key "{key.name}" is missing.')
        for key in type_.keys
        if key.required and key.name not in data
    )
    if type_.at_least_one and not any(name in data for name in type_.at_least_one):
        names = " or ".join(f'"{name}"' for name in type_.at_least_one)
        missing = f'The key "{type_.usual}" is missing.' if type_.usual else f"{label(path)} needs {names}, or both."
        problems.append(ValidationProblem(path, missing))
    values = {
        key.name: read_value(problems, data[key.name], (*path, key.name), key.type)
        for key in type_.keys
        if key.name in data
    }
    return {name: value for name, value in values.items() if value is not None}


def _read_list(problems: Problems, data: object, path: ValuePath, type_: ListOf) -> list[Any] | None:
    if not isinstance(data, list):
        _refuse(problems, path, "a list", data)
        return None
    if type_.filled and not data:
        problems.append(ValidationProblem(path, f"{label(path)} must not be empty."))
        return None
    values = [read_value(problems, item, (*path, index), type_.item) for index, item in enumerate(data)]
    if type_.unique:
        for index, value in enumerate(values):
            if value is not None and value in values[:index]:
                place = (*path, index)
                problems.append(ValidationProblem(place, f"{label(place)} is listed twice. Remove one."))
                values[index] = None
    return values


def _read_one_or_more(problems: Problems, data: object, path: ValuePath, type_: OneOrMore) -> list[Any] | None:
    if isinstance(data, list):
        return _read_list(problems, data, path, ListOf(type_.item, filled=True))
    value = read_value(problems, data, path, type_.item)
    return None if value is None else [value]


def _read_text(problems: Problems, data: object, path: ValuePath, type_: Text) -> str | None:
    text = _text(problems, data, path)
    if text is not None and type_.pattern and not re.fullmatch(type_.pattern, text):
        problems.append(ValidationProblem(path, f"{label(path)} must be {type_.expected}."))
        return None
    return text


def _read_path(problems: Problems, data: object, path: ValuePath, type_: PathText) -> str | None:
    text = _text(problems, data, path)
    if text is None or (text == "." and type_.or_dot):
        return text
    fault = _path_fault(text, type_.stars)
    if fault:
        problems.append(ValidationProblem(path, f"{label(path)} {fault}"))
        return None
    return text


def _read_glob(problems: Problems, data: object, path: ValuePath, _: Glob) -> str | None:
    pattern = _text(problems, data, path)
    fault = "" if pattern is None else _glob_fault(pattern)
    if fault:
        problems.append(ValidationProblem(path, f"{label(path)} {fault}"))
        return None
    return pattern


def _read_choice(problems: Problems, data: object, path: ValuePath, type_: OneOf) -> str | None:
    text = _text(problems, data, path)
    if text is not None and text not in type_.values:
        valid = ", ".join(type_.values)
        hint = did_you_mean(text, type_.values)
        problems.append(ValidationProblem(path, f"{label(path)} must be one of {valid}.{hint}"))
        return None
    return text


def _read_flag(problems: Problems, data: object, path: ValuePath, _: Flag) -> bool | None:
    if not isinstance(data, bool):
        _refuse(problems, path, "true or false", data)
        return None
    return data


def _read_count(problems: Problems, data: object, path: ValuePath, _: Count) -> int | None:
    if isinstance(data, bool) or not isinstance(data, int | float):
        _refuse(problems, path, "a whole number above 0", data)
        return None
    if data < 1 or data != data // 1:
        problems.append(ValidationProblem(path, f"{label(path)} must be a whole number above 0."))
        return None
    return int(data)


_READERS: Mapping[type, Callable[..., Any]] = {
    Object: _read_object,
    ListOf: _read_list,
    OneOrMore: _read_one_or_more,
    Text: _read_text,
    PathText: _read_path,
    Glob: _read_glob,
    OneOf: _read_choice,
    Flag: _read_flag,
    Count: _read_count,
}


def _text(problems: Problems, data: object, path: ValuePath) -> str | None:
    """A string that is not empty."""
    if not isinstance(data, str):
        _refuse(problems, path, "a string", data)
        return None
    if not data:
        problems.append(ValidationProblem(path, f"{label(path)} must not be empty."))
        return None
    return data


def _refuse(problems: Problems, path: ValuePath, expected: str, data: object) -> None:
    problems.append(ValidationProblem(path, f"{label(path)} must be {expected}, not {_kind(data)}."))


def _kind(data: object) -> str:
    if data is None:
        return "null"
    if isinstance(data, bool):
        return "true" if data else "false"
    names = {dict: "an object", list: "a list", str: "a string"}
    return next((name for kind, name in names.items() if isinstance(data, kind)), "a number")


def _path_fault(text: str, stars: int) -> str:
    segments = text.split("/")
    if "\\" in text:
        return "contains a backslash. Separate segments with /."
    if _ABSOLUTE.match(text):
        return "is absolute. Write a path from the workspace root, or a specifier that starts with a package name."
    if ".." in segments:
        return 'must not contain "..".'
    if "." in segments or "" in segments:
        return 'has an empty or "." segment. Remove it.'
    if text.count("*") > stars:
        return 'must not contain more than one "*".' if stars else 'must not contain "*".'
    return ""


def _glob_fault(pattern: str) -> str:
    if ".." in pattern.split("/"):
        return 'must not contain "..".'
    try:
        Globs([pattern])
    except ValueError:
        return "is not a valid gitignore pattern."
    return ""
