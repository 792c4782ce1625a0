"""The references that the TypeScript compiler's parser sees, and those that are found here."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.conformance.node import packages
from tests.conformance.references import compare
from tests.strategies import at_night
from tests.syntax import rows_calls, rows_declarations, rows_jsdoc
from tests.syntax.checks import unmarked
from workflow_ls.vfs.files import SOURCE_EXTENSIONS

pytestmark = pytest.mark.conformance

# Where the sources of a package lie; what it builds from them says the same again.
SOURCES = {
    "@types/lodash@4.17.20": "*.d.ts",
    "@types/node@24.9.1": "**/*.d.ts",
    "@wordpress/block-editor@18.0.0": "src/**/*",
    "@wordpress/components@41.0.0": "src/**/*",
    "@wordpress/core-data@8.1.0": "src/**/*",
    "effect@4.1.0": "src/*",
    "rxjs@7.8.2": "src/**/*",
    "svelte@5.57.3": "src/**/*",
    "viem@2.57.20": "[!_]*/**/*",
    "webpack@5.112.2": "lib/**/*",
}

LARGE = {*packages("nightly")}
"""Thousands of files of few forms, which are compared at night; REPORT.md has them, too."""

# Texts of the tables that the compiler reads in another way.
READ_OTHERWISE = {
    "import source s from 'x'; f()": "source phase imports are not in TypeScript 5.9",
    "import source a from 'x'\nf()": "source phase imports are not in TypeScript 5.9",
    "import.source('x')": "source phase imports are not in TypeScript 5.9",
    "function f( {\nimport a from 'x' with {type: 'json'}; f()": "no import may stand here",
    "require('x' 'y')": "the compiler adds a comma",
    "f(`)\n/** a ` b\n * import {a} from 'x'\n */": "it is code indeed, in a file that lacks a backquote",
}


@pytest.mark.parametrize("package", [*sorted(SOURCES.keys() - LARGE), *at_night(*sorted(LARGE))])
def test_packages(package: str, corpus: Path) -> None:
    files = [file for file in (corpus / package).glob(SOURCES[package]) if file.suffix in SOURCE_EXTENSIONS]
    assert len(files) > 20
    check(files)


def test_declarations_of_the_platform(node_project: Path) -> None:
    check((node_project / "node_modules/typescript/lib").glob("*.d.ts"))


@pytest.mark.usefixtures("node_project")
def test_tables(tmp_path: Path) -> None:
    files = []
    for number, (text, ending) in enumerate(table_texts()):
        if text not in READ_OTHERWISE:
            files.append(tmp_path / f"{number}{ending}")
            files[-1].write_text(text, newline="")
    assert len(files) > 400
    check(files)


def table_texts() -> Iterable[tuple[str, str]]:
    for module, ending in ((rows_declarations, ".ts"), (rows_calls, ".ts"), (rows_jsdoc, ".js")):
        for name, table in vars(module).items():
            # What the compiler makes of broken code is of no use here.
            if isinstance(table, list) and name not in {"BROKEN", "CALLS"}:
                for row in table:
                    yield (
                        unmarked(row if isinstance(row, str) else row[0]),
                        ".tsx" if name.startswith("JSX") else ending,
                    )


def check(files: Iterable[Path]) -> None:
    """Fail with every difference between the two."""
    differences = compare(files)[1]
    assert not differences, "\n".join(f"{path.name}: {told}: {seen}" for path, told, seen in differences)
