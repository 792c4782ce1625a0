"""An `exports` field that is one target, conditions or an array, and entries of conditions in arrays: corrections."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.manifests.test_exports_fix import DIRECTORY, manifest_of
from workflow_ls.diagnostics import Blocked
from workflow_ls.manifests.entries.entry_edits import Entry, edits_of
from workflow_ls.manifests.entries.exports_fix import plan_entry
from workflow_ls.manifests.target_manifest import missing_targets, open_manifest
from workflow_ls.project.workspace import Workspace
from workflow_ls.text import apply_edits
from workflow_ls.vfs.files import MemoryFiles


@pytest.mark.parametrize(
    ("exports", "subpath", "corrected"),
    [
        ("./src/main.ts", ".", "./src/index.ts"),
        (["./src/main.ts"], ".", ["./src/index.ts"]),
        (
            {"types": "./src/main.ts", "default": "./src/main.ts"},
            ".",
            {"types": "./src/index.ts", "default": "./src/index.ts"},
        ),
        (
            {"./a": {"types": "./src/x.ts", "import": ["./src/x.ts", None]}},
            "./a",
            {"./a": {"types": "./src/a.ts", "import": ["./src/a.ts", None]}},
        ),
    ],
)
def test_corrections(exports: Any, subpath: str, corrected: Any) -> None:
    manifest = manifest_of(exports, "src/index.ts src/a.ts")
    plan = plan_entry(manifest, subpath)
    assert isinstance(plan, Entry)
    assert plan.data == (corrected if subpath == "." else corrected[subpath])
    after = apply_edits(manifest.text, edits_of(manifest, [plan])[plan.key])
    assert json.loads(after)["exports"] == corrected


def test_what_is_no_map_takes_no_entry() -> None:
    manifest = manifest_of({"import": "./src/index.ts"}, "src/index.ts src/b.ts")
    assert plan_entry(manifest, "./b") == Blocked("the `exports` are not a map of subpaths", "add the entry by hand")
    assert [manifest.entry(key) for key in ("./b", "import")] == [None, None]


@pytest.mark.parametrize("ending", [".d.ts", ".d.mts", ".d.cts", ".js", ".mjs", ".cjs"])
def test_what_is_built_of_nothing_is_missing(ending: str) -> None:
    manifest = manifest_of({"./a": f"./dist/a{ending}", "./b": "./dist/b.css"}, "src/b.ts")
    assert [str(value.data) for value in missing_targets(manifest, "./a")] == [f"./dist/a{ending}"]
    # Who knows what a build makes of anything but code.
    assert missing_targets(manifest, "./b") == ()


@pytest.mark.parametrize(
    ("exports", "keys"),
    [
        pytest.param(None, [], id="no such field"),
        pytest.param("./src/gone.ts", ["."], id="one target"),
        pytest.param({"./a": "./src/gone.ts"}, ["./a"], id="a map"),
        pytest.param({"./a": "./src/a.ts", "import": "./src/gone.ts"}, ["."], id="a mix of subpaths and conditions"),
    ],
)
def test_which_entries_there_are(exports: Any, keys: list[str]) -> None:
    manifest = manifest_of(exports, "src/a.ts")
    assert list(manifest.exports) == keys
    assert missing_targets(manifest, "./nothing") == ()
    missing = {key: [value.data for value in missing_targets(manifest, key)] for key in manifest.exports}
    assert missing == {key: ["./src/gone.ts"] for key in keys}


def test_a_file_without_a_name_fits_no_root() -> None:
    manifest = manifest_of({".": "./src/main.ts"}, "src/.ts src/index.ts")
    assert plan_entry(manifest, ".") == Entry(
        ".", "./src/index.ts", f"{DIRECTORY}/src/index.ts", (("./src/main.ts", "./src/index.ts"),)
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(None, id="absent"),
        pytest.param("{", id="broken"),
        pytest.param('{ "name": "@alga-psa/workflows", "exports": { "./a": "./src/a.ts" }', id="broken at its end"),
        pytest.param('{ "name": "@alga-psa/other" }', id="another's"),
        pytest.param("[]", id="nobody's"),
    ],
)
def test_what_is_no_manifest_of_the_package(text: str | None) -> None:
    sound = manifest_of({}, "")
    files = MemoryFiles({} if text is None else {f"{DIRECTORY}/package.json": text})
    workspace = Workspace(files, sound.workspace.table, sound.workspace.settings)
    assert open_manifest(workspace, sound.known) is None
