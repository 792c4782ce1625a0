"""Bytes to syntax tree.  Every text gets a tree, however broken it is."""

from __future__ import annotations

from functools import cached_property, lru_cache
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from types import ModuleType
from typing import cast

from tree_sitter import Language, Parser, Tree

# The others are JavaScript and TSX: the TSX grammar reads both, while `<T>x` casts exist in plain TypeScript only.
_TYPESCRIPT = (".ts", ".mts", ".cts")
_JAVASCRIPT = (".js", ".jsx", ".mjs", ".cjs")


class Source:
    """A source file and its tree.

    `text` is the file as it is on disk, byte order mark included; every offset counts its bytes.  `path` decides the
    grammar by its ending.
    """

    def __init__(self, text: bytes, path: str) -> None:
        self.text = text
        self.path = path

    @cached_property
    def tree(self) -> Tree:
        """The tree, made when it is first asked for.  Stays inside this package."""
        # A parser costs less than a microsecond to make; a shared one would need a lock.
        return Parser(_language(typescript=self.path.endswith(_TYPESCRIPT))).parse(self.text)

    @property
    def is_javascript(self) -> bool:
        """Whether JSDoc carries types in this file."""
        return self.path.endswith(_JAVASCRIPT)


def parse(text: bytes, path: str) -> Source:
    """The source file `path` with the content `text`.  Never fails; a text that is not UTF-8 gets a tree as well."""
    return Source(text, path)


@lru_cache(maxsize=2)
def _language(*, typescript: bool) -> Language:
    grammars = _grammars()
    return Language(grammars.language_typescript() if typescript else grammars.language_tsx())


def _grammars() -> ModuleType:
    """The extension module of tree-sitter-typescript.

    Its package imports `importlib.resources`, which takes longer than the rest of the command line's start; hence
    the extension is loaded without the package, where it lies beside it.
    """
    package = PathFinder.find_spec("tree_sitter_typescript")
    if package is not None and package.submodule_search_locations is not None:
        spec = PathFinder.find_spec("tree_sitter_typescript._binding", package.submodule_search_locations)
        if spec is not None and spec.loader is not None:
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    import tree_sitter_typescript

    return cast(ModuleType, tree_sitter_typescript)
