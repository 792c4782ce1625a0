"""The packages that `pnpm-workspace.yaml` lists.

Most such files are lists of plain strings, which are read line by line: a library for all of YAML takes longer to
import than a short command to run.  Anchors, tags, blocks, escapes and the like are read by ruamel.yaml.
"""

from __future__ import annotations

import re

from workflow_ls.regular_expressions import compile_on_use

PNPM_WORKSPACE = "pnpm-workspace.yaml"

_PLAIN = r"(?P<plain>[^\s'\",\[\]{}#&*!|>%@`?-][^\s,\[\]{}#]*|\*[^\s,\[\]{}#]*)"
_SCALAR = rf"(?:\"(?P<double>[^\"\\]*)\"|'(?P<single>[^']*)'|{_PLAIN})"
_COMMENT = r"(?:[ \t]+#.*)?"
_BLANK = compile_on_use(r"[ \t]*(?:#.*)?$")
_PACKAGES = compile_on_use(rf"(?:packages|\"packages\"|'packages')[ \t]*:{_COMMENT}[ \t]*$")
_ITEM = compile_on_use(rf"[ ]*-[ \t]+{_SCALAR}{_COMMENT}[ \t]*$")
_OTHER_KEY = compile_on_use(r"[\w'\"@/.-]+[ \t]*:(?:[ \t]|$)")


def pnpm_packages(text: bytes) -> tuple[str, ...]:
    """The patterns of `packages` in a `pnpm-workspace.yaml`, in order; empty if it is no YAML."""
    decoded = text.decode("utf-8-sig", "replace")
    found = _plain_list(decoded)
    return _by_library(decoded) if found is None else found


def _plain_list(text: str) -> tuple[str, ...] | None:
    """The patterns where the file lists plain or quoted strings, one a line; None if more of YAML is needed."""
    found, inside, seen = list[str](), False, False
    for line in text.split("\n"):
        written = line.rstrip("\r")
        if _BLANK.match(written):
            continue
        if _PACKAGES.match(written):
            if seen:
                return None
            inside = seen = True
        elif inside and (item := _ITEM.match(written)) is not None:
            found.append(item["double"] or item["single"] or item["plain"] or "")
        elif written[:1] in (" ", "\t"):
            if inside:
                return None
        elif _OTHER_KEY.match(written):
            inside = False
            if _NEEDS_MORE.search(written):
                return None
        else:
            return None
    return tuple(found) if seen or not _NAMED.search(text) else None


_NEEDS_MORE = compile_on_use(r"[&*!|>{\[]|packages")
_NAMED = compile_on_use(r"packages", re.IGNORECASE)


def _by_library(text: str) -> tuple[str, ...]:
    from ruamel.yaml import YAML  # only for files that need more than lines
    from ruamel.yaml.error import YAMLError

    reader = YAML(typ="safe", pure=True)
    reader.allow_duplicate_keys = True
    try:
        data = reader.load(text)
    except (YAMLError, ValueError, RecursionError):
        return ()
    listed = data.get("packages") if isinstance(data, dict) else None
    return tuple(item for item in listed if isinstance(item, str)) if isinstance(listed, list) else ()
