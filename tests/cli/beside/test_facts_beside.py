"""A second process finds facts for a check: the check says the same, and does with less, or with none of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.child_processes import is_gone
from tests.cli.conftest import Cli, Result, cache, cli, workspace
from workflow_ls.cli.beside import cores, facts_process
from workflow_ls.cli.beside.facts_process import FactsBeside
from workflow_ls.cli.beside.frames import Frames, Shared, framed
from workflow_ls.project.file_facts import FileFacts, describe
from workflow_ls.syntax.mocks.mock_factories import FactoryKind, factory_kind
from workflow_ls.syntax.parser import Source

__all__ = ["cache", "cli", "workspace"]

Write = Callable[..., Path]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "posix_spawn"), reason="nothing runs beside a check on Windows"),
]

MOCKING = "import { vi } from 'vitest';\nvi.mock('@shared/workflow/runtime/client', () => ({ client: 2 }));\n"
PROJECT = "\n".join(
    [
        *(
            f"//- /apps/web/plain{n}.ts\nimport {{ client }} from '@shared/workflow/runtime/client';\nclient;"
            for n in range(8)
        ),
        *(f"//- /apps/web/some{n}.test.ts\n{MOCKING}import './plain{n}';\n" for n in range(4)),
        "//- /apps/web/broken.ts\nimport { client } from '@shared/workflow/runtime/client\nclient(\n",
        "//- /apps/web/é.ts\nimport { none } from '@shared/workflow/runtime/client';\nexport { none };",
        "//- /shared/workflow/runtime/more.ts\nexport * from './client';",
    ]
)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of the processes that run beside a check: from the first text on, on two cores."""
    made, spawn = list[int](), os.posix_spawn

    def counted(path: str, arguments: list[str], *rest: object, **named: object) -> int:
        found = spawn(path, arguments, *rest, **named)  # type: ignore[arg-type]  # passed on
        if path == sys.executable:
            made.append(found)
        return found

    monkeypatch.setattr(facts_process, "PAYS", 0)
    monkeypatch.setattr(facts_process, "PATIENCE", 100.0)  # other tests may run beside it
    monkeypatch.setattr(facts_process, "count_cores", lambda: 2)
    monkeypatch.setattr("workflow_ls.cli.beside.facts_process.os.posix_spawn", counted)
    return made


