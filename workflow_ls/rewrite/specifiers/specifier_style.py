"""The spelling of a file's path in a specifier, and the same spelling for another file."""

from __future__ import annotations

import posixpath

from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.records import record
from workflow_ls.vfs.files import EMITTED_EXTENSIONS, SOURCE_EXTENSIONS, is_source

# A specifier with `.js` may also name a `.jsx` file.
_EMITTED = {**EMITTED_EXTENSIONS, ".jsx": ".js"}


def stem_of(path: str) -> str:
    """A path without its ending, if it is that of a source file."""
    return split_extension(path)[0] if is_source(path) else path


@record
class Spelling:
    """The spelling of a file in a specifier.

    `index` is true if an index file is named; `ending` is the ending that is written, "" for none, and `full` whether
    that is the ending of the file itself.
    """

    index: bool
    ending: str
    full: bool

    def __call__(self, path: str) -> str:
        stem, extension = split_extension(path)
        if self.full:
            return stem + extension
        if self.ending:
            emitted = _EMITTED.get(extension, extension)
            return stem + (emitted if self.ending in (".js", ".mjs", ".cjs") else self.ending)
        directory, name = posixpath.split(stem)
        return directory if name == "index" and not self.index else stem


def spelling(specifier: str, target: str) -> Spelling:
    """The spelling of `specifier`, which names the file `target`."""
    # A file that is no source, such as JSON or a style sheet, is named in full or not at all.
    endings = SOURCE_EXTENSIONS if is_source(target) else filter(None, [split_extension(target)[1]])
    ending = next((ending for ending in endings if specifier.endswith(ending)), "")
    names_index = posixpath.basename(stem_of(specifier)) == posixpath.basename(stem_of(target)) == "index"
    return Spelling(names_index, ending, bool(ending) and target.endswith(ending))


def rebase_alias(specifier: str, target: str, new_target: str) -> str | None:
    """The alias `specifier` of the file `target`, for the file `new_target`; None where they share no ending.

    If `@/lib/a` leads to src/lib/a.ts, the result is `@/lib/b` for src/lib/b.ts.
    """
    spelled, old, new = specifier.split("/"), stem_of(target).split("/"), stem_of(new_target).split("/")
    if posixpath.basename(specifier) != "index" and old[-1] == "index":
        old, new = old[:-1], new[:-1] if new[-1] == "index" else new
    shared = 0
    while shared < min(len(spelled), len(old)) and spelled[-1 - shared] == old[-1 - shared]:
        shared += 1
    base = old[: len(old) - shared]
    if not shared or new[: len(base)] != base:
        return None
    return "/".join([*spelled[: len(spelled) - shared], *new[len(base) :]])
