"""The text of a first `workflow-ls.json`: what was looked up, with a comment on what shows it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from workflow_ls.config.table_records import TargetPackage
from workflow_ls.initial.legacy_sources import LegacySource
from workflow_ls.printable import counted
from workflow_ls.records import record

NEXT = "workflow-ls map --infer --write"
THEN = "workflow-ls check"


@record
class FirstConfig:
    """What a first `workflow-ls.json` says: `canonical` is None where the rows will name the target.

    `tools` are the package manager and what runs the workspace, and `members` counts its packages.  `docs` is the
    documentation where the built-in list of it has code, such as the file `code`.
    """

    sources: tuple[LegacySource, ...]
    canonical: TargetPackage | None
    tsconfigs: tuple[str, ...]
    tools: tuple[str, ...]
    members: int
    code: str = ""
    docs: tuple[str, ...] = ()


def config_text(config: FirstConfig) -> str:
    """The file: JSON with comments, which `load_config` reads."""
    return "\n".join(("{", *_lines(config), "}", ""))


def _lines(config: FirstConfig) -> Iterator[str]:
    kind = f"A workspace of {', '.join(config.tools)}" if config.tools else "A workspace"
    yield f"  // {kind} with {counted(config.members, 'package')}: rows may target any of them."
    yield f"  // `{NEXT}` proposes rows, and `{THEN}` shows what is left."
    yield '  "replaceModules": true,'
    if config.canonical is not None:
        yield f'  "canonical": {_package(config.canonical)},'
    if len(config.sources) == 1:
        [source] = config.sources
        yield f"  // {source.why}"
        yield '  "legacy": {'
        yield from _separated((f"    {member}", "") for member in _members(source))
        yield "  },"
    else:
        yield '  "legacy": ['
        sources = ((f"    {{ {', '.join(_members(each))} }}", f"    // {each.why}") for each in config.sources)
        yield from _separated(sources)
        yield "  ],"
    if config.tsconfigs:
        yield "  // These have an alias of what is legacy, and need one of what takes its place."
        yield f'  "tsconfigs": {_list(config.tsconfigs)},'
    if config.docs:
        yield f"  // What is never changed: not all folders named docs, as {config.code} is code."
        yield f'  "docs": {_list(config.docs)},'
    if config.canonical is None:
        yield '  "modules": []'
        return
    yield "  // Each module is looked for at its own path in the target package."
    yield '  "modules": ['
    yield from _separated((f"    {row}", "") for row in _rows(config.canonical.name, config.sources))
    yield "  ]"


def _rows(name: str, sources: Iterable[LegacySource]) -> Iterator[str]:
    for source in sources:
        root = source.roots[0]
        yield f'{{ "from": {_text(root)}, "to": [{_text(name)}] }}'
        yield f'{{ "from": {_text(f"{root}/*")}, "to": [{_text(f"{name}/*")}] }}'


def _separated(entries: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The lines of a list: each entry after its comment, with a comma but for the last."""
    listed = list(entries)
    for number, (line, comment) in enumerate(listed, 1):
        if comment:
            yield comment
        yield line + ("," if number < len(listed) else "")


def _members(source: LegacySource) -> Iterator[str]:
    yield f'"roots": {_list(source.roots)}'
    if source.tree is not None:
        yield f'"tree": {_text(source.tree)}'
    if source.package is not None:
        yield f'"package": {_package(source.package)}'


def _package(package: TargetPackage) -> str:
    sources = "" if package.sources == "src" else f', "sources": {_text(package.sources or ".")}'
    return f'{{ "name": {_text(package.name)}, "directory": {_text(package.directory)}{sources} }}'


def _list(items: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, items))}]"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
