"""Work that is interrupted, at every place where it can be, leaves nothing half done."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.server.places import write
from workflow_ls.proof.joined_fixes import FixOptions
from workflow_ls.server.session.threads import AnalysisThread, until_set
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.vfs.files import Query
from workflow_ls.vfs.interruption import checkpoint, interruptible, uninterrupted
from workflow_ls.vfs.searching import search

pytestmark = pytest.mark.slow

CLIENT = "import { client } from '@shared/workflow/runtime/client';\n"
FILES = ("packages/a/src/a.ts", "packages/a/src/b.ts", "packages/b/src/c.ts")
EVERYTHING = "".join(f"//- /{name}\n{CLIENT}" for name in FILES) + '//- /packages/a/package.json\n{ "name": "a" }\n'


class InterruptedError(Exception):  # noqa: A001 - of this module only
    """The work is interrupted."""


def after(count: int) -> Callable[[], None]:
    """A check that raises at the checkpoint after some others."""
    left = count

    def check() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise InterruptedError

    return check


def test_nothing_is_interrupted_by_itself() -> None:
    checkpoint()
    with interruptible(after(1)):
        checkpoint()
        with uninterrupted():
            checkpoint()
        with pytest.raises(InterruptedError):
            checkpoint()
    checkpoint()


def test_both_of_two_checks_count() -> None:
    for outer, inner in ((1, 9), (9, 1)):
        with interruptible(after(outer)), interruptible(after(inner)):
            checkpoint()
            with pytest.raises(InterruptedError):
                checkpoint()


def work(folder: WorkspaceFolder) -> object:
    """What a command does with a folder, and its result."""
    paths = folder.analysis.paths()
    findings = [finding for path in paths for finding in folder.analysis.check_file(path)]
    changes = folder.analysis.prove(findings, FixOptions(), ("",)).changes
    return paths, findings, [(change.path, change.after) for change in changes]


@pytest.mark.parametrize("with_git", [True, False])
def test_an_interruption_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_git: bool) -> None:
    if not with_git:
        monkeypatch.setenv("PATH", "")
    root = write(tmp_path, EVERYTHING)
    expected = work(WorkspaceFolder(root))
    folder, count = WorkspaceFolder(root), 0
    while True:
        try:
            with interruptible(after(count)):
                found = work(folder)
            break
        except InterruptedError:
            count += 1
            if count % 7 == 0:  # else the next attempt goes on with what this one knows
                folder.changed_on_disk(["", *FILES])
    assert found == expected
    assert count > 10


def test_an_interruption_between_changes(tmp_path: Path) -> None:
    root = write(tmp_path, EVERYTHING)
    folder = WorkspaceFolder(root)
    work(folder)
    for count in range(40):
        (root / FILES[0]).write_text(CLIENT * (count % 3))
        with interruptible(after(count)):
            folder.changed_on_disk([FILES[0]])
            with contextlib.suppress(InterruptedError):
                work(folder)
        before = folder.diagnostics_epoch
        assert work(folder) == work(WorkspaceFolder(root))
        assert folder.diagnostics_epoch >= before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe blocks git")
def test_an_interrupted_search_ends_its_processes(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".gitignore")
    running = search.start(str(tmp_path), [Query((".ts",), ("x",)), Query((".json",), ("y",))])
    processes = [grep._process for _, grep in running._greps if grep is not None]
    with interruptible(after(3)), pytest.raises(InterruptedError):
        running.result()
    assert len(processes) == 2
    for process in processes:
        with pytest.raises(ChildProcessError):  # it has ended, and was waited for
            os.waitpid(process, os.WNOHANG)


def test_the_thread_ends_a_job() -> None:
    thread, started, stop = AnalysisThread(), threading.Event(), threading.Event()

    def job() -> None:
        started.set()
        while True:
            time.sleep(0.001)
            checkpoint()

    future = thread.submit("job", partial(until_set, stop, job))
    assert started.wait(10)
    assert not thread.wait(0)
    stop.set()
    with pytest.raises(asyncio.CancelledError):
        future.result(10)
    assert thread.submit("next", lambda: 7).result(10) == 7
    started.clear()
    thread.send("job", job)
    assert started.wait(10)
    thread.close()
    assert thread.wait(10)
    with pytest.raises(asyncio.CancelledError):
        thread.submit("none", lambda: 7)
