"""Texts in UTF-16, and in encodings of one byte"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.server.processes import spawn
from tests.server.raw import PULL, RawClient
from tests.strategies import at_night
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


@pytest.mark.parametrize("with_git", [pytest.param(True, marks=needs_git), *at_night(False)])
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


@pytest.mark.parametrize("with_git", [pytest.param(True, marks=needs_git), *at_night(False)])
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


ONE_BYTE = {
    "latin-1": "Müßig",
    "windows-1252": "“so” €",
    "koi8-r": "правда",
    "mac-roman": "Ünique",
    "shift-jis": "メール",
}
CUT_SHORT = "cut short"  # UTF-8, but for its last character
NOT_UTF8 = "skipped: it is not UTF-8 (see line 1). Save it as UTF-8, or list it in `ignore` of workflow-ls.json."


def commented(path: str, text: str, encoding: str) -> bytes:
    """A text with a comment on its first line that is not UTF-8."""
    prose = "Gr\u00fc".encode()[:-1] if encoding == CUT_SHORT else ONE_BYTE[encoding].encode(encoding)
    if path.endswith(".json"):
        return b'{ "x": "' + prose + b'",' + text.encode().removeprefix(b"{")
    opening, closing = (b"<!-- ", b" -->") if path.endswith(".vue") else (b"/* ", b" */")
    if path.endswith("Dockerfile"):
        opening, closing = b"# ", b""
    return opening + prose + closing + b"\n" + text.encode()


@pytest.mark.parametrize("with_git", [pytest.param(True, marks=needs_git), *at_night(False)])
@pytest.mark.parametrize(
    ("path", "encoding"),
    [
        *(("packages/a/src/open.ts", encoding) for encoding in (*ONE_BYTE, CUT_SHORT)),
        ("packages/a/types.d.mts", "latin-1"),
        ("shared/sender.ts", "windows-1252"),
        ("shared/other.js", "koi8-r"),
        ("packages/a/View.vue", "latin-1"),
        ("packages/a/tsconfig.json", "latin-1"),
        ("packages/a/project.json", CUT_SHORT),
        ("tools/Dockerfile", "latin-1"),
    ],
)
def test_a_file_in_an_encoding_of_one_byte(
    workspace: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch, path: str, encoding: str, with_git: bool
) -> None:
    """A file that names the tree is Latin-1 or the like -> each command names it with exit 2, and writes the others."""
    root = workspace(PROJECT)
    if not with_git:
        monkeypatch.setenv("PATH", "/nowhere")
    files = {
        **FILES,
        "packages/a/project.json": '{ "sourceRoot": "shared/workflow" }\n',
        "tools/Dockerfile": "COPY shared/workflow x\n",
    }
    data = commented(path, files[path], encoding)
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(data)
    (root / "packages/a/src/plain.ts").write_text(LEGACY)
    for _ in range(2):  # the second time, what was kept answers
        check = cli("check", "--root", root, root)
        assert check.code == 2
        assert f"{path}: error: {NOT_UTF8}" in check.out
        assert "packages/a/src/plain.ts:1" in check.out
    fix = cli("fix", "--root", root, root, "--allow-dirty")
    assert (fix.code, f"{path}: {NOT_UTF8}" in fix.err) == (2, True)
    assert (root / "packages/a/src/plain.ts").read_text() == CLEAN
    assert (root / path).read_bytes() == data
    status = cli("status", "--root", root, "--format", "json")
    assert (status.code, json.loads(status.out)["skipped"]) == (2, [path])
    plan = cli("cutover", "--root", root, "--dry-run")
    assert (plan.code, path in plan.out) == (2, True)
    baseline = cli("baseline", root)
    assert (baseline.code, f"{path}: skipped: it is not UTF-8" in baseline.err) == (2, True)


def test_bytes_in_which_nothing_could_be_found(workspace: Write, cli: Cli) -> None:
    """A file of another encoding has nothing to find, or is ignored, or binary -> the exit code is that without it."""
    root = workspace(f'{PROJECT}//- /workflow-ls.json\n{{ "ignore": ["packages/a/old/**"] }}\n')
    expected = cli("check", "--root", root, root, "--no-cache")
    (root / "packages/a/old").mkdir()
    (root / "packages/a/old/vendored.js").write_bytes(b"/* \xfc */ " + LEGACY.encode())
    (root / "packages/a/src/plain.ts").write_bytes(b"// \xfc\nexport const one = 1;\n")
    (root / "packages/a/notes.md").write_bytes(b"# M\xfc\xdfig: shared/workflow/runtime\n")
    (root / "packages/a/Dockerfile").write_bytes(b"# \xfc: COPY shared/workflow x\nFROM scratch\n")
    (root / "packages/a/archive.bin").write_bytes(b"\xff\xd8\0\0shared/workflow/runtime/client.ts\0")
    assert cli("check", "--root", root, root, "--no-cache") == expected


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_closed_file_in_an_editor(workspace: Write, encoding: str) -> None:
    """A closed file that names the tree is not UTF-8 -> the list of problems has it, until it is saved as UTF-8."""
    root = workspace(PROJECT)
    source, recipe = root / "packages/a/src/open.ts", root / "Dockerfile"
    texts = {source: f"// ü\n{LEGACY}", recipe: "# ü\nCOPY shared/workflow x\n"}
    for path, text in texts.items():
        path.write_bytes(text.encode(encoding))
    with RawClient(spawn()) as client:
        client.initialize(PULL, root)

        def said() -> dict[str, list[str]]:
            answer = client.request("workspace/diagnostic", {"previousResultIds": []})["result"]["items"]
            return {each["uri"]: [item["message"] for item in each["items"]] for each in answer}

        before = said()
        for path, text in texts.items():
            (message,) = before[path.as_uri()]
            assert message.startswith("skipped: it is not UTF-8")
            path.write_text(text, encoding="utf-8")
        client.changed_on_disk(*((path, 2) for path in texts))
        after = said()
        for path in texts:
            assert after[path.as_uri()]
            assert not any("UTF-8" in message for message in after[path.as_uri()])


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
