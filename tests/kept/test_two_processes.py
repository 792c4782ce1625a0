"""With one process and with two, with what was kept and without: the command line prints the same, byte for byte."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Result
from tests.conformance.monorepos import generate
from tests.kept.test_one_file_changed import write
from tests.strategies import NIGHTLY, at_night
from workflow_ls.cli.beside import facts_process
from workflow_ls.cli.beside.frames import Answer
from workflow_ls.vfs import tree_state

EXAMPLES = Path(__file__).parents[2] / "examples"
RENDER = Path(__file__).parents[3] / "shared" / "monorepo" / "render.py"
SEEDS, BATCH = 1000 if NIGHTLY else 10, 5

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "posix_spawn"), reason="nothing runs beside a check on Windows"),
]


@pytest.fixture(autouse=True)
def answered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Each answer of a second process, which runs from the first text on; what was just written counts as old."""
    made, take = list[int](), facts_process.FactsBeside._take_answer

    def counted(self: facts_process.FactsBeside, answer: Answer) -> None:
        take(self, answer)
        made.append(len(answer.facts))

    monkeypatch.setattr(facts_process, "PAYS", 0)
    monkeypatch.setattr(facts_process, "PATIENCE", 100.0)  # other tests may run beside it
    monkeypatch.setattr(facts_process, "count_cores", lambda: 2)
    monkeypatch.setattr(facts_process.FactsBeside, "_take_answer", counted)
    monkeypatch.setattr(tree_state, "GRACE", -time.time_ns())
    return made


def compare(cli: Cli, root: Path, cache: Path, dice: random.Random) -> None:
    """All ways to the report of a check, also after a file has the text of another one, and its own again."""

    def check(*options: str) -> Result:
        return cli("check", root, "--root", root, "--format", "json", *options)

    alone = check("--no-cache")
    assert check() == alone  # two processes
    for report in [path for path in cache.iterdir() if path.is_file()]:
        report.unlink()
    assert check() == alone  # facts, whose memos are kept now
    assert check() == alone  # nothing changed
    sources = sorted(path for path in root.rglob("*.ts*") if path.is_file() and not path.is_symlink())
    changed = dice.choice([path for path in sources if path.suffix in (".ts", ".tsx")])
    text, other = changed.read_text(), dice.choice(sources).read_text()
    write(changed, other)
    assert check() == check("--no-cache")
    write(changed, text)
    assert check() == alone


def lay_out(root: Path, files: Mapping[str, str], links: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for name, target in links.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(os.path.relpath(root / target, path.parent))
    return root


@pytest.mark.slow
@pytest.mark.generative
@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_generated_monorepos(cli: Cli, cache: Path, tmp_path: Path, answered: list[int], first: int) -> None:
    for seed in range(first, first + BATCH):
        world = generate(seed, more=bool(seed % 2))
        compare(cli, lay_out(tmp_path / str(seed), world.files, world.links), cache, random.Random(seed))
    assert sum(answered)


@pytest.mark.parametrize("name", [path.name for path in sorted(EXAMPLES.iterdir()) if (path / "package.json").exists()])
def test_examples(cli: Cli, cache: Path, tmp_path: Path, answered: list[int], name: str) -> None:
    shutil.copytree(EXAMPLES / name, tmp_path / name, symlinks=True)
    compare(cli, tmp_path / name, cache, random.Random(0))
    assert sum(answered) or name == "shop"


@pytest.mark.slow
@pytest.mark.parametrize("state", ["head", *at_night("before", "surface")])
def test_rendered_monorepos(cli: Cli, cache: Path, tmp_path: Path, answered: list[int], state: str) -> None:
    if not RENDER.is_file():
        pytest.skip("the recorded monorepo is not beside the checkout")
    rendered = [sys.executable, str(RENDER), str(tmp_path / "tree"), "--state", state]
    subprocess.run(rendered, check=True, capture_output=True)
    compare(cli, tmp_path / "tree", cache, random.Random(0))
    assert len(answered) > 100
