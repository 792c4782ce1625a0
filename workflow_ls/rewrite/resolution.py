"""Finds the targets of legacy references, and proves that they may replace them.

`TargetResolver.find` tries the table's candidates in order, and takes the first that passes `CandidateChecker.check`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

from workflow_ls.config.table_records import NameRow
from workflow_ls.diagnostics import Blocked, Obstacle
from workflow_ls.printable import listed
from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.exports.module_exports import Meaning
from workflow_ls.project.file_facts import Area, FileFacts, LegacyReference, area_of
from workflow_ls.project.queries.database import Component, Database
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.project.runtime.mock_calls import MockCalls
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import replace
from workflow_ls.rewrite.asset_targets import asset_obstacle
from workflow_ls.rewrite.candidates import CandidateChecker
from workflow_ls.rewrite.exported_namespaces import ExportedNamespaces
from workflow_ls.rewrite.module_choice import Choice, ModuleChoices
from workflow_ls.rewrite.partial_moves import is_divisible, may_leave, shows_all
from workflow_ls.rewrite.required_names import (
    RequiredExports,
    follows_imports,
    known_names,
    required_by,
    required_of,
)
from workflow_ls.rewrite.specifiers.relative_specifier import relative_specifier
from workflow_ls.rewrite.target import Candidate, ImportPart, Resolution, Rest, Target, boundary
from workflow_ls.rewrite.text_edits.member_renames import member_renames
from workflow_ls.syntax.model import Form, Name, Reference
from workflow_ls.vfs.files import is_within


class TargetResolver(Component):
    """Finds the targets of the legacy references in one workspace."""

    def __init__(self, database: Database, *, try_all: bool = False) -> None:
        """`try_all` tries every candidate, even after one has passed, in order to show them all."""
        super().__init__(database)
        self.workspace = Workspace.of(database)
        self.try_all = try_all
        self.index = database.component(ExportIndex)
        self.modules = database.component(ModuleGraph)
        self.checker = database.component(CandidateChecker)
        self.choices = database.component(ModuleChoices)
        self.namespaces = database.component(ExportedNamespaces)
        self.mock_calls = database.component(MockCalls)

    def find(self, facts: FileFacts, legacy: LegacyReference) -> Resolution:
        """The target of one reference of a file."""
        match area_of(self.workspace.table, facts.path):
            case Area.LEGACY:
                found = self._within_tree(facts.path, legacy)
                if isinstance(found.target, Target) or not self._has_left(legacy):
                    return found
                # What left the tree before the importing file did is where the table says.
                gone = self._out_of_tree(facts, legacy)
                return gone if isinstance(gone.target, Target) and gone.target.unverified is None else found
            case Area.CORE:
                return Resolution(boundary(self.workspace.table))
            case _:
                return self._out_of_tree(facts, legacy)

    def _has_left(self, legacy: LegacyReference) -> bool:
        return self.workspace.resolver.legacy_file(legacy.module) is None

    def _within_tree(self, importer: str, legacy: LegacyReference) -> Resolution:
        workspace, specifier = self.workspace, legacy.reference.specifier
        tree = workspace.table.tree
        # A relative path is one of these only if it leads nowhere, be there a file of that name with another ending.
        path = None if legacy.relative else module_file(workspace.files, tree, legacy.module)
        if path is None:
            shown = listed(workspace.table.trees)
            return Resolution(Blocked(f"`{specifier}` names no file of {shown}", "correct the path by hand"))
        if path == importer:
            return Resolution(Blocked(f"`{specifier}` is this file itself", "remove the import by hand"))
        if legacy.reference.form is Form.REFERENCE:
            return Resolution(
                Blocked("`/// <reference types>` can't name a file by its path", "write an import instead")
            )
        relative = relative_specifier(workspace, importer, workspace.table.path_of(specifier), path)
        return _verified(Candidate(relative, path))

    def _out_of_tree(self, facts: FileFacts, legacy: LegacyReference) -> Resolution:
        reference, module = legacy.reference, legacy.module
        if reference.form is Form.REFERENCE and legacy.relative:
            return Resolution(
                Blocked("`/// <reference path>` can't name a file of a package", "write an import instead")
            )
        if legacy.request:
            return self._requested(facts.path, legacy)
        choice = self.choices.choice(module)
        moved = self._moved(facts.path, legacy)
        if moved:
            return self._split(facts, legacy, choice, moved)
        if choice.exports_everything and not self.try_all and choice.serves(legacy):
            # The chosen target exports all names there are, so none needs a look at how it is used here.
            [candidate] = self._try_in_order(facts.path, reference, choice, choice.order[:1], {})
            if candidate.passed:
                return _verified(candidate)
        required = {} if choice.is_opaque_asset else required_by(facts, legacy, choice.legacy, choice.imported)
        known = known_names(required, choice.legacy)
        follows = follows_imports(reference)
        # A target that exports even what the legacy module lacks is better than one that does not.
        resolution = self._find(facts, legacy, choice, known if follows else required)
        if known is not required and not follows and isinstance(resolution.target, Blocked):
            found = self._find(facts, legacy, choice, known)
            # What a module that went as a whole lacked before holds nothing back; where a part went, it is in none.
            if choice.exports_everything or isinstance(found.target, Blocked):
                resolution = found
        if legacy.exported is None or isinstance(resolution.target, Target):
            return resolution
        is_type = reference.form is Form.IMPORT_TYPE
        taken = self.namespaces.taken(facts.path, legacy.exported, is_type)
        if taken is None:
            return resolution
        return self._out_of_tree(facts, replace(legacy, taken=taken, exported=None))

    def _find(self, facts: FileFacts, legacy: LegacyReference, choice: Choice, required: RequiredExports) -> Resolution:
        """The target of a reference outside the legacy tree that needs the `required` names."""
        reference, module = legacy.reference, legacy.module
        # Without a name to check, a barrel would pass for anything: only the one-to-one path may.
        order = choice.order if required or choice.ending else choice.order[:1]
        tried = self._try_in_order(facts.path, reference, choice, order, required)
        if _first_passed(tried) is None:
            tried += self._try_relative(facts.path, reference, self.choices.candidates(module)[:1], required)
        passed = _first_passed(tried)
        if passed is not None:
            return _verified(passed, tried)
        if tried and not tried[0].is_available:
            target = Target((ImportPart(tried[0].specifier),), unverified=tried[0].blocked)
            return Resolution(target, tuple(tried))
        if legacy.names and not legacy.takes_any:
            split = self._split(facts, legacy, choice, {}, required)
            if isinstance(split.target, Target) and split.target.unverified is None:
                return split
        in_order = {specifier: number for number, specifier in enumerate(self.choices.candidates(module))}
        return _refusal(sorted(tried, key=lambda candidate: in_order.get(candidate.specifier, len(in_order))))

    def _requested(self, importer: str, legacy: LegacyReference) -> Resolution:
        """The target of a file that a bundler's loader takes: the one-to-one path only, as a barrel is another file."""
        reference, module = legacy.reference, legacy.module
        choice = self.choices.choice(module)
        tried = self._try_in_order(importer, reference, choice, self.choices.candidates(module)[:1], {})
        if _first_passed(tried) is None:
            tried += self._try_relative(importer, reference, self.choices.candidates(module)[:1], {})
        passed, old = _first_passed(tried), self.workspace.resolver.legacy_file(module)
        if passed is None and tried and not tried[0].is_available:
            return Resolution(Target((ImportPart(tried[0].specifier),), unverified=tried[0].blocked), tuple(tried))
        if passed is None:
            return _refusal(tried)
        is_text, new = "worker" not in legacy.request, passed.path
        if is_text and new is not None and old not in (None, new) and self.index.reaches(new, old or ""):
            reason = f"`{legacy.request}` takes the text of the file, and {new} only re-exports {old}"
            return Resolution(Blocked(reason, "move the implementation first"), tuple(tried))
        return _verified(passed, tried)

    def _try_in_order(
        self,
        importer: str,
        reference: Reference,
        choice: Choice,
        order: Sequence[str],
        required: RequiredExports,
        *,
        by_row: bool = False,
    ) -> list[Candidate]:
        """The candidates of `order` until one passes; `by_row`: a row says that the name there is the moved one."""
        tried: list[Candidate] = []
        legacy = None if by_row else choice.legacy
        # A module that is there says by itself what it exports, unless it has such a star, too.
        may_hide = choice.legacy is None or bool(choice.legacy.unresolved)
        for specifier in order:
            candidate = self.checker.check(importer, reference, specifier, required, legacy=legacy, may_hide=may_hide)
            if candidate.passed and candidate.path is not None and choice.ending:
                path = candidate.path
                obstacle = asset_obstacle(self.files, choice.ending, choice.file, specifier, path)
                candidate = replace(candidate, blocked=obstacle)
            tried.append(candidate)
            if candidate.passed and not self.try_all:
                break
        return tried

    def _try_relative(
        self, importer: str, reference: Reference, specifiers: Sequence[str], required: RequiredExports
    ) -> list[Candidate]:
        """Inside the package that a specifier names: the module by relative path, which needs no `exports` entry."""
        table, tried = self.workspace.table, list[Candidate]()
        for specifier in specifiers:
            known = table.split(specifier)
            if known is None or not is_within(importer, known[0].directory):
                continue
            below = known[1].removeprefix(".").removeprefix("/")
            # A row names a file by its path in the sources, or as Node finds it: by that in the package.
            for directory in dict.fromkeys((posixpath.join(known[0].directory, known[0].sources), known[0].directory)):
                directory = directory.rstrip("/")
                path = module_file(self.workspace.files, directory, below)
                if path is not None:
                    written = posixpath.join(directory, below) if below else directory
                    relative = relative_specifier(self.workspace, importer, written, path)
                    tried.append(self.checker.check_file(importer, reference, relative, path, required))
                    break
        return tried

    def _moved(self, path: str, legacy: LegacyReference) -> Mapping[str, NameRow]:
        """The name rows that concern a reference: those of its names, or all if it may take any name."""
        moved = self.workspace.table.moved_names(legacy.module)
        if moved and legacy.takes_any and not shows_all(self.mock_calls, path, legacy):
            return moved
        return {name.name: moved[name.name] for name in legacy.names if name.name in moved}

    def _split(
        self,
        facts: FileFacts,
        legacy: LegacyReference,
        choice: Choice,
        moved: Mapping[str, NameRow],
        required: RequiredExports | None = None,
    ) -> Resolution:
        """Find a target for each name: that of its row for a moved name, the first that passes for another.

        A name that a barrel only re-exports may go where the module that declares it goes.  With `required`, other
        names go wherever the first of these goes.  What finds no target stays where it is, if nothing is lost by that.
        """
        reference = legacy.reference
        if legacy.takes_any and not shows_all(self.mock_calls, facts.path, legacy):
            return Resolution(_unsplittable(moved))
        parts: dict[str, list[tuple[Name, str]]] = {}
        all_tried, accepted, anywhere = list[Candidate](), list[Candidate](), list[Name]()
        left, refused = list[tuple[Name, str]](), list[Candidate]()
        divisible = is_divisible(facts.text, reference)
        for name in legacy.names:
            if required is not None and name.name not in required:
                anywhere.append(name)
                continue
            row = moved.get(name.name)
            meaning = required_of(facts, reference, name, choice.legacy)
            if row is None and self.workspace.table.stays(legacy.module):
                kept = Candidate(reference.specifier, choice.file)  # the rest of the module is where it was
                accepted.append(kept)
                parts.setdefault(kept.specifier, []).append((name, name.name))
                continue
            found, new_name, tried = self._place_of(facts.path, reference, choice, name.name, row, meaning)
            all_tried += tried
            if found is None:
                left.append((name, name.name))
                refused = refused or tried
                if not divisible or not may_leave(choice, parts.values(), left):
                    return _refusal(refused)
                continue
            accepted.append(found)
            parts.setdefault(found.specifier, []).append((name, new_name))
        if not accepted or (left and not may_leave(choice, parts.values(), left)):
            return _refusal(refused or all_tried)
        parts[accepted[0].specifier] += [(name, name.name) for name in anywhere]
        written = tuple(ImportPart(specifier, tuple(names)) for specifier, names in parts.items())
        rest = None
        if left:
            rest = Rest(ImportPart(reference.specifier, tuple(left)), _refused(refused))
            written = (*written, rest.part)
        unverified = next((candidate.blocked for candidate in accepted if not candidate.passed), None)
        if not divisible or (reference.statement is None and len(parts) == 1 and rest is None):
            renamed = [pair for pair in written[0].names if pair[0].name != pair[1]]
            if len(parts) > 1 or (renamed and member_renames(facts.text, reference, renamed) is None):
                return Resolution(_unsplittable(moved))
            written = written if renamed else (ImportPart(written[0].specifier),)
        target = Target(written, accepted[0].path if unverified is None else None, unverified, rest)
        return Resolution(target, tuple(all_tried))

    def _place_of(
        self,
        importer: str,
        reference: Reference,
        choice: Choice,
        name: str,
        row: NameRow | None,
        meaning: Meaning,
    ) -> tuple[Candidate | None, str, list[Candidate]]:
        """The target of one name, its name there, and what was tried."""
        new_name = (row.new_name if row is not None else None) or name
        order = choice.order if row is None or row.to is None else (row.to,)
        tried = self._try_in_order(importer, reference, choice, order, {new_name: meaning}, by_row=row is not None)
        if _first_passed(tried) is None:
            tried += self._try_relative(importer, reference, order[:1], {new_name: meaning})
        found = _first_passed(tried)
        if found is None and row is None and (declared := self.choices.declaring(choice, name)) is not None:
            module, exported = declared
            row = self.table.moved_names(module).get(exported)
            renamed = (row.new_name if row is not None else None) or exported
            there = self.choices.choice(module)
            order = there.order if row is None or row.to is None else (row.to,)
            by_row = row is not None
            elsewhere = self._try_in_order(importer, reference, there, order, {renamed: meaning}, by_row=by_row)
            found = _first_passed(elsewhere)
            if found is not None:
                return found, renamed, [*tried, *elsewhere]
        if found is None:
            found = next((candidate for candidate in tried[:1] if not candidate.is_available), None)
        return found, new_name, tried


