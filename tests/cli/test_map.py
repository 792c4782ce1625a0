"""`workflow-ls map` as a user calls it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.mapping.proposals import OLD
from tests.vfs.trees import git, lay_out, needs_git

Write = Callable[..., Path]

BODY = "export function total() {\n  return 1 + 2 + 3;\n}\n"
SHOP = (
    "//- /apps/shop/src/basket.ts\nimport { total } from '@acme/kit/money';\ntotal();\n"
    "//- /packages/kit/src/index.ts\nexport const own = 1;\n"
    '//- /packages/prices/package.json\n{ "name": "@acme/prices", "exports": "./src/sums.ts" }\n'
)
RENAMED = (
    f"{SHOP}//- /packages/kit/src/money.ts\nexport * from '@acme/prices';\n//- /packages/prices/src/sums.ts\n{BODY}"
)


def test_say_what_to_do(cli: Cli, workspace: Write) -> None:
    result = cli("map", workspace())
    assert result.code == 2
    assert result.err.startswith("workflow-ls: say what to do: --infer proposes rows of the table, --check proves ")
    assert cli("map", workspace(), "--infer", "--check").code == 2


def test_infer_tells_rows_and_the_next_command(cli: Cli, workspace: Write) -> None:
    result = cli("map", "--infer", "--from", "@acme/kit", workspace(RENAMED, base=OLD))
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "@acme/kit: 1 reference, 0 with a verified target.",
        "Proposed 1 row: verified targets go from 0 to 1.",
        "",
        "  @acme/kit/money -> @acme/prices",
        "      same declaration; 1 of 1 reference verified",
        "",
        "Next, run the same command with `--write` to write the rows into workflow-ls.json.",
    ]


def test_a_table_that_is_complete_leads_on(cli: Cli, workspace: Write) -> None:
    root = workspace(RENAMED, base=OLD)
    cli("map", "--infer", "--write", "--from", "packages/kit", root)
    assert cli("map", "--infer", root).out.splitlines() == [
        "@acme/kit: 1 reference, 1 with a verified target.",
        "No row is missing. Next, run `workflow-ls fix --diff` to see what changes.",
    ]


def test_write_check_and_fix(cli: Cli, workspace: Write) -> None:
    root = workspace(RENAMED, base=OLD)
    result = cli("map", "--infer", "--write", "--from", "packages/kit", root)
    assert result.code == 0
    assert "Wrote 1 row to workflow-ls.json" in result.out
    assert cli("map", "--check", root).out == (
        "No problem in 1 row; they lead 1 of 1 reference to a verified target.\n"
    )
    assert cli("fix", root, "--allow-dirty").code == 0
    assert "from '@acme/prices'" in (root / "apps/shop/src/basket.ts").read_text()


def test_write_twice_changes_nothing(cli: Cli, workspace: Write) -> None:
    root = workspace(RENAMED, base=OLD)
    cli("map", "--infer", "--write", "--from", "@acme/kit", root)
    before = (root / "workflow-ls.json").read_bytes()
    result = cli("map", "--infer", "--write", root)
    assert result.code == 0
    assert (root / "workflow-ls.json").read_bytes() == before


def test_nothing_to_write(cli: Cli, workspace: Write) -> None:
    root = workspace("//- /packages/kit/src/index.ts\nexport const own = 1;\n", base=OLD)
    result = cli("map", "--infer", "--write", "--from", "@acme/kit", root)
    assert result.out == "Nothing imports @acme/kit: there is no row to propose.\n"
    assert not (root / "workflow-ls.json").exists()


def test_json(cli: Cli, workspace: Write) -> None:
    result = cli("map", "--infer", "--format", "json", "--from", "@acme/kit", workspace(RENAMED, base=OLD))
    [proposal] = json.loads(result.out)["proposals"]
    assert proposal["modules"] == [
        {
            "from": "@acme/kit/money",
            "to": ["@acme/prices"],
            "note": "same declaration",
            "evidence": "declaration",
            "verified": 1,
            "references": 1,
        }
    ]
    assert proposal["legacy"]["roots"] == ["@acme/kit"]
    assert proposal["summary"] == {"references": 1, "verifiedBefore": 0, "verifiedAfter": 1}


@needs_git
def test_the_history_shows_a_rename(cli: Cli, workspace: Write) -> None:
    root = workspace(f"{SHOP}//- /packages/kit/src/money.ts\n{BODY}", base=OLD)
    for message in ("before", "move"):
        if message == "move":
            lay_out(root, {"packages/prices/src/sums.ts": BODY})
            (root / "packages/kit/src/money.ts").unlink()
        else:
            git(root, "init")
        git(root, "add", "--all")
        git(root, "commit", "--message", message)
    told = cli("map", "--infer", "--from", "@acme/kit", root).out
    assert "  @acme/kit/money -> @acme/prices\n      renamed in " in told
    assert cli("map", "--infer", "--from", "@acme/kit", "--since", "HEAD^", root).out == told
    unknown = cli("map", "--infer", "--since", "never", root)
    assert unknown.code == 2
    assert unknown.err == (
        "workflow-ls: --since never: git knows no such revision. "
        "Give a branch, a tag or a commit: `git branch --all` lists the branches.\n"
    )


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("@acme/never", "--from @acme/never: neither a folder of the workspace nor a specifier that leads into it. "),
        ("packages/never", "--from packages/never: neither a folder of the workspace nor a specifier that leads into "),
    ],
)
def test_what_is_not_there(cli: Cli, workspace: Write, named: str, message: str) -> None:
    result = cli("map", "--infer", "--from", named, workspace(RENAMED, base=OLD))
    assert result.code == 2
    assert result.err.startswith(f"workflow-ls: {message}")


TOOL = (
    '//- /packages/tool/package.json\n{ "name": "@acme/tool", "main": "i.ts" }\n'
    "//- /packages/tool/i.ts\nexport { saw } from '@acme/shed';\n"
    '//- /packages/shed/package.json\n{ "name": "@acme/shed", "main": "i.ts" }\n'
    "//- /packages/shed/i.ts\nexport const saw = 1;\n"
    "//- /apps/shop/src/yard.ts\nimport { saw } from '@acme/tool';\nsaw;\n"
)
BOTH = ("--from", "@acme/kit", "--from", "packages/tool")


def test_several_trees_are_written_at_once(cli: Cli, workspace: Write) -> None:
    root = workspace(RENAMED + TOOL, base=OLD)
    told = cli("map", "--infer", *BOTH, root)
    assert (told.code, told.out.splitlines()[:2]) == (
        0,
        [
            "@acme/kit, @acme/tool: 2 references, 0 with a verified target.",
            "Proposed 2 rows: verified targets go from 0 to 2.",
        ],
    )
    assert cli("map", "--infer", "--write", *BOTH, root).code == 0
    written = json.loads((root / "workflow-ls.json").read_text())
    assert [part["tree"] for part in written["legacy"]] == ["packages/kit/src", "packages/tool"]
    assert [row["from"] for row in written["modules"]] == ["@acme/kit/money", "@acme/tool"]
    assert (
        cli("map", "--check", root).out == "No problem in 2 rows; they lead 2 of 2 references to a verified target.\n"
    )
    before = (root / "workflow-ls.json").read_bytes()
    assert cli("map", "--infer", "--write", *BOTH, root).code == 0
    assert (root / "workflow-ls.json").read_bytes() == before


def test_another_tree_is_added_to_the_file(cli: Cli, workspace: Write) -> None:
    root = workspace(RENAMED + TOOL, base=OLD)
    assert cli("map", "--infer", "--write", "--from", "@acme/kit", root).code == 0
    one = json.loads((root / "workflow-ls.json").read_text())
    assert cli("map", "--infer", "--write", "--from", "@acme/tool", root).code == 0
    both = json.loads((root / "workflow-ls.json").read_text())
    assert both["legacy"] == [one["legacy"], both["legacy"][1]]
    assert both["modules"][: len(one["modules"])] == one["modules"]
    assert cli("map", "--check", root).out.startswith("No problem in 2 rows; they lead 2 of 2 ")
    assert cli("map", "--infer", "--write", "--from", "packages/shed", root).code == 0
    assert json.loads((root / "workflow-ls.json").read_text()) == both


def test_a_legacy_tree_is_no_place_for_another(cli: Cli, workspace: Write) -> None:
    """Of two trees that go, neither is a home for the other."""
    both = ("--from", "@acme/kit", "--from", "@acme/prices")
    told = cli("map", "--infer", *both, workspace(RENAMED, base=OLD)).out
    assert "@acme/kit/money -> @acme/prices" not in told


def test_the_built_in_table_and_other_code_are_not_mixed(cli: Cli, workspace: Write) -> None:
    refused = cli("map", "--infer", "--from", "@shared/workflow", "--from", "@acme/shed", workspace(TOOL))
    assert refused.code == 2
    assert "Name one or the other." in refused.err


def test_rows_for_names_only_make_a_valid_file(cli: Cli, workspace: Write) -> None:
    text = (
        "//- /apps/shop/src/basket.ts\nimport total from '@acme/kit/money';\ntotal();\n"
        "//- /packages/kit/src/money.ts\nexport { total as default } from '@acme/prices';\n"
        '//- /packages/prices/package.json\n{ "name": "@acme/prices", "exports": "./src/sums.ts" }\n'
        f"//- /packages/prices/src/sums.ts\n{BODY}"
    )
    root = workspace(text, base=OLD)
    assert cli("map", "--infer", "--write", "--from", "@acme/kit", root).code == 0
    assert cli("map", "--check", root).out.startswith("No problem in 1 row; they lead 1 of 1 ")


def test_check_finds_problems(cli: Cli, workspace: Write) -> None:
    row = '{ "from": "@shared/workflow/runtime/never", "to": ["@alga-psa/workflows/runtime"] }'
    config = f'{{\n  "modules": [\n    {row}\n  ]\n}}\n'
    root = workspace(f"//- /workflow-ls.json\n{config}")
    result = cli("map", "--check", root)
    assert result.code == 1
    assert result.out.startswith(
        "workflow-ls.json:3:15: warning: @shared/workflow/runtime/never: This names no module of shared/workflow, "
    )
    found = json.loads(cli("map", "--check", "--format", "json", root).out)
    assert found["findings"][0]["place"] == ["modules", 0, "from"]
    assert found["findings"][0]["start"] == {"line": 3, "column": 15}


def test_check_takes_no_option_of_infer(cli: Cli, workspace: Write) -> None:
    result = cli("map", "--check", "--write", workspace())
    assert (result.code, result.err.startswith("workflow-ls: --from, --since and --write belong to --infer")) == (
        2,
        True,
    )


def test_a_name_in_doubt_is_written_into_its_own_list(
    cli: Cli, workspace: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who takes the row only removes what stands before it, and has a file that is read."""
    root = workspace(
        """
        //- /package.json
        { "private": true, "workspaces": ["libs/*", "apps/*"] }
        //- /libs/box/package.json
        { "name": "@keep/box", "exports": { "./span": "./src/span/index.ts" } }
        //- /libs/box/src/span/index.ts
        export const days = (from: number, to: number): number => (to - from) / 864e5;
        //- /libs/hours/package.json
        { "name": "@keep/hours", "exports": { ".": "./src/index.ts" } }
        //- /libs/hours/src/index.ts
        export { days as daysBetween } from './span';
        //- /libs/hours/src/span.ts
        export const days = (from: number, to: number): number => (to - from) / 864e5;
        //- /apps/shop/package.json
        { "name": "shop", "dependencies": { "@keep/box": "*" } }
        //- /apps/shop/src/page.test.ts
        import { vi } from 'vitest';
        import { days } from '@keep/box/span';
        vi.mock('@keep/box/span', () => ({ days: () => 3 }));
        days(1, 2);
        """,
        base="",
    )
    monkeypatch.chdir(root)
    assert cli("init", "--from", "@keep/box/span", "--to", "@keep/hours").code == 0
    said = cli("map", "--infer", "--write").out
    assert said.endswith(
        "Next, look at the rows in doubt in workflow-ls.json: to accept one, remove the text before its `{`.\n"
        "`workflow-ls check` says what each import needs.\n"
    )
    file = root / "workflow-ls.json"
    text = file.read_text()
    assert '"names": [\n    // in doubt, since ' in text
    file.write_text(re.sub(r"// in doubt, since [^{]*", "", text))
    blocked = cli("check").out
    assert "names of this module changed (`days` is now `daysBetween` in `@keep/hours`)" in blocked


def test_a_revision_without_a_repository(cli: Cli, workspace: Write) -> None:
    told = cli("map", "--infer", "--since", "HEAD~1", workspace(SHOP, base=OLD))
    assert told.code == 2
    assert "git" in told.err
    assert "no such revision" not in told.err
