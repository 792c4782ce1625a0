"""The files whose findings may differ between two states of a workspace, by the files that differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from workflow_ls.project.builds.build_files import BuildFiles
from workflow_ls.project.file_facts import Area, FileFacts, area_of
from workflow_ls.project.runtime.reachability import Reachability, distances_to
from workflow_ls.project.test_files import runs_in_jest
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.affected import governing
from workflow_ls.records import record
from workflow_ls.rules import mock_mismatch, unused_suppression
from workflow_ls.syntax.model import Reference
from workflow_ls.syntax.references.flows.mock_names import defines_mock, may_mock
from workflow_ls.vfs.files import holds_code, is_configuration, is_source, is_within


@record
class Compared:
    """The files whose findings may differ between two states: any finding in `paths`, those of `rules` in `tests`."""

    paths: tuple[str, ...]
    tests: tuple[str, ...] = ()
    rules: frozenset[str] = frozenset({mock_mismatch.CODE, unused_suppression.CODE})

    @property
    def all_paths(self) -> tuple[str, ...]:
        """Both kinds of files."""
        return tuple(sorted((*self.paths, *self.tests)))


def paths_to_compare(before: Workspace, after: Workspace, changed: Collection[str], within: Sequence[str]) -> Compared:
    """The files whose findings may differ by changes of the files `changed`, at or below the paths `within`.

    All may if one of these decides about others: a module of the legacy tree or of a package of the table, a manifest,
    or a configuration.  Otherwise these are the changed ones; what configures those that import other modules of the
    move than before; and the tests with mocks that load code which imports other files of the workspace than before.
    """
    tests = set[str]()
    if any(_decides(after, path) for path in changed):
        paths = {*after.sources.candidates(), *after.sources.configurations(), *changed}
    else:
        code = [path for path in changed if holds_code(path)]
        others = [path for path in code if _specifiers(before, path) != _specifiers(after, path)]
        paths = {*changed, *governing(after, others), *_builds(after, others)}
        turned = {path for path in code if _loads_others(before, after, path)}
        if turned:
            tests = {*_tests_concerned(before, after, turned, others)} - paths
    return Compared(_sorted(paths, within), _sorted(tests, within))


def _sorted(paths: Collection[str], within: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(path for path in paths if any(is_within(path, directory) for directory in within)))


def _decides(workspace: Workspace, path: str) -> bool:
    if is_source(path):
        return area_of(workspace.table, path) in (Area.LEGACY, Area.CANONICAL)
    return is_configuration(path) or path.endswith((".yaml", ".yml", ".gitignore"))


def _specifiers(workspace: Workspace, path: str) -> frozenset[str]:
    """What a file names of the modules of the move, and of those of the packages that they went to."""
    facts = workspace.sources.facts(path)
    return frozenset() if facts is None else frozenset(reference.specifier for reference in _references(facts))


def _references(facts: FileFacts) -> Iterator[Reference]:
    yield from (legacy.reference for legacy in facts.legacy_references)
    yield from facts.canonical_references


def _builds(workspace: Workspace, paths: Collection[str]) -> Iterator[str]:
    for path in paths:
        yield from workspace.component(BuildFiles).governing(path.rpartition("/")[0])


def _loads_others(before: Workspace, after: Workspace, path: str) -> bool:
    """Whether a file that tests may load imports other modules than before, by which a test may reach the move."""
    return not runs_in_jest(path) and _loads(before, path) != _loads(after, path)


def _loads(workspace: Workspace, path: str) -> tuple[frozenset[str], bool]:
    """The files of the workspace and the modules of the move that a file imports, and whether it may import more.

    What is installed, or part of the platform, loads no file of the workspace.
    """
    imports = workspace.component(Reachability).imports(path)
    own = frozenset(file for file in imports.files if "node_modules" not in file.split("/"))
    return own | (imports.modules & _specifiers(workspace, path)), imports.unresolved


def _tests_concerned(
    before: Workspace, after: Workspace, turned: Collection[str], others: Collection[str]
) -> Iterator[str]:
    """The tests with mocks that load one of the files `turned`, in one of the states.

    So does a test in both states, unless the file is in one of them only.  Beside these, those that mock what one of
    the files `others` names in one state only: who mocks a missing module is asked whether any file imports it.
    """
    differing = frozenset[str]().union(*(_specifiers(before, path) ^ _specifiers(after, path) for path in others))
    mocked = dict(_mocked(after))
    loading = _loading(after, mocked, turned)
    if any(after.files.kind(path) is None for path in turned):
        loading |= _loading(before, mocked, turned)
    yield from (path for path, specifiers in mocked.items() if path in loading or not specifiers.isdisjoint(differing))


def _mocked(workspace: Workspace) -> Iterator[tuple[str, frozenset[str]]]:
    """The files that mock modules of the move, or of the packages that they went to, each with their specifiers."""
    for path in workspace.sources.candidates():
        text = workspace.sources.text(path)
        # To see that most files mock nothing takes less than to find their references.
        if text is not None and may_mock(workspace.context.parsed.parts(path, text)):
            facts = workspace.sources.facts(path)
            references = () if facts is None else _references(facts)
            specifiers = frozenset(each.specifier for each in references if defines_mock(each.callee))
            if specifiers:
                yield path, specifiers


def _loading(workspace: Workspace, starts: Collection[str], wanted: Collection[str]) -> set[str]:
    """The files through which some files `starts` load one of those `wanted`, and these themselves."""
    reachability = workspace.component(Reachability)
    users, seen, todo = defaultdict[str, list[str]](list), set(starts), list(starts)
    while todo:
        path = todo.pop()
        for file in reachability.imports(path).files:
            users[file].append(path)
            if file not in seen:
                seen.add(file)
                todo.append(file)
    return set(distances_to(wanted, users))
