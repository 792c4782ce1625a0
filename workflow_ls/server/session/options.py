"""The editor's settings."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from workflow_ls.diagnostics import Severity
from workflow_ls.rules import CODES

log = logging.getLogger(__name__)


class Setting(NamedTuple):
    """A value that an editor may send: its default, and what it does, as Markdown.

    `at_start`: it changes what the client gets from the start, and comes with `initialize` only.
    """

    default: object
    effect: str
    at_start: bool = False


SETTINGS: Mapping[str, Setting] = {
    "rules": Setting({}, "severities by rule, as in `workflow-ls.json`: `error`, `warning`, `information` or `off`"),
    "codeLens": Setting(True, 'a line above the first finding of a file: the count, and "fix all"'),
    "workspaceDiagnostics": Setting(True, "findings of closed files, too, in editors that show them"),
    "hoverCommandLinks": Setting(
        False, "a hover has a link that applies the fix, for clients that trust such links", at_start=True
    ),
    "resolveEdits": Setting(
        False,
        "an action whose edit reaches into closed files gets it by `codeAction/resolve`, for the texts that they have "
        "when it is chosen",
        at_start=True,
    ),
    "besideTypescript": Setting(
        False, "only rewrites of legacy specifiers are completed: a TypeScript server completes the rest", at_start=True
    ),
    "hoverBelowFindings": Setting(
        False, "a hover does not repeat the finding that the client shows above it", at_start=True
    ),
    "checksJson": Setting(False, "the client itself reports JSON that can't be read", at_start=True),
    "showsSummary": Setting(
        False, "the client itself shows the `summary` in the answer to `workflow-ls.fixWorkspace`", at_start=True
    ),
    "positionEncoding": Setting(
        "utf-16",
        'how the client counts columns, where it can\'t say so in its capabilities: `"utf-8"` (bytes), `"utf-16"`, or '
        '`"utf-32"` (characters)',
        at_start=True,
    ),
}
"""All values that an editor may send, by name; `positionEncoding` is the protocol's (`protocol/messages.py`)."""


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of the editor.

    `workspace_diagnostics`: report closed files as well.  `severities` override those of workflow-ls.json.
    `hover_command_links`: the client runs `command:` links in a hover.  `resolve_edits`: it takes the edit of a code
    action that reaches into closed files from `codeAction/resolve`.  `hover_below_findings`: it shows the
    findings of a place above its hover, which need not repeat them.  `beside_typescript`: a server for TypeScript is
    there, which completes canonical specifiers and names.  `checks_json`: the client itself reports JSON that can't be
    read.  `shows_summary`: it shows what a fix of the workspace did, by the answer.  `in_folders` has the
    severities of each folder of a workspace with several.
    """

    workspace_diagnostics: bool = True
    code_lens: bool = True
    hover_command_links: bool = False
    resolve_edits: bool = False
    hover_below_findings: bool = False
    beside_typescript: bool = False
    checks_json: bool = False
    shows_summary: bool = False
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

    `SETTINGS` has their names.  Of a folder, only the rules count.
    """
    data: dict[str, Any] = raw if isinstance(raw, dict) else {}
    return Options(
        workspace_diagnostics=_flag(data, "workspaceDiagnostics"),
        code_lens=_flag(data, "codeLens"),
        hover_command_links=_flag(data, "hoverCommandLinks"),
        resolve_edits=_flag(data, "resolveEdits"),
        hover_below_findings=_flag(data, "hoverBelowFindings"),
        beside_typescript=_flag(data, "besideTypescript"),
        checks_json=_flag(data, "checksJson"),
        shows_summary=_flag(data, "showsSummary"),
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


def _flag(data: Mapping[str, Any], key: str) -> bool:
    value = data.get(key)
    if value is not None and not isinstance(value, bool):
        log.warning("setting `%s`: ignored %.200r. Use true or false.", key, value)
    return value if isinstance(value, bool) else SETTINGS[key].default is True
