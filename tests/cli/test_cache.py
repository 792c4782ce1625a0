"""The last report, printed again: only where nothing has changed, and never from a place that others can write to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from workflow_ls.analysis import Analysis
from workflow_ls.cli.cache import Cache, read_entry, write_entry
from workflow_ls.diagnostics import Report
from workflow_ls.kept.cache_directory import DISABLING_VARIABLE

Write = Callable[..., Path]

IMPORT = "import { client } from '@shared/workflow/runtime/client';\n"
PROJECT = f"//- /packages/a/src/a.ts\n{IMPORT}"


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The checks that were really made."""
    made: list[str] = []
    check = Analysis.check

    def counted(self: Analysis, within: Sequence[str] = ("",), *, in_groups: bool = False) -> Report:
        made.append("check")
        return check(self, within, in_groups=in_groups)

    monkeypatch.setattr(Analysis, "check", counted)
    return made


def test_the_second_run_prints_the_same_without_a_check(cli: Cli, workspace: Write, runs: list[str]) -> None:
    root = workspace(PROJECT)
    first, second = cli("check", root), cli("check", root)
    assert runs == ["check"]
    assert (first.code, first.out) == (second.code, second.out)
    assert "packages/a/src/a.ts:1:25" in second.out


def test_a_report_in_a_file_is_written_again(cli: Cli, workspace: Write, runs: list[str], tmp_path: Path) -> None:
    root, report = workspace(PROJECT), tmp_path / "report"
    cli("check", root, "--output", report)
    before = report.read_text()
    report.unlink()
    assert cli("check", root, "--output", report).code == 1
    assert report.read_text() == before
    assert runs == ["check"]


@pytest.mark.parametrize(
    "options",
    [["--format", "json"], ["--statistics"], ["--select", "legacy-proxy"], ["--fail-on", "error"], ["--exit-zero"]],
)
def test_other_options_are_another_question(cli: Cli, workspace: Write, runs: list[str], options: list[str]) -> None:
    root = workspace(PROJECT)
    cli("check", root)
    fresh = cli("check", root, *options, "--no-cache")
    kept = [cli("check", root, *options) for _ in range(2)]
    assert len(runs) == 3
    assert {(result.code, result.out) for result in kept} == {(fresh.code, fresh.out)}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("packages/a/src/a.ts", "// nothing\n"),
        ("packages/b/src/new.ts", IMPORT),
        ("ee/packages/workflows/package.json", '{ "name": "@alga-psa/workflows", "exports": {} }'),
        ("workflow-ls.json", '{ "rules": { "deprecated-import": "off" } }'),
        ("tsconfig.base.json", "{"),
        (".gitignore", "packages/\n"),
    ],
)
def test_a_change_is_a_new_check(cli: Cli, workspace: Write, runs: list[str], path: str, text: str) -> None:
    root = workspace(PROJECT)
    before = cli("check", root, "--format", "json")
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
    after = cli("check", root, "--format", "json")
    assert len(runs) == 2
    assert after.out != before.out
    assert after.out == cli("check", root, "--format", "json", "--no-cache").out


def test_a_fix_is_seen(cli: Cli, workspace: Write) -> None:
    root = workspace(PROJECT)
    assert cli("check", root, "--select", "deprecated-import").code == 1
    cli("fix", root, "--allow-dirty")
    assert cli("check", root, "--select", "deprecated-import").code == 0


