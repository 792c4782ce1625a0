"""The projects of a configuration of Vitest or Jest: which tests each runs, and with which set-up files.

    test: { projects: [{ test: { include: ['ui/**/*.test.ts'], setupFiles: ['./ui.ts'] } }, 'packages/*'] }     Vitest
    projects: [{ rootDir: 'ui', testMatch: ['<rootDir>/**/*.spec.ts'], setupFiles: ['<rootDir>/setup.ts'] }]     Jest

A project has the options of the whole configuration only where it `extends` it, and then in addition to its own (Vite,
`mergeConfig`).  Of Jest's projects, none has them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator

from workflow_ls.project.builds.values import (
    ArrayValue,
    ObjectValue,
    PlainValue,
    PossibleValue,
    TextValue,
    UnknownValue,
    Value,
    workspace_path,
)
from workflow_ls.project.test_runs.runner_globs import glob_pattern
from workflow_ls.records import record, replace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import is_within

SetUp = tuple[str, tuple[str, ...]]
"""A set-up file as it is written, and the folders that it may be relative to, the nearest first."""

_SET_UPS = ("setupFiles", "setupFilesAfterEnv")
_ROOT = "<rootDir>"
_STATIC = compile_on_use(r"(?:[^*?+@!{}()\[\]/]+/)*")
_FILE = compile_on_use(r"\.[cm]?[jt]s(?:on)?$")


@record
class RunnerProject:
    """The tests that are run alike: those below `root` that a pattern selects, all if there is none.

    `globs` and `excluded` are paths from the root of the workspace, `expressions` the sources of regular expressions.
    Not `is_inline` says that the configuration only names it.
    """

    root: str
    set_ups: tuple[SetUp, ...] = ()
    globs: tuple[str, ...] = ()
    expressions: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    is_inline: bool = True

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that hold its tests, as far as its patterns show."""
        found = (_STATIC.match(glob) for glob in self.globs)
        return tuple(each[0].rstrip("/") for each in found if each is not None) or (self.root,)

    def runs(self, path: str) -> bool:
        """Whether a test is one of the project's."""
        if any(_fits(glob, path) for glob in self.excluded):
            return False
        if not self.globs and not self.expressions:
            return is_within(path, self.root)
        if any(_fits(glob, path) for glob in self.globs):
            return True
        return any(_finds(expression, path) for expression in self.expressions)


def runner_projects(value: Value, directory: str, load: Callable[[str], Value | None]) -> tuple[RunnerProject, ...]:
    """The projects of a configuration in a directory; one that runs all tests if it has none.

    `load` gives the value of another configuration, which a project may extend.
    """
    return tuple(_projects(value, directory, load))


def _projects(value: Value, directory: str, load: Callable[[str], Value | None]) -> Iterator[RunnerProject]:
    if isinstance(value, ArrayValue):  # of a workspace file
        yield from _listed(value, None, directory, load)
        return
    for each in alternatives(value):
        if not isinstance(each, ObjectValue):
            continue
        root = _root(each, directory)
        inner = [*_objects(each.get("test")), *_objects(each.get("default"))]
        lists = [found for part in (each, *inner) for key in ("projects", "workspace") if (found := part.get(key))]
        if lists:
            for found in lists:
                yield from _listed(found, each, root, load)
        elif each.get("default") is not None and each.get("test") is None:
            for part in inner:
                yield from _projects(part, directory, load)
        else:
            yield RunnerProject("", _set_ups(each, root, directory))


def _listed(
    value: Value, whole: ObjectValue | None, directory: str, load: Callable[[str], Value | None]
) -> Iterator[RunnerProject]:
    """The projects that a list names or describes."""
    for each in alternatives(value):
        if isinstance(each, TextValue) and not each.value.startswith("!"):
            place = workspace_path(each.value.replace(_ROOT, ".").rstrip("/"), directory)
            if place is not None:
                # The configuration of the project is found above its tests.
                folder = posixpath.dirname(place) if _FILE.search(place) else place
                yield RunnerProject(folder, globs=(f"{folder}/**" if folder else "**",), is_inline=False)
        elif isinstance(each, ObjectValue):
            yield _described(each, whole, directory, load)


