"""The whole cutover of the recorded monorepo, in the eyes of the TypeScript compiler.

Whatever a reference led to, it leads to afterwards, at its new place; whatever name it asked for is the same name.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.node import run_node
from tests.conformance.test_surface import render
from tests.strategies import at_night
from workflow_ls.cli.main import run

pytestmark = pytest.mark.conformance

_SOURCES = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
Found = dict[str, list[dict[str, Any]]]


@dataclass
class Cut:
    """The plan of a cutover, the workspace after it, and what the compiler sees before and after."""

    plan: dict[str, Any]
    source: Path
    root: Path
    before: Found
    after: Found

    def __post_init__(self) -> None:
        moves = {move["from"]: move["to"] for move in self.plan["moves"] if move["to"]}
        replaced = {m["replaces"]: m["to"] for m in self.plan["moves"] if m["replaces"] not in (None, m["to"])}
        self.follows = {**moves, **replaced}
        self.dissolved = {move["from"] for move in self.plan["moves"] if move["to"] is None}
        merged = {move["from"]: move["to"] for move in self.plan["moves"] if move["how"] == "merged into the barrel"}
        self.merged = merged
        taken_over = {m["replaces"] for m in self.plan["moves"] if m["how"] == "proxy replaced"}
        self.kept = [file for file in self.before if file not in {*self.dissolved, *merged, *taken_over}]

    def moved(self, path: str) -> str:
        return str(self.follows.get(path, path))


def look(root: Path) -> Found:
    """What the compiler sees in a workspace that is installed: each package is linked below `node_modules`."""
    files = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.name.endswith(_SOURCES))
    for manifest in sorted(root.rglob("package.json")):
        name = json.loads(manifest.read_text()).get("name")
        link = root / "node_modules" / str(name)
        if name and manifest.parent != root and not os.path.lexists(link):
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(manifest.parent)
    try:
        found: Found = run_node("cutover.mjs", {"root": str(root), "files": files})
    finally:
        shutil.rmtree(root / "node_modules")
    return found


@pytest.fixture(scope="module", params=["before", *at_night("surface")])
def cut(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, node_project: Path) -> Cut:  # noqa: ARG001
    folder = tmp_path_factory.mktemp(request.param)
    before = render(request.param, folder / "before")
    root = Path(shutil.copytree(before, folder / "after"))
    plan, dry = folder / "plan.json", folder / "dry.json"
    assert run(["cutover", str(root), "--dry-run", "--format", "json", "--output", str(dry)]) == 1
    assert run(["cutover", str(root), "--format", "json", "--output", str(plan)]) == 1, "the boundaries are left"
    assert dry.read_bytes() == plan.read_bytes()
    return Cut(json.loads(plan.read_text()), before, root, look(before), look(root))


def test_nothing_stands_in_the_way_and_the_tree_is_gone(cut: Cut) -> None:
    assert cut.plan["problems"] == []
    assert len(cut.plan["moves"]) == 186
    assert not (cut.root / "shared" / "workflow").exists()
    assert not any(path.startswith("shared/workflow/") for path in cut.after)


def test_the_files_are_those_of_the_plan(cut: Cut) -> None:
    """All that differs on the disk is in the dry run's plan, with what it holds then."""

    def contents(root: Path) -> dict[str, str]:
        files = (path for path in root.rglob("*") if path.is_file())
        return {path.relative_to(root).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}

    before, after = contents(cut.source), contents(cut.root)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    planned = {file["path"]: file["sha256"] for file in cut.plan["files"]}
    assert planned == {path: after.get(path) for path in changed}
    assert len(planned) > 500


def test_each_reference_leads_to_the_same_file_at_its_new_place(cut: Cut) -> None:
    compared = 0
    for path in cut.kept:
        here = cut.moved(path)
        wanted = {
            cut.moved(r["resolved"]) for r in cut.before[path] if r["resolved"] and r["resolved"] not in cut.dissolved
        }
        wanted.discard(here)  # what a barrel asked of the one that is merged into it
        found = {reference["resolved"] for reference in cut.after[here]}
        assert wanted <= found, path
        compared += len(wanted)
    assert compared > 600


def test_no_reference_is_lost_on_the_way(cut: Cut) -> None:
    """Each file keeps its references, one for one, but for barrels that take in others and for what they gave."""
    compared = 0
    barrels = {
        *cut.merged.values(),
        *(p for p in cut.before if any(r["resolved"] in cut.dissolved for r in cut.before[p])),
    }
    for path in cut.kept:
        if path not in barrels:
            before, after = cut.before[path], cut.after[cut.moved(path)]
            assert [r["kind"] for r in before] == [r["kind"] for r in after], path
            for old, new in zip(before, after):
                if old["resolved"]:
                    assert new["resolved"] == cut.moved(old["resolved"]), (path, old, new)
                    compared += 1
    assert compared > 600


