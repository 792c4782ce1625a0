"""The `node_modules` of a copy: its entries are links to the installed packages, and to the copied ones.

A package of the workspace is installed as a link to its directory (npm, pnpm, Yarn, bun).  In the copy, such a link
leads to the copy of that directory: otherwise a command would load the packages of the original tree.
"""

# Paths are strings here, as in the core.
# ruff: noqa: PTH103, PTH114, PTH118, PTH211

from __future__ import annotations

import os

from workflow_ls.vfs.git.git_process import is_inside

MODULES = "node_modules"


def link_modules(source: str, target: str, *, root: str, copy: str) -> None:
    """Fill the directory `target`, which is made, with links to the entries of `source`, a `node_modules`.

    `root` is the absolute real path of the tree, and `copy` that of its copy.  Caches are left out, so that what a
    command writes there stays in the copy.
    """
    os.makedirs(target, exist_ok=True)
    with os.scandir(source) as entries:
        for entry in entries:
            name, place = entry.name, os.path.join(target, entry.name)
            if _is_cache(name):
                continue
            # A scope, or the directory of the programs: each entry may be one of the workspace.
            if entry.is_dir(follow_symlinks=False) and (name.startswith("@") or name == ".bin"):
                link_modules(entry.path, place, root=root, copy=copy)
            else:
                os.symlink(_destination(entry.path, root, copy), place)


def _destination(path: str, root: str, copy: str) -> str:
    """What the link in the copy leads to: the copy of a place in the tree, or an entry of the original."""
    real = os.path.realpath(path)
    if os.path.islink(path) and is_inside(real, root):
        below = os.path.relpath(real, root)
        if MODULES not in below.split("/"):
            return os.path.join(copy, below)
    return path


def _is_cache(name: str) -> bool:
    return name.startswith((".vite", ".cache", ".tmp", ".temp")) or (name.startswith(".") and name.endswith("cache"))
