"""What deleted modules passed on from packages that the workspace does not contain: there the names still are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.regular_expressions import compile_on_use

_STATEMENT = compile_on_use(
    r"\bexport\s+(?:type\s+)?(?:\*|\{(?P<names>[^}]*)\})\s*from\s*(?P<quote>['\"])(?P<specifier>[^'\"\n]+)(?P=quote)\s*;?"
)
_COMMENT = compile_on_use(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_DIRECTIVE = compile_on_use(r"['\"]use \w+['\"];?")


class PassedOn(NamedTuple):
    """A re-export of a module: the specifier, and its name there for each name; None for all of its names."""

    specifier: str
    names: Mapping[str, str] | None

    def name_of(self, name: str) -> str | None:
        """The name there of a name; None if the re-export does not bring it."""
        if self.names is None:
            return None if name == "default" else name
        return self.names.get(name)


def passed_on(text: bytes) -> tuple[PassedOn, ...]:
    """The re-exports from packages of a module that does nothing else; none for any other module."""
    written = _COMMENT.sub("", text.decode("utf-8", "replace"))
    if _DIRECTIVE.sub("", _STATEMENT.sub("", written)).strip():
        return ()
    return tuple(_re_exports(written))


def _re_exports(written: str) -> Iterator[PassedOn]:
    for match in _STATEMENT.finditer(written):
        if split_package(match["specifier"]) is not None:
            yield PassedOn(match["specifier"], None if match["names"] is None else dict(_pairs(match["names"])))


def _pairs(names: str) -> Iterator[tuple[str, str]]:
    for item in names.split(","):
        words = [word for word in item.split() if word != "type"]
        if words:
            yield words[-1], words[0]
