"""A hostile workspace"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.checks import MONOREPO
from tests.cli.conftest import Cli
from tests.faults.security.attacks import EVIL, LEGACY, run_all
from tests.fixture import project
from tests.server.places import uri
from tests.server.processes import spawn
from tests.server.raw import PULL, PUSH, RawClient
from tests.strategies import NIGHTLY
from tests.vfs.trees import git, lay_out
from workflow_ls.server.features.fix_reference import FIX_REFERENCE
from workflow_ls.vfs.searching.globs import Globs

pytestmark = pytest.mark.nightly


class TestConfiguration:
    @pytest.mark.parametrize(
        "text",
        [
            b"",
            b"\0",
            b"[" * 100_000,
            b'{"rules":' * 5_000,
            b'{"modules": [' + b'{"from": "@shared/workflow/x", "to": []},' * 5_000 + b"]}",
            json.dumps({"ignore": ["x" * 1_000_000]}).encode(),
            json.dumps({EVIL: EVIL, "rules": {EVIL: EVIL}, "ignore": [EVIL, 1]}).encode(),
            json.dumps({"callees": ["(a+)+$", EVIL, "constructor", "__proto__.x"]}).encode(),
            json.dumps({"maxFileSize": 10**400}).encode(),
            b'{"maxFileSize": 1e999}',
            json.dumps({"legacy": {"roots": ["/"], "tree": "../outside"}}).encode(),
            json.dumps({"legacyTree": "/etc", "tsconfigs": ["/etc/passwd", "../outside/tsconfig.json"]}).encode(),
            json.dumps({"packages": [{"name": "x", "directory": "../outside"}]}).encode(),
            json.dumps({"packages": [{"name": "x", "directory": "/etc"}, {"name": "y", "directory": "a\0b"}]}).encode(),
            json.dumps(
                {"modules": [{"from": "@shared/workflow/a", "to": ["../../etc/passwd", "/etc", "a\0b"]}]}
            ).encode(),
            json.dumps({"modules": [{"from": "@shared/workflow/" + "*" * 1_000, "to": ["x/" + "*" * 1_000]}]}).encode(),
            json.dumps(
                {"modules": [{"from": "@shared/workflow/a", "to": ["@alga-psa/workflows/a"], "note": EVIL}]}
            ).encode(),
        ],
        ids=count(),
    )
    def test_it_says_anything(self, cli: Cli, root: Path, cache: Path, text: bytes) -> None:
        """workflow-ls.json is huge, deep, or names places outside the root -> exit 2 with a safe line, or it counts."""
        (root / "workflow-ls.json").write_bytes(text)
        run_all(cli, root, cache)

    @pytest.mark.parametrize(
        "pattern",
        [
            "*a" * 40 + "*b",
            "**/" * 40 + "b",
            "**/a*" * 40 + "/b",
            "[!a]*" * 40,
            "?*" * 100 + "b",
            "(a+)+$",
            "[z-a]",
            "[[a]*",
        ],
    )
    def test_a_pattern_that_backtracks(self, pattern: str) -> None:
        """`ignore` holds a pattern that backtracking matchers never end with -> it is matched in linear time."""
        for path in ("a" * 4_000, "/".join("a" * 2_000), "/".join(["a" * 200] * 20)):
            if pattern != "[z-a]":
                assert Globs([pattern]).match(path) in (True, False)

    def test_it_is_a_link(self, cli: Cli, root: Path, cache: Path) -> None:
        """workflow-ls.json is a link out of the root -> exit 2, and nothing follows it."""
        (root / "workflow-ls.json").symlink_to("../outside/workflow-ls.json")
        run_all(cli, root, cache)
        assert "a link that leads to no file of the workspace" in cli("check", root).err


@pytest.mark.parametrize(
    "extends",
    [
        "/etc/passwd",
        "../../../outside/tsconfig.json",
        "../../../outside",
        "../../../../../../../../../../etc/passwd",
        "./",
        "..",
        ".",
        "./tsconfig.json",
        "./a\0b",
        "./pipe",
        "evil",
        "evil/x.json",
        "evil/../../../outside/tsconfig.json",
        "@evil/%2e%2e/x",
        "file:///etc/passwd",
        "https://evil.example/tsconfig.json",
        "C:\\windows\\x.json",
        EVIL,
        [f"./chain/{number}.json" for number in range(500)],
        ["./tsconfig.json", "../../tsconfig.json"] * 200,
    ],
    ids=count(),
)
def test_where_a_configuration_extends_to(cli: Cli, root: Path, cache: Path, extends: Any) -> None:
    """`extends` is absolute, leaves the root, goes in circles, or names a pipe -> named, and not read."""
    inside = root / "packages/a"
    chain = 500 if "./chain/0.json" in extends else 0
    (inside / "tsconfig.json").write_text(json.dumps({"extends": extends, "compilerOptions": {"baseUrl": "../../.."}}))
    lay_out(
        inside,
        {
            "node_modules/evil/package.json": json.dumps(
                {
                    "exports": {
                        ".": "../../../../outside/tsconfig.json",
                        "./x.json": "./../../../../../outside/tsconfig.json",
                    }
                }
            ),
            **{f"chain/{number}.json": json.dumps({"extends": f"./{number + 1}.json"}) for number in range(chain)},
        },
        {"node_modules/@evil": "../../../../outside"},
    )
    if hasattr(os, "mkfifo"):
        os.mkfifo(inside / "pipe")
    run_all(cli, root, cache)


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("packages/a/b.ts", "../../../outside/a.ts"),
        ("packages/a/package.json", "../../../outside/package.json"),
        ("packages/a/tsconfig.json", "../../../outside/tsconfig.json"),
        ("packages/b", "../../outside"),
        ("packages/a/loop", "."),
        ("packages/a/loop.ts", "loop.ts"),
        ("packages/a/up", "../../.."),
        ("packages/a/dangling.ts", "nowhere.ts"),
        ("packages/a/node_modules", "../../../outside"),
        ("node_modules/@alga-psa/workflows", "../../../outside"),
        ("ee/packages/workflows", "../../../outside"),
        ("ee/packages/workflows/src", "../../../../outside/src"),
        ("ee/packages/workflows/package.json", "../../../../outside/package.json"),
        ("shared/workflow", "../../outside"),
        ("shared/workflow/runtime/client.ts", "../../../../outside/a.ts"),
        (".gitignore", "../outside/a.ts"),
        ("packages/a/.gitignore", "/dev/zero"),
        (".workflow-ls-cutover", "../outside"),
        ("absolute.ts", "/etc/passwd"),
    ],
)
def test_links(cli: Cli, root: Path, cache: Path, link: str, target: str) -> None:
    """A file or directory is a link out of the root, to itself, or to nothing -> it is not there, and not written."""
    place = root / link
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(target)
    run_all(cli, root, cache)
    assert place.is_symlink() or not os.path.lexists(place)  # a cutover may remove a link, but writes through none


@pytest.mark.parametrize(
    "target",
    [
        "./../../../../outside/a.ts",
        "../../../outside/a.ts",
        "./src/../../../../../outside/a.ts",
        "./%2e%2e/%2e%2e/%2e%2e/%2e%2e/outside/a.ts",
        "./src/..%2f..%2foutside/a.ts",
        "/etc/passwd",
        "file:///etc/passwd",
        "https://evil.example/a.js",
        ".\\..\\..\\..\\..\\outside\\a.ts",
        "./node_modules/../../../../../outside/a.ts",
        "./src/*/../*" * 50,
        "./" + "*" * 100_000,
        EVIL,
        "./a\0b",
        "evil-package",
        {"default": {"default": {"default": "./../../../../outside/a.ts"}}},
        [[[[["../x"], "/etc/passwd"]]]],
    ],
    ids=count(),
)
def test_targets_of_exports_and_imports(cli: Cli, root: Path, cache: Path, target: Any) -> None:
    """A target of `exports`, `imports` or `main` leads out of the package -> it is invalid, and read nowhere."""
    maps = {"./runtime/*": target, "./runtime/client": target, ".": target, f"./{EVIL}": target}
    manifest = {
        "name": "@alga-psa/workflows",
        "exports": maps,
        "imports": {"#x": target},
        "main": target,
        "types": target,
    }
    (root / "ee/packages/workflows/package.json").write_text(json.dumps(manifest))
    own = {
        "name": EVIL,
        "imports": {"#x": target, "#*": target},
        "dependencies": {EVIL: EVIL},
        "workspaces": ["../*", "/etc"],
    }
    (root / "packages/a/package.json").write_text(json.dumps(own))
    (root / "packages/a/b.ts").write_text(f"import '#x';\nimport '#{'y' * 200_000}';\n{LEGACY}")
    run_all(cli, root, cache)


@pytest.mark.parametrize("name", ["deep", "arrays", "conditions"])
def test_manifests_of_any_depth(cli: Cli, root: Path, name: str) -> None:
    """A manifest is nested hundreds or thousands of levels deep -> it is broken from level 200 on; nothing raises."""
    opened, closed = {"deep": ('{"a":', "}"), "arrays": ("[", "]"), "conditions": ('{"default":', "}")}[name]
    for depth in (150, 250, 600, 900, 5_000):
        text = f'{{"name": "@alga-psa/workflows", "exports": {opened * depth}"./a.js"{closed * depth}}}'
        for path in ("ee/packages/workflows/package.json", "package.json", "packages/a/tsconfig.json"):
            (root / path).write_text(text)
        for command in (["check"], ["status"], ["fix", "--diff"], ["cutover", "--dry-run"]):
            result = cli(*command, str(root), "--root", str(root))
            assert result.code in (0, 1, 2)
        assert cli("check", root / "packages/a").code in (0, 1)  # the root is to be found


def test_workspaces_that_multiply(cli: Cli, root: Path) -> None:
    """`workspaces` holds `**` many times over -> each directory is visited once for each."""
    deep = "/".join("abcdefghij")
    lay_out(root, {f"{deep}/package.json": "{}"})
    (root / "package.json").write_text(json.dumps({"workspaces": ["/".join(["**"] * 60), "**/" * 60 + "x"]}))
    (root / "packages/a/a.ts").write_text(f"import 'somewhere';\nimport '@shared/x';\n{LEGACY}")
    assert cli("status", root).code == 1


NAMES = [
    "a\nb.ts",
    "::error::x.ts",
    "##vso[task.complete]x.ts",
    "\x1b]0;title\x07.ts",
    "\u202ets.exe.ts",
    "a`![x](https:evil.example).ts",
    "a](command:evil) [b.ts",
    "<img src=x onerror=y>.ts",
    "a|b|c.ts",
    "a'b\"c.ts",
    "-rf.ts",
    "--output=x.ts",
    "$(touch evil).ts",
    "a;touch evil;.ts",
    " .ts",
    "%0A::error::x.ts",
    "con.ts",
    "a\\b.ts",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_files(cli: Cli, root: Path, cache: Path, name: str) -> None:
    """A file or directory is named like an order, an escape or markup -> it is shown, never obeyed, in every format."""
    text = (
        f"import {{ client, missing }} from '@shared/workflow/runtime/client';\n// workflow-ls-ignore x{EVIL[:9]}: y\n"
    )
    lay_out(
        root, {f"packages/a/{name}": text, f"packages/{name}.d/package.json": "{", f"packages/{name}.d/{name}": LEGACY}
    )
    lay_out(root, {f"shared/workflow/runtime/{name}": "export const x = 1;\n"})
    run_all(cli, root, cache)
    assert not (root / "evil").exists()
    assert not Path("evil").exists()


@pytest.mark.parametrize(
    "name", ["a`![x](https:evil.example)", "a](command:evil) [b", "<img src=x>", "a|b", "@all", "#1"]
)
def test_markdown_of_a_status(cli: Cli, root: Path, name: str) -> None:
    """A package or file is named like markup -> the Markdown of `status` shows it as code."""
    manifest = {"name": name, "exports": {}}
    lay_out(root, {f"packages/{name}/package.json": json.dumps(manifest), f"packages/{name}/a.ts": LEGACY})
    found = cli("status", root, "--format", "markdown").out
    shown = name.replace("|", "\\|")
    assert f"`{shown}" in found or f"`` {shown}" in found or f"``{shown}" in found
    rest = found.replace("<details>", "").replace("</details>", "").replace("<summary>", "").replace("</summary>", "")
    rest = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", rest)  # what is no code span
    assert "<" not in rest
    assert "![" not in rest
    assert "](" not in rest


@pytest.mark.parametrize("name", NAMES if NIGHTLY else NAMES[::3])
def test_messages_of_the_server(root: Path, name: str) -> None:
    """The same names and specifiers in an editor -> messages are printable, and a hover holds no markup of others."""
    text = f"import {{ client, a\u202eb }} from '@shared/workflow/runtime/x\\u001b[2J`![i](https://evil.example)';\n{LEGACY}"
    lay_out(root, {f"packages/a/{name}": text, "packages/a/tsconfig.json": '{"extends": "./\\u001b[2J\\n::error::"}'})
    lay_out(root, {f"shared/workflow/runtime/{name}": "export const x = 1;\n"})
    with RawClient(spawn()) as client:
        capabilities = {**PUSH, "textDocument": {**PUSH["textDocument"], "hover": {"contentFormat": ["markdown"]}}}
        client.initialize(capabilities, root, initializationOptions={"hoverCommandLinks": True})
        document = uri(root, f"packages/a/{name}")
        client.open(document, text)
        found = client.published(document, 1)
        hovers = []
        for item in found:
            place = {"textDocument": {"uri": document}, "position": item["range"]["start"]}
            hovers.append(client.request("textDocument/hover", place)["result"])
            context = {"range": item["range"], "context": {"diagnostics": []}, "textDocument": {"uri": document}}
            for action in client.request("textDocument/codeAction", context)["result"]:
                assert action["title"].isprintable()
        client.request("workspace/executeCommand", {"command": "workflow-ls.status", "arguments": []})
        client.request("shutdown")
        client.notify("exit", None)
        client.ended()
        client.drain_log()
    for message in (item["message"] for item in found):
        assert message.isprintable()
    for hover in filter(None, hovers):
        assert_no_markup(hover["contents"]["value"])
    assert client.log.decode().replace("\n", "").isprintable()


def assert_no_markup(page: str) -> None:
    assert page.replace("\n", "").isprintable()
    rest = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", page)
    rest = re.sub(r"\\.", "", rest)
    assert "<" not in rest
    assert "![" not in rest
    links = re.findall(r"\]\(([^)]*)\)", rest)
    assert all(link.startswith(("file:", f"command:{FIX_REFERENCE}?")) for link in links), links


def test_a_manifest_behind_a_link_is_not_edited(cli: Cli, root: Path, outside: Path) -> None:
    """A fix wants a dependency in a manifest that is a link out of the root -> it stays, and so does the link."""
    before = (outside / "package.json").read_bytes()
    (root / "packages/a/package.json").unlink()
    (root / "packages/a/package.json").symlink_to("../../../outside/package.json")
    assert cli("fix", root, "--root", root, "--unsafe").code in (0, 1)
    assert (outside / "package.json").read_bytes() == before
    assert (root / "packages/a/package.json").is_symlink()


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_what_the_system_sees(root: Path, tmp_path: Path) -> None:
    """The commands, git among them, as strace sees them -> no file beside the workspace is opened, only git is run."""
    lay_out(root, {}, {"packages/b": "../../outside", "packages/a/b.ts": "../../../outside/a.ts"})
    (root / "packages/a/tsconfig.json").write_text('{"extends": "../../../outside/tsconfig.json"}')
    (root / "ee/packages/workflows/tsconfig.json").write_text('{"extends": ["../../../outside", "/etc/passwd"]}')
    if shutil.which("git"):
        git(root, "init", "-q")
    for command in (["check"], ["status"], ["fix", "--allow-dirty"], ["cutover", "--allow-dirty"]):
        log = tmp_path / "log"
        traced = ["strace", "-f", "-s", "4096", "-e", "trace=openat,open,execve,unlink,rename,mkdir", "-o", str(log)]
        environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
        program = [sys.executable, "-m", "workflow_ls", *command, str(root)]
        done = subprocess.run([*traced, *program], env=environment, capture_output=True, text=True, check=False)
        if "ptrace" in done.stderr:
            pytest.skip("strace may not trace here")
        calls = [line for line in log.read_text().splitlines() if " = -1 " not in line]
        assert not [line for line in calls if str(tmp_path / "outside") in line or '"/etc/passwd"' in line]
        run = [line.partition('execve("')[2].partition('"')[0] for line in calls if 'execve("' in line]
        assert {Path(name).name for name in run[1:]} <= {"git"}, run


def test_a_path_outside_of_the_root(cli: Cli, tmp_path: Path) -> None:
    """`--root` and the paths do not fit -> exit 2; what lies outside the root can't be named."""
    lay_out(tmp_path, {**{f"w/{k}": v for k, v in project(MONOREPO).files.items()}, "x/a.ts": LEGACY})
    for path in (tmp_path / "x", tmp_path / "w" / ".." / "x", "/"):
        result = cli("check", path, "--root", tmp_path / "w")
        assert (result.code, result.out) == (2, "")


def test_documents_outside_of_the_root(root: Path, outside: Path) -> None:
    """An editor opens a file beside the folder -> it has a root of its own; no edit for the folder touches it."""
    with RawClient(spawn()) as client:
        client.initialize({**PULL, "workspace": {"applyEdit": True, **PULL["workspace"]}}, root)
        client.open(uri(outside, "a.ts"), LEGACY)
        client.pull(uri(outside, "a.ts"))
        edits: list[Any] = []

        def take(message: Any) -> Any:
            edits.append(message)
            return {"applied": True}

        client.answer_with = take
        client.request("workspace/executeCommand", {"command": "workflow-ls.fixWorkspace", "arguments": []})
        assert edits
        assert "/outside/" not in json.dumps(edits)
