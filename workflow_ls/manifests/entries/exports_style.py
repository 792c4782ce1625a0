"""The style of the entries of an `exports` map, in which new entries are written."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.regular_expressions import compile_on_use

_TYPESCRIPT = (".ts", ".tsx", ".mts", ".cts")


class Leaf(NamedTuple):
    """A target without its module: the text before it ("./src/"), and its ending; None is the ending of the source."""

    before: str
    ending: str | None


class Branch(NamedTuple):
    """Conditions in their order; the alternatives of an array if `keys` is None."""

    keys: tuple[str, ...] | None
    values: tuple[Template, ...]


Template = Leaf | Branch | None
"""The value of an entry without its module; None if it excludes what it matches."""


class Neighbour(NamedTuple):
    """An entry of the map, and its style."""

    key: str
    template: Template


def neighbours(exports: Mapping[str, Any], sources: str) -> tuple[Neighbour, ...]:
    """The entries that can serve as models: those whose targets all name the module of their key.

    `sources` is the directory of the sources below the package ("" for the package itself).
    """
    found = []
    for key, value in exports.items():
        template = next((t for stem in _stems(key) if (t := _template(value, stem, sources)) is not None), None)
        if template is not None:
            found.append(Neighbour(key, template))
    return tuple(found)


def styles(entries: Iterable[Neighbour], key: str) -> tuple[Template, ...]:
    """The styles for an entry, best first: of its surface, of its kind (a pattern or not), and the most common."""
    count, best = Counter[Template](), dict[Template, tuple[bool, bool]]()
    for entry in entries:
        rank = (surface(entry.key) != surface(key), ("*" in entry.key) != ("*" in key))
        count[entry.template] += 1
        best[entry.template] = min(rank, best.get(entry.template, rank))
    return tuple(sorted(count, key=lambda template: (best[template], -count[template])))


def written(template: Template, stem: str, ending: str) -> Any:
    """The value of an entry in a style; `stem` and `ending` are those of the source ("runtime/*", ".ts")."""
    if template is None:
        return None
    if isinstance(template, Leaf):
        return template.before + stem + (ending if template.ending is None else _emitted(template.ending, ending))
    values = [written(value, stem, ending) for value in template.values]
    return values if template.keys is None else dict(zip(template.keys, values))


def _emitted(ending: str, source: str) -> str:
    """The ending of a build output: `.js` becomes `.mjs` for a source `.mts`, and `.cjs` for `.cts`."""
    kept = _FORMATS.get(source)
    return ending if kept is None else _PLAIN.sub(rf".{kept}\1", ending)


_FORMATS = {".mts": "m", ".d.mts": "m", ".cts": "c", ".d.cts": "c"}
_PLAIN = compile_on_use(r"\.[mc]?(js|ts)$")  # of `.d.ts`, too


def without_format(template: Template, source: str) -> Template:
    """A style whose endings don't depend on that of its source: `.js` for `.mjs` if the source is `.mts`."""
    if isinstance(template, Branch):
        return Branch(template.keys, tuple(without_format(value, source) for value in template.values))
    kept = _FORMATS.get(source)
    if template is None or template.ending is None or kept is None:
        return template
    plain = re.sub(rf"\.{kept}(js|ts)$", r".\1", template.ending)
    return Leaf(template.before, plain)


def surface(key: str) -> str:
    """The first segment of a key or subpath; "" for the root and for a pattern over all."""
    first = key.removeprefix(".").removeprefix("/").partition("/")[0]
    return "" if "*" in first else first


def leaves_of(template: Template) -> Iterator[Leaf]:
    """The targets of a template, whatever their conditions."""
    if isinstance(template, Leaf):
        yield template
    elif isinstance(template, Branch):
        for value in template.values:
            yield from leaves_of(value)


def leaf_of(target: str, before: str, sources: str) -> Leaf:
    """The style of one target that starts with `before`."""
    ending = split_extension(target)[1]
    is_source = ending in _TYPESCRIPT or posixpath.normpath(before) == posixpath.normpath(sources or ".")
    return Leaf(before, None if is_source else ending)


def _stems(key: str) -> Iterator[str]:
    """The possible names of the source of a key, without ending."""
    module = key.removeprefix(".").removeprefix("/")
    if module:
        yield module
    yield posixpath.join(module, "index")


def _template(value: Any, stem: str, sources: str) -> Template:
    """The style of a value whose targets all name the module `stem`; None for another value."""
    if isinstance(value, str):
        base = split_extension(value)[0]
        if not value.startswith("./") or not base.endswith(f"/{stem}"):
            return None
        return leaf_of(value, base[: -len(stem)], sources)
    if not isinstance(value, dict | list) or not value:
        return None
    items = list(value.values()) if isinstance(value, dict) else value
    templates = [None if item is None else _template(item, stem, sources) for item in items]
    if any(template is None and item is not None for template, item in zip(templates, items)):
        return None
    return Branch(tuple(value) if isinstance(value, dict) else None, tuple(templates))
