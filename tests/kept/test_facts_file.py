"""The file with the facts of a workspace: bounded, never wrong, and safe between processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import pytest

from tests.cli.conftest import Cli
from workflow_ls.kept import facts_file
from workflow_ls.kept.facts_file import FactsFile
from workflow_ls.project.parsed_sources import ParsedSources
from workflow_ls.syntax.parser import Source

TOOL = facts_file.tool_digest()
KEYS = [bytes([n]) * 16 for n in range(10)]
IMPORT = "import { client } from '@shared/workflow/runtime/client';\n"
PROJECT = f"//- /packages/a/src/a.ts\n{IMPORT}\n//- /packages/a/src/b.ts\n{IMPORT}"
Write = Callable[..., Path]


def opened(path: Path) -> FactsFile:
    return FactsFile(str(path), TOOL)


def test_what_is_kept_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "facts"
    first = opened(path)
    first.keep(KEYS[0], b"zero")
    first.keep(KEYS[1], b"")
    assert (first.find(KEYS[0]), first.find(KEYS[2])) == (b"zero", None)
    first.save()
    again = opened(path)
    assert [again.find(key) for key in KEYS[:3]] == [b"zero", b"", None]
    assert [first.find(key) for key in KEYS[:3]] == [b"zero", b"", None]
    assert path.stat().st_mode & 0o777 == 0o600


def test_without_anything_new_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "facts"
    opened(path).save()
    assert not path.exists()


def _swapped(data: bytes) -> bytes:
    """Each of the two entries has the data of the other."""
    head, width = facts_file._HEADER.size, facts_file._ENTRY.size
    one, two = data[head : head + width], data[head + width : head + 2 * width]
    table = two[:16] + one[16:] + one[:16] + two[16:]
    magic, tool, count, _ = facts_file._HEADER.unpack_from(data)
    return facts_file._HEADER.pack(magic, tool, count, crc32(table)) + table + data[head + 2 * width :]


BREAKS: dict[str, Callable[[bytes], bytes]] = {
    "nothing left": lambda _: b"",
    "cut in its head": lambda data: data[:20],
    "cut in its table": lambda data: data[:60],
    "another kind": lambda data: b"x" + data[1:],
    "another tool": lambda data: data[:12] + b"x" * 16 + data[28:],
    "a count beyond all": lambda data: data[:28] + b"\xff" * 4 + data[32:],
    "a place beyond all": lambda data: data[:52] + b"\xff" * 4 + data[56:],
    "entries that are swapped": _swapped,
    "other data": lambda data: data[:-8] + b"hostile!",
}


@pytest.mark.parametrize("breaking", [pytest.param(breaking, id=name) for name, breaking in BREAKS.items()])
def test_broken_entries_are_not_found_and_made_anew(tmp_path: Path, breaking: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "facts"
    first = opened(path)
    first.keep(KEYS[0], b"zero")
    first.keep(KEYS[1], b"hospital")
    first.save()
    path.write_bytes(breaking(path.read_bytes()))
    broken = opened(path)
    found = [broken.find(key) for key in KEYS[:2]]
    assert found != [b"zero", b"hospital"]
    assert set(found) <= {b"zero", b"hospital", None}
    broken.keep(KEYS[0], b"zero")
    broken.keep(KEYS[1], b"hospital")
    broken.save()
    assert [opened(path).find(key) for key in KEYS[:2]] == [b"zero", b"hospital"]


@pytest.mark.parametrize("kind", ["directory", "link", "pipe"])
def test_what_is_no_file_is_not_followed(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "facts"
    if kind == "directory":
        path.mkdir()
    elif kind == "link":
        (tmp_path / "elsewhere").write_bytes(b"untouched")
        path.symlink_to("elsewhere")
    else:
        os.mkfifo(path)
    facts = opened(path)
    facts.keep(KEYS[0], b"zero")
    facts.save()
    assert facts.find(KEYS[0]) in (b"zero", None)
    assert kind != "link" or (tmp_path / "elsewhere").read_bytes() == b"untouched"


def test_it_is_bounded_and_what_was_used_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "facts"
    monkeypatch.setattr(facts_file, "LARGEST_BYTES", 5 * 140)
    for n, key in enumerate(KEYS):
        facts = opened(path)
        facts.find(KEYS[0])
        facts.keep(key, bytes([n]) * 100)
        facts.save()
        assert path.stat().st_size <= 5 * 140 + facts_file._HEADER.size
    left = [key for key in KEYS if opened(path).find(key) is not None]
    assert left == [KEYS[0], *KEYS[-4:]]


def test_files_of_many_workspaces_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts_file, "_MOST_FILES", 2)
    for name in ("a", "b", "c"):
        facts = opened(tmp_path / name)
        facts.keep(KEYS[0], b"zero")
        facts.save()
        os.utime(tmp_path / name, (ord(name), ord(name)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "c"]


def test_two_that_write_in_turn_keep_both(tmp_path: Path) -> None:
    path = tmp_path / "facts"
    one, other = opened(path), opened(path)
    one.keep(KEYS[0], b"zero")
    other.keep(KEYS[1], b"one")
    one.save()
    other.save()
    assert [opened(path).find(key) for key in KEYS[:2]] == [b"zero", b"one"]


def test_after_an_update_a_running_process_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "facts"
    facts = opened(path)
    facts.keep(KEYS[0], b"zero")
    monkeypatch.setattr(facts_file, "tool_state", lambda: ["updated"])
    facts.save()
    assert not path.exists()


WRITER = """
import sys
from workflow_ls.kept.facts_file import FactsFile, tool_digest
facts = FactsFile(sys.argv[1], tool_digest())
for n in range(100_000):
    key = (n % 50).to_bytes(16, "little")
    data = facts.find(key)
    assert data is None or data == key * 1000, "a torn entry"
    facts.keep(key, key * 1000)
    facts.save()
    print(n, flush=True)
