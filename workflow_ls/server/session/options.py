"""The editor's settings."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from workflow_ls.diagnostics import Severity
from workflow_ls.rules import CODES

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of the editor.

    `workspace_diagnostics`: report closed files as well.  `severities` override those of workflow-ls.json.
    `hover_command_links`: the client runs `command:` links in a hover.  `resolve_edits`: it takes the edit of a code
    action that reaches into closed files from `codeAction/resolve`.  `hover_below_findings`: it shows the
    findings of a place above its hover, which need not repeat them.  `beside_typescript`: a server for TypeScript is
    there, which completes canonical specifiers and names.  `checks_json`: the client itself reports JSON that can't be
    read.  `in_folders` has the severities of each folder of a workspace with several.
    """

    workspace_diagnostics: bool = True
    code_lens: bool = True
    hover_command_links: bool = False
    resolve_edits: bool = False
    hover_below_findings: bool = False
    beside_typescript: bool = False
    checks_json: bool = False
    severities: Mapping[str, Severity | None] | None = None
    in_folders: Mapping[Path, Mapping[str, Severity | None]] | None = None

    def severities_of(self, directory: Path) -> Mapping[str, Severity | None]:
        """The severities for a root directory: those of the nearest folder that contains it."""
        folders = self.in_folders or {}
        containing = [folder for folder in folders if directory.is_relative_to(folder)]
        nearest = max(containing, key=lambda folder: len(folder.parts), default=None)
        return (self.severities or {}) if nearest is None else folders[nearest]


def read_options(raw: object, of_folders: Mapping[Path, object] = MappingProxyType({})) -> Options:
    """The settings in what an editor sends, in all and for each folder; invalid ones are logged and ignored.

    `{"workspaceDiagnostics": …, "codeLens": …, "rules": {…}}`, and with `initialize` also `"hoverCommandLinks": …`,
    `"resolveEdits": …`, `"hoverBelowFindings": …`, `"besideTypescript": …` and `"checksJson": …`.
    Of a folder, only the rules count.
    """
    data: dict[str, Any] = raw if isinstance(raw, dict) else {}
    return Options(
        workspace_diagnostics=_flag(data, "workspaceDiagnostics", default=True),
        code_lens=_flag(data, "codeLens", default=True),
        hover_command_links=_flag(data, "hoverCommandLinks", default=False),
        resolve_edits=_flag(data, "resolveEdits", default=False),
        hover_below_findings=_flag(data, "hoverBelowFindings", default=False),
        beside_typescript=_flag(data, "besideTypescript", default=False),
        checks_json=_flag(data, "checksJson", default=False),
        severities=_severities(data),
        in_folders={folder: _severities(own) for folder, own in of_folders.items() if isinstance(own, dict)},
    )


def _severities(data: Mapping[str, Any]) -> dict[str, Severity | None]:
    labels: dict[str, Severity | None] = {severity.label: severity for severity in Severity}
    labels["off"] = None
    severities: dict[str, Severity | None] = {}
    rules = data.get("rules")
    if rules is not None and not isinstance(rules, dict):
        log.warning("setting `rules`: ignored %.200r. Use an object with rule codes and severities.", rules)
    for code, level in rules.items() if isinstance(rules, dict) else ():
        if code in CODES and isinstance(level, str) and level in labels:
            severities[code] = labels[level]
        else:
            log.warning(
                "setting `rules`: ignored `%s: %.200s`. Use a rule code and a severity or `off`.", code, str(level)
            )
    return severities


def _flag(data: Mapping[str, Any], key: str, *, default: bool) -> bool:
    value = data.get(key)
    if value is not None and not isinstance(value, bool):
        log.warning("setting `%s`: ignored %.200r. Use true or false.", key, value)
    return value if isinstance(value, bool) else default
