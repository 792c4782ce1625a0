"""Whatever happens to a workspace between two checks, the second says what a check says that keeps nothing."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.strategies import examples
from tests.vfs.trees import git, needs_git
from workflow_ls.vfs import tree_state

Write = Callable[..., Path]
Step = Callable[[Path, random.Random], object]

SEEDS = max(examples(30) // 10, 1)
STEPS = 12
OLD = "import { client } from '@shared/workflow/runtime/client';\n"
TEXTS = (
    OLD,
    OLD.replace("import", "/****/"),  # of the same size
    "import { client } from '../../../shared/workflow/runtime/client';\n",
    "import { tool } from 'tool/sub';\nexport * from './near';\n",
    "export const near = 1;\n",
)
PLACES = ("apps/web", "apps/web/lib", "packages/new", "packages/gone/deep")
PROJECT = f"""
//- /apps/web/package.json
{{ "name": "web" }}
//- /apps/web/start.ts
{OLD}
//- /apps/web/near.ts
{OLD}
//- /node_modules/tool/package.json
{{ "name": "tool", "version": "1.0.0", "exports": {{ "./sub": "./sub.js" }} }}
//- /node_modules/tool/sub.js
export const tool = 1;
"""


def _sources(root: Path) -> list[Path]:
    found = (Path(at) / name for at, _, names in os.walk(root) for name in names if name.endswith(".ts"))
    return sorted(path for path in found if ".git" not in path.parts and not path.is_symlink())


def _source(root: Path, dice: random.Random) -> Path:
    return dice.choice(_sources(root) or [root / "apps/web/again.ts"])


def _put(path: Path, text: str) -> None:
    if not any(each.is_file() for each in path.parents):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _times_restored(root: Path, dice: random.Random) -> None:
    path = _source(root, dice)
    _put(path, OLD)
    status = path.stat()
    path.write_text(dice.choice(TEXTS[:2]))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _whole_seconds(root: Path, dice: random.Random) -> None:
    path = _source(root, dice)
    _put(path, dice.choice(TEXTS[:2]))
    os.utime(path, (1_000_000_000, 1_000_000_000))


def _another_time(root: Path, dice: random.Random) -> None:
    path = _source(root, dice)
    _put(path, dice.choice(TEXTS))
    # The clock is wrong, by centuries at the most; while a file is from the future, no signature counts.
    seconds = dice.choice([0, 0, 1_000_000_000, 1_000_000_000, -1_000_000, 4_000_000_000, 13_000_000_000])
    os.utime(path, (seconds, seconds))


def _came(root: Path, dice: random.Random) -> None:
    _put(root / dice.choice(PLACES) / f"{dice.choice(['near', 'Near', 'new'])}.ts", dice.choice(TEXTS))


def _renamed(root: Path, dice: random.Random) -> None:
    path = _source(root, dice)
    if path.exists():
        path.rename(path.with_name(path.name.swapcase() if dice.random() < 0.3 else f"moved{dice.randrange(9)}.ts"))


def _directory_renamed(root: Path, dice: random.Random) -> None:
    first, second = root / dice.choice(PLACES), root / dice.choice(PLACES)
    if first.is_dir() and not os.path.lexists(second) and first not in second.parents and second.parent.is_dir():
        first.rename(second)


def _swapped(root: Path, dice: random.Random) -> None:
    first, second = _source(root, dice), _source(root, dice)
    if first.exists() and second.exists():
        first.rename(root / "between")
        second.rename(first) if second.exists() else None
        (root / "between").rename(second)


def _copied_over(root: Path, dice: random.Random) -> None:
    """The tree gives way to a copy of itself, with all times, and one change."""
    copy = root.with_name("copy")
    shutil.copytree(root, copy, symlinks=True)
    shutil.rmtree(root)
    copy.rename(root)
    _put(_source(root, dice), dice.choice(TEXTS))


def _linked(root: Path, dice: random.Random) -> None:
    link = root / dice.choice(["apps/link", "apps/link.ts", "node_modules/linked"])
    targets = ("../packages/new", "../apps/web", "web/near.ts", "../..", "nowhere", str(root.parent / "outside"))
    link.unlink(missing_ok=True)
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(dice.choice(targets))
    _put(root / "apps/through.ts", "import { near } from './link/near';\nimport 'linked/near';\n" + OLD)


def _outer_link(root: Path, dice: random.Random) -> None:
    outside = root.parent / "outside"
    outside.unlink(missing_ok=True)
    outside.symlink_to(root / dice.choice(PLACES))


def _hard_linked(root: Path, dice: random.Random) -> None:
    other = root.parent / "other.ts"
    path = _source(root, dice)
    if not other.exists() and path.exists():
        os.link(path, other)
    _put(other, dice.choice(TEXTS))


def _ignored(root: Path, dice: random.Random) -> None:
    files = (".gitignore", "apps/.gitignore", ".git/info/exclude", "../.gitignore")
    path = root / dice.choice(files)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dice.choice(["", "near.ts\n", "web/\n", "*\n!apps/\n", "lib\n", "node_modules\n"]))


def _installed(root: Path, dice: random.Random) -> None:
    package = root / "node_modules/tool"
    shutil.rmtree(package, ignore_errors=True)
    if dice.random() < 0.8:
        exports = dice.choice([{"./sub": "./sub.js"}, {"./sub": "./new.js"}, {".": "./sub.js"}, None])
        _put(package / "package.json", json.dumps({"name": "tool", "version": "1.0.0", "exports": exports}))
        name = dice.choice(["tool", "no"])
        _put(package / dice.choice(["sub.js", "new.js"]), f"export const {name} = 1;")


def _settled(root: Path, dice: random.Random) -> None:
    texts = ("{}", '{"ignore": ["apps/web/"]}', '{"rules": {"deprecated-import": "off"}}', "{", '{"callees": ["load"]}')
    (root / "workflow-ls.json").write_text(dice.choice(texts))


def _manifest(root: Path, dice: random.Random) -> None:
    depends = dice.choice([{}, {"@alga-psa/workflows": "*"}])
    _put(root / "apps/web/package.json", json.dumps({"name": dice.choice(["web", "www"]), "dependencies": depends}))


def _nested(root: Path, dice: random.Random) -> None:
    """A directory becomes a repository, a submodule, a linked work tree, or nothing of that."""
    path = root / dice.choice(PLACES) / ".git"
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    kind = dice.randrange(4)
    if kind == 0:
        _put(path / "info/exclude", "*\n")
    elif kind < 3:
        _put(path, f"gitdir: {root}/.git/{'modules' if kind == 1 else 'worktrees'}/x\n")


def _with_git(root: Path, dice: random.Random) -> None:
    if not (root / ".git/HEAD").is_file():
        git(root, "init", "-q")
    commands = (
        *(["add", "-A", "-f", "apps"], ["commit", "-q", "-m", "x"], ["stash", "-q"], ["stash", "pop", "-q"]),
        *(["checkout", "-q", "--", "apps"], ["rm", "-q", "--cached", "apps/web/near.ts"], ["checkout", "-q", "HEAD~1"]),
        *(["sparse-checkout", "set", "packages"], ["sparse-checkout", "disable"]),
    )
    for command in dice.sample(commands, 2):
        with suppress(OSError, subprocess.CalledProcessError):  # most make no sense in most states
            git(root, *command)


STEPS_TAKEN: tuple[Step, ...] = (
    *(_times_restored, _whole_seconds, _another_time, _came, _renamed, _directory_renamed, _swapped, _copied_over),
    *(_linked, _outer_link, _hard_linked, _ignored, _installed, _settled, _manifest, _nested, _with_git),
    lambda root, dice: _source(root, dice).unlink(missing_ok=True),
    lambda root, dice: _put(_source(root, dice), dice.choice(TEXTS)),
    lambda *_: None,
)


def _let_the_clock_tick(scratch: Path) -> None:
    """Wait until what is written next has a later time than all that was written, as a second run by hand has."""
    scratch.write_text("")
    before = scratch.stat().st_ctime_ns
    while scratch.stat().st_ctime_ns == before:
        scratch.write_text("")


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache outside of the repositories that the steps make."""
    path = tmp_path_factory.mktemp("kept")
    monkeypatch.setenv("XDG_CACHE_HOME", str(path))
    return path


@pytest.mark.slow
@pytest.mark.generative
@needs_git
@pytest.mark.parametrize("seed", range(SEEDS))
def test_nothing_stale_is_printed(
    cli: Cli, workspace: Write, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    dice = random.Random(seed)
    root = workspace(PROJECT)
    path_with_git = os.environ["PATH"]
    if seed % 4:  # with the grace of two seconds, no report is kept by signatures
        monkeypatch.setattr(tree_state, "GRACE", 0)
    taken = list[str]()
    for _ in range(STEPS):
        for step in dice.choices(STEPS_TAKEN, k=dice.choice([1, 1, 1, 3])):
            taken.append(step.__name__)
            step(root, dice)
        monkeypatch.setenv("PATH", dice.choice([path_with_git, path_with_git, "/nonexistent"]))
        command = ["check", "--format", "json", "--root", root, dice.choice([root, root, root / "packages"])]
        _let_the_clock_tick(elsewhere / "scratch")
        kept, fresh = cli(*command), cli(*command, "--no-cache")
        monkeypatch.setenv("PATH", path_with_git)
        assert (kept.code, kept.out, kept.err) == (fresh.code, fresh.out, fresh.err), taken
