"""What modules export for the checker of the TypeScript compiler, and what they are found to export here."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conformance.exports import compare_directory, compare_texts, modules_below
from tests.conformance.graphs import NAMES, generate, generate_values
from tests.conformance.node import run_node
from tests.project.rows_namespaces import FILES, ROWS
from tests.project.workspaces import workspace_of
from tests.strategies import at_night
from tests.syntax.rows_exports import LIB, SPELLINGS

pytestmark = pytest.mark.conformance


def test_generated_modules_export_what_the_checker_says(node_project: Path) -> None:  # noqa: ARG001
    alike, differences = 0, list[str]()
    for files, comparison in compare_texts(generate(random.Random(seed)) for seed in range(300)):
        alike += comparison.equal
        differences += [shown(files, told) for told in comparison.differences]
    assert not differences, f"{len(differences)}:\n" + "\n\n".join(differences[:4])
    assert alike > 5000


def test_each_spelling_exports_what_the_checker_says(node_project: Path) -> None:  # noqa: ARG001
    graphs = [{"module.ts": text, "lib.ts": LIB} for text, _ in SPELLINGS]
    differences = [shown(files, told) for files, each in compare_texts(graphs) for told in each.differences]
    assert not differences, f"{len(differences)}:\n" + "\n\n".join(differences)


def test_members_of_imported_namespaces_are_those_of_the_checker(node_project: Path) -> None:  # noqa: ARG001
    graphs = [{**FILES, "module.ts": text} for text, _ in ROWS]
    differences = [shown(files, told) for files, each in compare_texts(graphs) for told in each.differences]
    assert not differences, f"{len(differences)}:\n" + "\n\n".join(differences)


def test_names_are_those_that_the_engine_links(node_project: Path) -> None:  # noqa: ARG001
    """ECMAScript has the last word on stars that bring one name from two places, where the compiler has an error."""
    graphs = [generate_values(random.Random(seed)) for seed in range(250)]
    ambiguous = linked = 0
    question = {"graphs": graphs, "names": [*NAMES, "default"]}
    for files, answers in zip(graphs, run_node("engine.mjs", question)):
        index = workspace_of(files).exports
        for path, names in answers.items():
            exports = index.exports(path)
            if names is not None:
                linked += 1
                ambiguous += len(exports.ambiguous)
                assert sorted(exports.names) == sorted(names), f"{path} of {files}"
    assert linked > 500
    assert ambiguous > 100


@pytest.mark.parametrize(
    ("package", "directory"),
    [
        ("rxjs@7.8.2", "src"),
        *at_night(("effect@4.1.0", "src"), name="effect"),
        *at_night(("@wordpress/components@41.0.0", "src"), name="wordpress"),
        *at_night(("viem@2.57.20", "."), name="viem"),
    ],
)
def test_published_sources_export_what_the_checker_says(package: str, directory: str, corpus: Path) -> None:
    root = corpus / package / directory
    comparison = compare_directory(root, modules_below(root))
    assert not comparison.differences, "\n".join(comparison.differences[:30])
    assert comparison.compared > 100
    assert comparison.equal > 500


def shown(files: Mapping[str, str], told: str) -> str:
    return told + "\n" + "\n".join(f"//- {path}\n{text}" for path, text in files.items())
