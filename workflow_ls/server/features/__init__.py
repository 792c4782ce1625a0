"""The features, one module for each family of LSP methods.

A module has `HANDLERS`, of (method, handler, options), and may have `COMMANDS`, of (name, handler).
"""

from __future__ import annotations

from types import ModuleType

from workflow_ls.server.features import (
    code_action,
    code_lens,
    completion,
    definition,
    document_link,
    file_operations,
    fix_reference,
    hover,
    lifecycle,
    pull_diagnostics,
    pull_workspace,
    text_sync,
    workspace_events,
)
from workflow_ls.server.features.commands import fix_commands, infer_mapping, info_commands

FEATURES: tuple[ModuleType, ...] = (
    lifecycle,
    text_sync,
    pull_diagnostics,
    pull_workspace,
    code_action,
    fix_commands,
    fix_reference,
    info_commands,
    infer_mapping,
    hover,
    definition,
    document_link,
    completion,
    code_lens,
    workspace_events,
    file_operations,
)