@pytest.fixture
def described(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the sources whose references this process looks for, and "mock" for each mock it looks at."""
    made = list[str]()

    def counted(source: Source, *rest: Any) -> FileFacts:
        made.append(source.path)
        return describe(source, *rest)

    def looked_at(*rest: Any) -> FactoryKind:
        made.append("mock")
        return factory_kind(*rest)

    monkeypatch.setattr("workflow_ls.project.source_index.describe", counted)
    monkeypatch.setattr("workflow_ls.project.runtime.mock_calls.factory_kind", looked_at)
    return made


def checked(cli: Cli, root: Path, *options: str) -> Result:
    found = cli("check", root, "--root", root, "--format", "json", *options)
    assert found.code == 1, found
    return found


class TestTheReportIsThatOfOneProcess:
    def test_a_small_check_starts_none(self, cli: Cli, workspace: Write, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(facts_process, "count_cores", lambda: 2)
        monkeypatch.setattr(facts_process, "_Process", lambda: pytest.fail("it was started"))
        checked(cli, workspace(PROJECT))

    def test_one_core_starts_none(
        self, cli: Cli, workspace: Write, started: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(facts_process, "count_cores", lambda: 1)
        checked(cli, workspace(PROJECT))
        assert not started

    @pytest.mark.parametrize("kind", ["json", "text", "sarif"])
    def test_two_processes(
        self, cli: Cli, workspace: Write, started: list[int], described: list[str], kind: str
    ) -> None:
        root = workspace(PROJECT)
        alone = cli("check", root, "--format", kind, "--no-cache")
        assert not started
        assert {"apps/web/plain1.ts", "apps/web/some3.test.ts", "mock"} <= {*described}
        described.clear()
        both = cli("check", root, "--format", kind)
        assert both == alone
        (process,) = started
        assert is_gone(process)
        # The other one looked at all but the first.
        assert not {"apps/web/plain1.ts", "apps/web/some3.test.ts", "mock"} & {*described}

    @pytest.mark.usefixtures("started")
    def test_what_it_found_is_kept(self, cli: Cli, workspace: Write, described: list[str]) -> None:
        root = workspace(PROJECT)
        checked(cli, root)
        (root / "apps/web/plain0.ts").write_text("export {};\n")
        described.clear()
        checked(cli, root)
        assert set(described) <= {"apps/web/plain0.ts"}

    def test_more_than_it_can_do_soon_stays(
        self, cli: Cli, workspace: Write, started: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(facts_process, "MOST_WAITING", 100)
        root = workspace(PROJECT)
        assert checked(cli, root) == checked(cli, root, "--no-cache")
        assert started

    def test_a_file_that_is_written_meanwhile(
        self, cli: Cli, workspace: Write, started: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What the other process has read of it is not the text that the check has read."""
        root, ask = workspace(PROJECT), FactsBeside._ask
        expected = checked(cli, root, "--no-cache")

        def late(self: FactsBeside, asked: object, place: str, size: int) -> bool:
            if place.endswith("plain3.ts"):
                (root / "apps/web/plain3.ts").write_text("export {};\n")
            return ask(self, asked, place, size)  # type: ignore[arg-type]  # passed on

        monkeypatch.setattr(FactsBeside, "_ask", late)
        found = checked(cli, root)
        assert started
        assert found == expected


RUBBISH = {
    "ends": "pass",
    "hangs": "import time; time.sleep(100)",
    "writes text": "print('Traceback' * 1000)",
    "writes a broken frame": "import os, sys; os.write(1, b'wlsf' + bytes([9, 0, 0, 0, 1, 2, 3, 4]) + b'x' * 9)",
    "writes no end": "import os\nwhile True: os.write(1, b'wlsf')",
    "says nothing more": "import os, time; from workflow_ls.cli.beside.frames import framed;"
    "from workflow_ls.kept.facts_file import tool_digest; os.write(1, framed(tool_digest())); time.sleep(100)",
    "answers what nobody asked": "import os; from workflow_ls.cli.beside.frames import *;"
    "from workflow_ls.kept.facts_file import tool_digest; os.write(1, framed(tool_digest()) + framed(Answer(77, ())))",
    "answers nonsense": "import os; from workflow_ls.cli.beside.frames import *;"
    "from workflow_ls.kept.facts_file import tool_digest;"
    "os.write(1, framed(tool_digest()) + framed(Answer(1, ((1, 2), None))))",
    "is of another version": "import os, time; from workflow_ls.cli.beside.frames import framed;"
    "os.write(1, framed(b'another version!')); time.sleep(100)",
    "reads nothing": "import os; os.close(0); os.read(1, 1)",
}


@pytest.mark.parametrize("kind", RUBBISH)
def test_a_process_that_fails(
    cli: Cli, workspace: Write, started: list[int], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    root = workspace(PROJECT)
    alone = checked(cli, root, "--no-cache")
    here = str(Path(facts_process.__file__).parents[3])
    script = f"import sys; sys.path.insert(0, {here!r})\n{RUBBISH[kind]}"
    monkeypatch.setattr(facts_process, "PATIENCE", 1.0)
    monkeypatch.setattr(facts_process, "_command", lambda: [sys.executable, "-c", script])
    assert checked(cli, root) == alone
    (process,) = started
    assert is_gone(process)
    assert checked(cli, root) == alone


def test_it_does_not_start(cli: Cli, workspace: Write, started: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    root = workspace(PROJECT)
    alone = checked(cli, root, "--no-cache")
    monkeypatch.setattr(sys, "executable", str(root / "no-python"))
    assert checked(cli, root) == alone
    assert not started


def test_an_interrupt_ends_both(
    cli: Cli, workspace: Write, started: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(FactsBeside, "wait_for", interrupted)
    found = cli("check", workspace(PROJECT))
    assert (found.code, found.out, found.err) == (2, "", "workflow-ls: interrupted\n")
    (process,) = started
    assert is_gone(process)


class TestTheProcess:
    def test_it_ends_with_its_input(self) -> None:
        done = subprocess.run(facts_process._command(), stdin=subprocess.DEVNULL, capture_output=True, check=True)
        assert len([*Frames().of(done.stdout)]) == 1
        assert done.stderr == b""

    def test_the_program_whole_is_one_by_an_argument(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "frozen", True, raising=False)
        program, *arguments = facts_process._command()
        assert program == sys.executable
        script = "import sys; sys.frozen = True\nfrom workflow_ls.__main__ import main\nmain()"
        command = [program, "-c", script, *arguments]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True)
        assert len([*Frames().of(done.stdout)]) == 1

    def test_it_ends_when_nobody_reads(self) -> None:
        with subprocess.Popen(facts_process._command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.close()
            assert process.wait(60) != 0

    def test_an_interrupt_of_the_terminal_ends_it(self) -> None:
        command, pipe = facts_process._command(), subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
            assert process.stdout is not None
            process.stdout.read(10)  # it is up
            process.send_signal(signal.SIGINT)
            assert process.wait(60) != 0

    def test_it_runs_nothing_of_the_current_directory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("os", "json", "workflow_ls", "tree_sitter", "sitecustomize", "usercustomize", "pickle"):
            (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'was here')!r}, 'w')")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "path", ["", *sys.path, ".", "node_modules"])
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        done = subprocess.run(facts_process._command(), stdin=subprocess.DEVNULL, capture_output=True, check=True)
        assert len([*Frames().of(done.stdout)]) == 1
        assert not (tmp_path / "was here").exists()


@pytest.mark.parametrize(
    ("quota", "at_most"),
    [("max 100000", 10_000), ("100000 100000", 1), ("150000 100000", 1), ("50000 100000", 1), ("200000 100000", 2)],
)
def test_the_cores_of_a_container(tmp_path: Path, quota: str, at_most: int) -> None:
    (tmp_path / "cpu.max").write_text(quota + "\n")
    assert 1 <= cores.count_cores(str(tmp_path / "cpu.max")) <= at_most


@pytest.mark.parametrize("quota", ["", "x y", "1 2 3", "100000 0"])
def test_a_quota_that_nobody_understands(tmp_path: Path, quota: str) -> None:
    (tmp_path / "cpu.max").write_text(quota)
    assert cores.count_cores(str(tmp_path / "cpu.max")) == cores.count_cores(str(tmp_path / "none"))


def test_cores_that_this_process_may_not_use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3}, raising=False)
    assert cores.count_cores(str(tmp_path)) == 1


def test_frames_come_in_any_pieces() -> None:
    data = framed(Shared(1, ("a", b"\0" * 100))) + framed(b"second")
    frames = Frames()
    found = [each for at in range(len(data)) for each in frames.of(data[at : at + 1])]
    assert found == [Shared(1, ("a", b"\0" * 100)), b"second"]