def test_it_can_be_turned_off(
    cli: Cli, workspace: Write, runs: list[str], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace(PROJECT)
    cli("check", root, "--no-cache")
    monkeypatch.setenv(DISABLING_VARIABLE, "1")
    cli("check", root)
    assert runs == ["check"] * 2
    assert not cache.exists()


def test_it_is_the_users_alone(cli: Cli, workspace: Write, cache: Path) -> None:
    cli("check", workspace(PROJECT))
    (entry,) = cache.glob("*.json")
    assert (cache.stat().st_mode & 0o777, entry.stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_directory_that_others_can_write_to_is_not_used(
    cli: Cli, workspace: Write, runs: list[str], cache: Path
) -> None:
    cache.mkdir(parents=True)
    cache.chmod(0o770)
    root = workspace(PROJECT)
    assert cli("check", root).out == cli("check", root).out
    assert len(runs) == 2
    assert not [*cache.iterdir()]


def test_a_link_is_not_used(cli: Cli, workspace: Write, runs: list[str], cache: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    cache.parent.mkdir()
    cache.symlink_to(tmp_path / "elsewhere")
    cli("check", workspace(PROJECT))
    assert runs == ["check"]
    assert not [*(tmp_path / "elsewhere").iterdir()]


def test_nothing_is_kept_in_the_workspace(cli: Cli, workspace: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    root = workspace(PROJECT)
    monkeypatch.setenv("XDG_CACHE_HOME", str(root / "cache"))
    cli("check", root)
    assert not [*root.glob("**/*.json.*"), *(root / "cache").glob("*/*")]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff", b'{"key": 1}', b"[" * 100_000])
def test_a_broken_entry_is_ignored_and_replaced(
    cli: Cli, workspace: Write, runs: list[str], cache: Path, content: bytes
) -> None:
    root = workspace(PROJECT)
    first = cli("check", root)
    (entry,) = cache.glob("*.json")
    entry.write_bytes(content)
    assert cli("check", root).out == first.out
    assert cli("check", root).out == first.out
    assert len(runs) == 2


@pytest.mark.parametrize("key", ["key", "tool", "seen", "text", "code"])
def test_an_entry_without_a_part_is_ignored(cli: Cli, workspace: Write, runs: list[str], cache: Path, key: str) -> None:
    root = workspace(PROJECT)
    first = cli("check", root)
    (entry,) = cache.glob("*.json")
    whole = read_entry(str(entry))
    del whole[key]
    write_entry(str(entry), whole)
    assert cli("check", root).out == first.out
    assert len(runs) == 2


def test_a_damaged_report_is_not_printed(cli: Cli, workspace: Write, runs: list[str], cache: Path) -> None:
    root = workspace(PROJECT)
    first = cli("check", root)
    (entry,) = cache.glob("*.json")
    for path in cache.glob("*.state"):
        path.unlink()
    entry.write_bytes(entry.read_bytes().replace(b"moved to", b"moved tp"))
    assert cli("check", root).out == first.out
    assert len(runs) == 2


def test_another_state_of_the_tool_is_another_answer(
    cli: Cli, workspace: Write, runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace(PROJECT)
    cli("check", root)
    monkeypatch.setattr("workflow_ls.cli.cache.first_tool_state", lambda: ["another"])
    cli("check", root)
    assert len(runs) == 2


def test_old_entries_go(cli: Cli, workspace: Write, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow_ls.cli.cache._MAX_ENTRIES", 2)
    root = workspace(PROJECT)
    for rule in ("deprecated-import", "legacy-proxy", "missing-name"):
        cli("check", root, "--select", rule)
    assert len([*cache.glob("*.json")]) == 2


def test_a_full_disk_does_no_harm(cli: Cli, workspace: Write, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("workflow_ls.cli.cache.os.replace", fail)
    assert cli("check", workspace(PROJECT)).code == 1
    assert not [path for path in cache.rglob("*") if path.is_file()]


def test_standard_input_is_not_kept(cli: Cli, workspace: Write, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workspace())
    cli("check", "--stdin-filename", "packages/new/src/a.ts", stdin=IMPORT.encode())
    assert not cache.exists()


def test_a_home_that_is_nowhere(cli: Cli, workspace: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert cli("check", workspace(PROJECT)).code == 1
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cli("check", tmp_path / "repo").code == 1
    assert (tmp_path / "home/.cache/workflow-ls").is_dir()


def test_entries_are_told_apart_by_root() -> None:
    assert Cache("d", ["/a", []])._path != Cache("d", ["/b", []])._path
