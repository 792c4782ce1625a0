"""The hooks of pre-commit, which appends the names of the files of a commit to `entry`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from workflow_ls.vfs.files import CODE_EXTENSIONS, holds_code, is_configuration

HOOKS = (Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
CODE = "import { client } from '@shared/workflow/runtime/client';\n"


def entry_of(hook: str) -> list[str]:
    found = re.search(rf"^- id: {hook}\n(?:  .*\n)*?  entry: workflow-ls (.*)\n", HOOKS, re.MULTILINE)
    assert found is not None
    return shlex.split(found[1])


@pytest.mark.parametrize("name", ["plain.ts", "--fix.ts", "-o.ts", "--exit-zero.ts", "--root=..", "-.ts", "-h.json"])
def test_a_file_named_like_an_option_is_a_file(
    cli: Cli, workspace: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A file of a commit is named like an option -> the hooks take it for a file."""
    root = workspace("")
    file = root / name
    file.write_text(CODE)
    monkeypatch.chdir(root)
    is_source = name.endswith(".ts")
    result = cli(*entry_of("workflow-ls"), name)
    assert (result.code, result.err) == (1 if is_source else 0, "")
    assert "1 finding" in result.out
    assert file.read_text() == CODE
    result = cli(*entry_of("workflow-ls-fix"), name)
    assert (result.code, result.err) == (0, "")
    assert (file.read_text() != CODE) is is_source


CONFIGURATIONS = "package tsconfig tsconfig.base jsconfig jest.config jest-e2e babel.config .babelrc deno import_map"
NAMES = [
    *(f"a{ending}" for ending in CODE_EXTENSIONS),
    *(f"{name}.json" for name in CONFIGURATIONS.split()),
    *("import-map.json", "importmap.json", "deno.jsonc", ".babelrc", ".swcrc", "app.swcrc"),
    *("a.json", "my-package.json", "a.css", "a.ts.snap", "README.md", "vue", "package.json.bak", "importmaps.json"),
]


@pytest.mark.parametrize("hook", ["workflow-ls", "workflow-ls-fix"])
@pytest.mark.parametrize("name", NAMES)
def test_a_hook_gets_the_files_that_are_checked(hook: str, name: str) -> None:
    found = re.search(rf"^- id: {hook}\n(?:  .*\n)*?  files: (.*)\n", HOOKS, re.MULTILINE)
    assert found is not None
    for path in (name, f"apps/desk/{name}"):
        assert bool(re.search(found[1], path)) is (holds_code(path) or is_configuration(path))
