"""The facts of a file that hold where it is: what resolution, aliases and the options of its compiler make of its text.

Each function takes the facts of a file, and returns those that are left, or more exact ones.
"""

from __future__ import annotations

import posixpath
import re

from workflow_ls.project.builds.aliases.build_resolution import BuildResolution
from workflow_ls.project.configuration.alias_index import Aliases
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.file_facts import FileFacts, LegacyReference, unmarked_names
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.records import replace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.indices.text_parts import TextParts, has_any
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.vfs.files import JAVASCRIPT_EXTENSIONS, is_within, join


def keep_values(packages: Packages, facts: FileFacts) -> FileFacts:
    """The facts of a file, with the names in `values` that stay in its output by the options of its compiler.

    JavaScript stays as it is.
    """
    unmarked = unmarked_names(facts.legacy_references)
    if unmarked <= facts.values:
        return facts
    config = packages.tsconfig_for(facts.path)
    if facts.path.endswith(JAVASCRIPT_EXTENSIONS) or (config is not None and config.keeps_types):
        return replace(facts, values=unmarked)
    if config is None or not config.keeps_decorated or _DECORATOR.search(_COMMENT.sub(b" ", facts.text)) is None:
        return facts
    return replace(facts, values=unmarked, decorated=unmarked - facts.values)


# A tag of a comment looks like a decorator; what follows `://` is no comment.
_COMMENT = compile_on_use(rb"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
_DECORATOR = compile_on_use(rb"(?:^|[\s(,])@[A-Za-z_$][\w$.]*\s*(?:\(|[\w{@])", re.MULTILINE)


def keep_resolving_aliases(
    resolver: Resolver, builds: BuildResolution, facts: FileFacts, aliases: Aliases
) -> FileFacts:
    """The facts of a file, without the references by an alias that another file serves.

    A bare specifier may also be a path from `baseUrl`, an alias may have several targets, and another one may come
    before it.
    """
    table = resolver.table

    def leads_elsewhere(found: LegacyReference) -> bool:
        specifier = found.reference.specifier
        if found.relative:
            written = join(posixpath.dirname(facts.path), specifier)
            if table.in_tree(facts.path):
                # What is still beside it is within the tree; what left it before is where the table says.
                return written is None or _is_there(resolver, specifier, facts.path, written)
            if written is None or table.module_at(written) is not None:
                return False
            path = resolver.resolve(specifier, facts.path)
            return path is None or not table.in_tree(path)
        if table.module_of(specifier) is not None:
            return not table.is_builtin and _leads_to_its_own(resolver, facts.path, specifier)
        path = resolver.resolve(specifier, facts.path)
        if path is None:
            is_there = aliases.is_named(specifier) or resolver.legacy_file(found.module) is not None
            return not is_there or builds.leads_elsewhere(specifier, facts.path)
        return not table.in_tree(path)

    dropped = [found for found in facts.legacy_references if leads_elsewhere(found)]
    if not dropped:
        return facts
    return replace(facts, legacy_references=tuple(found for found in facts.legacy_references if found not in dropped))


def _is_there(resolver: Resolver, specifier: str, importer: str, written: str) -> bool:
    """Whether a relative path leads to a file, be it source or not."""
    return resolver.resolve(specifier, importer) is not None or resolver.files.kind(written) is not None


def _leads_to_its_own(resolver: Resolver, importer: str, specifier: str) -> bool:
    """Whether an alias that is spelled as a legacy root leads a file to another one of the same program.

    Each application may have an alias of that spelling (`@/*`), for its own files.
    """
    config = resolver.packages.tsconfig_for(importer)
    home = "" if config is None else posixpath.dirname(config.path)
    if not home or any(is_within(tree, home) for tree in resolver.table.trees):
        return False
    found = next(resolver.resolve_alias(specifier, importer), None)
    return found is not None and is_within(found, home)


def keep_ee_references(resolver: Resolver, facts: FileFacts) -> FileFacts:
    """The facts of a file, with only the references to EE code in `ee_references`."""
    if not facts.ee_references:
        return facts
    path = facts.path
    return replace(
        facts, ee_references=tuple(r for r in facts.ee_references if _leads_to_ee(resolver, path, r.specifier))
    )


def with_modes(resolver: Resolver, facts: FileFacts, parts: TextParts) -> FileFacts:
    """The facts of a file with this text, with the `mode` of each reference that has one."""
    required = resolver.emits_require(facts.path)
    if not required and not has_any(parts, (b"resolution-mode",)):
        return facts

    def moded(reference: Reference) -> Reference:
        written = _MODE.match(facts.text, reference.span.end)
        mode = written[1].decode() if written is not None else ""
        if not mode and required and reference.form in (Form.IMPORT, Form.EXPORT, Form.IMPORT_TYPE):
            mode = "require"
        return replace(reference, mode=mode) if mode else reference

    legacy = tuple(replace(found, reference=moded(found.reference)) for found in facts.legacy_references)
    return replace(facts, legacy_references=legacy, canonical_references=tuple(map(moded, facts.canonical_references)))


_MODE = compile_on_use(
    rb"[\"'`]\s*(?:,\s*\{\s*)?(?:with|assert)\s*:?\s*\{[^{}]*?resolution-mode[\"']\s*:\s*[\"'](import|require)[\"']"
)


def _leads_to_ee(resolver: Resolver, path: str, specifier: str) -> bool:
    table = resolver.table
    if table.is_ee(path):
        return False  # a glob of the core may match EE code, which may import EE code
    if table.is_ee_specifier(specifier):
        return True
    found = resolver.resolve(specifier, path)
    if found is not None and table.is_ee(found):
        return True
    # A module that does not resolve still has a location: its path, or the directory of its package.
    if specifier.startswith("."):
        target = join(posixpath.dirname(path), specifier)
        return target is not None and table.is_ee(target)
    parts = split_package(specifier) if found is None else None
    package = None if parts is None else resolver.packages.package_named(parts[0], path)
    return package is not None and table.is_ee(package.directory)
