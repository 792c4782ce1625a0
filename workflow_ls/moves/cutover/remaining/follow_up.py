"""What is to be done after a cutover by hand: installing packages, and tests that another runner has to find."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.plan_model import EntryChange, Note, Rewrite
from workflow_ls.printable import counted, listed
from workflow_ls.project.builds.aliases.alias_rules import Family
from workflow_ls.project.builds.aliases.build_resolution import BuildResolution
from workflow_ls.project.builds.build_files import BuildFiles
from workflow_ls.project.test_files import runs_in_jest
from workflow_ls.project.workspace import Workspace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.loading.dropped_imports import DroppedImports
from workflow_ls.rewrite.loading.unknown_aliases import UnknownAliasesIndex
from workflow_ls.text import line_of
from workflow_ls.vfs.files import parents

_DEPENDENCIES = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_RUNNER = compile_on_use(r"^(?:vitest|jest)\.(?:config|workspace|projects)\.[\w.]+$")
_BUNDLER = compile_on_use(r"^vite\.config\.[\w.]+$")
_SHOWN = 3


def follow_up_notes(
    move_set: MoveSet, after: Workspace, entries: Iterable[EntryChange], rewrites: Iterable[Rewrite]
) -> Iterator[Note]:
    """The work that is left after the files are written."""
    changed = sorted({entry.path for entry in entries if entry.where in _DEPENDENCIES})
    if changed:
        also = f", as do those of {listed(changed[1:])}" if changed[1:] else ""
        yield Note(changed[0], f"its dependencies change{also}. Install the packages again to update the lock file.")
    yield from _orphaned_tests(move_set, after)
    yield from _runners_without_alias(after, rewrites)
    yield from _without_effects(move_set, after)
    yield from _computed_aliases(move_set.before)


def _computed_aliases(before: Workspace) -> Iterator[Note]:
    """The configurations with aliases that only a run knows, which may lead into the tree or past its target."""
    for each in before.component(UnknownAliasesIndex).found():
        line = line_of(before.files.read(each.path) or b"", each.offset)
        yield Note(
            each.path, f"{each.message}. Check by hand that none leads to what moves, or past its new place.", line
        )


def _without_effects(move_set: MoveSet, after: Workspace) -> Iterator[Note]:
    """The moved files that the `sideEffects` of their package name, where those of the new package do not."""
    dropped, found = move_set.before.component(DroppedImports), dict[tuple[str, str], list[str]]()
    for each in move_set.file_moves:
        before = None if each.new is None or each.is_dropped else move_set.before.packages.package_of(each.old)
        package = None if before is None else after.packages.package_of(each.new or "")
        if before is None or package is None or not isinstance(before.side_effects, tuple):
            continue
        if dropped.drops(each.old, each.new or ""):
            found.setdefault((before.path, package.path), []).append(each.new or "")
    for (old, new), files in found.items():
        more = f" and {len(files) - 1} more" if files[1:] else ""
        message = f"its `sideEffects` do not name {files[0]}{more}, as those of {old} do today"
        yield Note(new, f"{message}. Add what a bundler has to keep.")


def _runners_without_alias(after: Workspace, rewrites: Iterable[Rewrite]) -> Iterator[Note]:
    """The configurations of runners that lead other packages to their sources, and find the new one as installed.

    Those that would not find it at all have findings of `missing-alias`.
    """
    builds, aliases = after.component(BuildFiles), after.component(BuildResolution)
    names, found = tuple(package.name for package in after.table.packages), dict[str, dict[str, None]]()
    new_specifiers = {(posixpath.dirname(each.path), each.new) for each in rewrites}
    for directory, specifier in sorted(new_specifiers):
        name = next((each for each in names if f"{specifier}/".startswith(f"{each}/")), None)
        for path in builds.governing(directory) if name is not None else ():
            importer = posixpath.join(directory, "importer.ts")
            for table in aliases.tables(path):
                is_runner = table.family in (Family.VITE, Family.JEST) and table.complete and not table.uses_paths
                if is_runner and aliases.leads_to_packages(path) and not aliases.captured(table, specifier, importer):
                    found.setdefault(str(name), {})[path] = None
    for name, configurations in found.items():
        first, *others = sorted(configurations)
        also = f", nor have {', '.join(others[:-1])}{' and ' * (len(others) > 1)}{others[-1]}" if others else ""
        message = f"it has no alias for `{name}`{also}. Their tests find it in node_modules, by its `exports`."
        yield Note(first, f"{message} Add an alias to its sources where tests run without an installation or a build.")


def _orphaned_tests(move_set: MoveSet, after: Workspace) -> Iterator[Note]:
    """The moved tests that another runner's configuration applies to, by the one that did."""
    left = dict[tuple[str, str | None], list[str]]()
    for file_move in move_set.file_moves:
        if file_move.new is None or file_move.is_dropped or not runs_in_jest(file_move.old):
            continue
        old, new = _runner(move_set.before, file_move.old), _runner(after, file_move.new)
        if old is not None and old != new:
            left.setdefault((old, new), []).append(file_move.new)
    for (old, new), tests in left.items():
        shown = listed([*tests[:_SHOWN], *([f"{len(tests) - _SHOWN} more"] if tests[_SHOWN:] else [])])
        found = f"{new} applies to them now" if new is not None else "no configuration of a runner applies to them now"
        message = f"{counted(len(tests), 'test')} left its folder ({shown}), and {found}. Check that they still run."
        yield Note(old, message)


def _runner(workspace: Workspace, path: str) -> str | None:
    """The configuration of Vitest or Jest nearest above a file."""
    for directory in parents(path):
        names = workspace.files.entries(directory)
        for pattern in (_RUNNER, _BUNDLER):
            name = next((name for name in names if pattern.match(name)), None)
            if name is not None:
                return posixpath.join(directory, name)
    return None
