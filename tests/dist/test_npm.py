"""The npm packages, installed by npm itself where there is no Python."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.dist.conftest import Installed
from tests.dist.registry import Registry, manifest_of
from workflow_ls import __version__

pytestmark = pytest.mark.slow

LEGACY = "import { x } from '@shared/workflow/runtime';\n"
CANONICAL = "import { x } from '@alga-psa/workflows/runtime';\n"
OPTIONAL = "npm install --include=optional"


def test_install_and_check(empty: Installed, registry: Registry, platforms: dict[str, dict[str, str]]) -> None:
    registry.asked.clear()
    done = empty.run("npm", "install", "-D", "workflow-ls")
    assert done.returncode == 0, done.stderr
    tool, of_platform = sorted(empty.files(), reverse=True)
    assert (tool, of_platform.removeprefix("@workflow-ls/") in platforms) == ("workflow-ls", True)
    assert len([path for path in registry.asked if path.startswith("/files/")]) == 2
    (empty.folder / "a.ts").write_text(LEGACY)
    checked = empty.run("npx", "workflow-ls", "check")
    assert (checked.returncode, checked.stderr) == (1, "")
    assert "→ '@alga-psa/workflows/runtime'" in checked.stdout
    empty.run("npx", "workflow-ls", "fix")
    assert (empty.folder / "a.ts").read_text() == CANONICAL


def test_nothing_runs_when_it_is_installed(tarballs: list[Path]) -> None:
    for tarball in tarballs:
        manifest = manifest_of(tarball)
        assert "scripts" not in manifest
        assert manifest["version"] == __version__


def test_one_optional_package_for_each_platform(tarballs: list[Path], platforms: dict[str, dict[str, str]]) -> None:
    [tool] = [manifest for tarball in tarballs if (manifest := manifest_of(tarball))["name"] == "workflow-ls"]
    assert tool["optionalDependencies"] == {f"@workflow-ls/{name}": __version__ for name in platforms}
    assert "dependencies" not in tool


def test_exit_codes(shim: list[str], installed: Installed) -> None:
    (installed.folder / "a.ts").write_text(LEGACY)
    assert installed.run(*shim, "--version").stdout == f"workflow-ls {__version__}\n"
    assert installed.run(*shim, "check", "--exit-zero").returncode == 0
    assert installed.run(*shim, "check").returncode == 1
    wrong = installed.run(*shim, "check", "no-such-folder")
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("workflow-ls: ")


def test_arguments_are_not_read_by_a_shell(shim: list[str], installed: Installed) -> None:
    name = "a b$HOME'\"*.ts"
    (installed.folder / name).write_text(LEGACY)
    assert json.loads(installed.run(*shim, "check", "--format", "json", name).stdout)["diagnostics"][0]["path"] == name


def test_standard_streams(shim: list[str], installed: Installed) -> None:
    text = LEGACY + "// padding\n" * 100_000
    checked = installed.run(*shim, "check", "--stdin-filename", "a.ts", input=text)
    assert checked.returncode == 1
    assert "a.ts:1:" in checked.stdout
    (installed.folder / "many.ts").write_text(LEGACY * 5000)
    told = json.loads(installed.run(*shim, "check", "--format", "json").stdout)
    assert len(told["diagnostics"]) == 5000


def test_a_reader_that_closes(shim: list[str], installed: Installed) -> None:
    (installed.folder / "many.ts").write_text(LEGACY * 5000)
    with started(installed, [*shim, "check", "--format", "json"]) as process:
        assert process.stdout is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.wait(60) == 2


def test_the_server_answers(shim: list[str], installed: Installed) -> None:
    (installed.folder / "workflow-ls.json").write_text("{}")
    with started(installed, [*shim, "serve"]) as process:
        root = installed.folder.as_uri()
        initialize: dict[str, object] = {"processId": None, "rootUri": root, "capabilities": {}}
        answer = ask(process, 1, "initialize", initialize)
        assert answer["result"]["serverInfo"] == {"name": "workflow-ls", "version": __version__}
        assert ask(process, 2, "shutdown", None)["result"] is None
        send(process, {"jsonrpc": "2.0", "method": "exit"})
        assert process.wait(30) == 0


def test_the_server_ends_with_its_input(shim: list[str], installed: Installed) -> None:
    with started(installed, [*shim, "serve"]) as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(30) in (0, 1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_signals_end_the_program(shim: list[str], installed: Installed, program: Path, number: signal.Signals) -> None:
    waiting = ["check", "--stdin-filename", "a.ts"]
    wanted = interrupted(installed, [str(program), *waiting], number)
    assert interrupted(installed, [*shim, *waiting], number) == wanted
    if number == signal.SIGINT:
        assert wanted == (2, "workflow-ls: interrupted\n")


def interrupted(installed: Installed, command: list[str], number: signal.Signals) -> tuple[int, str]:
    """How a command that waits for its input ends by a signal: its exit code, and what it said."""
    with started(installed, command) as process:
        wait_for_the_program(process.pid)
        process.send_signal(number)
        if number == signal.SIGKILL:
            assert process.stdin is not None
            process.stdin.close()  # the program would wait for it
        assert process.stderr is not None
        said = process.stderr.read().decode()  # to its end: nothing is left that could write
        return process.wait(30), said if number != signal.SIGKILL else ""


def test_a_terminal_interrupts_once(shim: list[str], installed: Installed) -> None:
    parent, child = pty.openpty()
    script = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
    command = [sys.executable, "-c", script, *shim, "check", "--stdin-filename", "a.ts"]
    process = subprocess.Popen(
        command, cwd=installed.folder, env=installed.environment, stdin=child, stdout=child, stderr=child, start_new_session=True
    )
    os.close(child)
    wait_for_the_program(process.pid)
    os.write(parent, b"\x03")
    assert process.wait(30) == 2
    said = b""
    try:
        while chunk := os.read(parent, 1000):
            said += chunk
    except OSError:  # the terminal is gone
        pass
    os.close(parent)
    assert said.count(b"interrupted") == 1


def test_without_the_package_of_the_platform(shim: list[str], installed: Installed) -> None:
    shutil.rmtree(installed.folder / "node_modules" / "@workflow-ls")
    expect_one_line(installed.run(*shim, "check"), "is not installed", OPTIONAL, "package-lock.json")


def test_npm_that_omits_what_is_optional(empty: Installed) -> None:
    assert empty.run("npm", "install", "--omit=optional", "workflow-ls").returncode == 0
    expect_one_line(empty.run("npx", "workflow-ls", "check"), "is not installed", OPTIONAL)
    assert empty.run(*OPTIONAL.split()).returncode == 0
    assert empty.run("npx", "workflow-ls", "--version").stdout == f"workflow-ls {__version__}\n"


def test_a_package_of_another_version(shim: list[str], installed: Installed) -> None:
    manifest = own_package(installed) / "package.json"
    manifest.write_text(manifest.read_text().replace(f'"version": "{__version__}"', '"version": "0.0.1"'))
    expect_one_line(installed.run(*shim, "check"), f"is version 0.0.1, not {__version__}", OPTIONAL)


def test_a_package_without_its_program(shim: list[str], installed: Installed) -> None:
    (own_package(installed) / "program" / "workflow-ls").unlink()
    expect_one_line(installed.run(*shim, "check"), "can't be run: it is not there", OPTIONAL)


def test_a_program_that_lost_its_permission(shim: list[str], installed: Installed) -> None:
    (own_package(installed) / "program" / "workflow-ls").chmod(0o644)
    assert installed.run(*shim, "--version").stdout == f"workflow-ls {__version__}\n"


@pytest.mark.parametrize(
    ("platform", "architecture", "told"),
    [
        ("freebsd", "x64", ["no program for freebsd-x64", "pipx install workflow-ls"]),
        ("linux", "s390x", ["no program for linux-s390x", "pipx install workflow-ls"]),
        ("darwin", "arm64", ["@workflow-ls/darwin-arm64", OPTIONAL]),
        ("win32", "arm64", ["@workflow-ls/win32-arm64", OPTIONAL]),
    ],
)
def test_other_platforms(installed: Installed, tmp_path: Path, platform: str, architecture: str, told: list[str]) -> None:
    pretend = f"Object.defineProperties(process, {{ platform: {{ value: '{platform}' }}, arch: {{ value: '{architecture}' }} }});"
    expect_one_line(pretending(installed, tmp_path, pretend), *told)


def test_node_that_is_linked_with_musl(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "node").write_bytes(b"\x7fELF" + b"\0" * 600 + b"/lib/ld-musl-x86_64.so.1\0")
    pretend = f"process.execPath = {json.dumps(str(tmp_path / 'node'))};"
    expect_one_line(pretending(installed, tmp_path, pretend), "-musl, which holds the program, is not installed", OPTIONAL)


def pretending(installed: Installed, tmp_path: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run the command with Node changed by a script."""
    (tmp_path / "pretend.cjs").write_text(script)
    command = installed.folder / "node_modules" / "workflow-ls" / "bin" / "workflow-ls.js"
    return installed.run("node", "--require", str(tmp_path / "pretend.cjs"), str(command), "check")


