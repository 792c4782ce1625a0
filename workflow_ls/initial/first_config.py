"""Decides what the first `workflow-ls.json` of a workspace says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workflow_ls.config.table_loader import builtin_table
from workflow_ls.config.table_records import TargetPackage
from workflow_ls.config.validation import did_you_mean
from workflow_ls.initial.config_text import FirstConfig
from workflow_ls.initial.legacy_sources import (
    FormerPackages,
    LegacySource,
    UnknownSourceError,
    given_sources,
    missing_sources,
    no_history,
)
from workflow_ls.initial.workspace_facts import WorkspaceFacts
from workflow_ls.project.configuration.members import target_package
from workflow_ls.vfs.files import Files, is_within


def first_config(
    files: Files, given: Sequence[str], target: str | None, former: FormerPackages = no_history
) -> FirstConfig:
    """The first configuration of a workspace.

    `given` are specifiers and folders that are legacy, and `target` is the package that they move to, None where the
    rows will name it.  `former` knows packages that are gone.  Raises UnknownSourceError, also where nothing is given
    and nothing is missing.
    """
    facts = WorkspaceFacts(files)
    sources = given_sources(facts, given) if given else missing_sources(facts, former)
    if not sources:
        raise UnknownSourceError(_nothing(facts))
    canonical = None if target is None else _target(facts, target)
    tsconfigs, members = _tsconfigs(facts, sources, canonical), len(facts.packages.members())
    return FirstConfig(sources, canonical, tsconfigs, facts.tools, members, *_docs(facts, sources))


def _target(facts: WorkspaceFacts, name: str) -> TargetPackage:
    """A package of the workspace by its name or its folder."""
    package = facts.members.get(name) or facts.packages.package_at(name.rstrip("/").removeprefix("./"))
    if package is None or not package.name:
        raise UnknownSourceError(f"{name}: no package of the workspace.{did_you_mean(name, facts.members)}")
    return target_package(facts.files, package)


def _tsconfigs(
    facts: WorkspaceFacts, sources: Iterable[LegacySource], canonical: TargetPackage | None
) -> tuple[str, ...]:
    """The configurations that find what is legacy by an alias, where the target has an alias in any of them.

    Where it has none, an installation leads to it.
    """
    aliases = facts.aliases()
    if canonical is None or not any(_concerns(key, canonical.name) for keys in aliases.values() for key in keys):
        return ()
    roots = [root for source in sources for root in source.roots]
    return tuple(path for path, keys in aliases.items() if any(_concerns(key, root) for key in keys for root in roots))


def _docs(facts: WorkspaceFacts, sources: Iterable[LegacySource]) -> tuple[str, tuple[str, ...]]:
    """A file with legacy imports that the built-in list takes for documentation, and a list that does not.

    A folder named docs in a package may hold code, or be an application.
    """
    table = builtin_table()
    roots = dict.fromkeys(root for source in sources for root in source.roots)
    inside = dict.fromkeys(path for root in roots for path in facts.importing(root) if table.is_doc(path))
    code = [path for path in inside if (package := facts.packages.package_of(path)) is not None and package.directory]
    if not code:
        return "", ()
    top = () if any(is_within(path, "docs") for path in code) else ("docs/**",)
    return min(code), (*top, *(glob for glob in table.docs if glob != "**/docs/**"))


def _concerns(key: str, root: str) -> bool:
    """Whether an alias is for a specifier, or for what is below it."""
    before, star, _ = key.partition("*")
    below = before.rstrip("/")
    wider = bool(star and below) and root.startswith(before)
    return below == root or below.startswith(f"{root}/") or wider


def _nothing(facts: WorkspaceFacts) -> str:
    """What to do where nothing shows what is legacy, with the packages that come closest."""
    gone = [each.name for each in facts.unresolved()[:3]]
    are, them = ("is", "it") if len(gone) == 1 else ("are", "them")
    shown = f"{', '.join(gone)} {are} imported, but nothing shows that this workspace had {them}"
    hint = f" ({shown})" if gone else ""
    return (
        "nothing shows what is legacy: files import no package that left this workspace. Name it with "
        f"--from SPECIFIER or --from FOLDER{hint}"
    )
