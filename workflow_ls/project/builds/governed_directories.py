"""The directories whose files a configuration governs: where its tool is run with it.

packages/a/vite.config.ts                                     its folder, if that has a manifest or looks like a project
"test": "vitest --config ../../tools/vitest.config.ts"         the folder of the manifest whose script names it
"options": { "configFile": "tools/vite.config.ts" }           the folder of the `project.json` that names it
root: '../web'  rootDir: '..'                                 what it says itself; its folder, too, if that is in it
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from workflow_ls.jsonc.tree import Node
from workflow_ls.project.builds.aliases.import_maps import is_deno
from workflow_ls.project.builds.evaluation import Configurations
from workflow_ls.project.builds.values import ObjectValue, PossibleValue, TextValue, Value, workspace_path
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import Query, is_within, join

# What a folder has that a tool is run in.
_PROJECT = ("project.json", "tsconfig.json", "tsconfig.app.json", "src", "app", "index.html", "moon.yml")
_OPTION = compile_on_use(r"(?:^|\s)(?:--config|--configFile|-c)(?:[= ]\s*)[\"']?([^\s\"';&|]+)")
_STATES_ROOT = compile_on_use(rb"\broot(?:Dir)?\b[\"']?\s*[:,}=(]")
_PROJECT_KEYS = ("configFile", "config", "viteConfig", "webpackConfig", "rollupConfig", "jestConfig")

NAMING_MANIFESTS = (Query(("package.json",), ("--config", " -c ")),)
NAMING_PROJECTS = (Query(("project.json",), ("onfig",)),)
"""The searches for what may name configurations."""


class GovernedDirectories(Component):
    """The directories of configurations, by what names them."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)
        self.configurations = database.component(Configurations)

    @query
    def of(self, path: str) -> tuple[str, ...]:
        """The directories whose files the configuration at `path` governs, the first of which it is in, if any."""
        own = posixpath.dirname(path)
        if is_deno(path):
            return (own,)
        package = self.packages.package_of(path)
        home = own if package is None else package.directory
        stated = self._stated(path, own)
        if stated is not None:
            # Run in its own directory, it is the nearest one there, however far its root is.
            return (stated, own) if own != stated and is_within(own, stated) else (stated,)
        named = self._naming().get(path, ())
        if own == home or posixpath.basename(path) == "package.json":
            return tuple(dict.fromkeys((home, *named)))
        if named:
            return named
        # `.storybook/main.ts` is read from the folder above.
        place = posixpath.dirname(own) if posixpath.basename(own).startswith(".") else own
        entries = self.files.entries(place)
        return (place if place != own or any(name in entries for name in _PROJECT) else home,)

    def _stated(self, path: str, own: str) -> str | None:
        """The root that a configuration gives itself."""
        text = self.files.read(path) or b""
        value = self.configurations.value(path) if _STATES_ROOT.search(text) else None
        for each in value.values if isinstance(value, PossibleValue) else (value,):
            found = _root(each, own)
            if found is not None and self.files.kind(found) == "directory":
                return found
        return None

    @query
    def _naming(self) -> dict[str, tuple[str, ...]]:
        """The configurations that scripts and projects name, with the directories of these."""
        found = dict[str, dict[str, None]]()
        manifests = self.files.search(NAMING_MANIFESTS)
        projects = self.files.search(NAMING_PROJECTS)
        for path in (*manifests, *projects):
            root, directory = self.packages.json_root(path), posixpath.dirname(path)
            for written, bases in () if root is None else _named_in(root, posixpath.basename(path), directory):
                for base in bases:
                    place = join(base, written)
                    if place is not None and self.files.kind(place) == "file":
                        found.setdefault(place, {})[directory] = None
                        break
        return {path: tuple(directories) for path, directories in found.items()}

    def named_by(self, directory: str) -> tuple[str, ...]:
        """The configurations that the scripts of the manifest in a directory name, sorted."""
        return tuple(sorted(path for path, directories in self._naming().items() if directory in directories))


def _root(value: Value | None, own: str) -> str | None:
    for key in ("root", "rootDir"):
        for holder in (value, value.get("test") if isinstance(value, ObjectValue) else None):
            stated = holder.get(key) if isinstance(holder, ObjectValue) else None
            if isinstance(stated, TextValue):
                written = stated.value.replace("<rootDir>", ".")
                return workspace_path(written, own) if written not in ("", ".", "./") else None
    return None


def _named_in(root: Node, name: str, directory: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The paths of configurations that a manifest or a project names, and what each may be relative to."""
    if name == "package.json":
        scripts = root.at("scripts")
        for script in () if scripts is None else scripts.properties:
            for option in _OPTION.finditer(str(script.value.data)):
                yield option[1], (directory,)
        return
    todo = [root]
    while todo:
        node = todo.pop()
        for member in node.properties:
            if member.key in _PROJECT_KEYS and isinstance(member.value.data, str):
                written = re.sub(r"^\{(?:workspaceRoot|projectRoot)\}/", "", member.value.data)
                is_own = member.value.data.startswith("{projectRoot}")
                yield written, (directory,) if is_own else ("", directory)
            todo.append(member.value)
        todo += node.items if isinstance(node.data, list) else ()
