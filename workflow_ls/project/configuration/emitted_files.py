"""Which files `tsc` compiles to JavaScript that Node runs, and by which configurations.

Such a file keeps its bare specifiers, or a tool such as tsc-alias writes relative paths in the place of aliases.  So
what Node finds depends on the `paths` of the configuration that a build takes, which need not be the nearest one.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from workflow_ls.jsonc.tree import Node
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.configuration.tsconfig import TsConfig
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.test_files import is_test_code
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import join
from workflow_ls.vfs.searching.globs import Globs

_CONFIG = compile_on_use(r"tsconfig(?:\.[\w.-]+)?\.json")
_TYPESCRIPT = compile_on_use(r"(?<!\.d)\.[mc]?tsx?$")
_LONGEST = 1000  # characters of a pattern
_COMPILER = compile_on_use(r"\b(?:tsc|tspc|ttsc)\b(?![^&|;]*--noEmit\b)")
_BUNDLER = compile_on_use(
    r"\b(?:tsup|tsdown|vite|esbuild|rollup|rolldown|webpack|rspack|rsbuild|parcel|next|nuxt|astro|ncc|unbuild|swc|babel"
    r"|microbundle|expo|metro|react-scripts|storybook|wrangler|bun)\b"
)


class EmittedFiles(Component):
    """The files that `tsc` emits for Node."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)

    def emitted_by(self, path: str) -> tuple[TsConfig, ...]:
        """The configurations with `paths` that `tsc` emits a source file by; none for tests and declarations."""
        if not _TYPESCRIPT.search(path) or is_test_code(path):
            return ()
        return tuple(
            config
            for config in map(self.packages.tsconfig, self.emitting(path.rpartition("/")[0]))
            if self._compiles(config, path)
        )

    @query
    def emitting(self, directory: str) -> tuple[str, ...]:
        """The configurations with `paths` by which a build may emit the files of a directory."""
        nearest = self.packages.tsconfig_for(posixpath.join(directory, "importer.ts"))
        if nearest is None:
            return ()
        first = (nearest.path,) if self.emits(nearest.path) else ()
        return tuple(dict.fromkeys((*first, *self._emitting_in(posixpath.dirname(nearest.path)))))

    @query
    def _emitting_in(self, place: str) -> tuple[str, ...]:
        """The configurations that lie in a directory, have `paths`, and are built by."""
        names = (name for name in self.files.listing(place) if _CONFIG.fullmatch(name))
        return tuple(path for path in sorted(posixpath.join(place, name) for name in names) if self.emits(path))

    @query
    def emits(self, path: str) -> bool:
        """Whether a configuration has `paths`, and a build emits JavaScript by it."""
        config = self.packages.tsconfig(path)
        if config.paths_from is None or self._is_bundled(path):
            return False
        no_emit = self._option(config, "noEmit")
        if no_emit is True or self._option(config, "emitDeclarationOnly") is True:
            return False
        return config.out_dir is not None or no_emit is False

    def _option(self, config: TsConfig, name: str) -> object:
        """The value of a compiler option, after `extends`; None if it is not set."""
        found = self._nearest(config, "compilerOptions", name)
        return None if found is None else found[1].data

    def _nearest(self, config: TsConfig, *keys: str) -> tuple[str, Node] | None:
        """The value at some keys in the first file of the chain that has it, and that file."""
        for link in config.chain:
            root = self.packages.json_root(link)
            value = None if root is None else root.at(*keys)
            if value is not None:
                return link, value
        return None

    def _is_bundled(self, path: str) -> bool:
        """Whether the scripts of the package of a configuration build it by a bundler alone."""
        package = self.packages.package_of(path)
        root = None if package is None else self.packages.json_root(package.path)
        build = None if root is None else root.at("scripts", "build")
        script = build.data if build is not None else None
        return isinstance(script, str) and bool(_BUNDLER.search(script)) and not _COMPILER.search(script)

    def _compiles(self, config: TsConfig, path: str) -> bool:
        """Whether a configuration includes a file by its patterns."""
        include, exclude = self._patterns(config.path)
        return _globs(include).match(path) and not _globs(exclude).match(path)

    @query
    def _patterns(self, path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What a configuration includes and excludes, as gitignore patterns from the root."""
        config = self.packages.tsconfig(path)
        include = self._listed(config, "include")
        if include is None:
            # `tsc` follows the imports of `files`, which are rarely all that it compiles.
            include = ("/" + posixpath.dirname(path) if "/" in path else "*",)
        return include, self._listed(config, "exclude") or ()

    def _listed(self, config: TsConfig, key: str) -> tuple[str, ...] | None:
        found = self._nearest(config, key)
        if found is None or found[1].kind != "array":
            return None
        texts = (item.data for item in found[1].items)
        written = [text for text in texts if isinstance(text, str)]
        return tuple(_from_root(written, posixpath.dirname(found[0]), posixpath.dirname(config.path)))


def _from_root(patterns: Iterable[str], directory: str, config_dir: str) -> Iterator[str]:
    """Patterns of a file in `directory`, as gitignore patterns; `config_dir` is the value of `${configDir}`."""
    for pattern in patterns:
        below = pattern.removeprefix("${configDir}/")
        path = join(directory if below == pattern else config_dir, below)
        if path is not None and len(path) < _LONGEST:
            yield "/" + re.sub(r"([\[\]\\])", r"\\\1", path) if path else "*"


@lru_cache(maxsize=256)
def _globs(patterns: tuple[str, ...]) -> Globs:
    return Globs(patterns)