def _described(
    each: ObjectValue, whole: ObjectValue | None, directory: str, load: Callable[[str], Value | None]
) -> RunnerProject:
    own = _project(each, directory)
    extends = each.get("extends")
    bases = list[tuple[ObjectValue, str]]()
    if isinstance(extends, PlainValue) and extends.value is True and whole is not None:
        bases.append((whole, directory))
    elif isinstance(extends, TextValue):
        place = workspace_path(extends.value, directory)
        loaded = None if place is None else load(place)
        if place is not None and loaded is not None:
            bases += [(base, posixpath.dirname(place)) for base in _objects(loaded)]
    for base, folder in bases:
        also = _project(base, folder)
        own = replace(
            own,
            set_ups=(*also.set_ups, *own.set_ups),
            globs=(*also.globs, *own.globs),
            excluded=(*also.excluded, *own.excluded),
        )
    return own


def _project(each: ObjectValue, directory: str) -> RunnerProject:
    root = _root(each, directory)
    globs, expressions, excluded = list[str](), list[str](), list[str]()
    for part in (each, *_objects(each.get("test"))):
        root = _root(part, root) if part is not each else root
        for text in (*_texts(part.get("include")), *_texts(part.get("testMatch"))):
            globs.append(_from(root, text))
        excluded += (_from(root, text) for text in _texts(part.get("exclude")))
        written = _texts(part.get("testRegex"))
        expressions += (text.replace(_ROOT, re.escape(root)) for text in written)
        # What can't be read may select any test.
        if any(isinstance(part.get(key), UnknownValue) for key in ("include", "testMatch", "testRegex")):
            globs, expressions = ["**"], []
        globs += (f"{_from(root, text)}/**" for text in _texts(part.get("roots")) if not globs and not expressions)
    return RunnerProject(root, _set_ups(each, root, directory), tuple(globs), tuple(expressions), tuple(excluded))


def _from(root: str, glob: str) -> str:
    """A glob of a project as one from the root of the workspace."""
    written = glob.replace(_ROOT, "").lstrip("/") if glob.startswith(_ROOT) else glob.removeprefix("./")
    place = written
    while place.startswith("../"):
        root, place = posixpath.dirname(root), place[3:]
    return f"{root}/{place}" if root else place


def _set_ups(each: ObjectValue, root: str, directory: str) -> tuple[SetUp, ...]:
    folders = tuple(dict.fromkeys((root, directory)))
    found = list[SetUp]()
    for part in (each, *_objects(each.get("test"))):
        inner = _root(part, folders[0])
        own = tuple(dict.fromkeys((inner, *folders)))
        found += ((text, own) for key in _SET_UPS for text in _texts(part.get(key)))
    return tuple(found)


def _root(value: ObjectValue, directory: str) -> str:
    for key in ("root", "rootDir", "dir"):
        for text in _texts(value.get(key)):
            written = text.removeprefix(_ROOT).lstrip("/") if text.startswith(_ROOT) else text
            place = workspace_path(written or ".", directory)
            if place is not None:
                return place
    return directory


def alternatives(value: Value | None) -> Iterator[Value]:
    """What a value may be, one by one: the items of an array, and each of several possible values."""
    if isinstance(value, ArrayValue):
        for item in value.items:
            yield from alternatives(item)
    elif isinstance(value, PossibleValue):
        for each in value.values:
            yield from alternatives(each)
    elif value is not None:
        yield value


def _objects(value: Value | None) -> list[ObjectValue]:
    return [each for each in alternatives(value) if isinstance(each, ObjectValue)]


def _texts(value: Value | None) -> list[str]:
    return [each.value for each in alternatives(value) if isinstance(each, TextValue)]


def _fits(glob: str, path: str) -> bool:
    pattern = glob_pattern(glob)
    return pattern is not None and pattern.fullmatch(path) is not None


def _finds(expression: str, path: str) -> bool:
    try:
        return re.search(expression, path) is not None
    except re.error:
        return True
