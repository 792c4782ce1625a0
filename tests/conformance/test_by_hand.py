"""The legacy tree of the recorded monorepo moved by hand, folder by folder and file by file, in the compiler's eyes.

Edits that an editor asks for before it moves something are made, then the move; what a file goes to is overwritten.
After all of them, each reference leads where it led, at its new place, unless it was told that it does not.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from tests.conformance.test_cutover import Found, look
from tests.conformance.test_surface import render
from tests.moves.cuts import SOURCES, TREE
from tests.strategies import NIGHTLY, at_night
from tests.vfs.trees import lay_out
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.moves.editor_moves import EditorMoves, leaves_tree
from workflow_ls.moves.plan_model import Problem
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.text import apply_edits
from workflow_ls.vfs.files import MemoryFiles
from workflow_ls.vfs.overlay import Move, moved

pytestmark = [pytest.mark.conformance, pytest.mark.generative]

SEEDS = range(20 if NIGHTLY else 1)
SAMPLE = 12  # files that are moved one by one


@dataclass
class Moved:
    """A workspace in which files have been moved by hand, and what was said of that.

    `places` has the new place of each file that moved, and `overwritten` the files that others took the place of.
    """

    files: dict[str, bytes]
    places: dict[str, str] = field(default_factory=dict)
    overwritten: set[str] = field(default_factory=set)
    left: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def move(self, moves: list[Move]) -> None:
        """Ask for edits as the server does, make them, and then the moves."""
        workspace = Workspace(MemoryFiles(self.files), builtin_table(), Settings())
        assert leaves_tree(workspace.table, moves)
        by_hand = EditorMoves(workspace.component(TargetResolver), moves)
        self.remarks += by_hand.remarks
        for path in by_hand.paths:
            by_hand.add_requests(path)
        edits = list(by_hand.edit_manifests())
        for path in by_hand.paths:
            edit, left = by_hand.edits(path)
            edits += [edit] if edit is not None else []
            self.left += left
        assert len({edit.path for edit in edits}) == len(edits)
        for edit in edits:
            self.files[edit.path] = apply_edits(self.files[edit.path], edit.edits)
        went = {path: moved(path, moves) for path in self.files if moved(path, moves) != path}
        texts = {new: self.files.pop(old) for old, new in went.items()}
        self.overwritten |= texts.keys() & self.files.keys()
        self.files.update(texts)
        self.places.update(went)


def target(path: str) -> str:
    return SOURCES + path[len(TREE) :]


def by_folder(state: Moved, chance: random.Random) -> None:
    """A folder at a time; where there is such a folder, all that is in it at once."""
    tops = sorted({path[len(TREE) :].partition("/")[0] for path in state.files if path.startswith(TREE)})
    chance.shuffle(tops)
    for top in tops:
        inside = [path for path in state.files if path.startswith(f"{TREE}{top}/")]
        if any(path.startswith(f"{SOURCES}{top}/") for path in state.files):
            state.move([Move(path, target(path)) for path in inside])
        else:
            state.move([Move(TREE + top, SOURCES + top)])


def by_file(state: Moved, chance: random.Random) -> None:
    """Some files of the tree, one after the other."""
    for path in chance.sample(sorted(path for path in state.files if path.startswith(TREE)), SAMPLE):
        state.move([Move(path, target(path))])


@cache
def rendered(folder: Path, name: str) -> tuple[Mapping[str, bytes], Found]:
    root = render(name, folder / "before")
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    return files, look(root)


@pytest.fixture(scope="module")
def recorded(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    node_project: Path,  # noqa: ARG001
) -> tuple[Mapping[str, bytes], Found]:
    return rendered(tmp_path_factory.mktemp(request.param), request.param)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("recorded", "walk"),
    [("surface", by_file), *at_night(("before", by_folder), ("before", by_file), ("surface", by_folder))],
    indirect=["recorded"],
)
def test_each_reference_follows(
    recorded: tuple[Mapping[str, bytes], Found],
    walk: Callable[[Moved, random.Random], None],
    seed: int,
    tmp_path: Path,
) -> None:
    files, before = recorded
    state = Moved(dict(files))
    walk(state, random.Random(seed))
    assert len(state.places) >= SAMPLE
    assert state.left == []
    after = look(lay_out(tmp_path, state.files))
    told = {name for remark in state.remarks for name in re.findall(r"importers of `(\w+)` will get", remark)}
    barrels = {place for place in state.overwritten if place.endswith("/index.ts")}
    compared = 0
    for path, references in before.items():
        here = state.places.get(path, path)
        if path in state.overwritten or here in barrels:
            continue
        assert [r["kind"] for r in references] == [r["kind"] for r in after[here]], path
        for old, new in zip(references, after[here]):
            if old["resolved"]:
                assert new["resolved"] == state.places.get(old["resolved"], old["resolved"]), (path, old, new)
                compared += 1
            for name, declared in old["names"].items():
                if declared is not None and name not in told:
                    assert new["names"].get(name) == state.places.get(declared, declared), (path, old, new)
    assert compared > 600
    assert told <= {"initializeWorkflowRuntimeV2", "isWorkflowRuntimeV2Initialized"}
    replaced = {remark for remark in state.remarks if "importers of" not in remark}
    # The canonical root is another module than the legacy one, which the cutover dissolves.
    assert all(remark.startswith(f"the move replaces {SOURCES}index.ts, which is another file") for remark in replaced)
