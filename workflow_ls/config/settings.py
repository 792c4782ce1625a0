"""The workspace's own configuration, `workflow-ls.json`: rows laid over the built-in table, and settings."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cached_property

from workflow_ls import CONFIG_FILE as CONFIG_FILE
from workflow_ls.config.table import Table
from workflow_ls.config.table_loader import TABLE_KEYS, read_table
from workflow_ls.config.validation import (
    ConfigProblem,
    Mistake,
    label,
    nearest,
    problems_of,
    read_count,
    read_flag,
    read_globs,
    read_list,
    read_object,
    read_text,
)
from workflow_ls.diagnostics import Severity
from workflow_ls.jsonc.parser import parse_json
from workflow_ls.records import field, record, replace
from workflow_ls.vfs.globs import Globs

_SETTING_KEYS = ("replaceModules", "rules", "ignore", "callees", "maxFileSize")
_OFF = "off"
_CALLEE = re.compile(r"(?!\d)[\w$]+(?:\.(?!\d)[\w$]+)*")


@record(slots=False)
class Settings:
    """What a user decides about a workspace.

    `severities` holds the rules that are not at their default severity; None turns one off.  `ignore` are gitignore
    patterns, relative to the workspace root.  `callees` are further functions, as written in a call
    ("loadModule", "registry.load"), whose first argument is a module path.  Files of more than `max_file_size` bytes
    are skipped.
    """

    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    callees: frozenset[str] = frozenset()
    max_file_size: int = 5_000_000

    def severity(self, rule: str, default: Severity) -> Severity | None:
        """How loud a rule is here; None where it is off."""
        return self.severities.get(rule, default)

    def ignores(self, path: str) -> bool:
        """Whether a file is to be left out; `path` is relative to the workspace root, with `/`."""
        return self._ignored.match(path)

    @cached_property
    def _ignored(self) -> Globs:
        return Globs(self.ignore)


@record
class Config:
    """A table and settings to work with, and what is wrong with the file they were to come from."""

    table: Table
    settings: Settings
    problems: tuple[ConfigProblem, ...] = ()


def load_config(text: bytes, *, base: Table, rules: Collection[str], path: str = CONFIG_FILE) -> Config:
    """Read a `workflow-ls.json`: JSON, comments allowed, as `config.schema.json` describes it.

    `base` is the table that its rows are laid over, `rules` are the codes that severities may be set for, `path` is
    the file's, for the problems to carry.  A file with any mistake counts for nothing: half of it might be a table
    that nobody meant.  Then the result is `base` and the default settings, and a caller that had read an earlier
    state of the file keeps that one.
    """
    document = parse_json(text, comments=True)
    if document.problems:
        return Config(base, Settings(), problems_of(document, (), path))
    mistakes: list[Mistake] = []
    data = read_object(mistakes, document.value, (), keys=(*TABLE_KEYS, *_SETTING_KEYS)) or {}
    settings = _read_settings(mistakes, data, rules)
    if "replaceModules" in data and read_flag(mistakes, data["replaceModules"], ("replaceModules",)):
        base_rows = replace(base, modules=(), names=())
        if not data.get("modules"):
            mistakes.append(Mistake(("replaceModules",), 'Without "modules" this would leave the table empty.'))
    else:
        base_rows = base
    table = read_table(mistakes, data, base=base_rows)
    problems = problems_of(document, mistakes, path)
    if problems or table is None:
        return Config(base, Settings(), problems)
    return Config(table, settings)


def _read_settings(mistakes: list[Mistake], data: Mapping[str, object], rules: Collection[str]) -> Settings:
    return Settings(
        _read_severities(mistakes, data.get("rules", {}), rules),
        read_globs(mistakes, data.get("ignore", []), ("ignore",)),
        _read_callees(mistakes, data.get("callees", [])),
        _read_max_file_size(mistakes, data),
    )


def _read_max_file_size(mistakes: list[Mistake], data: Mapping[str, object]) -> int:
    default = Settings.max_file_size
    if "maxFileSize" not in data:
        return default
    return read_count(mistakes, data["maxFileSize"], ("maxFileSize",)) or default


def _read_severities(mistakes: list[Mistake], data: object, rules: Collection[str]) -> Mapping[str, Severity | None]:
    severities: dict[str, Severity | None] = {}
    named: Mapping[str, Severity | None] = {severity.label: severity for severity in reversed(Severity)} | {_OFF: None}
    for rule, value in (read_object(mistakes, data, ("rules",), keys=rules) or {}).items():
        path = ("rules", rule)
        name = read_text(mistakes, value, path)
        if name is None:
            continue
        if name in named:
            severities[rule] = named[name]
        else:
            listed = ", ".join(named)
            mistakes.append(Mistake(path, f"{label(path)} must be one of {listed}.{nearest(name, named)}"))
    return severities


def _read_callees(mistakes: list[Mistake], data: object) -> frozenset[str]:
    callees = set()
    for index, entry in enumerate(read_list(mistakes, data, ("callees",))):
        path = ("callees", index)
        name = read_text(mistakes, entry, path)
        if name is not None and _CALLEE.fullmatch(name):
            callees.add(name)
        elif name is not None:
            mistakes.append(Mistake(path, f"{label(path)} must be a name, or names joined by dots."))
    return frozenset(callees)
