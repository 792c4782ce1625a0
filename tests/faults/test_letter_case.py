"""Letter case: file systems that take any, and paths that differ by nothing else"""

# `Path` calls what is replaced here.
# ruff: noqa: PTH100

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.checks import SOUND, open_project
from tests.cli.conftest import Cli
from workflow_ls.analysis import Analysis

Write = Callable[..., Path]

LEGACY = "import { client } from '@shared/workflow/runtime/client';\n"
PROJECT = f"""
//- /packages/a/package.json
{{ "name": "a", "dependencies": {{ "@alga-psa/workflows": "*" }} }}
//- /packages/a/src/open.ts
{LEGACY}"""
PATHS = ("packages/a", "packages/a/src", "packages/a/src/open.ts")


@pytest.fixture
def folding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the file system below the temporary directory take any letter case, as that of a Mac does."""
    monkeypatch.setenv("PATH", "/nowhere")  # no git, which would not know of it
    names = os.listdir

    def folded(path: Any) -> Any:
        text = os.fspath(path)
        if not isinstance(text, str) or not os.path.abspath(text).startswith(f"{tmp_path}/"):
            return path
        found = str(tmp_path)
        for part in os.path.abspath(text)[len(found) + 1 :].split("/"):
            try:
                listed = names(found)
            except OSError:
                listed = []
            alike = [each for each in listed if each.lower() == part.lower()]
            found = f"{found}/{part if part in listed or not alike else alike[0]}"
        return found

    for name in ("stat", "lstat", "open", "scandir", "listdir", "readlink"):
        call = getattr(os, name)
        monkeypatch.setattr(os, name, lambda path=".", *rest, _call=call, **named: _call(folded(path), *rest, **named))


@pytest.mark.usefixtures("folding")
@pytest.mark.parametrize("named", ["Packages/A", "packages/A/src", "PACKAGES/a/SRC/OPEN.ts", "packages/a/src/Open.ts"])
def test_a_path_in_another_letter_case(workspace: Write, cli: Cli, named: str) -> None:
    """A path is named in another letter case, as the file system takes it -> it is that of the directory's list."""
    root = workspace(PROJECT)
    assert cli("check", "--root", root, root / "packages/b").code == 2
    plain = cli("check", "--root", root, root / {each.lower(): each for each in PATHS}[named.lower()], "--no-cache")
    assert (plain.code, "packages/a/src/open.ts:1" in plain.out) == (1, True)
    assert cli("check", "--root", root, root / named, "--no-cache") == plain
    assert cli("fix", "--root", root, root / named, "--allow-dirty").code == 0
    assert "@alga-psa" in (root / "packages/a/src/open.ts").read_text()


@pytest.mark.usefixtures("folding")
def test_a_root_in_another_letter_case(workspace: Write, cli: Cli) -> None:
    """`--root` is in another letter case -> it is the same workspace."""
    root = workspace(f'//- /package.json\n{{ "workspaces": [] }}\n{PROJECT}')
    other = root.parent / root.name.upper()
    assert cli("check", "--root", other, root, "--no-cache") == cli("check", "--root", root, other, "--no-cache")
    assert cli("check", "--root", other, other).code == 1


@pytest.mark.parametrize(
    ("specifier", "path"),
    [
        ("runtime/Client", "ee/packages/workflows/src/runtime/Client.ts"),
        ("Runtime/client", "ee/packages/workflows/src/Runtime/client.ts"),
        ("RUNTIME/CLIENT", "ee/packages/workflows/src/RUNTIME/CLIENT.ts"),
    ],
)
def test_an_import_in_another_letter_case(specifier: str, path: str) -> None:
    """An import has another letter case than the file -> it is not rewritten, and the reason says so."""
    manifest = '{ "name": "@alga-psa/workflows", "exports": { "./*": "./src/*.ts" } }'
    project = f"{SOUND}\n//- /ee/packages/workflows/package.json\n{manifest}\n//- /packages/a/a.ts\n"
    _, workspace = open_project(f"{project}import '@shared/workflow/{specifier}';\n")
    found = Analysis(workspace).check_file("packages/a/a.ts")
    (finding,) = (each for each in found if each.rule == "deprecated-import")
    assert finding.fix is None
    assert finding.cause is not None
    assert f"leads to {path}, and there is only " in finding.cause.message
    assert "in another letter case. Write the import in the letter case of the file" in finding.cause.message


@pytest.mark.parametrize("names", [("one.ts", "One.ts"), ("one/a.ts", "One/a.ts")])
def test_paths_that_differ_by_letter_case_only(workspace: Write, cli: Cli, names: tuple[str, str]) -> None:
    """Two paths differ by letter case only -> each is a file of its own, found and fixed."""
    root = workspace(PROJECT)
    for name in names:
        path = root / "packages/a/src" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(LEGACY)
    if (root / "packages/a/src" / names[0]).samefile(root / "packages/a/src" / names[1]):
        pytest.skip("this file system knows no such two")
    assert cli("check", root, "--root", root).out.count("warning[deprecated-import]") == 3
    assert cli("fix", root, "--root", root, "--allow-dirty").code == 0
    for name in names:
        assert "@alga-psa" in (root / "packages/a/src" / name).read_text()
