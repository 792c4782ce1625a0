"""What somebody meant who wrote a package, a directory or a specifier that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from workflow_ls.mapping.public_names import workspace_packages
from workflow_ls.mapping.rows.choice_of_rows import package_name
from workflow_ls.project.configuration.members import is_aliased
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.rewrite.packages.package_lookup import Conditions
from workflow_ls.rewrite.packages.package_subpaths import Subpaths

_ALIKE = 0.8  # of the letters, so that it is a slip


@record
class PackageFault:
    """What is wrong with a package of the table: in which key, in a sentence, and the value that would be right."""

    key: str
    message: str
    replacement: str | None = None


def package_correction(workspace: Workspace, name: str, directory: object) -> PackageFault | None:
    """What is wrong with the name or the directory of a package; None if both are right.

    Without a directory only the name is judged.
    """
    members = workspace.packages.members()
    if name not in members and is_aliased(workspace.files, workspace.packages, name):
        return None  # an alias is no package, and leads where its configuration says
    if not isinstance(directory, str):
        return None if name in members else PackageFault("name", f"There is no package {name}.", _near(name, members))
    found = workspace.packages.package_at(directory)
    if found is not None and (found.name == name or found.broken is not None):
        return None
    if name in members:
        right = members[name].directory
        if found is None:
            missing = workspace.files.kind(directory) is None
            what = f"The directory {directory} does not exist." if missing else f"{directory} has no package.json."
        else:
            what = f"The package in {directory} is {found.name or 'without a name'}."
        return PackageFault("directory", f"{what} {name} is in {right}.", right)
    if found is not None and found.name:
        return PackageFault("name", f"The package in {directory} is {found.name}.", found.name)
    if workspace.files.kind(directory) is None:
        near = _near(name, members)
        message = f"The directory {directory} does not exist, and no package of the workspace is called {name}."
        message += "" if near else " Nothing can be checked there."
        return PackageFault("name" if near else "directory", message, near)
    return PackageFault("directory", f"{directory} has no package.json with the name {name}.")


def near_specifier(workspace: Workspace, specifier: str) -> str | None:
    """The specifier that a package serves and that is written almost like this one; None if there is none."""
    name = package_name(specifier)
    known = [package for package in workspace_packages(workspace) if package.name == name]
    served = workspace.component(Subpaths).served_by(tuple(known), (Conditions.TYPES,))
    return _near(specifier, (subpath.specifier for subpath in served))


def _near(text: str, known: Iterable[str]) -> str | None:
    return next(iter(get_close_matches(text, sorted(known), 1, _ALIKE)), None)
