"""Workspaces with many legacy modules, each with one importer, and what commands can look at in them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

LIBRARY = """{ "name": "lib", "type": "module", "dependencies": { "@alga-psa/workflows": "*" } }"""
IMPORT = "import {{ answer as it }} from '@shared/workflow/parts/{}';\nexport const answer = it;"
EXPORTS = """{
  "name": "@alga-psa/workflows",
  "type": "module",
  "exports": { "./parts/*": "./src/parts/*.ts" }
}"""


def name_of(number: int) -> str:
    return f"part{number:03}"


def many_modules(count: int, *, different: Collection[int] = ()) -> str:
    """`count` modules in both trees; those in `different` answer something else at their new place."""
    text = [
        '//- /package.json\n{ "type": "module", "workspaces": ["packages/*", "ee/packages/*"] }',
        f"//- /ee/packages/workflows/package.json\n{EXPORTS}",
        f"//- /packages/lib/package.json\n{LIBRARY}",
    ]
    for number in range(count):
        name, answer = name_of(number), f"export const answer = {number}"
        changed = " + 1" if number in different else ""
        text += [
            f"//- /shared/workflow/parts/{name}.ts\n{answer};",
            f"//- /ee/packages/workflows/src/parts/{name}.ts\n{answer}{changed};",
            f"//- /packages/lib/src/{name}.ts\n{IMPORT.format(name)}",
        ]
    return "\n".join(text)


def new(number: int) -> str:
    """Part of a shell command: whether the importer of a module has its new specifier."""
    return f"grep -q @alga-psa/workflows/parts packages/lib/src/{name_of(number)}.ts"


def moved_in(root: Path) -> set[int]:
    """The numbers of the modules whose importer has the new specifier."""
    files = (root / "packages/lib/src").glob("part*.ts")
    return {int(path.stem[4:]) for path in files if "@alga-psa/workflows/parts" in path.read_text()}


def contents(root: Path) -> dict[str, tuple[bytes, int]]:
    """All files of a tree, whatever their name: bytes and mode."""
    files = (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return {path.relative_to(root).as_posix(): (path.read_bytes(), path.stat().st_mode) for path in files}
