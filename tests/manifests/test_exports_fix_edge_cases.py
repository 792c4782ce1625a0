"""Corners of the change of a manifest: several entries at once, views that differ, targets named after no key."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.manifests.test_exports_fix import DIRECTORY, NAME, added, change, manifest_of
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.config.table_records import TargetPackage
from workflow_ls.diagnostics import Blocked
from workflow_ls.manifests.entries.entry_edits import Entry, edits_of
from workflow_ls.manifests.entries.exports_fix import plan_entries, plan_entry
from workflow_ls.manifests.target_manifest import Manifest, open_manifest
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import replace
from workflow_ls.rewrite.packages.package_lookup import Conditions
from workflow_ls.text import apply_edits
from workflow_ls.vfs.files import MemoryFiles

BOTH = (Conditions.TYPES, Conditions.IMPORT)


def data_of(plans: dict[str, Entry | Blocked]) -> dict[str, object]:
    return {plan.key: plan.data for plan in plans.values() if isinstance(plan, Entry)}


def manifest_beside(other: TargetPackage, exports: dict[str, Any], texts: dict[str, str]) -> Manifest:
    """The canonical package in a table that has another package, too."""
    table = replace(builtin_table(), packages=(builtin_table().canonical, other))
    texts = {f"{DIRECTORY}/package.json": json.dumps({"name": NAME, "exports": exports}), **texts}
    manifest = open_manifest(Workspace(MemoryFiles(texts), table, Settings()), table.canonical)
    assert manifest is not None
    return manifest


@pytest.mark.parametrize(
    ("exports", "files", "subpath", "entry"),
    [
        pytest.param(
            {"./a/*": "./src/a/*.ts"},
            "src/a/x.ts src/b/x/y.ts",
            "./b/x/y",
            {"./b/*": "./src/b/*.ts"},
            id="a pattern for the whole surface",
        ),
        pytest.param(
            {"./a/*": "./src/a/*.ts", "./c/x": "./src/c/x.ts"},
            "src/a/x.ts src/c/x.ts src/b/x.ts",
            "./b/x",
            {"./b/x": "./src/b/x.ts"},
            id="the exact subpath where as many have that",
        ),
        pytest.param(
            {"./a/*": "./src/a/*.ts", "./b/*": "./src/b/*.tsx"},
            "src/a/x.ts src/b/x.ts",
            "./b/x",
            {"./b/x": "./src/b/x.ts"},
            id="no second pattern beside one of the same key",
        ),
        pytest.param(
            {"./a/*": "./src/a/*.ts", "./*": {"types": "./src/*/index.ts"}},
            "src/a/x.ts src/b/one.ts src/b/two/index.ts",
            "./b/one",
            {"./b/one": "./src/b/one.ts"},
            id="no pattern that leads elsewhere what is served for types alone",
        ),
    ],
)
def test_an_entry_is_added(exports: Any, files: str, subpath: str, entry: dict[str, Any]) -> None:
    assert added(exports, change(manifest_of(exports, files), subpath)) == entry


def test_what_another_package_offers_hinders_no_pattern() -> None:
    other = TargetPackage("@alga-psa/other", "packages/other", "src")
    texts = {f"{DIRECTORY}/src/{path}.ts": "export const a = 1;\n" for path in ("a/x", "b/one", "b/two")}
    exports = {"./b/two": "./src/b/two.ts"}
    texts["packages/other/package.json"] = json.dumps({"name": other.name, "exports": exports})
    texts["packages/other/src/b/two.ts"] = "export const a = 1;\n"
    manifest = manifest_beside(other, {"./a/*": "./src/a/*.ts"}, texts)
    assert data_of(plan_entries(manifest, {"./b/one": BOTH})) == {"./b/*": "./src/b/*.ts"}


@pytest.mark.parametrize(
    ("exports", "files", "wanted", "entries"),
    [
        pytest.param(
            {"./a/*": "./src/a/*.ts"},
            "src/a/x.ts src/b/x/index.ts src/b/y.ts",
            {"./b/x": BOTH, "./b/y": BOTH},
            {"./b/x": "./src/b/x/index.ts", "./b/*": "./src/b/*.ts"},
            id="an entry of its own is no neighbour to the next",
        ),
        pytest.param(
            {"./a/*": {"types": "./src/a/*.ts"}, "./d/*": "./src/d/*.ts"},
            "src/a/x.ts src/d/x.ts src/b/x.ts src/c/x.ts",
            {"./b/x": BOTH, "./c/x": (Conditions.TYPES,)},
            {"./b/*": "./src/b/*.ts", "./c/*": {"types": "./src/c/*.ts"}},
            id="a pattern of another surface is no neighbour",
        ),
        pytest.param(
            {"./a/*": {"types": "./src/a/*.ts"}, "./c": "./src/c.ts"},
            "src/a/x.ts src/c.ts src/b/x.ts src/b/y.ts",
            {"./b/x": (Conditions.TYPES,), "./b/y": BOTH},
            {"./b/*": {"types": "./src/b/*.ts"}, "./b/y": "./src/b/y.ts"},
            id="a pattern that serves one view of two",
        ),
        pytest.param(
            {"./a/*": "./src/a/*.ts"},
            "src/a/x.ts src/b/x.ts",
            {"./b/gone": BOTH, "./b/x": BOTH},
            {"./b/*": "./src/b/*.ts"},
            id="beside one that there is none for",
        ),
        pytest.param(
            {"./a": "./src/a.ts"},
            "src/a.ts src/b.ts src/c.ts",
            {"./c": BOTH, "./b": BOTH},
            {"./b": "./src/b.ts", "./c": "./src/c.ts"},
            id="in order, however they are asked for",
        ),
    ],
)
def test_several_entries(exports: Any, files: str, wanted: Any, entries: dict[str, Any]) -> None:
    plans = plan_entries(manifest_of(exports, files), wanted)
    assert list(data_of(plans).items()) == list(entries.items())


@pytest.mark.parametrize(
    "pattern",
    [
        {"import": "./lib/*.js", "types": "./src/*.ts"},
        {"import": "./src/*.ts", "require": None},
        {"node": {"import": "./src/*.ts", "require": None}, "default": "./src/*.ts"},
        {"browser": "./src/*.browser.ts", "import": "./src/*.ts"},
    ],
)
def test_a_key_of_its_own_takes_nothing_from_others(pattern: Any) -> None:
    """It would win over the pattern, also for those that the pattern serves, or excludes on purpose."""
    manifest = manifest_of({"./b/*": _below_b(pattern), "./a": "./src/a.ts"}, "src/a.ts src/b/x.ts lib/b/x.js")
    plan = plan_entry(manifest, "./b/x", (Conditions.TYPES_REQUIRE, Conditions.REQUIRE))
    assert isinstance(plan, Blocked)
    assert plan.message.startswith("the key `./b/*` serves it to others, and a key of its own would take it from them")


def _below_b(pattern: Any) -> Any:
    return json.loads(json.dumps(pattern).replace("/*", "/b/*"))


def test_each_entry_has_the_edits_of_its_own_place() -> None:
    manifest = manifest_of({"./a": "./src/a.ts", "./c": "./src/c.ts"}, "src/a.ts src/b.ts src/c.ts src/d.ts src/e.ts")
    plans = plan_entries(manifest, dict.fromkeys(["./b", "./d", "./e"], BOTH))
    entries = [plan for plan in plans.values() if isinstance(plan, Entry)]
    after = {key: apply_edits(manifest.text, edits) for key, edits in edits_of(manifest, entries).items()}
    assert {key: "".join(json.loads(text)["exports"]) for key, text in after.items()} == {
        "./b": "./a./b./c",
        "./d": "./a./c./d./e",
        "./e": "./a./c./d./e",
    }


@pytest.mark.parametrize(
    ("exports", "files", "subpath", "keys"),
    [
        ({"./b": "./src/b.ts", "./*": None, "./a": "./src/a.ts"}, "src/index.ts", ".", "./b ./* ./a ."),
        ({"./b": "./src/b.ts", "./a": "./src/a.ts"}, "src/c.ts", "./c", "./b ./a ./c"),
    ],
)
def test_what_has_no_surface_goes_behind_all(exports: Any, files: str, subpath: str, keys: str) -> None:
    manifest = manifest_of(exports, f"src/a.ts src/b.ts {files}")
    assert " ".join(json.loads(change(manifest, subpath))["exports"]) == keys


@pytest.mark.parametrize(
    ("exports", "file", "corrected"),
    [
        pytest.param("./src/c/index.ts", "src/c.ts", "./src/c.ts", id="a folder that became a file"),
        pytest.param("./src/reindex.ts", "src/reindex.tsx", "./src/reindex.tsx", id="a name that ends like an index"),
        pytest.param("./src/index.ts", "src/index.tsx", "./src/index.tsx", id="the root"),
        pytest.param(
            {"types": "./dist/gone.d.ts", "default": "./dist/esm/gone.js"},
            "src/b/index.ts dist/b/index.d.ts dist/esm/b/index.js",
            {"types": "./dist/b/index.d.ts", "default": "./dist/esm/b/index.js"},
            id="a folder below another",
        ),
        pytest.param(
            {"types": "./src/gone.ts", "import": {"browser": 5, "default": "./src/gone.ts"}},
            "src/b.ts",
            {"types": "./src/b.ts", "import": {"browser": 5, "default": "./src/b.ts"}},
            id="beside what is no target",
        ),
    ],
)
def test_an_entry_is_corrected(exports: Any, file: str, corrected: Any) -> None:
    before = {"./a": {"types": "./dist/a.d.ts", "default": "./dist/esm/a.js"}, "./b": exports}
    plan = plan_entry(manifest_of(before, f"{file} src/a.ts"), "./b")
    assert isinstance(plan, Entry), plan
    assert (plan.data, plan.path) == (corrected, f"{DIRECTORY}/{file.split()[0]}")


def test_a_package_whose_sources_are_its_own_directory() -> None:
    other = TargetPackage("@alga-psa/other", "packages/other", "")
    texts = {"packages/other/package.json": json.dumps({"name": other.name, "exports": {"./b": "./gone.ts"}})}
    canonical = manifest_beside(other, {}, {**texts, "packages/other/b.ts": "export const a = 1;\n"})
    manifest = open_manifest(canonical.workspace, other)
    assert manifest is not None
    assert plan_entry(manifest, "./b") == Entry("./b", "./b.ts", "packages/other/b.ts", (("./gone.ts", "./b.ts"),))


@pytest.mark.parametrize(
    ("exports", "files", "subpath", "conditions", "reason"),
    [
        (
            {"./a": "./src/a.ts"},
            "src/a.ts",
            ".",
            BOTH,
            r"no file of (\S+) fits\. Add \1/index\.ts, or import an existing module\.$",
        ),
        (
            {"./b": {"browser": "./src/b.ts"}},
            "src/b.ts",
            "./b",
            (Conditions.TYPES,),
            r"the key `./b` has no target for `types`",
        ),
        (
            {"./b": {"browser": "./src/b.ts"}},
            "src/b.ts",
            "./b",
            (Conditions.TYPES_REQUIRE, Conditions.REQUIRE, Conditions.TYPES, Conditions.IMPORT),
            r"the key `./b` has no target for `require/import`\.",
        ),
        # What nobody asks for would stay wrong.
        (
            {"./a": {"types": "./src/a.ts", "import": "./gen/a.js"}, "./b": "./src/b.ts"},
            "src/a/index.ts src/b.ts",
            "./a",
            (Conditions.TYPES,),
            r"its targets can't all be pointed to .*src/a/index\.ts",
        ),
        (
            {"./a": {"types": "./gen/a.d.ts", "import": "./src/a.ts"}, "./b": "./src/b.ts"},
            "src/a/index.ts src/b.ts",
            "./a",
            (Conditions.IMPORT,),
            r"its targets can't all be pointed to .*src/a/index\.ts",
        ),
    ],
)
def test_there_is_no_entry_to_choose(
    exports: Any, files: str, subpath: str, conditions: tuple[Conditions, ...], reason: str
) -> None:
    plan = plan_entry(manifest_of(exports, files), subpath, conditions)
    assert isinstance(plan, Blocked)
    assert re.match(reason, plan.message), plan
