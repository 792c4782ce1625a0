"""`workflow-ls init` as a user calls it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.initial.test_first_config import GONE, SHOP
from tests.vfs.trees import git, needs_git

Write = Callable[..., Path]


def test_it_writes_a_file_and_says_the_next_command(cli: Cli, workspace: Write) -> None:
    root = workspace(base=SHOP)
    result = cli("init", root, "--from", "@shop/utils/money", "--to", "@shop/money")
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        "workflow-ls.json written: `@shop/utils/money` in libs/utils/src/money moves to @shop/money "
        "(3 packages in the workspace).\n"
        "Next: `workflow-ls map --infer --write`, then `workflow-ls check`.\n"
    )
    checked = cli("check", root)
    assert checked.code == 1
    assert "`@shop/utils/money` moved to `@shop/money`" in checked.out


def test_a_dry_run_writes_nothing(cli: Cli, workspace: Write) -> None:
    root = workspace(base=SHOP)
    result = cli("init", root, "--from", "@shop/utils", "--dry-run")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("{\n")
    assert not (root / "workflow-ls.json").exists()


def test_what_is_gone_is_found(cli: Cli, workspace: Write) -> None:
    result = cli("init", workspace(base=GONE))
    assert result.out.startswith("workflow-ls.json written: `@shop/prices`, which is in no folder (3 packages")


def test_paths_are_those_of_the_shell(cli: Cli, workspace: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    root = workspace(base=SHOP)
    monkeypatch.chdir(root / "libs")
    assert cli("init", "--from", "utils/src/money", "--to", "money").code == 0
    assert '"tree": "libs/utils/src/money"' in (root / "workflow-ls.json").read_text()


def test_a_file_that_is_there_is_never_overwritten(cli: Cli, workspace: Write) -> None:
    root = workspace("//- /workflow-ls.json\n{\n  // mine\n}\n", base=SHOP)
    before = (root / "workflow-ls.json").read_bytes()
    result = cli("init", root, "--from", "@shop/utils")
    assert (result.code, result.err) == (
        1,
        "workflow-ls.json exists already, and was not changed. The diff above shows how a new one would differ.\n",
    )
    assert "-  // mine\n" in result.out
    assert '+    "roots": ["@shop/utils"],\n' in result.out
    assert (root / "workflow-ls.json").read_bytes() == before


def test_the_same_again_says_so(cli: Cli, workspace: Write) -> None:
    root = workspace(base=SHOP)
    cli("init", root, "--from", "@shop/utils")
    result = cli("init", root, "--from", "@shop/utils")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(
        "workflow-ls.json exists already, with the same content. Next: `workflow-ls map --infer"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "--from SPECIFIER or --from FOLDER"),
        (["--from", "./none"], "./none: no such file or folder in the workspace"),
        (["--from", "@shop/utils", "--to", "@shop/x"], "@shop/x: no package of the workspace."),
    ],
)
def test_mistakes_make_exit_two(cli: Cli, workspace: Write, options: list[str], message: str) -> None:
    root = workspace(base=SHOP)
    result = cli("init", root, *options)
    assert (result.code, result.out) == (2, "")
    assert message in result.err
    assert result.err.count("\n") == 1
    assert not (root / "workflow-ls.json").exists()


def test_a_folder_that_takes_no_file_is_named(cli: Cli, workspace: Write) -> None:
    root = workspace(base=SHOP)
    (root / "workflow-ls.json").symlink_to("elsewhere.json")
    result = cli("init", root, "--from", "@shop/utils")
    assert (result.code, result.out) == (2, "")
    assert "workflow-ls.json" in result.err
    assert not (root / "elsewhere.json").exists()


@needs_git
@pytest.mark.parametrize("now", ["deleted", "renamed"])
def test_the_history_says_which_packages_were_here(cli: Cli, workspace: Write, now: str) -> None:
    users = "".join(
        f"//- /apps/web/src/{n}.ts\nimport {{ price }} from 'prices';\nimport x from 'elsewhere';\n" for n in "ab"
    )
    root = workspace(f'{users}//- /libs/prices/package.json\n{{ "name": "prices" }}\n', base=SHOP)
    git(root, "init")
    git(root, "add", "--all")
    git(root, "commit", "--message", "one")
    manifest = root / "libs/prices/package.json"
    if now == "deleted":
        manifest.unlink()
    else:
        manifest.write_text('{ "name": "@shop/prices" }')
    git(root, "add", "--all")
    git(root, "commit", "--message", "two")
    result = cli("init", root)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("workflow-ls.json written: `prices`, which is in no folder (")


TWO_APPS = """
//- /package.json
{ "workspaces": ["apps/*"] }
//- /apps/inn/package.json
{ "name": "inn" }
//- /apps/inn/tsconfig.json
{ "compilerOptions": { "paths": { "@/parts/*": ["./src/parts/*"] } } }
//- /apps/inn/src/parts/bed.ts
export const bed = 1;
//- /apps/mill/package.json
{ "name": "mill" }
//- /apps/mill/tsconfig.json
{ "compilerOptions": { "paths": { "@/parts/*": ["./src/parts/*"] } } }
//- /apps/mill/src/parts/wheel.ts
export const wheel = 1;
"""


def test_other_folders_behind_an_alias_are_told(cli: Cli, workspace: Write) -> None:
    root = workspace(base=TWO_APPS)
    lines = cli("init", root, "--from", "@/parts").out.splitlines()
    assert lines[1] == (
        "`@/parts` leads to 1 other folder, too: apps/mill/src/parts. They are not legacy. If you mean one of them, "
        "remove workflow-ls.json and run `workflow-ls init --from apps/mill/src/parts`."
    )
    (root / "workflow-ls.json").unlink()
    told = cli("init", root, "--from", "apps/mill/src/parts").out
    assert "in apps/mill/src/parts (" in told
    assert "other folder" not in told


def test_no_other_folder_is_told_where_all_are_named(cli: Cli, workspace: Write) -> None:
    given = ("--from", "@/parts", "--from", "apps/mill/src/parts")
    assert "other folder" not in cli("init", workspace(base=TWO_APPS), *given).out
