"""`workflow-ls init`: write a first workflow-ls.json, with what can be looked up in the workspace."""

# Paths are strings here, as in `paths.py`.
# ruff: noqa: PTH118

from __future__ import annotations

import argparse
import difflib
import os
import sys
from collections.abc import Collection, Sequence

from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.paths import below, locate
from workflow_ls.cli.transaction.write import create_whole
from workflow_ls.config.settings import CONFIG_FILE
from workflow_ls.initial.config_text import NEXT, THEN, FirstConfig, config_text
from workflow_ls.initial.first_config import first_config
from workflow_ls.initial.legacy_sources import LegacySource, UnknownSourceError
from workflow_ls.printable import counted, listed, visible
from workflow_ls.vfs.git.git_history import GitHistory
from workflow_ls.vfs.recorded_disk import RecordedDisk


def run(options: argparse.Namespace) -> int:
    """Write the file, or show it with `--dry-run`; returns the exit code.

    A file that is there is left alone: what would differ is shown, and the exit code is 1.
    """
    path = (options.root or ".") if options.path is None else options.path
    root, _ = locate([path], options.root)
    files = RecordedDisk(root)
    target = None if options.target is None else _from_root(root, options.target)
    try:
        former = _FormerPackages(root)
        config = first_config(files, [_from_root(root, name) for name in options.sources], target, former)
    except UnknownSourceError as error:
        raise UsageError(str(error)) from error
    text = config_text(config)
    present = files.read(CONFIG_FILE)
    if present is not None:
        return _differ(present.decode("utf-8", "replace"), text)
    if options.dry_run:
        print(text, end="")
        return 0
    _create(root, text)
    print(f"{CONFIG_FILE} written: {_summary(config)}.")
    for source in config.sources:
        if source.elsewhere:
            print(visible(_elsewhere(source)))
    print(f"Next: `{NEXT}`, then `{THEN}`.")
    return 0


class _FormerPackages:
    """The packages that a repository had, by its history."""

    def __init__(self, root: str) -> None:
        self._root = root

    def __call__(self, names: Sequence[str]) -> Collection[str]:
        history = GitHistory(self._root)
        deleted = history.deleted_packages(names) if names and history.is_known else {}
        return {*deleted, *history.renamed_packages([name for name in names if name not in deleted])}


def _from_root(root: str, name: str) -> str:
    """What a user names, from the root where it is the path of something that exists."""
    is_path = not name.startswith("@") and os.path.lexists(name)
    return f"./{below(root, name)}" if is_path else name


def _differ(present: str, text: str) -> int:
    if present == text:
        print(f"{CONFIG_FILE} exists already, with the same content. Next: `{NEXT}`, then `{THEN}`.")
        return 0
    lines = difflib.unified_diff(present.splitlines(), text.splitlines(), CONFIG_FILE, "by init", lineterm="")
    print("\n".join(map(visible, lines)))
    print(
        f"{CONFIG_FILE} exists already, and was not changed. The diff above shows how a new one would differ.",
        file=sys.stderr,
    )
    return 1


def _summary(config: FirstConfig) -> str:
    """What is legacy, where it is, and where it goes."""
    named = [f"`{root}`" for source in config.sources for root in source.roots]
    is_one = len(named) == 1
    trees = [source.tree for source in config.sources if source.tree is not None]
    where = f" in {listed(trees)}" if trees else f", which {'is' if is_one else 'are'} in no folder"
    target = ""
    if config.canonical is not None:
        target = f"{'' if trees else ','} {'moves' if is_one else 'move'} to {config.canonical.name}"
    return visible(f"{listed(named)}{where}{target} ({counted(config.members, 'package')} in the workspace)")


def _elsewhere(source: LegacySource) -> str:
    """The other folders behind the same specifier, and how to name one of them."""
    others = counted(len(source.elsewhere), "other folder")
    where = listed(source.elsewhere)
    return (
        f"`{source.roots[0]}` leads to {others}, too: {where}. They are not legacy. If you mean one of them, "
        f"remove {CONFIG_FILE} and run `workflow-ls init --from {source.elsewhere[0]}`."
    )


def _create(root: str, text: str) -> None:
    """Create the file; one that appears meanwhile is not overwritten."""
    try:
        create_whole(os.path.join(root, CONFIG_FILE), text.encode())
    except FileExistsError as error:
        raise UsageError(f"{CONFIG_FILE}: appeared meanwhile, and was not changed") from error
    except OSError as error:
        raise UsageError(f"{CONFIG_FILE}: can't be written: {error.strerror}") from error
