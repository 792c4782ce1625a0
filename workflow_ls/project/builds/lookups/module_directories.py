"""The directories in which a build or test runner looks modules up by their bare names, besides `node_modules`.

resolve: { modules: [path.resolve('src'), 'node_modules'] }   webpack, Rspack, Next.js: in this order
modulePaths: ['<rootDir>/src']                                Jest: after `node_modules`
moduleDirectories: ['node_modules', 'src']                    Jest, Rollup's resolver: beside the file, or above
root: ['./src']                                               Babel's module resolver: before all else
nodePaths: ['src']                                            esbuild: after `node_modules`
nodeModulesPaths: ['../../node_modules']                      Metro: after `node_modules`
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from workflow_ls.project.builds.aliases.alias_rules import AliasRule, Family, Way
from workflow_ls.project.builds.aliases.rule_reader import options_of
from workflow_ls.project.builds.values import (
    ObjectValue,
    PlainValue,
    PossibleValue,
    TextValue,
    Value,
    absolute,
    workspace_path,
)
from workflow_ls.records import record, replace

PACKAGES = "node_modules"
_ROOT_DIR = "<rootDir>"


@record
class ModuleDirectories:
    """The directories that a list of a configuration names, in order.

    `packages` is unset if `node_modules` is not among them, `complete` if there may be others.
    """

    rules: tuple[AliasRule, ...] = ()
    packages: bool = True
    complete: bool = True


def listed_directories(
    value: Value | None, family: Family, root: str, *, by_name: bool, late: bool = False
) -> ModuleDirectories:
    """The directories in a list.

    `by_name`: a name is one of directories beside the importing file or above it, and the list replaces that of
    `node_modules`; without, it is a path from `root`.  `late`: they come after `node_modules`.
    """
    if value is None or isinstance(value, PlainValue):
        return ModuleDirectories()
    rules, complete, packages = list[AliasRule](), not isinstance(value, PossibleValue), not by_name
    is_late = late
    for each in options_of(value):
        if not isinstance(each, TextValue):
            # What a list had before, which a program adds to.
            complete, packages = complete and isinstance(each, ObjectValue) and not each.unknown, True
            is_late = is_late or isinstance(each, ObjectValue)
            continue
        if each.value == "..." or posixpath.basename(each.value.rstrip("/")) == PACKAGES:
            packages, is_late = True, is_late or by_name
            continue
        target = _target(each.value, root, by_name=by_name)
        if target is None or "*" in target:
            complete = complete and target is None
            continue
        found = AliasRule(family, each.value, Way.DIRECTORY, (target,), each.at, each.at, literals=(each.pieces,))
        # Jest looks in an absolute one before the `node_modules` of the directories above the file.
        is_first = family is Family.JEST and by_name and target.startswith("/")
        rules.append(replace(found, is_late=is_late and not is_first))
    return ModuleDirectories(tuple(rules), packages, complete)


def _target(written: str, root: str, *, by_name: bool) -> str | None:
    """The absolute path that a directory is, or its name; None for one outside the workspace."""
    text = written.replace(_ROOT_DIR, absolute(root)).rstrip("/")
    if by_name and not text.startswith((".", "/")):
        return text or None
    place = workspace_path(text, root)
    return None if place is None else absolute(place)


def places_of(rule: AliasRule, directory: str) -> Iterator[str]:
    """The directories of the workspace that a rule for a directory means for the files in `directory`."""
    for target in rule.targets:
        place = workspace_path(target, "") if target.startswith("/") else None
        if place is not None:
            yield place
        elif not target.startswith("/"):
            above = directory
            while True:
                yield posixpath.join(above, target)
                if not above:
                    break
                above = posixpath.dirname(above)
