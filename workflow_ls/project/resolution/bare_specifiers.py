"""Bare specifiers, and the sets of conditions for `exports`."""

from __future__ import annotations

from functools import lru_cache

TYPES_CONDITIONS = ("types", "import", "node")
TYPES_OF_REQUIRE_CONDITIONS = ("types", "require", "node")
IMPORT_CONDITIONS = ("import", "node", "module-sync")
REQUIRE_CONDITIONS = ("require", "node", "module-sync")


@lru_cache(maxsize=4096)
def split_package(specifier: str) -> tuple[str, str] | None:
    """The package name and the exports subpath of a bare specifier; None if it is not bare.

    Node, PACKAGE_RESOLVE, steps 3 to 7.
    """
    count = 2 if specifier.startswith("@") else 1
    parts = specifier.split("/", count)
    if len(parts) < count or not all(parts[:count]) or specifier[0] in "./#":
        return None
    name = "/".join(parts[:count])
    if "\\" in name or "%" in name or ":" in name:
        return None
    return name, "." if len(parts) == count else f"./{parts[count]}"
