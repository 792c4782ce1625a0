"""The grammars of TypeScript and TSX, as tree-sitter's languages.

The package that brings them imports a library for the queries of highlighters, which takes ten times as long as the
grammars: of it, the extension module alone is imported, where Python's own finder finds that.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.machinery import PathFinder
from typing import Any

from tree_sitter import Language


@lru_cache(maxsize=2)
def language(*, typescript: bool) -> Language:
    """The language of TypeScript, or that of TSX, which parses JavaScript as well."""
    grammars = _grammars()
    return Language(grammars.language_typescript() if typescript else grammars.language_tsx())


@lru_cache(maxsize=1)
def _grammars() -> Any:
    # Not at the top: a run without legacy references parses nothing.
    package = PathFinder.find_spec("tree_sitter_typescript")
    places = None if package is None else package.submodule_search_locations
    spec = None if places is None else PathFinder.find_spec("tree_sitter_typescript._binding", places)
    if spec is None or spec.loader is None:  # in the program whole, which has an importer of its own
        import tree_sitter_typescript

        return tree_sitter_typescript
    from importlib.util import module_from_spec

    binding = module_from_spec(spec)
    spec.loader.exec_module(binding)
    return binding
