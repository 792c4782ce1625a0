"""`workflow-ls check` as a user calls it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from workflow_ls.reporters import FORMATS

Write = Callable[..., Path]

IMPORT = "import { client } from '@shared/workflow/runtime/client';\n"


def test_clean(cli: Cli, workspace: Write) -> None:
    root = workspace("//- /packages/a/src/a.ts\nimport { client } from '@alga-psa/workflows/runtime/client';")
    result = cli("check", root, "--select", "deprecated-import")
    assert (result.code, result.err) == (0, "")


def test_findings_make_exit_one(cli: Cli, workspace: Write) -> None:
    root = workspace(f"//- /packages/a/src/a.ts\n{IMPORT}")
    result = cli("check", root)
    assert result.code == 1
    assert "packages/a/src/a.ts:1:25" in result.out
    assert "@alga-psa/workflows/runtime/client" in result.out
    assert cli("check", root, "--exit-zero").code == 0
    assert cli("check", root, "--fail-on", "error").code == 0
    assert cli("check", root, "--ignore", "deprecated-import,legacy-proxy").code == 0


def test_information_fails_on_request(cli: Cli, workspace: Write) -> None:
    root = workspace()  # its proxies are for information
    assert cli("check", root).code == 0
    assert cli("check", root, "--fail-on", "information").code == 1


def test_a_path_limits_what_is_reported(cli: Cli, workspace: Write) -> None:
    root = workspace(f"//- /packages/a/src/a.ts\n{IMPORT}\n//- /packages/b/src/b.ts\n{IMPORT}")
    found = json.loads(cli("check", root / "packages/b", "--format", "json").out)
    assert [finding["path"] for finding in found["diagnostics"]] == ["packages/b/src/b.ts"]


def test_json(cli: Cli, workspace: Write) -> None:
    root = workspace("//- /packages/a/src/a.ts\n/* 😀 */ import { client } from '@shared/workflow/runtime/client';")
    found = json.loads(cli("check", root / "packages", "--format", "json").out)
    assert found["version"] == 1
    assert found["diagnostics"] == [
        {
            "path": "packages/a/src/a.ts",
            "rule": "deprecated-import",
            "severity": "warning",
            "message": "`@shared/workflow/runtime/client` moved to `@alga-psa/workflows/runtime/client`",
            "start": {"line": 1, "column": 33},
            "end": {"line": 1, "column": 64},
            "specifier": "@shared/workflow/runtime/client",
            "replacement": "@alga-psa/workflows/runtime/client",
            "status": "verified",
            "reason": None,
        }
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_names_the_place(cli: Cli, workspace: Write, form: str, tmp_path: Path) -> None:
    root = workspace(f"//- /packages/a/src/a.ts\n{IMPORT}")
    printed = cli("check", root, "--format", form)
    assert printed.code == 1
    assert "packages/a/src/a.ts" in printed.out
    written = cli("check", root, "--format", form, "--output", tmp_path / "report")
    assert (written.code, written.out) == (1, "")
    assert (tmp_path / "report").read_text(encoding="utf-8") == printed.out


def test_a_file_of_another_kind_is_named(cli: Cli, workspace: Write) -> None:
    root = workspace("//- /a.kt\nval x = 1\n//- /Dockerfile\nCOPY shared/workflow x")
    reason = "neither a source, a package.json nor a tsconfig.json, and nothing in it names the legacy tree"
    assert f"a.kt: not checked: {reason}" in cli("check", root / "a.kt").out
    checked = cli("check", root / "Dockerfile")
    assert "Dockerfile:1:6" in checked.out
    assert "not checked" not in checked.out


def test_the_root_may_be_named_by_a_link(cli: Cli, workspace: Write, tmp_path: Path) -> None:
    root = workspace(f"//- /packages/a/src/a.ts\n{IMPORT}")
    (tmp_path / "link").symlink_to(root)
    assert "packages/a/src/a.ts:1:25" in cli("check", tmp_path / "link").out
    assert "packages/a/src/a.ts:1:25" in cli("check", tmp_path / "link" / "packages").out


def test_statistics(cli: Cli, workspace: Write) -> None:
    root = workspace(f"//- /packages/a/src/a.ts\n{IMPORT}")
    out = cli("check", root, "--statistics").out
    assert "deprecated-import" in out
    assert "packages/a" not in out


def test_one_run_writes_further_reports(cli: Cli, workspace: Write, tmp_path: Path) -> None:
    """Each is what a run of its own would write, and what is printed stays as it is."""
    root = workspace(f"//- /packages/a/src/a.ts\n{IMPORT}")
    alone = {format_: cli("check", root, "--format", format_).out for format_ in FORMATS}
    further = [each for format_ in FORMATS for each in ("--report", f"{format_}={tmp_path / format_}")]
    for _ in range(2):  # the second has what the first one kept
        result = cli("check", root, *further)
        assert (result.code, result.out, result.err) == (1, alone["text"], "")
        assert {format_: (tmp_path / format_).read_text(encoding="utf-8") for format_ in FORMATS} == alone


def test_a_further_report_that_can_not_be_written(cli: Cli, workspace: Write, tmp_path: Path) -> None:
    result = cli("check", workspace(), "--report", f"json={tmp_path / 'nowhere' / 'x'}")
    assert (result.code, result.out) == (2, "")
    assert result.err.endswith("x: can't be written: No such file or directory\n")


class TestStdin:
    def test_a_name_gives_the_place(self, cli: Cli, workspace: Write, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(workspace())
        result = cli("check", "--stdin-filename", "packages/new/src/a.ts", stdin=IMPORT.encode())
        assert result.code == 1
        assert "packages/new/src/a.ts:1:25" in result.out
        assert "→ '@alga-psa/workflows/runtime/client'" in result.out

    def test_in_the_core_it_is_blocked(self, cli: Cli, workspace: Write, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(workspace())
        result = cli("check", "--stdin-filename", "shared/x.ts", "--format", "json", stdin=IMPORT.encode())
        assert json.loads(result.out)["diagnostics"][0]["status"] == "blocked"

    def test_without_a_name(self, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        result = cli("check", "-", "--format", "json", stdin=IMPORT.encode())
        assert result.code == 1
        assert json.loads(result.out)["diagnostics"][0]["status"] == "unverified"


class TestBadInput:
    """Section 10 of the product page, row by row (with test_fix.py and the layers' own tests)."""

    @pytest.mark.parametrize(
        ("arguments", "line"),
        [
            (["check", "--format", "jsn"], "unknown format `jsn`. Did you mean `json`?"),
            (
                ["check", "--select", "deprecated-imports"],
                "unknown rule `deprecated-imports`. Did you mean `deprecated-import`?",
            ),
            (["check", "--ignore", "zzz"], "unknown rule `zzz`. Valid: deprecated-import, "),
            (["check", "--fail-on", "warn"], "unknown severity `warn`. Did you mean `warning`?"),
            (["check", "nowhere"], "nowhere: no such file or directory"),
            (["check", "--root", "nowhere"], "nowhere: not a directory"),
            (["check", "--frmat", "json"], "unrecognized arguments: --frmat"),
            (["chek"], "unknown command `chek`. Did you mean `check`?"),
            (["staus", "--format", "json"], "unknown command `staus`. Did you mean `status`?"),
            (["help"], "unknown command `help`. Did you mean `--help`?"),
            (["zzz"], "unknown command `zzz`. Valid: check, fix, status, "),
            ([], "no command. Give one of these: check, fix, "),
            (["check", "--frmat=json"], "unrecognized arguments: --frmat=json. Did you mean `--format`?"),
            (["map", "--chek"], "unrecognized arguments: --chek. Did you mean `--check`?"),
            (["check", "-select", "x"], "unrecognized arguments: -select. Did you mean `--select`?"),
            (["check", "--json"], "unrecognized arguments: --json. Did you mean `--format json`?"),
            (["check", "--fix"], "unrecognized arguments: --fix. `workflow-ls fix` is a command of its own."),
            (["check", "--diff"], "unrecognized arguments: --diff. `workflow-ls fix` has that option."),
            (["init", "--zzzz"], "unrecognized arguments: --zzzz (see `workflow-ls init --help`)"),
            (["--verison"], "unrecognized arguments: --verison. Did you mean `--version`?"),
            (["-V"], "unrecognized arguments: -V. Did you mean `--version`?"),
            (["--format", "json", "check"], "unrecognized arguments: --format. The command comes first, such as "),
            (["explain", "deprecated-imprt"], "unknown rule `deprecated-imprt`. Did you mean `deprecated-import`?"),
            (["explain", "@shared/workflows"], "`@shared/workflows` is not a legacy specifier"),
            (["explain", "@shared/workflow", "--from", "nowhere.ts"], "nowhere.ts: no such file"),
            (
                ["check", "--report", "sarif"],
                "--report sarif: it takes FORMAT=FILE, such as ",
            ),
            (["check", "--report", "sarf=x"], "unknown format `sarf`. Did you mean `sarif`?"),
            (["check", "--strict", "--no-baseline"], "--strict is about what the baseline accepts, and --no-baseline "),
            (["check", "--strict", "--since", "main"], "--strict is about all that the baseline accepts: it does not "),
            (
                ["check", "--stdin-filename", "a.ts", "b.ts"],
                "--stdin-filename checks standard input, and no other ",
            ),
            (["status", "--since", "main"], "--since is about the commits that --history counts: give both."),
            (["status", "--every", "day"], "--every is about the commits that --history counts: give both."),
            (
                ["status", "--verify-timeout", "9"],
                "--verify-timeout is a limit for --verify COMMAND, which is ",
            ),
            (["fix", "--verify-runs", "3"], "--verify-runs is a limit for --verify COMMAND, which is missing."),
            (["map", "--infer", "--check"], "--infer and --check are two runs: --infer proposes rows, --check proves "),
        ],
    )
    def test_one_line_and_exit_two(
        self, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], line: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        result = cli(*arguments)
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith("workflow-ls: ")
        assert line in result.err
        assert result.err.count("\n") == 1

    @pytest.mark.parametrize(
        "arguments",
        [
            ["check"],
            ["check", "--stdin-filename", "a.ts"],
            ["fix"],
            ["cutover", "--dry-run"],
            ["status"],
            ["explain", "@shared/workflow"],
        ],
    )
    def test_a_current_directory_that_was_deleted(
        self, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
    ) -> None:
        deleted = tmp_path / "deleted"
        deleted.mkdir()
        monkeypatch.chdir(deleted)
        deleted.rmdir()
        result = cli(*arguments, stdin=IMPORT.encode())
        message = "workflow-ls: the current directory was deleted. Change to one that exists.\n"
        assert (result.code, result.out, result.err) == (2, "", message)

    def test_a_file_that_is_not_utf8_is_skipped_and_named(self, cli: Cli, workspace: Write) -> None:
        root = workspace(f"//- /packages/a/src/a.ts\n{IMPORT}")
        (root / "packages/a/src/latin.ts").write_bytes(b"// caf\xe9\n" + IMPORT.encode())
        result = cli("check", root)
        assert "packages/a/src/latin.ts: error: skipped: it is not UTF-8" in result.out
        assert "packages/a/src/a.ts:1" in result.out
        fixed = cli("fix", root)
        assert "packages/a/src/latin.ts: skipped: it is not UTF-8" in fixed.err
        assert "1 finding fixed in 1 file" in fixed.out

    def test_a_file_over_the_limit_is_skipped_and_named(self, cli: Cli, workspace: Write) -> None:
        root = workspace(f'//- /workflow-ls.json\n{{ "maxFileSize": 1000 }}\n//- /packages/a/src/a.ts\n{IMPORT}')
        (root / "packages/a/src/big.ts").write_bytes(IMPORT.encode() * 100)
        result = cli("check", root)
        assert "packages/a/src/big.ts: skipped: it is larger than 0.001 MB" in result.out
        assert "packages/a/src/a.ts:1" in result.out

    @pytest.mark.parametrize(
        "broken",
        ["const x = {{{;\n", "import { from\n", "`${\n", "<div>\n", "class {\n", "/* open\n", "\x00\n"],
    )
    def test_broken_typescript_still_shows_what_can_be_seen(self, cli: Cli, workspace: Write, broken: str) -> None:
        root = workspace(f"//- /packages/a/src/a.ts\n{IMPORT}{broken}")
        assert "packages/a/src/a.ts:1:25" in cli("check", root).out

    def test_an_unparseable_specifier_is_not_edited(self, cli: Cli, workspace: Write) -> None:
        text = "import { client } from '@shared/workflow/runtime/client\n"
        root = workspace(f"//- /packages/a/src/a.ts\n{text}")
        cli("fix", root)
        assert (root / "packages/a/src/a.ts").read_text() == text

    def test_a_broken_manifest_makes_fixes_unverified(self, cli: Cli, workspace: Write) -> None:
        root = workspace(f'//- /ee/packages/workflows/package.json\n{{ "name": \n//- /packages/a/src/a.ts\n{IMPORT}')
        found = json.loads(cli("check", root, "--format", "json").out)
        finding = next(entry for entry in found["diagnostics"] if entry["path"] == "packages/a/src/a.ts")
        assert finding["status"] == "unverified"
        assert "ee/packages/workflows/package.json can't be read" in finding["reason"]
        assert [notice["path"] for notice in found["notices"]] == ["ee/packages/workflows/package.json"]
        assert "ee/packages/workflows/package.json:1: " in cli("check", root).out

    def test_a_broken_tsconfig_stops_nothing(self, cli: Cli, workspace: Write) -> None:
        root = workspace(f'//- /tsconfig.json\n{{ "compilerOptions": {{ "paths": [\n//- /packages/a/src/a.ts\n{IMPORT}')
        out = cli("check", root / "packages").out
        assert "1 verified" in out
        assert "tsconfig.json:1: " in out

    def test_a_broken_table_names_file_line_and_row(self, cli: Cli, workspace: Write) -> None:
        root = workspace("""
        //- /workflow-ls.json
        {
          "modules": [
            { "from": "@shared/workflow/x", "to": ["@shared/workflow/y"] }
          ]
        }
        """)
        result = cli("check", root)
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith("workflow-ls: workflow-ls.json:3: ")
        assert "modules[0]" in result.err

    def test_a_circular_extends_ends(self, cli: Cli, workspace: Write) -> None:
        root = workspace(f"""
        //- /tsconfig.json
        {{ "extends": "./other.json" }}
        //- /other.json
        {{ "extends": "./tsconfig.json" }}
        //- /packages/a/src/a.ts
        {IMPORT}""")
        out = cli("check", root / "packages").out
        assert "1 verified" in out
        assert "extends this file in turn" in out

    def test_circular_stars_end(self, cli: Cli, workspace: Write) -> None:
        root = workspace("""
        //- /ee/packages/workflows/src/runtime/index.ts
        export * from './other';
        //- /ee/packages/workflows/src/runtime/other.ts
        export * from './index';
        export function start(): void {}
        export class Runner {}
        export interface Run {}
        //- /packages/a/src/a.ts
        import { start } from '@shared/workflow/runtime';
        """)
        assert "1 verified" in cli("check", root / "packages").out

    def test_a_loop_of_links_ends(self, cli: Cli, workspace: Write) -> None:
        root = workspace(f"//- /packages/a/src/a.ts\n{IMPORT}")
        (root / "packages/a/loop").symlink_to(root / "packages")
        (root / "packages/a/self").symlink_to("self")
        assert "1 verified" in cli("check", root / "packages").out

    def test_an_empty_workspace(self, cli: Cli, tmp_path: Path) -> None:
        assert cli("check", tmp_path).code == 0

    def test_no_manifest_and_no_git(self, cli: Cli, tmp_path: Path) -> None:
        (tmp_path / "a.ts").write_text(IMPORT)
        result = cli("check", tmp_path, "--format", "json")
        assert json.loads(result.out)["diagnostics"][0]["status"] == "unverified"


@pytest.mark.parametrize("command", ["check", "fix", "status"])
def test_an_interrupted_cutover_comes_first(cli: Cli, workspace: Write, command: str) -> None:
    root = workspace("//- /.workflow-ls-cutover/journal.json\n{}")
    result = cli(command, root)
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "workflow-ls: a cutover was interrupted. Run `workflow-ls cutover` to finish it or to roll it back.\n"
    )


@pytest.mark.parametrize("command", ["check", "status", "fix"])
def test_a_workspace_without_any_of_it_fails(cli: Cli, workspace: Write, command: str) -> None:
    root = workspace("//- /package.json\n{}\n//- /src/main.ts\nexport const a = 1;\n", base="")
    result = cli(command, root)
    assert result.code == 2
    assert "Run `workflow-ls init` to" in " ".join((result.out + result.err).split())
    assert "clear" not in result.out
    assert "100 %" not in result.out


@pytest.mark.parametrize(
    "command",
    [
        ["check"],
        ["fix"],
        ["fix", "--diff"],
        ["baseline"],
        ["baseline", "--prune"],
        ["cutover"],
        ["cutover", "--dry-run"],
    ],
)
def test_where_nothing_of_the_move_is_each_command_says_so(cli: Cli, tmp_path: Path, command: list[str]) -> None:
    """No command takes an empty folder for a finished move without a word."""
    result = cli(*command, tmp_path)
    assert result.code == 0
    said = " ".join((result.out + result.err).split())
    assert "none of them is in this workspace. Run `workflow-ls init` to describe what moves here." in said
