"""Maps build outputs to their sources, since a checkout has no outputs before the first build."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from workflow_ls.vfs.files import SOURCE_EXTENSIONS, is_within, with_endings

if TYPE_CHECKING:
    from workflow_ls.project.configuration.manifest import Package
    from workflow_ls.project.configuration.packages import Packages
    from workflow_ls.project.configuration.tsconfig import TsConfig

_FOLDERS = ("dist", "lib", "build", "out", "esm", "cjs")
_FORMATS = ("esm", "cjs", "types")  # folders below an output folder, one for each module format
_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")


@lru_cache(maxsize=4096)
def split_extension(path: str) -> tuple[str, str]:
    """The path without its ending, and the ending: ".d.ts" counts as one."""
    if not path.endswith(_DECLARATIONS):
        return posixpath.splitext(path)
    declaration = next(ending for ending in _DECLARATIONS if path.endswith(ending))
    return path[: -len(declaration)], declaration


def is_output(packages: Packages, package: Package, path: str) -> bool:
    """Whether a path is in an output folder of a workspace package."""
    return next(_counterparts(packages, package, path), None) is not None


def expected_source(packages: Packages, package: Package, path: str) -> str | None:
    """The path that the TypeScript source of an output would have; None for a path outside output folders."""
    stem = next(_counterparts(packages, package, path), None)
    made_of = _MADE_OF.get(split_extension(path)[1])
    return None if stem is None or made_of is None else stem + _NAMED[0]


def sources_of(packages: Packages, package: Package, path: str) -> Iterator[str]:
    """The source files that an output may be built from, best first; none for a path outside output folders.

    The folder pairs are that of the table, the package's own `outDir` (or `declarationDir`) and `rootDir`, then the
    usual ones.
    """
    extension = split_extension(path)[1]
    for stem in _counterparts(packages, package, path):
        yield from with_endings(packages.files, stem, _MADE_OF.get(extension, _ANY))


_ANY = (*SOURCE_EXTENSIONS, *_DECLARATIONS)
_NAMED = tuple(ending for ending in _ANY if ".m" not in ending and ".c" not in ending)  # without a module format
_MODULES = (".mts", ".mjs", ".d.mts")
_COMMON_JS = (".cts", ".cjs", ".d.cts")
# The compiler keeps the format of the ending; a bundler also emits `.mjs` and `.cjs` for plain endings.
_MADE_OF = {
    **dict.fromkeys((".js", ".jsx", ".d.ts"), _NAMED),
    **dict.fromkeys((".mjs", ".d.mts"), (*_MODULES[:1], *_NAMED, *_MODULES[1:])),
    **dict.fromkeys((".cjs", ".d.cts"), (*_COMMON_JS[:1], *_NAMED, *_COMMON_JS[1:])),
}


def _counterparts(packages: Packages, package: Package, path: str) -> Iterator[str]:
    """The possible paths of the source of an output, without extension."""
    stem, extension = split_extension(path)
    if "node_modules" in package.directory.split("/") or extension in (".ts", ".tsx", ".mts", ".cts"):
        return  # an installed package has no sources, and no build emits TypeScript
    for known in packages.table.packages:
        output = posixpath.join(known.directory, known.output)
        if known.output and known.directory == package.directory and stem.startswith(f"{output}/"):
            yield posixpath.join(known.directory, known.sources, stem[len(output) + 1 :])
    for config in _configurations(packages, package):
        for out_dir in (config.out_dir, config.declaration_dir):
            if out_dir and stem.startswith(f"{out_dir}/"):
                root = posixpath.join(package.directory, "src") if config.root_dir is None else config.root_dir
                yield posixpath.join(root, stem[len(out_dir) + 1 :])
    folder, _, rest = stem[len(package.directory) :].lstrip("/").partition("/")
    if is_within(path, package.directory) and folder in _FOLDERS:
        yield posixpath.join(package.directory, "src", rest or "index")
        inner, _, below = rest.partition("/")
        if inner in _FORMATS and below:
            yield posixpath.join(package.directory, "src", below)
        if rest and packages.files.kind(path) is None:
            # If the output exists, a file beside the folder may be a stub that re-exports it.
            yield posixpath.join(package.directory, rest)


def _configurations(packages: Packages, package: Package) -> Iterator[TsConfig]:
    """The configurations in the directory of a package: one for editors, and others for its builds, by name."""
    own = packages.tsconfig_at(package.directory)
    if own is not None:
        yield own
    for name in packages.files.entries(package.directory):
        if name.startswith("tsconfig.") and name.endswith(".json") and name != "tsconfig.json":
            yield packages.tsconfig(posixpath.join(package.directory, name))
