"""What holds for all tests: which of them are slow, and how many examples a property gets."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.strategies import examples

HERE = Path(__file__).parent
SLOW_FOLDERS = ("conformance", "editors", "faults")
"""Every test of these starts processes, or generates thousands of cases."""

# A deadline would measure how busy the machine is.
settings.register_profile("workflow-ls", max_examples=examples(100), deadline=None)
settings.load_profile("workflow-ls")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE) and item.path.relative_to(HERE).parts[0] in SLOW_FOLDERS:
            item.add_marker("slow")