"""


@pytest.mark.slow
def test_processes_that_write_at_once_and_are_killed_leave_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "facts"
    command = [sys.executable, "-c", WRITER, str(path)]
    for _ in range(2):
        writers = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
        for writer in writers:
            assert writer.stdout is not None
            for _ in range(20):
                assert writer.stdout.readline(), writer.communicate()
        time.sleep(0.01)
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
            writer.communicate()
        facts = opened(path)
        for n in range(50):
            key = n.to_bytes(16, "little")
            assert facts.find(key) in (None, key * 1000)
        facts.keep(b"k" * 16, b"whole")
        facts.save()
        assert opened(path).find(b"k" * 16) == b"whole"


def facts_of(cache: Path) -> Path:
    (found,) = (cache / "facts").iterdir()
    return found


def check_anew(cli: Cli, root: Path, cache: Path) -> str:
    """What a check prints that finds no report of an earlier one."""
    for path in cache.glob("*.json"):
        path.unlink()
    return cli("check", root, "--format", "json").out


def test_a_check_after_a_change_parses_what_changed(cli: Cli, workspace: Write, parsed: list[str]) -> None:
    root = workspace(PROJECT)
    cli("check", root)
    assert {"packages/a/src/a.ts", "packages/a/src/b.ts"} <= {*parsed}
    parsed.clear()
    (root / "packages/a/src/b.ts").write_text(f"\n{IMPORT}")
    after = cli("check", root, "--format", "json").out
    assert {*parsed} == {"packages/a/src/b.ts"}
    assert after == cli("check", root, "--format", "json", "--no-cache").out
    parsed.clear()
    (root / "packages/a/src/b.ts").write_text(IMPORT)
    cli("check", root, "--format", "json")
    assert parsed == [], "a change back is known"


def test_what_one_command_found_another_knows(cli: Cli, workspace: Write, cache: Path, parsed: list[str]) -> None:
    root = workspace(PROJECT)
    cli("check", root)
    assert cache.is_dir()
    parsed.clear()
    cli("status", root)
    cli("baseline", root)
    assert parsed == []


def test_other_settings_are_other_facts(cli: Cli, workspace: Write, cache: Path) -> None:
    root = workspace(f"{PROJECT}\n//- /packages/a/src/c.ts\nload('@shared/workflow/runtime/client');")
    before = cli("check", root, "--format", "json").out
    (root / "workflow-ls.json").write_text(json.dumps({"callees": ["load"]}))
    after = check_anew(cli, root, cache)
    assert before != after == cli("check", root, "--format", "json", "--no-cache").out


@pytest.mark.parametrize("breaking", [pytest.param(breaking, id=name) for name, breaking in BREAKS.items()])
def test_broken_facts_change_no_report(
    cli: Cli, workspace: Write, cache: Path, breaking: Callable[[bytes], bytes]
) -> None:
    root = workspace(PROJECT)
    first = cli("check", root, "--format", "json").out
    facts = facts_of(cache)
    facts.write_bytes(breaking(facts.read_bytes()))
    assert check_anew(cli, root, cache) == first
    assert check_anew(cli, root, cache) == first


def test_it_may_be_deleted_at_any_time(cli: Cli, workspace: Write, cache: Path) -> None:
    root = workspace(PROJECT)
    first = cli("check", root, "--format", "json").out
    facts_of(cache).unlink()
    assert check_anew(cli, root, cache) == first
    facts_of(cache).unlink()
    (cache / "facts").rmdir()
    assert check_anew(cli, root, cache) == first


@pytest.mark.parametrize("command", [["check"], ["fix", "--diff"], ["status"], ["cutover", "--dry-run"]])
def test_it_can_be_turned_off(
    cli: Cli, workspace: Write, cache: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    root = workspace(PROJECT)
    with_it = cli(*command, root)
    assert (cache / "facts").is_dir()
    facts_of(cache).unlink()
    (cache / "facts").rmdir()
    monkeypatch.setenv("WORKFLOW_LS_NO_CACHE", "1")
    without = cli(*command, root)
    assert (with_it.code, with_it.out) == (without.code, without.out)
    assert not (cache / "facts").exists()


def test_a_place_that_cannot_be_written_does_no_harm(
    cli: Cli, workspace: Write, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace(PROJECT)
    cache.mkdir(parents=True, mode=0o700)
    (cache / "facts").write_text("no directory")
    first = cli("check", root, "--format", "json")
    assert (first.code, first.err) == (1, "")
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cli("check", root, "--format", "json").out == first.out


def test_an_open_document_is_not_kept() -> None:
    class Refused:
        def of(self, *_: object) -> object:
            raise AssertionError("a key in an editor makes a text of which nothing is kept")

    parsed = ParsedSources(kept=Refused())  # type: ignore[arg-type]  # it has what is called
    source = Source(b"export const a = 1;", "a.ts")
    parsed.open["a.ts"] = source
    assert parsed.facts(lambda found: found is source, "a.ts", source.raw)
