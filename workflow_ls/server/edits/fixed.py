"""What a command that fixes has done: the answer to the client, and the sentence for the user."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from workflow_ls.diagnostics import Diagnostic
from workflow_ls.printable import counted, listed, visible_path
from workflow_ls.project.configuration.manifest import DEPENDENCY_SECTIONS
from workflow_ls.proof.joined_fixes import FileFix
from workflow_ls.server.edits.workspace_edit import PendingEdit


@dataclass(frozen=True, slots=True)
class Fixes:
    """The edits that fix findings, the number of findings that they fix, and the number that is left.

    `new` of those that are left were not there before: they are about what the edits write.  `manifests` are the paths
    of the manifests among the files; `install` is set where their dependencies change.
    """

    edits: tuple[PendingEdit, ...] = ()
    fixed: int = 0
    left: int = 0
    new: int = 0
    manifests: tuple[str, ...] = ()
    install: bool = False


def fixes_of(
    edits: Iterable[PendingEdit],
    findings: Sequence[Diagnostic],
    fixed: Collection[Diagnostic],
    left: int,
    files: Sequence[FileFix],
) -> Fixes:
    """The fixes that change some files, of all these findings: `fixed` are resolved, and then so many are left."""
    others = len(set(findings).difference(fixed))
    manifests = [file for file in files if posixpath.basename(file.path) == "package.json"]
    return Fixes(
        tuple(edits),
        len(fixed),
        left,
        max(0, left - others),
        tuple(file.path for file in manifests),
        any(_dependencies(file.before) != _dependencies(file.after) for file in manifests),
    )


def outcome(found: Iterable[Fixes], *, applied: bool = False, reason: str | None = None) -> dict[str, Any]:
    """The answer to the client."""
    found = list(found)
    return {
        "fixed": sum(fixes.fixed for fixes in found),
        "files": sum(len(fixes.edits) for fixes in found),
        "left": sum(fixes.left for fixes in found),
        **({"new": new} if (new := sum(fixes.new for fixes in found)) else {}),
        "manifests": sorted({path for fixes in found for path in fixes.manifests}),
        "install": any(fixes.install for fixes in found),
        "applied": applied,
        "reason": reason,
    }


def summary(done: dict[str, Any]) -> str:
    """The sentence for the user: what is fixed, what is left, and what to do now."""
    new = f", {done['new']} of them new" if done.get("new") else ""
    left = f"; {done['left']} left{new}" if done["left"] else ""
    reason = f"; {done['reason']}" if done["reason"] else ""
    text = f"{counted(done['fixed'], 'finding')} fixed in {counted(done['files'], 'file')}{left}{reason}."
    manifests = [visible_path(path) for path in done["manifests"]]
    if not manifests:
        return text
    install = ": install the packages again to update the lock file" if done["install"] else ""
    return f"{text} {listed(manifests)} changed{install}."


def _dependencies(manifest: bytes) -> list[object]:
    """What a manifest depends on; nothing where it can't be read, for then nothing changes it."""
    try:
        data = json.loads(manifest)
    except ValueError:
        return []
    return [data.get(section) for section in DEPENDENCY_SECTIONS] if isinstance(data, dict) else []
