"""What a mapping table consists of: packages, what is legacy, and rows for modules and names."""

from __future__ import annotations

from workflow_ls.config.module_names import SOURCE_ENDINGS
from workflow_ls.records import record


@record
class TargetPackage:
    """A package of the workspace; `sources` is the directory of its sources below `directory` ("" for itself).

    `output` is the directory below `directory` that is built from them, "" where it can be guessed.
    """

    name: str
    directory: str
    sources: str
    output: str = ""


NO_PACKAGE = TargetPackage("", ".", "")
"""In the place of the canonical package of a table that names none yet: no file is in it, and no specifier names it."""


@record
class LegacyPart:
    """A folder or file of what is legacy, with the specifiers for it, and the package that contains it, if any."""

    roots: tuple[str, ...]
    tree: str
    package: TargetPackage | None = None

    @property
    def is_file(self) -> bool:
        """Whether it is a file, judging by its ending."""
        return self.tree.endswith(SOURCE_ENDINGS)


@record
class ModuleRow:
    """The targets of the modules that match `module`.

    `module` is a module, or a pattern with one `*`, which matches one or more segments, or a part of one.  `to` are
    full specifiers in order of preference; a `*` in one is replaced by the matched text.  `stays` says that these
    modules stay where they are, apart from the names for which there are rows.
    """

    module: str
    to: tuple[str, ...]
    note: str | None = None
    stays: bool = False


@record
class NameRow:
    """The target of one export that left its module or was renamed.

    `name` is the name that the module exported ("default" for its default export).  `to` is the specifier that exports
    it now, None for the target of its module; `new_name` is its name there, None if it kept its name.
    """

    module: str
    name: str
    to: str | None = None
    new_name: str | None = None
    note: str | None = None
