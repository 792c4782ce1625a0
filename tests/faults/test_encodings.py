"""Texts in UTF-16"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.vfs.trees import needs_git
from workflow_ls.vfs.files import MARKS

Write = Callable[..., Path]

CLEAN = "import { client } from '@alga-psa/workflows/runtime/client';\n"
LEGACY = "import { client } from '@shared/workflow/runtime/client';\n"
PROJECT = f"""
//- /packages/a/package.json
{{ "name": "a", "dependencies": {{ "@alga-psa/workflows": "*" }} }}
//- /packages/a/src/done.ts
{CLEAN}"""
PATHS = '{ "compilerOptions": { "paths": { "@shared/workflow/*": ["../../shared/workflow/*"] } } }\n'
FILES = {
    "packages/a/src/open.ts": LEGACY,
    "packages/a/src/view.tsx": f"// ü 🧾\r\n{LEGACY}",
    "packages/a/types.d.mts": "declare module '@alga-psa/shared/workflow/streams';\n",
    "shared/sender.ts": "export * from '../shared/workflow/runtime/client';\n",
    "shared/other.js": "require('./workflow/runtime/client');\n",
    "packages/a/View.vue": f"<script>\n{LEGACY}</script>\n",
    "packages/a/tsconfig.json": PATHS,
    "packages/a/package.json": '{ "name": "a", "dependencies": { "@alga-psa/workflows": "*" } }\n',
    "scripts/build.ps1": "Copy-Item shared/workflow/runtime out\n",
}
SAID = "skipped: it is not UTF-8 but UTF-16. Save it as UTF-8."
ENCODINGS = dict(zip(("utf-16-le", "utf-16-be"), MARKS))


def put(root: Path, path: str, text: str, encoding: str) -> bytes:
    """Write a file in UTF-16, with its mark."""
    data = ENCODINGS[encoding] + text.encode(encoding)
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(data)
    return data


@pytest.mark.parametrize("with_git", [pytest.param(True, marks=needs_git), False])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("path", FILES)
def test_a_file_in_utf16(
    workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch, path: str, encoding: str, with_git: bool
) -> None:
    """A file that names the tree is UTF-16 -> each command names it with exit 2, and writes the others."""
    root = workspace(PROJECT)
    if not with_git:
        monkeypatch.setenv("PATH", "/nowhere")
    assert "skipped" not in cli("check", "--root", root, root, "--no-cache").out
    data = put(root, path, FILES[path], encoding)
    (root / "packages/a/src/plain.ts").write_text(LEGACY)
    for _ in range(2):  # the second time, what was kept answers
        check = cli("check", "--root", root, root)
        assert check.code == 2
        assert f"{path}: error: {SAID}" in check.out
        assert "packages/a/src/plain.ts:1" in check.out
    fix = cli("fix", "--root", root, root, "--allow-dirty")
    assert (fix.code, f"{path}: {SAID}" in fix.err) == (2, True)
    assert (root / "packages/a/src/plain.ts").read_text() == CLEAN
    assert (root / path).read_bytes() == data
    status = cli("status", "--root", root, "--format", "json")
    assert (status.code, json.loads(status.out)["skipped"]) == (2, [path])
    plan = cli("cutover", "--root", root, "--dry-run")
    assert (plan.code, path in plan.out) == (2, True)


@pytest.mark.parametrize("with_git", [pytest.param(True, marks=needs_git), False])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_file_in_utf16_that_names_nothing(
    workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch, encoding: str, with_git: bool
) -> None:
    """A file in UTF-16 does not name the tree, or holds the bytes of its mark elsewhere -> nobody speaks of it."""
    root = workspace(PROJECT)
    if not with_git:
        monkeypatch.setenv("PATH", "/nowhere")
    expected = cli("check", "--root", root, root, "--no-cache")
    put(root, "packages/a/src/other.ts", "export const one = '@shared/work';\n", encoding)
    put(root, "packages/a/notes.txt", "nothing of it\n", encoding)
    (root / "packages/a/image.png").write_bytes(b"\x89PNG\r\n" + b"".join(MARKS) * 9)
    (root / "packages/a/video.ts").write_bytes(b"G@\0\x10" + b"".join(MARKS) * 9)
    (root / "packages/a/notes.md").write_bytes("# M\xfc\xdfig\n\xff\xfe\n".encode("latin-1"))
    assert cli("check", "--root", root, root, "--no-cache") == expected


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_configuration_in_utf16(workspace: Write, cli: Cli, encoding: str) -> None:
    """workflow-ls.json is UTF-16 -> exit 2 with its name, and nothing is written."""
    root = workspace(f"{PROJECT}//- /packages/a/src/open.ts\n{LEGACY}")
    put(root, "workflow-ls.json", '{ "severity": { "deprecated-import": "off" } }\n', encoding)
    for command in (("check", root), ("fix", root), ("status",), ("cutover",)):
        result = cli(*command, "--root", root)
        assert result.code == 2
        assert "workflow-ls.json" in result.out + result.err
    assert (root / "packages/a/src/open.ts").read_text() == LEGACY
