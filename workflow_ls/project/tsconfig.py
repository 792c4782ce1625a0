"""`tsconfig.json`: the options that decide where a specifier leads, after `extends`."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from workflow_ls.diagnostics import Notice
from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.notices import first_mistake, notice_at
from workflow_ls.records import OrderedMapping, field, record
from workflow_ls.vfs.files import Files, join

FindPackageFile = Callable[[str, str], "str | None"]
"""Finds the file that an `extends` entry such as `@tsconfig/node20` names, seen from a directory."""


@record
class TsConfig:
    """The resolved options of one configuration file.

    `base_url` is None where no file of the chain sets it.  `base` is the directory that the targets of `paths` are
    relative to: `baseUrl`, or else where `paths` was written; None where that lies outside the root.  `paths_from` is
    the file of the chain that `paths` is written in.  `chain` lists the files read, this one first.  `problems` are
    about files of the chain that are missing, broken or circular.
    """

    path: str
    chain: tuple[str, ...]
    base_url: str | None = None
    base: str | None = ""
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    paths_from: str | None = None
    out_dir: str | None = None
    declaration_dir: str | None = None
    root_dir: str | None = None
    allow_js: bool = False
    custom_conditions: tuple[str, ...] = ()
    module_resolution: str = ""
    problems: tuple[Notice, ...] = ()

    def path_targets(self, specifier: str) -> tuple[str, ...]:
        """Where `paths` sends a specifier, as paths below the root, in order; empty where no key matches.

        An exact key wins, else the key with the longest part before its `*` (TypeScript, "Path mapping").
        """
        if specifier in self.paths and "*" not in specifier:
            return self._targets(specifier, "")
        for prefix, suffix in _patterns(tuple(self.paths)):
            if specifier.startswith(prefix) and specifier.endswith(suffix):
                end = len(specifier) - len(suffix)
                if end >= len(prefix):
                    return self._targets(f"{prefix}*{suffix}", specifier[len(prefix) : end])
        return ()

    def _targets(self, key: str, star: str) -> tuple[str, ...]:
        own = posixpath.dirname(self.path)
        # The compiler puts nothing in the place of a `*` that stands for nothing.
        joined = (_place(self.base, target.replace("*", star or "*", 1), own) for target in self.paths[key])
        return tuple(path for path in joined if path is not None)


@lru_cache(maxsize=64)
def _patterns(keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """What stands before and behind the `*` of keys with one, the longest part before it first."""
    parts = (key.partition("*") for key in keys)
    found = [(prefix, suffix) for prefix, star, suffix in parts if star and "*" not in suffix]
    return tuple(sorted(found, key=lambda pattern: -len(pattern[0])))


def read_tsconfig(files: Files, path: str, find: FindPackageFile) -> TsConfig:
    """Read a configuration and all that it extends.

    Later entries of an `extends` array override earlier ones, the file itself overrides both; an option is replaced
    as a whole, `paths` too, and `null` takes it back; relative paths belong to the file that holds them, and
    `${configDir}` is the directory of the file at `path` (TypeScript, "extends").  A circle, a missing file and
    broken JSON end that branch with a problem, never with an exception.
    """
    layer = _read(files, path, find, (), {})
    own = posixpath.dirname(path)

    def value(key: str, kind: type) -> Any:
        found = layer.options.get(key, _NOTHING).value
        return found if isinstance(found, kind) else None

    def place(key: str) -> str | None:
        found = value(key, str)
        return None if found is None else _place(layer.options[key].directory, found, own)

    allow_js = value("allowJs", bool)
    return TsConfig(
        path,
        tuple(dict.fromkeys(layer.chain)),
        base_url=place("baseUrl"),
        base=layer.options.get("paths", _NOTHING).directory if value("baseUrl", str) is None else place("baseUrl"),
        paths=OrderedMapping({key: _strings(targets) for key, targets in (value("paths", dict) or {}).items()}),
        paths_from=None if value("paths", dict) is None else layer.options["paths"].path,
        out_dir=place("outDir"),
        declaration_dir=place("declarationDir"),
        root_dir=place("rootDir"),
        allow_js=bool(value("checkJs", bool) if allow_js is None else allow_js),
        custom_conditions=_strings(value("customConditions", list)),
        module_resolution=(value("moduleResolution", str) or value("module", str) or "").lower(),
        problems=tuple(dict.fromkeys(layer.problems)),
    )


@record
class _Written:
    """The value of an option, and the file that holds it."""

    value: object
    path: str

    @property
    def directory(self) -> str:
        return posixpath.dirname(self.path)


_NOTHING = _Written(None, "")
_DEEPEST = 50  # chains of configurations; TypeScript has no limit, but no project comes near this one


@record
class _Layer:
    """A file and what it extends: the options that are in force there."""

    options: Mapping[str, _Written]
    chain: tuple[str, ...]
    problems: tuple[Notice, ...] = ()


def _read(files: Files, path: str, find: FindPackageFile, above: tuple[str, ...], done: dict[str, _Layer]) -> _Layer:
    if path in done:
        return done[path]
    text = files.read(path)
    if text is None:
        return _Layer({}, (path,), (Notice(path, "This file can't be read."),))
    document = parse_json(text, comments=True)
    data = document.value if isinstance(document.value, dict) else {}
    directory = posixpath.dirname(path)
    mistake = first_mistake(document, path)
    problems = [] if mistake is None else [mistake]
    options: dict[str, _Written] = {}
    chain = [path]
    for entry in _extends(data.get("extends")):
        target = _extended(files, directory, entry, find)
        problem = ""
        if target is None:
            problem = "is not there"
        elif target == path or target in above:
            problem = "leads back to this file"
        elif len(above) >= _DEEPEST:
            problem = "is at the end of a chain that is too long to follow"
        if problem or target is None:
            value = None if document.root is None else document.root.at("extends")
            span = None if value is None else value.span
            problems.append(notice_at(document, path, span, f'"{entry}", which this file extends, {problem}.'))
        else:
            parent = _read(files, target, find, (*above, path), done)
            options.update(parent.options)
            chain += parent.chain
            problems += parent.problems
    if path.endswith("jsconfig.json"):
        options["allowJs"] = _Written(True, path)
    own = data.get("compilerOptions")
    options.update({key: _Written(value, path) for key, value in (own if isinstance(own, dict) else {}).items()})
    done[path] = _Layer(options, tuple(dict.fromkeys(chain)), tuple(dict.fromkeys(problems)))
    return done[path]


def _extends(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else _strings(value)


def _extended(files: Files, directory: str, entry: str, find: FindPackageFile) -> str | None:
    if entry in (".", ".."):
        entry = f"{entry}/tsconfig.json"
    if not entry.startswith(("./", "../", "/")):
        return find(entry, directory)
    path = join(directory, entry)
    if path is None:
        return None
    return next((candidate for candidate in (path, f"{path}.json") if files.kind(candidate) == "file"), None)


_CONFIG_DIR = "${configDir}"


def _place(directory: str | None, path: str, own: str) -> str | None:
    """A path as a file of `directory` writes it; `own` is the directory of the configuration that is asked for."""
    if path.startswith(_CONFIG_DIR):
        return join(own, "./" + path[len(_CONFIG_DIR) :])
    return None if directory is None else join(directory, path)


def _strings(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
