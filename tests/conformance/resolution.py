"""Where the compiler finds modules and what it reads in configurations, compared with what is found here."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Any

from tests.conformance.comparison import Comparison
from tests.conformance.node import run_node
from tests.conformance.trees import Case
from workflow_ls.project.configuration.tsconfig import read_tsconfig
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.resolution.exports_field import match_subpath
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import join

CONDITIONS = ("types", "import", "custom")

ASSET = "An asset is a file here; for the compiler it is nothing without a declaration."
SLASH = "A package with a slash behind its name: Node refuses what the compiler takes for the package."
ALIAS = "`imports` leads to a package for Node; the compiler reads path aliases again before that."
TYPES = "Node takes the first condition that holds; the compiler goes on until there is a file with types."
REASONS = (ASSET, SLASH, ALIAS, TYPES)


def compare_modules(cases: Sequence[Case]) -> Comparison:
    """Compare where specifiers lead, with null for nowhere."""
    result = Comparison(len(cases))
    for case, answer in zip(cases, run_node("resolve.mjs", [case._asdict() for case in cases])):
        workspace = case.workspace
        for (specifier, importer), expected in zip(case.questions, answer["paths"]):
            actual = workspace.resolver.resolve(specifier, importer)
            if actual == expected:
                result.equal += 1
            elif (reason := _reason(workspace, specifier, importer, actual)) is not None:
                result.known[reason] += 1
            else:
                result.differences.append(f"{specifier!r} from {importer}: {actual}, the compiler {expected}\n{case}")
    return result


def compare_configurations(cases: Sequence[Case]) -> Comparison:
    """Compare what each configuration of a workspace says, with all that it extends."""
    result = Comparison(len(cases))
    for case, answer in zip(cases, run_node("resolve.mjs", [case._asdict() for case in cases])):
        for path, expected in answer["configs"].items():
            if (actual := _options(case.workspace, path)) == expected:
                result.equal += 1
            else:
                result.differences.append(f"{path}: {actual}\nthe compiler: {expected}\n{case}")
    return result


def _reason(workspace: Workspace, specifier: str, importer: str, actual: str | None) -> str | None:
    if actual is not None and actual.endswith(".css"):
        return ASSET
    if actual is None and specifier.endswith("/") and not specifier.startswith("."):
        return SLASH
    own = workspace.packages.package_of(importer)
    if specifier.startswith("#") and own is not None:
        target = match_subpath(own.imports or {}, specifier, CONDITIONS).target
        if target is None or target.startswith("./"):
            return None
        if next(workspace.resolver.resolve_alias(target, own.path), None) is not None:
            return ALIAS
        return _reason(workspace, target, own.path, actual)
    parts = split_package(specifier)
    package = None if parts is None else workspace.packages.package_named(parts[0], importer)
    untyped = actual is None or not actual.endswith((".ts", ".tsx", ".mts", ".cts"))
    if untyped and parts is not None and package is not None and package.exports is not None:
        match = workspace.resolver.look_up(package, parts[1], CONDITIONS).match
        if match is not None and match.outcome in ("found", "excluded", "invalid"):
            return TYPES
    return None


def _options(workspace: Workspace, path: str) -> dict[str, Any]:
    config = read_tsconfig(workspace.files, path, workspace.packages._find_config)
    return {
        "base_url": config.base_url,
        "base": config.base if config.paths else None,
        "paths": {key: [_filled_in(target, path) for target in targets] for key, targets in config.paths.items()},
        "out_dir": config.out_dir,
        "declaration_dir": config.declaration_dir,
        "root_dir": config.root_dir,
        "allow_js": config.allow_js,
        "custom_conditions": list(config.custom_conditions),
    }


def _filled_in(target: str, path: str) -> str | None:
    """The compiler fills in the directory of the configuration at once, and here that is done on use."""
    own = target.removeprefix("${configDir}/")
    return target if own == target else join(posixpath.dirname(path), own)
