"""The names that configurations of bundlers and test runners have, and the tools that they are for.

vite.config.ts  vitest.unit.config.mts  vite.config.prod.ts  webpack.common.js  esbuild.mjs     the tool, then a role
.storybook/main.ts  .swcrc  .babelrc.json  jest-e2e.json  package.json  deno.json               names of their own

A part of a name is no sign: `next-steps.config.ts` and `vue-adapter.ts` are files like any other.
"""

from __future__ import annotations

import posixpath
import re

from workflow_ls.project.builds.aliases.import_maps import TOOL, is_import_map
from workflow_ls.project.test_files import NAME_PARTS
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import SOURCE_EXTENSIONS

_TOOLS = (
    *("electron.vite", "vitest", "vite", "webpack", "rspack", "rsbuild", "rslib", "rollup", "rolldown", "tsup"),
    *("tsdown", "esbuild", "jest", "babel", "playwright", "cypress", "swc"),
)
# Words that are also those of other things, so that no further word may be joined to them.
_WORDS = ("next", "metro", "astro", "nuxt", "svelte", "vue", "craco", "remix")
_ROLES = ("config", "workspace", "projects")
# What follows the role where a folder has several: vitest.config.unit.ts
_MODES = (
    *("base", "common", "shared", "dev", "development", "prod", "production", "build", "lib", "esm", "cjs", "umd"),
    *("test", "unit", "integration", "int", "e2e", "browser", "node", "client", "server", "ssr", "main", "preload"),
    *("renderer", "web", "worker", "ci", "local", "docker", "analyze", "storybook"),
)
_OF_BUNDLERS = ("common", "base", "dev", "development", "prod", "production", "shared")
_SCRIPTS = ("build", "bundle")
_EXTENSION = r"[cm]?[jt]sx?"

_END = rf"\.(?:{'|'.join(_ROLES)})(?:\.(?:{'|'.join(_MODES)}))?\.(?:{_EXTENSION}|json)"
_NAME = compile_on_use(rf"(?:[\w-]+\.)*?(?:[\w-]+-)??({'|'.join(map(re.escape, _TOOLS))}){NAME_PARTS}{_END}")
_WORD = compile_on_use(rf"(?:[\w-]+\.)*?({'|'.join(_WORDS)}){_END}")
_HAS_MODE = compile_on_use(rf"\.(?:{'|'.join(_ROLES)})\.(?:{'|'.join(_MODES)})\.{_EXTENSION}$")
_BUNDLER = compile_on_use(rf"(webpack|rspack|rollup|esbuild)(?:\.(?:{'|'.join(_OF_BUNDLERS)}))\.{_EXTENSION}")
_ALONE = compile_on_use(rf"(esbuild)(?:[.-](?:{'|'.join((*_MODES, *_SCRIPTS))}))?\.{_EXTENSION}")
_RUNNER_DATA = compile_on_use(rf"(jest){NAME_PARTS}\.json")
_RUN_CONTROL = compile_on_use(r"(?:\.?[\w-]+)?\.(babel|swc)rc(?:\.(?:json|[cm]?js))?")
_SCRIPT = compile_on_use(rf"(?:{'|'.join(_SCRIPTS)}){NAME_PARTS}\.{_EXTENSION}")
_STORYBOOK = compile_on_use(rf"(?:^|/)\.storybook/main\.{_EXTENSION}$")

# A search takes longer with each ending.
_SEARCHED = tuple(extension for extension in SOURCE_EXTENSIONS if not extension.endswith("x"))

PROGRAM_ENDINGS = tuple(
    name + extension
    for name in (
        *_ROLES,
        *("storybook/main", "esbuild", "webpack.common", "webpack.base", "webpack.dev", "webpack.prod"),
    )
    for extension in _SEARCHED
)
"""What the names of configurations that are programs end with, besides those of `has_mode`; `tool_of` decides."""
SCRIPT_ENDINGS = tuple(name + extension for name in _SCRIPTS for extension in SOURCE_EXTENSIONS)
DATA_ENDINGS = (
    *(".babelrc", ".babelrc.json", ".babelrc.js", "babel.config.json", ".swcrc"),
    *("jest.config.json", "jest.json", "jest-e2e.json", "jest.e2e.json", "jest-unit.json", "jest-integration.json"),
)


def has_mode(name: str) -> bool:
    """Whether a file has the name of one of several configurations of a folder."""
    return _HAS_MODE.search(name) is not None and tool_of(name) != ""


def tool_of(path: str) -> str:
    """The tool of the configuration at `path`: a part of its name, or "package.json"; "" for another file."""
    name = posixpath.basename(path)
    if name == "package.json":
        return name
    if is_import_map(path):
        return TOOL
    if _STORYBOOK.search(path):
        return ".storybook"
    for pattern in (_NAME, _WORD, _BUNDLER, _ALONE, _RUNNER_DATA, _RUN_CONTROL):
        found = pattern.fullmatch(name)
        if found is not None:
            return found[1]
    return "esbuild" if is_build_script(path) else ""


def is_build_script(path: str) -> bool:
    """Whether a file may be a script that runs esbuild, by its name; its text decides."""
    return _SCRIPT.fullmatch(posixpath.basename(path)) is not None
