"""Names of legacy modules: from paths and specifiers, and matched by patterns."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

SOURCE_ENDINGS = (".d.ts", ".d.mts", ".d.cts", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
"""The endings of source files."""


def normalize_module(path: str) -> str | None:
    """The module at a path below the legacy tree; None if `..` leaves the tree.

    "runtime/index.ts", "runtime/" and "./runtime" are all "runtime".  One `/index` is dropped, as resolution adds one.
    """
    module = posixpath.normpath(path.lstrip("/"))
    if module == ".":
        return ""
    if module == ".." or module.startswith("../"):
        return None
    directory, name = posixpath.split(module)
    stem = next(
        (name.removesuffix(ending) for ending in SOURCE_ENDINGS if name.endswith(ending) and name != ending), name
    )
    return directory if stem == "index" else posixpath.join(directory, stem)


def nowhere(root: str) -> str:
    """The folder of a root that is in none: where Node looks for it."""
    return f"node_modules/{root}"


def common_directory(paths: Sequence[str]) -> str:
    """The directory that contains all paths; "" for the root."""
    common = paths[0].rpartition("/")[0]
    while common and not all(path.startswith(f"{common}/") for path in paths):
        common = common.rpartition("/")[0]
    return common


def is_alias(specifier: str) -> bool:
    """Whether a specifier can only be an alias: no package has such a name."""
    return specifier.startswith(("@/", "~", "#", "$"))


def package_name(specifier: str) -> str:
    """The name of the package that a bare specifier starts with."""
    return "/".join(specifier.split("/", 2)[:2]) if specifier.startswith("@") else specifier.partition("/")[0]


def without_ending(path: str) -> str:
    """A path without the ending of a source file, as specifiers have it."""
    return next((path.removesuffix(ending) for ending in SOURCE_ENDINGS if path.endswith(ending)), path)


def matched_by(pattern: str, module: str) -> str | None:
    """The text that the `*` of a pattern matches in a module; "" without a `*`; None if nothing matches."""
    before, star, after = pattern.partition("*")
    if not star:
        return "" if pattern == module else None
    if len(module) <= len(before) + len(after) or not (module.startswith(before) and module.endswith(after)):
        return None
    return module[len(before) : len(module) - len(after)]


def expand(target: str, star: str) -> Iterator[str]:
    """The specifiers to try for a target: the target with the `*` replaced, then each barrel around it."""
    if "*" not in target:
        yield target
        return
    base = target[: target.index("*")].rpartition("/")[0]
    candidate = target.replace("*", star)
    while len(candidate) > len(base):
        yield candidate
        candidate = candidate.rpartition("/")[0]
    if "/" in base or not base.startswith("@"):
        yield base  # a scope alone is no package


def may_meet(fixed: str, is_pattern: bool, before: str) -> bool:
    """Whether a row may be for a module that starts with `before`; `fixed` is its module up to a `*`."""
    if is_pattern and before.startswith(fixed):
        return True
    return fixed.startswith(before) and (is_pattern or fixed != before)


def common_ending(texts: tuple[str, ...]) -> str:
    """The longest ending of whole segments that all texts share, if it is at least two segments long."""
    shared: list[str] = []
    for column in zip(*(reversed(text.split("/")) for text in texts)):
        if len(set(column)) > 1:
            break
        shared.append(column[0])
    return "/".join(reversed(shared)) if len(shared) > 1 else ""