def expect_one_line(ended: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("workflow-ls: ")
    assert ended.stderr.count("\n") == 1
    for part in parts:
        assert part in ended.stderr


def own_package(installed: Installed) -> Path:
    [found] = (installed.folder / "node_modules" / "@workflow-ls").iterdir()
    return found


@contextmanager
def started(installed: Installed, command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=installed.folder, env=installed.environment, stdin=pipe, stdout=pipe, stderr=pipe
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for_the_program(process: int) -> None:
    """Wait until the process, or a child of it, is the program, and waits for its input."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        for one in (process, *children(process)):
            try:
                is_program = Path(os.readlink(f"/proc/{one}/exe")).name == "workflow-ls"
            except OSError:
                continue
            if is_program and state(one) == "S" and cpu(one) == cpu_later(one):
                return
        time.sleep(0.05)
    pytest.fail("the program did not start")


def children(process: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def state(process: int) -> str:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def cpu(process: int) -> str:
    return " ".join(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13])


def cpu_later(process: int) -> str:
    time.sleep(0.5)
    return cpu(process)


def send(process: subprocess.Popen[bytes], message: dict[str, object]) -> None:
    assert process.stdin is not None
    body = json.dumps(message).encode()
    process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    process.stdin.flush()


def ask(process: subprocess.Popen[bytes], number: int, method: str, params: object) -> dict[str, Any]:
    """Send a request, and read until its answer."""
    message: dict[str, object] = {"jsonrpc": "2.0", "id": number, "method": method}
    send(process, message if params is None else {**message, "params": params})
    assert process.stdout is not None
    timer = threading.Timer(120, process.kill)
    timer.start()
    try:
        while True:
            length = 0
            while (line := process.stdout.readline()) not in (b"\r\n", b""):
                length = int(line.partition(b":")[2]) if line.lower().startswith(b"content-length") else length
            assert line, "the server ended"
            answer: dict[str, Any] = json.loads(process.stdout.read(length))
            if answer.get("id") == number:
                return answer
    finally:
        timer.cancel()
