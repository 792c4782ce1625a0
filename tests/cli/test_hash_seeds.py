"""What is printed and written does not depend on the seed of Python's hashes, which is another one in each process"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mapping.proposals import OLD
from tests.strategies import at_night

Write = Callable[..., Path]

EXAMPLE = Path(__file__).parents[2] / "examples/monorepo"
NAMES = [f"name{number}" for number in range(12)]
# One import of names that went to as many modules: the rows have the same number of references each.
PARTED = "".join(
    [
        f"//- /apps/shop/src/all.ts\nimport {{ {', '.join(NAMES)} }} from '@acme/kit';\nuse({', '.join(NAMES)});\n",
        "//- /packages/kit/src/index.ts\n",
        *(f"export {{ {name} }} from '@acme/parts/{name}';\n" for name in NAMES),
        '//- /packages/parts/package.json\n{ "name": "@acme/parts", "exports": { "./*": "./src/*.ts" } }\n',
        *(f"//- /packages/parts/src/{name}.ts\nexport const {name} = '{name}';\n" for name in NAMES),
    ]
)
EXAMPLE_COMMANDS = [
    ["check", "--format", "json"],
    ["cutover", "--dry-run"],
    *at_night(["status"], ["fix", "--diff", "--unsafe"]),
]


def answers(root: Path, *command: str) -> set[str]:
    """What a command prints with two seeds."""
    found = set()
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "WORKFLOW_LS_NO_CACHE": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "workflow_ls", *command, "--root", root, root],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr
        found.add(done.stdout + done.stderr)
    return found


@pytest.mark.parametrize("command", EXAMPLE_COMMANDS)
def test_the_example(command: list[str], tmp_path: Path) -> None:
    root = shutil.copytree(EXAMPLE, tmp_path / "example")
    assert len(answers(root, *command)) == 1


def test_rows_that_are_inferred(workspace: Write) -> None:
    (printed,) = answers(workspace(PARTED, base=OLD), "map", "--infer", "--from", "@acme/kit")
    assert f"Proposed {len(NAMES)} rows" in printed