def test_no_reference_leads_nowhere_that_led_somewhere(cut: Cut) -> None:
    def lost(found: Found) -> int:
        return sum(reference["resolved"] is None for references in found.values() for reference in references)

    merged = sum(r["resolved"] is None for path in (*cut.merged, *cut.dissolved) for r in cut.before[path])
    assert lost(cut.after) <= lost(cut.before) + merged


def test_each_name_is_declared_where_it_was(cut: Cut) -> None:
    """A barrel that another is merged into gives its own names the precedence, which the plan tells."""
    notes = [note["message"] for note in cut.plan["notes"] if note["message"].startswith("importers of")]
    told = {note.partition("`")[2].partition("`")[0] for note in notes}
    compared = 0
    for path in cut.kept:
        before, after = (
            {local: declared for reference in found for local, declared in reference["names"].items()}
            for found in (cut.before[path], cut.after[cut.moved(path)])
        )
        for name, declared in before.items():
            if declared is not None and name not in told:
                assert after.get(name) == cut.moved(declared), (path, name)
                compared += 1
    assert compared > 500
    assert told == ({"initializeWorkflowRuntimeV2", "isWorkflowRuntimeV2Initialized"} if cut.merged else set())


def test_nothing_that_was_exported_is_missing(cut: Cut) -> None:
    def missing(found: Found) -> Counter[str]:
        return Counter(
            n for refs in found.values() for r in refs if r["resolved"] for n, d in r["names"].items() if d is None
        )

    assert missing(cut.after) - missing(cut.before) == Counter()


def check(root: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    run(["check", str(root), "--format", "json"])
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["diagnostics"]
    return found


def test_check_and_status_afterwards(cut: Cut, capsys: pytest.CaptureFixture[str]) -> None:
    """What is left has been there before and has nothing to do with the move, but for the boundaries."""
    found = check(cut.root, capsys)
    assert Counter(finding["rule"] for finding in found) == {
        "core-imports-ee": len(cut.plan["boundaries"]),
        "mock-mismatch": 4,  # tests that load no workflow module at all
        "unexported-subpath": 1,  # `@alga-psa/workflows/entry`, which no file is behind
        "missing-name": 1,  # a server action that the barrel of the actions does not export
    }
    assert run(["status", str(cut.root), "--format", "json"]) == 1
    criteria = {c["code"]: c for c in json.loads(capsys.readouterr().out)["requirements"]}
    assert {code: c["count"] for code, c in criteria.items() if c["state"] == "open"} == {
        "FR2": 2,
        "FR8": len(cut.plan["boundaries"]),
        "FR11": 1,
        "AC3": 2,
    }
    assert [{key: c[key] for key in ("code", "state", "count")} for c in criteria.values()] == cut.plan["criteria"]


def test_what_is_left_was_there_before(cut: Cut, capsys: pytest.CaptureFixture[str]) -> None:
    """In the eyes of the rules as in those of the compiler, which finds no file and no name there before the cut."""
    left = [r for r in cut.plan["remaining"] if r["rule"] != "core-imports-ee"]
    assert len(left) == 6
    assert all(each["before"] for each in left)
    assert not any(each["before"] for each in cut.plan["remaining"] if each not in left)
    before = Counter((finding["path"], finding["rule"]) for finding in check(cut.source, capsys))
    assert Counter((each["path"], each["rule"]) for each in left) <= before
    loader = "ee/packages/workflows/src/components/WorkflowComponentLoader.ts"
    test = "server/src/test/integration/workflowPayloadContractInference.integration.test.ts"
    for found in (cut.before, cut.after):
        [entry] = [r for r in found[loader] if r["specifier"] == "@alga-psa/workflows/entry"]
        [actions] = [r for r in found[test] if r["specifier"] == "@alga-psa/workflows/actions"]
        assert entry["resolved"] is None
        assert actions["resolved"] == "ee/packages/workflows/src/actions/index.ts"
        assert actions["names"]["getWorkflowDefinitionAction"] is None


def test_a_second_cutover_does_nothing(cut: Cut, tmp_path: Path) -> None:
    again = tmp_path / "again.json"
    run(["cutover", str(cut.root), "--format", "json", "--output", str(again)])
    plan = json.loads(again.read_text())
    assert [plan[key] for key in ("moves", "references", "entries", "files", "problems")] == [[]] * 5
