"""The features, each a family of LSP methods: the one place where one is listed.

A module has `HANDLERS`, of (method, handler, options), and may have `COMMANDS`, of (name, handler).
"""

from __future__ import annotations

from types import ModuleType

from workflow_ls.server.features import (
    actions,
    commands,
    completion,
    definition,
    diagnostics,
    files,
    hover,
    lens,
    lifecycle,
    links,
    sync,
    telling,
    workspace,
)

FEATURES: tuple[ModuleType, ...] = (
    lifecycle,
    sync,
    diagnostics,
    actions,
    commands,
    telling,
    hover,
    definition,
    links,
    completion,
    lens,
    workspace,
    files,
)
