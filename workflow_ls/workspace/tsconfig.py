"""`tsconfig.json`: the options that decide where a specifier leads, after `extends`."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workflow_ls.syntax.jsonc import parse_json
from workflow_ls.workspace.files import Files, join

FindPackageFile = Callable[[str, str], "str | None"]
"""Finds the file that an `extends` entry such as `@tsconfig/node20` names, seen from a directory."""


@dataclass(frozen=True, slots=True)
class TsConfig:
    """The resolved options of one configuration file.

    `base` is the directory that `paths` targets are relative to: `baseUrl`, or else where `paths` was written.
    `base_url` is None where no file of the chain sets it.  `chain` lists the files read, this one first.
    `problems` are sentences about files of the chain that are missing, broken or circular.
    """

    path: str
    chain: tuple[str, ...]
    base_url: str | None = None
    base: str = ""
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    out_dir: str | None = None
    root_dir: str | None = None
    allow_js: bool = False
    custom_conditions: tuple[str, ...] = ()
    module_resolution: str = ""
    problems: tuple[str, ...] = ()

    def path_targets(self, specifier: str) -> tuple[str, ...]:
        """Where `paths` sends a specifier, as paths below the root, in order; empty where no key matches.

        An exact key wins, else the key with the longest part before its `*` (TypeScript, "Path mapping").
        """
        if specifier in self.paths:
            return self._targets(specifier, "")
        best, best_length = None, -1
        for key in self.paths:
            prefix, star, suffix = key.partition("*")
            if not star or len(prefix) <= best_length or len(specifier) < len(prefix) + len(suffix):
                continue
            if specifier.startswith(prefix) and specifier.endswith(suffix):
                best, best_length = key, len(prefix)
        if best is None:
            return ()
        prefix, _, suffix = best.partition("*")
        return self._targets(best, specifier[len(prefix) : len(specifier) - len(suffix)])

    def _targets(self, key: str, star: str) -> tuple[str, ...]:
        joined = (join(self.base, target.replace("*", star, 1)) for target in self.paths[key])
        return tuple(path for path in joined if path is not None)


def read_tsconfig(files: Files, path: str, find: FindPackageFile) -> TsConfig:
    """Read a configuration and all that it extends.

    Later entries of an `extends` array override earlier ones, the file itself overrides both; `paths` is replaced as
    a whole, not merged; relative paths belong to the file that holds them (TypeScript, "extends").  A circle, a
    missing file and broken JSON end that branch with a problem, never with an exception.
    """
    return _read(files, path, find, ())


def _read(files: Files, path: str, find: FindPackageFile, above: tuple[str, ...]) -> TsConfig:
    text = files.read(path)
    if text is None:
        return TsConfig(path, (path,), problems=(f"{path} is not there",))
    document = parse_json(text, comments=True)
    data = document.value if isinstance(document.value, dict) else {}
    directory = posixpath.dirname(path)
    problems = [f"{path}: {problem.message}" for problem in document.problems[:1]]
    merged = TsConfig(path, (path,))
    for entry in _extends(data.get("extends")):
        target = _extended(files, directory, entry, find)
        if target is None:
            problems.append(f"{path} extends {entry}, which is not there")
        elif target == path or target in above:
            problems.append(f"{path} extends {entry}, which leads back to it")
        else:
            parent = _read(files, target, find, (*above, path))
            merged = _inherit(merged, parent)
            problems += parent.problems
    options = data.get("compilerOptions")
    merged = _own(merged, options if isinstance(options, dict) else {}, directory)
    return replace(merged, problems=tuple(problems))


def _inherit(child: TsConfig, parent: TsConfig) -> TsConfig:
    return TsConfig(
        child.path,
        (*child.chain, *parent.chain),
        parent.base_url if parent.base_url is not None else child.base_url,
        parent.base if parent.paths or parent.base_url is not None else child.base,
        parent.paths or child.paths,
        parent.out_dir or child.out_dir,
        parent.root_dir or child.root_dir,
        parent.allow_js or child.allow_js,
        parent.custom_conditions or child.custom_conditions,
        parent.module_resolution or child.module_resolution,
    )


def _own(config: TsConfig, options: dict[str, Any], directory: str) -> TsConfig:
    changes: dict[str, Any] = {}

    def place(key: str) -> str | None:
        value = options.get(key)
        return join(directory, value.replace("${configDir}", ".")) if isinstance(value, str) else None

    base_url = place("baseUrl")
    if base_url is not None:
        changes["base_url"] = changes["base"] = base_url
    if isinstance(options.get("paths"), dict):
        changes["paths"] = {
            key: tuple(target for target in targets if isinstance(target, str))
            for key, targets in options["paths"].items()
            if isinstance(targets, list)
        }
        inherited = base_url if base_url is not None else config.base_url
        changes["base"] = directory if inherited is None else inherited
    for key, name in (("outDir", "out_dir"), ("rootDir", "root_dir")):
        if (value := place(key)) is not None:
            changes[name] = value
    allow = options.get("allowJs", options.get("checkJs"))
    if isinstance(allow, bool):
        changes["allow_js"] = allow
    if isinstance(options.get("customConditions"), list):
        changes["custom_conditions"] = tuple(c for c in options["customConditions"] if isinstance(c, str))
    resolution = options.get("moduleResolution", options.get("module"))
    if isinstance(resolution, str):
        changes["module_resolution"] = resolution.lower()
    return replace(config, **changes)


def _extends(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _extended(files: Files, directory: str, entry: str, find: FindPackageFile) -> str | None:
    if not entry.startswith((".", "/")):
        return find(entry, directory)
    path = join(directory, entry)
    if path is None:
        return None
    candidates = (path, f"{path}.json", posixpath.join(path, "tsconfig.json"))
    return next((candidate for candidate in candidates if files.kind(candidate) == "file"), None)
