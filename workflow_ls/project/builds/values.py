"""The values of a configuration: what evaluating its expressions gives, each with its place."""

from __future__ import annotations

from workflow_ls.records import record
from workflow_ls.text import Span
from workflow_ls.vfs.files import join

_ROOT = "/\ue001"  # the workspace as an absolute path; the character is in no path
_URL = "file://"


@record
class ValuePlace:
    """A part of a file of the workspace."""

    path: str
    span: Span


@record
class TextValue:
    """A string.  `pieces` are the literals, inside their quotes, that it is made of."""

    value: str
    at: ValuePlace
    pieces: tuple[ValuePlace, ...] = ()

    @property
    def shown(self) -> str:
        """The string for a reader: an absolute path in the workspace is one from the root."""
        return self.value.replace(_URL + _ROOT, _ROOT).replace(f"{_ROOT}/", "").replace(_ROOT, ".")


@record
class PlainValue:
    """A number, a boolean, or None for `null`, `undefined` and what is absent."""

    value: float | bool | None
    at: ValuePlace


@record
class PatternValue:
    """A regular expression."""

    source: str
    flags: str
    at: ValuePlace


@record
class ObjectEntry:
    """A key of an object with its value; `at` is the whole member."""

    key: str
    key_at: ValuePlace
    value: Value
    at: ValuePlace


@record
class ObjectValue:
    """An object.  `unknown` are parts that can't be known without running the program, such as the spread of a call.

    `maker` is the function of a package that was given it, such as `package rollup-plugin.default`; "" for none.
    """

    entries: tuple[ObjectEntry, ...]
    at: ValuePlace
    unknown: tuple[UnknownValue, ...] = ()
    maker: str = ""

    def get(self, key: str) -> Value | None:
        """The value of a key; None if it has none."""
        return next((entry.value for entry in reversed(self.entries) if entry.key == key), None)


@record
class ArrayValue:
    """An array."""

    items: tuple[Value, ...]
    at: ValuePlace


@record
class PossibleValue:
    """One of several values."""

    values: tuple[Value, ...]
    at: ValuePlace


@record
class UnknownValue:
    """A value that can't be known without running the program; `reason` is a clause.

    `maker` is the function of a package that makes it, "" for none.
    """

    reason: str
    at: ValuePlace
    maker: str = ""


Value = TextValue | PlainValue | PatternValue | ObjectValue | ArrayValue | PossibleValue | UnknownValue


def not_known(at: ValuePlace) -> UnknownValue:
    """A value that the code at a place computes in some other way."""
    return UnknownValue("it can't be known without running it", at)


def absolute(path: str) -> str:
    """A path of the workspace as the absolute path that a program sees."""
    return f"{_ROOT}/{path}" if path else _ROOT


def workspace_path(text: str, directory: str) -> str | None:
    """The path from the root that a program's string means in a directory; None outside the workspace."""
    written = text.removeprefix(_URL)
    if written == _ROOT or written.startswith(f"{_ROOT}/"):
        return join("", f"./{written[len(_ROOT) + 1 :]}")
    return None if written.startswith("/") else join(directory, written)


def file_url(path: str) -> str:
    """The URL of an absolute path."""
    return _URL + path


def url_path(url: str) -> str:
    """The absolute path of a URL of a file; a path stays as it is."""
    return url.removeprefix(_URL)
