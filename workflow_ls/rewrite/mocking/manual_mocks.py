"""The files of `__mocks__` that stand for mocks without a factory."""

from __future__ import annotations

import posixpath

from workflow_ls.diagnostics import Blocked
from workflow_ls.rewrite.mocking.graphs.test_view import FileMock
from workflow_ls.rewrite.mocking.mock_refusals import Cause, Place
from workflow_ls.syntax.mocks.mock_factories import FactoryKind
from workflow_ls.vfs.files import Files

_MOCK = "the mock"
_ENDINGS = (".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs")


def manual_mock_left(files: Files, mock: FileMock) -> Cause | None:
    """Why a mock without a factory can't move, if only its module or only the new one has a file of `__mocks__`."""
    if mock.call.factory is not FactoryKind.NONE or mock.call.path is None or mock.after_path is None:
        return None
    old, new = (_manual_file(files, path) for path in (mock.call.path, mock.after_path))
    if bool(old) == bool(new):
        return None
    if old:
        directory = posixpath.join(posixpath.dirname(mock.after_path), "__mocks__")
        reason = f"this mock is the file {old}, and {mock.after_path} has none beside it"
        return Cause(Blocked(reason, f"move that file to {directory}, or mock by a factory"), (Place(old, _MOCK),))
    reason = f"the file {new} would take the place of this mock, which is made from {mock.call.path} today"
    return Cause(Blocked(reason, "mock by a factory"), (Place(new, _MOCK),))


def _manual_file(files: Files, path: str) -> str:
    """The file of `__mocks__` beside a module; "" if there is none."""
    directory, name = posixpath.split(path)
    stem = name
    while posixpath.splitext(stem)[1] in _ENDINGS:
        stem = posixpath.splitext(stem)[0]
    beside = posixpath.join(directory, "__mocks__", stem)
    return next((beside + ending for ending in _ENDINGS if files.kind(beside + ending) == "file"), "")
