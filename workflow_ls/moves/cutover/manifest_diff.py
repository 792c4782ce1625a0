"""The entries of manifests and configurations that differ between two states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflow_ls.jsonc.document import parse_json
from workflow_ls.moves.plan_model import EntryChange
from workflow_ls.vfs.files import is_configuration

_FIELDS = (
    ("exports",),
    ("dependencies",),
    ("devDependencies",),
    ("peerDependencies",),
    ("optionalDependencies",),
    ("imports",),
    ("browser",),
    ("compilerOptions", "paths"),
    ("jsc", "paths"),
)


def changed_entries(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[EntryChange]:
    """The entries that were added, removed or changed in the JSON files that exist before and after."""
    for path in sorted(after):
        if path in before and is_configuration(path) and before[path] != after[path]:
            old, new = (parse_json(texts[path], comments=True).value for texts in (before, after))
            for field in _FIELDS:
                was, now = _at(old, field), _at(new, field)
                for key in sorted(was.keys() | now.keys()):
                    if key not in was:
                        yield EntryChange(path, ".".join(field), key, "added")
                    elif key not in now:
                        yield EntryChange(path, ".".join(field), key, "removed")
                    elif was[key] != now[key]:
                        yield EntryChange(path, ".".join(field), key, "changed")


def _at(value: Any, field: tuple[str, ...]) -> Mapping[str, Any]:
    for key in field:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}
