"""What holds for all tests: which of them are slow, and how many examples a property gets."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.strategies import examples

HERE = Path(__file__).parent
SLOW_FOLDERS = ("conformance", "e2e", "editors", "faults")
"""Every test of these starts processes, or generates thousands of cases."""

# A deadline would measure how busy the machine is.
settings.register_profile("workflow-ls", max_examples=examples(100), deadline=None)
settings.load_profile("workflow-ls")


@pytest.fixture(autouse=True, scope="session")
def no_trace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a test run leaves to later ones goes away with it; what is downloaded once for all stays where it is."""
    with pytest.MonkeyPatch.context() as patch:
        downloads = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "workflow-ls-editors"
        if "WORKFLOW_LS_EDITORS_CACHE" not in os.environ:
            patch.setenv("WORKFLOW_LS_EDITORS_CACHE", str(downloads))
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("user-cache")))
        yield


def pytest_configure() -> None:
    """Let what tests start end by an interrupt, also where a shell started the tests in its background.

    Python looks for garbage less often: of millions of objects that the tests share, a look takes seconds.
    """
    gc.set_threshold(100_000, 50, 100)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if os.name != "nt" and signal.getsignal(signal.SIGQUIT) is signal.SIG_IGN:
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)


def pytest_collection_finish() -> None:
    """What was imported and collected stays: leave it out of what Python looks through."""
    gc.collect()
    gc.freeze()


def pytest_runtest_teardown() -> None:
    """Look for garbage again after a command, which looks for none since its process ends with it."""
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, and begin with it: a file that takes minutes is no file to end with."""
    for item in items:
        if item.path.is_relative_to(HERE) and item.path.relative_to(HERE).parts[0] in SLOW_FOLDERS:
            item.add_marker("slow")
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
