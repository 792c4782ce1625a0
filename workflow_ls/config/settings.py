"""Reads `workflow-ls.json`: the settings of a workspace, and what it adds to the built-in table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from workflow_ls import CONFIG_FILE as CONFIG_FILE
from workflow_ls.config.problems import ConfigProblem, problems_of
from workflow_ls.config.spec import MAX_FILE_SIZE, config_file, rule_key
from workflow_ls.config.table import Table
from workflow_ls.config.table_loader import MemberLookup, make_table, no_members
from workflow_ls.config.validation import Problems, ValidationProblem, read_value
from workflow_ls.diagnostics import Severity
from workflow_ls.jsonc.document import parse_json
from workflow_ls.records import field, record, replace
from workflow_ls.vfs.searching.globs import Globs


@record(slots=False)
class Settings:
    """The settings of a workspace.

    `severities` are the severities that differ from the default of their rule; None turns a rule off.  `ignore` are
    gitignore patterns, relative to the workspace root.  `callees` are further functions, as written in a call
    ("loadModule", "registry.load"), whose first argument is a module path.  Files of more than `max_file_size` bytes
    are skipped.
    """

    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    callees: frozenset[str] = frozenset()
    max_file_size: int = MAX_FILE_SIZE

    def severity(self, rule: str, default: Severity) -> Severity | None:
        """The severity of a rule; None if it is off."""
        return self.severities.get(rule, default)

    def ignores(self, path: str) -> bool:
        """Whether to skip a file; `path` is relative to the workspace root, with `/`."""
        return self._ignored.match(path)

    @cached_property
    def _ignored(self) -> Globs:
        return Globs(self.ignore)


@record
class Config:
    """The table and the settings of a workspace, and the problems of its `workflow-ls.json`."""

    table: Table
    settings: Settings
    problems: tuple[ConfigProblem, ...] = ()


def load_config(
    text: bytes,
    *,
    base: Table,
    rules: Collection[str],
    path: str = CONFIG_FILE,
    members: MemberLookup = no_members,
) -> Config:
    """Read a `workflow-ls.json`: JSON, comments allowed, of the type `spec.config_file`.

    `base` is the table that its rows are added to, `rules` are the codes of all rules, `path` is the path of the file,
    for the problems, and `members` finds packages of the workspace, which rows may target without an entry in
    "packages".  A file with any problem has no effect, since half of it may be a table that nobody meant: the
    result is `base` and the default settings, and a caller with an earlier state of the file keeps that.
    """
    document = parse_json(text, comments=True)
    if document.problems:
        return Config(base, Settings(), problems_of(document, (), path))
    problems: Problems = []
    data = read_value(problems, document.value, (), config_file(map(rule_key, rules))) or {}
    if _is_about_another_move(data, base, members):
        data = {"modules": [], **data, "replaceModules": True}
    table = make_table(problems, data, base=_base_rows(problems, data, base), members=members)
    found = problems_of(document, problems, path)
    if found or table is None:
        return Config(base, Settings(), found)
    return Config(table, _make_settings(data))


def _is_about_another_move(data: Mapping[str, Any], base: Table, members: MemberLookup) -> bool:
    """Whether the rows of the base have nothing to say about what a file calls legacy.

    They are about its own package, which the file does not name, and which is not in the workspace.
    """
    entries = [each or {} for each in data.get("legacy", ())]
    roots = [root for each in entries for root in each.get("roots", ()) if root is not None]
    if "replaceModules" in data or "canonical" in data or not roots or not all("roots" in each for each in entries):
        return False
    if members is no_members or not base.is_builtin or any(base.module_of(root) is not None for root in roots):
        return False
    return not any(f"{own}/".startswith(f"{root}/") for root in roots for own in base.roots) and not members(
        base.canonical.name
    )


def _base_rows(problems: Problems, data: Mapping[str, Any], base: Table) -> Table:
    """The base table, without its rows if "replaceModules" is set, nor what only these rows need."""
    if not data.get("replaceModules"):
        return base
    is_started = (
        any("roots" in (each or {}) for each in data.get("legacy", ())) and "modules" in data
    )  # as `init` writes it
    if not (data.get("modules") or is_started) and not any(problem.path == ("modules",) for problem in problems):
        message = 'Without "modules" this leaves the table empty. Add rows to "modules".'
        problems.append(ValidationProblem(("replaceModules",), message))
    return replace(
        base, modules=(), names=(), core=(), ee=(), ee_specifiers=(), tsconfigs=(), packages=(), is_builtin=False
    )


def _make_settings(data: Mapping[str, Any]) -> Settings:
    by_label: Mapping[str, Severity] = {severity.label: severity for severity in Severity}
    return Settings(
        {rule: by_label.get(label) for rule, label in data.get("rules", {}).items()},
        tuple(data.get("ignore", ())),
        frozenset(data.get("callees", ())),
        data.get("maxFileSize", MAX_FILE_SIZE),
    )