def _below_root(specifier: str, root: str) -> bool:
    return specifier == root or specifier.startswith(f"{root}/")


def _first_passed(tried: Sequence[Candidate]) -> Candidate | None:
    return next((candidate for candidate in tried if candidate.passed), None)


def _verified(passed: Candidate, tried: Sequence[Candidate] = ()) -> Resolution:
    return Resolution(Target((ImportPart(passed.specifier),), passed.path), tuple(tried) or (passed,))


def _unsplittable(moved: Mapping[str, NameRow]) -> Blocked:
    renames = []
    for name, row in moved.items():
        place = f" in `{row.to}`" if row.to is not None else ""
        renames.append(
            f"`{name}` is now `{row.new_name}`{place}" if row.new_name is not None else f"`{name}` is now{place}"
        )
    listed = ", ".join(renames)
    if all(row.new_name is not None for row in moved.values()):
        reason = f"names of this module changed ({listed}), and a fix can't rename them in this form"
        return Blocked(reason, "write the new specifier and the new names by hand")
    reason = f"the names of this module moved to different modules ({listed}), and this form can't be split"
    return Blocked(reason, "import each name from its module by hand")


def _refusal(tried: Sequence[Candidate]) -> Resolution:
    """No target, with the candidates that were tried."""
    return Resolution(_refused(tried), tuple(tried))


def _refused(tried: Sequence[Candidate]) -> Blocked:
    """Why there is no target: the reason is the first candidate's, followed by those of the others."""
    refused = [candidate.blocked for candidate in tried if candidate.blocked is not None]
    if not refused:
        shared = Obstacle("no-row", "", "the mapping table has no target for {}", "add rows to workflow-ls.json")
        reason = "the mapping table has no target for it"
        return Blocked(reason, "add a row to workflow-ls.json", obstacle=shared)
    related = tuple(dict.fromkeys(each for blocked in refused for each in blocked.related))
    # A reader of the first few looks for those that came close.
    others = sorted(tried, key=lambda candidate: not candidate.serves)
    alternatives = tuple(
        other.blocked.reason for other in others if other.blocked is not None and other.blocked is not refused[0]
    )
    return replace(refused[0], related=related, alternatives=alternatives)
