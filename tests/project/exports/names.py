"""The names that a module exports, as text: `x` is a value, `type x` a type, `x+type` both, and `() x` neither."""

from __future__ import annotations

from tests.project.workspaces import open_workspace
from workflow_ls.project.exports.module_exports import Meaning, ModuleExports


def exports_of(text: str, path: str = "main.ts") -> ModuleExports:
    return open_workspace(text).exports.exports(path)


def shown(exports: ModuleExports) -> list[str]:
    return [_shown(name, meaning) for name, meaning in sorted(exports.names.items())]


def _shown(name: str, meaning: Meaning) -> str:
    words = {(True, False): "{}", (False, True): "type {}", (True, True): "{}+type", (False, False): "() {}"}
    return words[meaning.value, meaning.type].format(name)
