"""`workflow-ls cutover` on a disk: what is told, what is written, and what is refused."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.moves.cuts import BASE, SOURCES, TREE
from workflow_ls.cli.transaction import journal
from workflow_ls.cli.transaction.journal import DIRECTORY

pytestmark = pytest.mark.slow

Make = Callable[..., Path]

TEXT = f"""
//- /{TREE}runtime/index.ts
export * from './a';
//- /{TREE}runtime/a.ts
import {{ x }} from '../../lib/x';
export const a = x;
//- /{TREE}runtime/run.sh
echo
//- /{SOURCES}runtime/a.ts
export * from '../../../../../shared/workflow/runtime/a';
//- /shared/lib/x.ts
export const x = 1;
//- /packages/a/a.ts
import {{ a }} from '@shared/workflow/runtime';
//- /Dockerfile
COPY shared/workflow shared/workflow
"""


@pytest.fixture
def root(workspace: Make) -> Path:
    return workspace(TEXT, base=BASE)


def contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


def plan(cli: Cli, root: Path, *arguments: str) -> dict[str, Any]:
    result = cli("cutover", root, "--format", "json", *arguments)
    assert result.err == ""
    found: dict[str, Any] = json.loads(result.out)
    return found


def test_nothing_to_do(cli: Cli, workspace: Make) -> None:
    root = workspace("", base=BASE)
    before = contents(root)
    result = cli("cutover", root)
    assert (result.code, result.out, result.err) == (0, "Nothing to do: the legacy tree is empty.\n", "")
    assert contents(root) == before


def test_a_dry_run_tells_the_plan_and_writes_nothing(cli: Cli, root: Path) -> None:
    before = contents(root)
    result = cli("cutover", root, "--dry-run")
    assert (result.code, result.err) == (1, "")
    assert contents(root) == before
    for line in (
        f"    {TREE}runtime/index.ts -> {SOURCES}runtime/index.ts",
        "  1 moved, replacing a proxy",
        "    packages/a/a.ts:1 @shared/workflow/runtime -> @alga-psa/workflows/runtime",
        f"    {TREE}runtime/a.ts:1 ../../lib/x -> ../../../../../shared/lib/x",
        "  ee/packages/workflows/package.json, exports",
        "    + ./runtime",
        f"    Dockerfile:1 shared/workflow -> {SOURCES.rstrip('/')}",
    ):
        assert f"\n{line}\n" in f"\n{result.out}"


def test_the_plan_is_what_a_run_does(cli: Cli, root: Path) -> None:
    before = contents(root)
    planned = plan(cli, root, "--dry-run")
    assert plan(cli, root) == planned
    after = contents(root)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert {file["path"] for file in planned["files"]} == changed
    for file in planned["files"]:
        path = file["path"]
        assert file["action"] == ("delete" if path not in after else "write" if path in before else "create")
        assert file["sha256"] == (sha256(after[path]).hexdigest() if path in after else None)
    assert {file["path"]: file["from"] for file in planned["files"] if file["from"]} == {
        f"{SOURCES}runtime/{name}": f"{TREE}runtime/{name}" for name in ("a.ts", "index.ts", "run.sh")
    }


def test_a_second_run_does_nothing(cli: Cli, root: Path) -> None:
    cli("cutover", root)
    after = contents(root)
    again = plan(cli, root)
    assert [again[key] for key in ("moves", "references", "entries", "files", "problems")] == [[]] * 5
    assert cli("cutover", root).code == 0
    assert contents(root) == after


def test_afterwards_check_has_no_findings(cli: Cli, root: Path) -> None:
    assert cli("cutover", root).code == 0
    assert cli("check", root).code == 0
    assert not (root / TREE).exists()


def test_modes_are_kept(cli: Cli, root: Path) -> None:
    (root / TREE / "runtime/run.sh").chmod(0o755)
    (root / "packages/a/a.ts").chmod(0o600)
    cli("cutover", root)
    assert stat.S_IMODE((root / SOURCES / "runtime/run.sh").stat().st_mode) == 0o755
    assert stat.S_IMODE((root / "packages/a/a.ts").stat().st_mode) == 0o600


def test_a_new_place_that_git_ignores_is_told(cli: Cli, root: Path) -> None:
    (root / ".gitignore").write_text("/ee/packages/workflows/src/runtime/*.sh\n")
    result = cli("cutover", root)
    assert result.code == 0
    assert result.err == f"workflow-ls: .gitignore excludes files that were written: {SOURCES}runtime/run.sh\n"


def test_a_file_that_is_not_utf8_is_refused(cli: Cli, root: Path) -> None:
    (root / TREE / "runtime/a.ts").write_bytes(b"export const a = '\xff';\n")
    assert "it can't be read as UTF-8" in cli("cutover", root, "--dry-run").out
    assert cli("cutover", root).code == 2


def test_a_conflict_is_refused(cli: Cli, root: Path) -> None:
    (root / SOURCES / "runtime/a.ts").write_text("export const mine = 1;\n")
    before = contents(root)
    dry = cli("cutover", root, "--dry-run")
    assert dry.code == 1
    assert f"  {TREE}runtime/a.ts: {SOURCES}runtime/a.ts is another module with the same name" in dry.out
    result = cli("cutover", root)
    assert result.code == 2
    assert result.err.startswith("workflow-ls: nothing was written: ")
    assert contents(root) == before


def test_strict_boundaries_refuse(cli: Cli, root: Path) -> None:
    (root / "shared/lib/y.ts").write_text("export * from '../workflow/runtime/a';\n")
    assert cli("cutover", root, "--strict-boundaries").code == 2
    assert (root / TREE).exists()
    assert cli("cutover", root).code == 1, "the boundary is left"
    assert (root / "shared/lib/y.ts").read_text() == "export * from '@alga-psa/workflows/runtime/a';\n"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--format", "xml"], "workflow-ls: unknown format `xml`. Valid: text, json.\n"),
        (["--root", "none"], "workflow-ls: none: not a directory\n"),
    ],
)
def test_mistakes(cli: Cli, root: Path, arguments: list[str], error: str) -> None:
    result = cli("cutover", root, *arguments)
    assert (result.code, result.err) == (2, error)


def test_the_plan_goes_to_a_file(cli: Cli, root: Path, tmp_path: Path) -> None:
    result = cli("cutover", root, "--dry-run", "--format", "json", "--output", tmp_path / "plan.json")
    assert result.out == ""
    assert json.loads((tmp_path / "plan.json").read_text())["version"] == 1


class TestInterrupted:
    @pytest.fixture
    def pending(self, cli: Cli, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(journal, "_apply", killed)
            assert cli("cutover", root).code == 2
        assert (root / DIRECTORY / "journal.json").exists()
        assert (root / TREE).exists()
        return root

    def test_the_next_run_finishes(self, cli: Cli, pending: Path) -> None:
        result = cli("cutover", pending)
        assert result.code == 0
        assert result.err == "workflow-ls: finished the interrupted cutover\n"
        assert result.out.startswith("Nothing to do")
        assert not (pending / TREE).exists()
        assert not (pending / DIRECTORY).exists()

    def test_a_dry_run_writes_nothing(self, cli: Cli, pending: Path) -> None:
        before = contents(pending)
        result = cli("cutover", pending, "--dry-run")
        assert result.code == 2
        assert "a cutover was interrupted" in result.err
        assert contents(pending) == before


SEVERAL = """
//- /workflow-ls.json
{
  "replaceModules": true,
  "legacy": [
    { "roots": ["@pier/rope"], "tree": "libs/rope/src", "package": { "name": "@pier/rope", "directory": "libs/rope" } },
    { "roots": ["@pier/sail/cloth"], "tree": "libs/sail/src/cloth.ts" }
  ],
  "modules": [
    { "from": "@pier/rope/*", "to": ["@pier/yarn/*"] },
    { "from": "@pier/rope/knot", "stays": true },
    { "from": "@pier/sail/cloth", "to": ["@pier/yarn/cloth"] }
  ]
}
//- /package.json
{ "workspaces": ["libs/*"] }
//- /libs/rope/package.json
{ "name": "@pier/rope" }
//- /libs/rope/src/splice.ts
export const splice = 1;
//- /libs/rope/src/knot.ts
import { splice } from './splice';
export const knot = splice;
//- /libs/sail/package.json
{ "name": "@pier/sail", "dependencies": { "@pier/rope": "*" } }
//- /libs/sail/src/cloth.ts
import { splice } from '@pier/rope/splice';
export const cloth = splice;
//- /libs/yarn/package.json
{ "name": "@pier/yarn", "exports": { "./*": "./src/*.ts" } }
//- /libs/yarn/src/own.ts
export const own = 1;
"""


def test_several_trees_and_what_stays(cli: Cli, workspace: Make) -> None:
    root = workspace(SEVERAL, base="")
    dry = plan(cli, root, "--dry-run")
    assert {(move["from"], move["to"]) for move in dry["moves"]} == {
        ("libs/rope/src/splice.ts", "libs/yarn/src/splice.ts"),
        ("libs/sail/src/cloth.ts", "libs/yarn/src/cloth.ts"),
    }
    result = cli("cutover", root)
    assert (result.code, result.err) == (0, "")
    assert (root / "libs/rope/src/knot.ts").read_text().startswith("import { splice } from '@pier/yarn/splice';\n")
    assert (root / "libs/yarn/src/cloth.ts").read_text().startswith("import { splice } from '@pier/yarn/splice';\n")
    assert not (root / "libs/sail/src/cloth.ts").exists()
    assert cli("cutover", root).code == 0
    assert not (root / DIRECTORY).exists()
