"""Why a test runner would not find a new specifier: it reads `exports` by other conditions than an import."""

from __future__ import annotations

from workflow_ls.diagnostics import Blocked, Related
from workflow_ls.project.builds.aliases.build_resolution import BuildResolution
from workflow_ls.project.builds.aliases.table_parts import AliasTable

_COMPILED = (".ts", ".tsx", ".cts")


def condition_obstacle(resolution: BuildResolution, importer: str, present: str, specifier: str) -> Blocked | None:
    """Why Jest, which loads what it compiles as CommonJS, finds nothing for the new specifier of a file."""
    if present == specifier or not importer.endswith(_COMPILED):
        return None
    path = resolution.builds.runner(importer.rpartition("/")[0])
    for table in () if path is None else resolution.builds.tables(path):
        manifest = _without_target(resolution, table, specifier, importer) if table.conditions else None
        if path is None or manifest is None or _without_target(resolution, table, present, importer) is not None:
            continue
        reason = f"{path} loads `{specifier}` by `require`, for which the `exports` of {manifest} have nothing"
        remedy = "add a `require` or `default` condition there first"
        return Blocked(reason, remedy, (Related(path, None, "this configuration"),))
    return None


def _without_target(resolution: BuildResolution, table: AliasTable, specifier: str, importer: str) -> str | None:
    """The manifest whose `exports` have nothing for a specifier by the conditions of a tool; None if they have."""
    if resolution.captured(table, specifier, importer) is not None:
        return None
    found = resolution.resolver.resolve_in_package(specifier, importer, table.conditions)
    is_missing = found is not None and found.match is not None and found.match.target is None
    return found.package.path if found is not None and is_missing else None
