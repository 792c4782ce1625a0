"""Why a package serves no file for a subpath: a refusal for each way in which its manifest leads nowhere."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from workflow_ls.diagnostics import Blocked, Obstacle, Related
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.resolution.build_outputs import expected_source
from workflow_ls.project.resolution.exports_field import Match
from workflow_ls.project.resolution.resolver import PackageTarget
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import in_other_case


class LookupRefusals:
    """The refusals for one subpath of a package, which the file `importer` names."""

    def __init__(self, workspace: Workspace, package: Package, subpath: str, importer: str) -> None:
        self._workspace = workspace
        self._package = package
        self._subpath = subpath
        self._importer = importer

    def refusal(self, found: PackageTarget, wanted: Sequence[str]) -> Blocked:
        """Why a look-up found no file; `wanted` are the conditions that an entry of `exports` would have to name."""
        match, manifest = found.match, self._package.path
        if match is None:
            return self._without_exports()
        key, related = f"the key `{match.key}` in the `exports` of {manifest}", (self._place_of(match.key),)
        if match.outcome == "found":
            return self._without_file(match, key, related)
        if match.outcome == "excluded":
            shared = Obstacle("key", f"{manifest}#{match.key}", f"{key} excludes {{}} (null)", "", (self._subpath,))
            reason = f"{key} excludes `{self._subpath}` (null)"
            return Blocked(reason, "choose another module", related, obstacle=shared)
        if match.outcome == "no-condition":
            reason = f"{key} has no `{'/'.join(wanted)}` condition"
            return Blocked(reason, "add that condition, or `default`", related)
        if match.outcome == "invalid":
            return Blocked(f"the `exports` of {manifest} are invalid: {match.detail}", "correct them", related)
        return self._without_key(related)

    def _without_exports(self) -> Blocked:
        """A package without `exports` has no file at the subpath."""
        name, manifest = self._package.name, self._package.path
        remedy = f"add the files, or `exports` to {manifest}"
        shared = Obstacle("no-file", manifest, f"{name} has no file for {{}}", remedy, (self._subpath,))
        reason = f"{name} has no file for `{self._subpath}`"
        return Blocked(reason, f"add the file, or `exports` to {manifest}", obstacle=shared)

    def _without_file(self, match: Match, key: str, related: tuple[Related, ...]) -> Blocked:
        """A key of `exports` points to a file that is not there."""
        target = posixpath.normpath(match.target or "")
        path = posixpath.join(self._package.directory, target)
        source = expected_source(self._workspace.packages, self._package, path)
        other = in_other_case(self._workspace.files, source or path)
        if other is not None:
            reason = f"{key} leads to {source or path}, and there is only {other}, in another letter case"
            return Blocked(reason, "write the import in the letter case of the file, or rename the file", related)
        alias, addition = self._alias(), f"add {source or path}"
        if match.key is not None and "*" in match.key:
            remedy = addition  # the pattern is right for other subpaths
        else:
            remedy = f"correct that key, or {addition}" if alias is None else "correct that key"
        reason = f"{key} points to {'a missing file' if source is None else 'an output without a source'} ({target})"
        if alias is not None:
            reason = f"{reason}, while a tsconfig alias leads to {alias}"
        shared = Obstacle(
            "key",
            f"{self._package.path}#{match.key}",
            f"{key} points to missing files ({{}})",
            "add these files, or export the modules that are there",
            (target,),
        )
        return Blocked(reason, remedy, related, obstacle=shared)

    def _without_key(self, related: tuple[Related, ...]) -> Blocked:
        """No key of `exports` matches the subpath."""
        name, manifest, subpath = self._package.name, self._package.path, self._subpath
        # A surface is exported as a whole, in one entry or in a few beside each other.
        head = "/".join(subpath.split("/")[:2])
        remedy = f"add {{}} to the `exports` of {manifest}"
        shared = Obstacle("subpath", f"{manifest}#{head}", f"`{name}` does not export {{}}", remedy, (subpath,))
        reason = f"{name} does not export `{subpath}`"
        return Blocked(reason, f"add it to the `exports` of {manifest}", related, obstacle=shared)

    def _alias(self) -> str | None:
        """The file to which an alias of TypeScript leads the specifier."""
        specifier = posixpath.normpath(posixpath.join(self._package.name, self._subpath))
        return next(iter(self._workspace.resolver.resolve_alias(specifier, self._importer)), None)

    def _place_of(self, key: str | None) -> Related:
        """The place of a key in the manifest, or of the `exports` field where no key matched."""
        root = self._workspace.packages.json_root(self._package.path)
        value = None if root is None else root.at("exports")
        members = () if value is None else value.properties
        span = next((member.key_span for member in members if member.key == key), None if value is None else value.span)
        message = "this key matches the subpath" if key is not None else "no key matches it"
        return Related(self._package.path, span, message)
