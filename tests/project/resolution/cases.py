"""What a specifier leads to in a workspace that is written as one text."""

from __future__ import annotations

from tests.project.workspaces import open_workspace


def check(text: str, specifier: str, expected: str | None, importer: str = "app/src/main.ts") -> None:
    assert open_workspace(text).resolver.resolve(specifier, importer) == expected
