"""The files of `__mocks__` that Jest puts in the place of a module by its specifier, without a call of `jest.mock`."""

from __future__ import annotations

import posixpath

from workflow_ls.diagnostics import Blocked, Related
from workflow_ls.vfs.files import Files, parents

_ENDINGS = (".js", ".ts", ".tsx", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".json")


def manual_stub_obstacle(files: Files, importer: str, old: str, new: str) -> Blocked | None:
    """Why a rewrite from the specifier `old` to `new` would part the file `importer` from a manual mock, or bring one.

    A file such as `__mocks__/@acme/core/tasks.js` counts for the specifier `@acme/core/tasks` in all that is below the
    directory that contains `__mocks__` (jestjs.io/docs/manual-mocks, "Mocking Node modules").
    """
    stub, other = (_stub(files, importer, specifier) for specifier in (old, new))
    if bool(stub) == bool(other):
        return None
    path = stub or other
    related = (Related(path, None, "this manual mock"),)
    reason = f"Jest puts {path} in the place of `{old if stub else new}`"
    if not stub:
        return Blocked(reason, "remove that file first, or import the module by hand", related)
    directory = path[: path.rindex(f"__mocks__/{old}")]
    there = f"{directory}__mocks__/{new}{posixpath.splitext(path)[1]}"
    return Blocked(reason, f"copy that file to {there} first", related)


def _stub(files: Files, importer: str, specifier: str) -> str:
    """The manual mock that counts for a specifier in a file; "" if there is none."""
    if specifier.startswith((".", "/", "#")):
        return ""
    for directory in parents(importer):
        below = posixpath.join(directory, "__mocks__")
        if files.kind(below) != "directory":
            continue
        for ending in _ENDINGS:
            if files.kind(f"{below}/{specifier}{ending}") == "file":
                return f"{below}/{specifier}{ending}"
    return ""
