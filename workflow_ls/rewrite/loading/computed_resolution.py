"""Why nobody knows where a build would lead a new specifier: a function of its configuration decides."""

from __future__ import annotations

from workflow_ls.diagnostics import Blocked, Related
from workflow_ls.project.builds.lookups.resolving_programs import ResolvingPrograms


def computed_obstacle(programs: ResolvingPrograms, importer: str, present: str, specifier: str) -> Blocked | None:
    """Why a rewrite of the specifier `present` of a file to `specifier` can't be verified.

    Either of them is one that a function of a build of the file has to do with.
    """
    if present == specifier:
        return None
    specifiers = (specifier, present)
    program = next(programs.concerning(specifiers, importer.rpartition("/")[0]), None)
    if program is None:
        return None
    which = next(filter(program.concerns, specifiers))
    reason = f"`{program.name}` in {program.path} is a function that may lead `{which}` elsewhere"
    remedy = "look up where it leads the new import, and write that by hand"
    return Blocked(reason, remedy, (Related(program.at.path, program.at.span, "this function decides"),))
