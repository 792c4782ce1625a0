"""A file about another move, without "replaceModules": the built-in rows have nothing to say there."""

from __future__ import annotations

import json

import pytest

from workflow_ls.config.settings import Config, load_config
from workflow_ls.config.table_loader import builtin_table, no_members
from workflow_ls.project.configuration.members import member_lookup
from workflow_ls.vfs.files import MemoryFiles

BOATS = {
    "package.json": '{ "workspaces": ["docks/*"] }',
    "docks/sails/package.json": '{ "name": "@boats/sails" }',
    "docks/sails/src/index.ts": "export const jib = 1;",
}
OWN = {"docks/own/package.json": '{ "name": "@alga-psa/workflows" }'}
ROOTS = {"roots": ["@boats/rig"]}
TREE = {**ROOTS, "tree": "docks/rig"}


def loaded(config: dict[str, object], files: dict[str, str]) -> Config:
    table = builtin_table()
    members = member_lookup(MemoryFiles({path: text.encode() for path, text in files.items()}), table)
    return load_config(json.dumps(config).encode(), base=table, rules=frozenset(), members=members)


@pytest.mark.parametrize(
    "config",
    [
        {"legacy": ROOTS},
        {"legacy": TREE},
        {"legacy": [TREE]},
        {"legacy": [ROOTS, {"roots": ["old-mast"]}]},
        {"legacy": TREE, "modules": [{"from": "@boats/rig", "to": ["@boats/sails"]}]},
        {"legacy": TREE, "names": [{"module": "@boats/rig", "name": "jib", "to": "@boats/sails"}]},
    ],
)
def test_no_built_in_row_is_for_another_move(config: dict[str, object]) -> None:
    found = loaded(config, BOATS)
    assert not found.problems
    assert not found.table.is_builtin
    assert found.table.candidates("runtime") == ()
    assert (found.table.core, found.table.ee, found.table.tsconfigs) == ((), (), ())


@pytest.mark.parametrize(
    ("config", "files"),
    [
        # The package of the built-in rows is there, or has the name that the file says.
        ({"legacy": ROOTS}, {**BOATS, **OWN}),
        ({"canonical": {"name": "@boats/sails", "directory": "docks/sails"}, "legacy": TREE}, BOATS),
        # A built-in root, or one above it.
        ({"legacy": {"roots": ["@boats/rig", "@shared/workflow"]}}, BOATS),
        ({"legacy": {"roots": ["@shared"]}}, BOATS),
        ({"legacy": {"tree": "docks/rig"}}, BOATS),
        ({"replaceModules": False, "legacy": ROOTS}, BOATS),
        ({}, BOATS),
    ],
)
def test_an_old_form_keeps_the_built_in_rows(config: dict[str, object], files: dict[str, str]) -> None:
    assert loaded(config, files).table.is_builtin


def test_nothing_is_known_without_a_workspace() -> None:
    text = json.dumps({"legacy": ROOTS}).encode()
    assert load_config(text, base=builtin_table(), rules=frozenset(), members=no_members).table.is_builtin
