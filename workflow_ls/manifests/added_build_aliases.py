"""Aliases for the table's packages in configurations of bundlers and test runners, written like their neighbours."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from workflow_ls.diagnostics import Blocked, FileEdit, Related
from workflow_ls.manifests.removal import with_edits
from workflow_ls.project.builds.aliases.alias_rules import AliasRule, Family, Way
from workflow_ls.project.builds.aliases.build_resolution import BuildResolution
from workflow_ls.project.builds.aliases.table_parts import AliasTable
from workflow_ls.project.builds.values import workspace_path
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.loading.build_obstacles import MisledSpecifier, is_own, is_same_module
from workflow_ls.text import Edit, Span, apply_edits

_BY_HAND = "add the alias by hand, before the one that applies now"
_ROOT_DIR = "<rootDir>"
_ASSIGNMENT = compile_on_use(rb"[\w$.]+(?:\[[^\]]*\]|\.[\w$]+)*\s*=(?![=>])")
_LINE_START = compile_on_use(rb"(?:\A|[\r\n])([ \t]*)\Z")


@record
class _Template:
    """A neighbour to write an alias like: its text, and the places of the key and of the path in it.

    `base` is the directory that the path begins at.
    """

    text: bytes
    key: Span
    literal: Span
    base: str
    is_pattern: bool


def plan_build_alias(workspace: Workspace, configuration: str, misled: Sequence[MisledSpecifier]) -> FileEdit | Blocked:
    """The edit that adds the aliases for specifiers that a configuration leads elsewhere.

    It is verified: with it, the configuration leads all of them to their files.
    """
    named = split_package(misled[0].specifier)
    package = next((each for each in workspace.table.packages if named is not None and each.name == named[0]), None)
    if package is None:
        return Blocked(f"`{misled[0].specifier}` is no module of a package of the table", _BY_HAND)
    applying = misled[0].rule
    if applying is not None and is_own(applying, package.name):
        related = (Related(applying.at.path, applying.key_at.span, "this alias applies"),)
        return Blocked(f"the alias `{applying.key}` is there, and leads elsewhere", "correct it by hand", related)
    sources = posixpath.normpath(posixpath.join(package.directory, package.sources))
    builds = workspace.component(BuildResolution)
    for table in builds.tables(configuration):
        for rule in _neighbours(table, applying):
            template = _template(workspace, table, rule)
            if template is None:
                continue
            text = workspace.files.read(rule.at.path) or b""
            place = rule if applying is None or applying.at.path != rule.at.path else applying
            before = place.at.span
            if _is_statement(text, before) != _is_statement(text, rule.at.span):
                continue
            if (text[before.start : before.start + 1] == b"{") != template.text.startswith(b"{"):
                continue  # one is an element of a list, the other a member of an object
            items = _written(workspace, template, rule, package.name, sources, misled)
            separator = ";" if _is_statement(text, before) else ","
            edit = FileEdit(rule.at.path, (_insertion(text, before, items, separator),), text)
            if _leads_right(with_edits(workspace, edit), configuration, misled):
                return edit
    place_of = None if applying is None else Related(applying.at.path, applying.key_at.span, "this alias applies")
    reason = "no alias beside it can serve as a model"
    return Blocked(reason, _BY_HAND, () if place_of is None else (place_of,))


def _leads_right(after: Workspace, configuration: str, misled: Sequence[MisledSpecifier]) -> bool:
    """Whether a configuration leads specifiers to their files."""
    builds, importer = after.component(BuildResolution), posixpath.join(posixpath.dirname(configuration), "importer.ts")
    for each in misled:
        answers = [builds.captured(table, each.specifier, importer) for table in builds.tables(configuration)]
        found = [answer.path for answer in answers if answer is not None]
        if not found or not all(is_same_module(path, each.expected) for path in found):
            return False
    return True


def _neighbours(table: AliasTable, applying: AliasRule | None) -> Iterator[AliasRule]:
    """The aliases to write like, the one that applies first, then those that are nearest in kind."""
    if applying is not None:
        yield applying
    yield from sorted(table.rules, key=lambda rule: rule.way is Way.EXACT)


def _template(workspace: Workspace, table: AliasTable, rule: AliasRule) -> _Template | None:
    path = rule.at.path
    text = workspace.files.read(path) or b""
    span = rule.at.span
    pieces = rule.literals[0] if len(rule.targets) == 1 and rule.literals else ()
    if not pieces or rule.key_at.path != path or pieces[-1].path != path:
        return None
    literal, key = pieces[-1].span, rule.key_at.span
    if not (
        span.start <= key.start and key.end <= span.end and span.start <= literal.start and literal.end <= span.end
    ):
        return None
    written = text[literal.start : literal.end].decode(errors="replace")
    target = workspace_path(rule.targets[0], table.root)
    for base in dict.fromkeys((posixpath.dirname(path), table.root)):
        relative = written.removeprefix(_ROOT_DIR).lstrip("/")
        if target is not None and posixpath.normpath(posixpath.join(base, relative)) == target:
            moved = -span.start
            return _Template(
                text[span.start : span.end],
                Span(key.start + moved, key.end + moved),
                Span(literal.start + moved, literal.end + moved),
                base,
                rule.way is Way.PATTERN,
            )
    return None


def _written(
    workspace: Workspace,
    template: _Template,
    rule: AliasRule,
    name: str,
    sources: str,
    misled: Sequence[MisledSpecifier],
) -> list[str]:
    """The text of the new aliases, in the order in which they stand."""
    index = module_file(workspace.files, sources, "") or sources
    if template.is_pattern:
        # Inside slashes, a slash is escaped; in a string it need not be.
        slash = "\\/" if _key(template).startswith(b"/") or b"\\/" in _key(template) else "/"
        escaped = re.sub(r"[.+?()\[\]{}]", lambda found: f"\\{found[0]}", name).replace("/", slash)
        group = "\\\\1" if rule.family is Family.BABEL else "$1"
        pairs = [(f"^{escaped}$", index), (f"^{escaped}{slash}(.*)$", f"{sources}/{group}")]
    elif rule.family is Family.IMPORT_MAP:
        # No ending is added to what a prefix leads to.
        pairs = [(each.specifier, each.expected) for each in misled]
    elif rule.way is Way.STAR or (rule.family is Family.TURBOPACK):
        pairs = [(name, index), (f"{name}/*", f"{sources}/*")]
    else:
        pairs = [(name, sources)]
    made = list[str]()
    for key, target in pairs:
        path = _relative(template, target)
        edits = sorted((Edit(template.key, key), Edit(template.literal, path)), key=lambda edit: edit.span)
        quoted = template.text[template.key.start - 1 : template.key.start] in (b"'", b'"', b"`")
        if not quoted:
            written = f"/{key}/" if _key(template).startswith(b"/") else f"'{key}'"
            edits = [Edit(edit.span, written if edit.new == key else edit.new) for edit in edits]
        made.append(apply_edits(template.text, edits).decode())
    return made


def _key(template: _Template) -> bytes:
    return template.text[template.key.start : template.key.end]


def _relative(template: _Template, target: str) -> str:
    """A path in the style of the template's."""
    written = template.text[template.literal.start : template.literal.end].decode(errors="replace")
    relative = posixpath.relpath(target, template.base or ".") if template.base else target
    if written.startswith(_ROOT_DIR):
        return f"{_ROOT_DIR}/{relative}"
    if written.startswith("/"):
        return f"/{relative}"
    return f"./{relative}" if written.startswith("./") and not relative.startswith("../") else relative


def _is_statement(text: bytes, at: Span) -> bool:
    """Whether what is at a place is an assignment, and no member of an object or element of a list."""
    return _ASSIGNMENT.match(text, at.start, at.end) is not None


def _insertion(text: bytes, before: Span, items: Sequence[str], mark: str) -> Edit:
    """The edit that writes items before another, each on a line of its own where that one has one."""
    line = _LINE_START.search(text, 0, before.start)
    if line is None:
        separator = " "
    else:
        ending = "\r\n" if text[line.start() : line.start() + 2] == b"\r\n" or b"\r\n" in text[: before.start] else "\n"
        separator = f"{ending}{line[1].decode()}"
    return Edit(Span(before.start, before.start), "".join(f"{item}{mark}{separator}" for item in items))
