"""What is kept between runs"""

from __future__ import annotations

import errno
import os
import pickle
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Result
from tests.strategies import examples
from workflow_ls.kept import facts_file
from workflow_ls.kept.facts_file import FactsFile
from workflow_ls.vfs import tree_state

Write = Callable[..., Path]

LEGACY = "import { client } from '@shared/workflow/runtime/client';\n"
PROJECT = f"//- /apps/one/one.ts\n{LEGACY}\n//- /apps/one/two.ts\n{LEGACY}"


@pytest.fixture(autouse=True)
def old_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test has just written counts as old, so that all kinds of entries are kept."""
    monkeypatch.setattr(tree_state, "GRACE", 0)


def checked(cli: Cli, root: Path, *options: str) -> Result:
    found = cli("check", root, "--format", "json", "--root", root, *options)
    assert found.code == 1, found
    return found


def entries(cache: Path) -> list[Path]:
    """The files that are kept: the report by its texts, the one by its signatures, and the facts."""
    return sorted(path for path in cache.rglob("*") if not path.is_dir())


def _directory(path: Path) -> None:
    path.mkdir()
    (path / "inside").write_text("x")


REPLACEMENTS: dict[str, Callable[[Path], object]] = {
    "a directory": _directory,
    "a pipe": os.mkfifo,
    "a link to a file": lambda path: path.symlink_to(path.parent.parent / "elsewhere"),
    "a link in a circle": lambda path: path.symlink_to(path.name),
    "an empty file": lambda path: path.write_bytes(b""),
}


@pytest.mark.parametrize("kind", REPLACEMENTS)
def test_something_else_lies_in_its_place(cli: Cli, workspace: Write, cache: Path, kind: str) -> None:
    """A directory, a pipe or a link lies in the place of each file that is kept -> it is no entry, nor followed."""
    root = workspace(PROJECT)
    fresh = checked(cli, root, "--no-cache")
    checked(cli, root)
    (cache.parent / "elsewhere").write_text("untouched")
    assert entries(cache)
    for path in entries(cache):
        path.unlink()
        REPLACEMENTS[kind](path)
    assert [checked(cli, root) for _ in range(2)] == [fresh, fresh]
    assert (cache.parent / "elsewhere").read_text() == "untouched"


@contextmanager
def held_open(paths: list[Path]) -> Iterator[None]:
    held = [os.open(path, os.O_RDWR) for path in paths]
    try:
        yield
    finally:
        for each in held:
            os.close(each)


def test_a_pipe_that_never_ends(cli: Cli, workspace: Write, cache: Path) -> None:
    """A pipe that another process holds open lies in the place of each kept file -> the run ends all the same."""
    root = workspace(PROJECT)
    fresh = checked(cli, root, "--no-cache")
    checked(cli, root)
    paths = entries(cache)
    for path in paths:
        path.unlink()
        os.mkfifo(path)
    with held_open(paths):
        assert checked(cli, root) == fresh


@pytest.mark.parametrize("seed", range(max(examples(100) // 50, 1)))
def test_bits_and_ends(cli: Cli, workspace: Write, cache: Path, seed: int) -> None:
    """What is kept is cut anywhere, has bits flipped, or has a piece of another entry -> it is made anew."""
    dice = random.Random(seed)
    root = workspace(PROJECT)
    fresh = checked(cli, root, "--no-cache")
    for _ in range(3):
        checked(cli, root)
        for path in dice.sample(entries(cache), dice.randint(1, 3)):
            data = bytearray(path.read_bytes())
            at = dice.randrange(len(data))
            kind = dice.randrange(3)
            if kind == 0:
                data[at] ^= 1 << dice.randrange(8)
            elif kind == 1:
                del data[at:]
            else:
                other = dice.choice(entries(cache)).read_bytes()
                data[at : at + 50] = other[at : at + 50]
            path.write_bytes(data)
        kept = checked(cli, root)
        assert (kept.code, kept.out, kept.err) == (fresh.code, fresh.out, fresh.err)


def test_another_version_has_kept_it(cli: Cli, workspace: Write, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is of another version of the program, with another table -> it is not believed."""
    root = workspace(PROJECT)
    with monkeypatch.context() as patch:
        for function in (
            "cli.cache.first_tool_state",
            "kept.facts_file.first_tool_state",
            "kept.facts_file.tool_state",
        ):
            patch.setattr(f"workflow_ls.{function}", lambda: ["of another version"])
        checked(cli, root)
        old = FactsFile(str(next((cache / "facts").iterdir())), facts_file.tool_digest())
        assert old.keys()
    said = old._path
    assert not FactsFile(said, facts_file.tool_digest()).keys()
    assert checked(cli, root) == checked(cli, root, "--no-cache")


class Harmful:
    """Unpickled naively, it makes a directory."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.path),)


def test_a_pickle_that_runs_code(cli: Cli, workspace: Write, cache: Path, tmp_path: Path) -> None:
    """Each of the facts is a pickle that runs code, with the right checksum -> nothing runs, and it is made anew."""
    root = workspace(PROJECT)
    fresh = checked(cli, root)
    (path,) = (cache / "facts").iterdir()
    facts = FactsFile(str(path), facts_file.tool_digest())
    keys = facts.keys()
    for key in keys:
        facts.keep(key, pickle.dumps(Harmful(tmp_path / "was here")))
    facts.save()
    assert keys
    for entry in (*cache.glob("*.json"), *cache.glob("*.state")):
        entry.unlink()
    assert checked(cli, root) == fresh
    assert not (tmp_path / "was here").exists()


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT], ids=errno.errorcode.get)
def test_nothing_can_be_written(cli: Cli, workspace: Write, monkeypatch: pytest.MonkeyPatch, fault: int) -> None:
    """The directory of what is kept can't be written to, nor cleared -> a check goes on without it."""
    root = workspace(PROJECT)
    fresh = checked(cli, root, "--no-cache")

    def fail(*_: object, **__: object) -> None:
        raise OSError(fault, os.strerror(fault))

    with monkeypatch.context() as patch:
        for name in ("replace", "unlink"):
            patch.setattr(f"workflow_ls.kept.cache_directory.os.{name}", fail)
        assert [checked(cli, root) for _ in range(2)] == [fresh, fresh]
    assert checked(cli, root) == fresh


def test_a_directory_where_it_writes_first(cli: Cli, workspace: Write, cache: Path) -> None:
    """A directory lies where a file that is kept is written first -> the check goes on without it."""
    root = workspace(PROJECT)
    fresh = checked(cli, root)
    for path in entries(cache):
        path.unlink()
        path.with_name(f"{path.name}.{os.getpid()}").mkdir()
    assert checked(cli, root) == fresh


@pytest.mark.parametrize("year", [1969, 2263, 2400])
def test_a_file_from_another_time(cli: Cli, workspace: Write, year: int) -> None:
    """A file was written before 1970, or will be in centuries -> the check is as ever, and sees each change."""
    root = workspace(PROJECT)
    path = root / "apps/one/one.ts"
    seconds = int((year - 1970) * 365.25 * 86400)
    for text in (LEGACY, LEGACY.replace("import", "/****/"), LEGACY):
        path.write_text(text)
        os.utime(path, (seconds, seconds))
        kept, fresh = checked(cli, root), checked(cli, root, "--no-cache")
        assert (kept.code, kept.out, kept.err) == (fresh.code, fresh.out, fresh.err)
