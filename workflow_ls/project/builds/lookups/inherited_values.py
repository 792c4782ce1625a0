"""The values of configurations with what they inherit from the files and packages of the workspace that they name.

preset: '../../jest.preset.js'                       Jest: laid under the configuration, its mapper after the own one
extends: './babel.base.js', presets: ['./own.js']    Babel
extends: './vite.base.ts'                            a project of Vitest
"""

from __future__ import annotations

import posixpath

from workflow_ls.project.builds.aliases.table_parts import directory_of
from workflow_ls.project.builds.evaluation import Configurations
from workflow_ls.project.builds.kinds.configuration_names import tool_of
from workflow_ls.project.builds.values import (
    ArrayValue,
    ObjectEntry,
    ObjectValue,
    PossibleValue,
    TextValue,
    Value,
    workspace_path,
)
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.records import replace

_JEST = ("jest", "package.json")
_KEYS = {
    **dict.fromkeys(_JEST, ("preset",)),
    "babel": ("extends", "presets"),
    **dict.fromkeys(("vitest", "vite"), ("extends",)),
}
_NEEDLES = (b"preset", b"extends")
_ENDINGS = ("", ".js", ".cjs", ".mjs", ".ts", ".mts", ".cts", ".json", "/index.js", "/index.ts", "/index.cjs")
_PRESETS = ("jest-preset.json", "jest-preset.js", "jest-preset.cjs", "jest-preset.mjs")
_DEEPEST = 8
_MAPPER = "moduleNameMapper"


class InheritedValues(Component):
    """Puts what a configuration inherits in the place of the text that names it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.configurations = database.component(Configurations)
        self.packages = database.component(Packages)

    @query
    def value(self, path: str) -> Value | None:
        """The value of the configuration at `path`; None if it can't be read."""
        return self._whole(path, tool_of(path), ())

    def _whole(self, path: str, tool: str, above: tuple[str, ...]) -> Value | None:
        value, text = self.configurations.value(path), self.files.read(path) or b""
        keys = _KEYS.get(tool, ())
        if value is None or not keys or not any(needle in text for needle in _NEEDLES):
            return value
        return self._inherited(value, path, tool, (*above, path), 0)

    def _inherited(self, value: Value, path: str, tool: str, above: tuple[str, ...], depth: int) -> Value:
        if depth > _DEEPEST or len(above) > _DEEPEST:
            return value
        if isinstance(value, ArrayValue):
            return replace(value, items=tuple(self._inherited(v, path, tool, above, depth + 1) for v in value.items))
        if isinstance(value, PossibleValue):
            return replace(value, values=tuple(self._inherited(v, path, tool, above, depth + 1) for v in value.values))
        if not isinstance(value, ObjectValue):
            return value
        keys = _KEYS[tool]
        made = replace(
            value,
            entries=tuple(
                replace(entry, value=self._named(entry, value, path, tool, above))
                if entry.key in keys
                else replace(entry, value=self._inherited(entry.value, path, tool, above, depth + 1))
                for entry in value.entries
            ),
        )
        preset = made.get("preset") if tool in _JEST else None
        return _laid_under(preset, made) if isinstance(preset, ObjectValue) else made

    def _named(self, entry: ObjectEntry, owner: ObjectValue, path: str, tool: str, above: tuple[str, ...]) -> Value:
        """The value of a member that names files, with theirs in the place of their names."""

        def loaded(value: Value) -> Value:
            if isinstance(value, ArrayValue):
                return replace(value, items=tuple(map(loaded, value.items)))
            if not isinstance(value, TextValue):
                return value
            start = posixpath.dirname(path)
            if tool in _JEST:
                start = directory_of(owner.get("rootDir"), start)
            place = self._file(value.value.replace("<rootDir>", "."), start, path, is_preset=tool in _JEST)
            found = None if place is None or place in above else self._whole(place, tool, above)
            return value if found is None else found

        return loaded(entry.value)

    def _file(self, written: str, directory: str, importer: str, *, is_preset: bool) -> str | None:
        """The file that a configuration means by a path or by the name of a package of the workspace."""
        if written.startswith((".", "/")) or workspace_path(written, "") is None:
            place = workspace_path(written, directory)
            found = () if place is None else (place + ending for ending in _ENDINGS)
        elif is_preset:
            package = self.packages.package_named(written, importer)
            if package is None or "node_modules" in package.directory.split("/"):
                return None
            found = (posixpath.join(package.directory, name) for name in _PRESETS)
        else:
            return self.configurations.module_of_package(written, importer)
        return next((each for each in found if self.files.kind(each) == "file"), None)


def _laid_under(preset: ObjectValue, own: ObjectValue) -> ObjectValue:
    """A configuration of Jest with its preset: of `moduleNameMapper`, the keys of both, its own first."""
    entries = {entry.key: entry for entry in (*preset.entries, *own.entries) if entry.key != "preset"}
    first, second = own.get(_MAPPER), preset.get(_MAPPER)
    if isinstance(first, ObjectValue) and isinstance(second, ObjectValue):
        keys = {entry.key for entry in first.entries}
        rest = tuple(entry for entry in second.entries if entry.key not in keys)
        both = replace(first, entries=(*first.entries, *rest), unknown=(*first.unknown, *second.unknown))
        entries[_MAPPER] = replace(entries[_MAPPER], value=both)
    return replace(own, entries=tuple(entries.values()), unknown=(*own.unknown, *preset.unknown))
