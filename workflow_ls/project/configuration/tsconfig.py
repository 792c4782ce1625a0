"""`tsconfig.json`: the options that affect module resolution, after `extends`."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from workflow_ls.diagnostics import Notice
from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.notices import first_mistake, notice_at
from workflow_ls.project.configuration.key_index import KeyIndex
from workflow_ls.records import OrderedMapping, field, record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import Files, is_within, join

FindPackageFile = Callable[[str, str], "str | None"]
"""Finds the file of an `extends` entry such as `@tsconfig/node20`, from a directory."""


@record(slots=False)
class TsConfig:
    """The resolved options of one configuration file.

    `base_url` is None if no file of the chain sets it.  `base` is the directory that the targets of `paths` are
    relative to: `baseUrl`, or the directory of the file that sets `paths`; None if it is outside the root.
    `paths_from` is the file of the chain that sets `paths`.  `chain` lists the files read, this one first.  `problems`
    report files of the chain that are missing, broken or circular.

    `keeps_types` says that an import of a name stays in the output even if the file uses the name as a type only,
    unless it is marked with `type`; `keeps_decorated`, that the types in a decorated signature become values.
    `root_dirs` are the directories that relative imports see as one.
    `references` are the paths of the referenced projects, directories or configurations, which no file inherits.
    `files`, `include` and `exclude` are paths and globs from the root; `files` and `include` are None if absent.
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
    root_dirs: tuple[str, ...] = ()
    allow_js: bool = False
    custom_conditions: tuple[str, ...] = ()
    module_resolution: str = ""
    keeps_types: bool = False
    keeps_decorated: bool = False
    composite: bool = False
    references: tuple[str, ...] = ()
    files: tuple[str, ...] | None = None
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    problems: tuple[Notice, ...] = ()

    def covers(self, directory: str) -> bool:
        """Whether the configuration may include files of a directory, by `files`, `include` and `exclude`."""
        if self.include is None and self.files is None:
            return is_within(directory, posixpath.dirname(self.path))
        if any(is_within(directory, _static(pattern)) for pattern in self.exclude):
            return False
        files = (*(self.files or ()), *(pattern for pattern in self.include or () if _is_file(pattern)))
        if any(posixpath.dirname(path) == directory for path in files):
            return True
        return any(is_within(directory, _static(p)) for p in self.include or () if not _is_file(p))

    def virtual_paths(self, path: str) -> tuple[str, ...]:
        """The other paths at which a relative import that leads to `path` is looked up (TypeScript, "rootDirs")."""
        within = [root for root in self.root_dirs if is_within(path, root)]
        if not within:
            return ()
        nearest = max(within, key=len)
        below = path[len(nearest) :].lstrip("/")
        return tuple(posixpath.join(root, below).rstrip("/") for root in self.root_dirs if root != nearest)

    def path_targets(self, specifier: str) -> tuple[str, ...]:
        """The targets of `paths` for a specifier, as paths below the root, in order; empty if no key matches.

        An exact key wins, then the key with the longest part before its `*` (TypeScript, "Path mapping").
        """
        if specifier in self.paths and "*" not in specifier:
            return self._targets(specifier, "")
        patterns, index = self._patterns
        number = index.first(specifier) if patterns else None
        if number is None:
            return ()
        prefix, _, suffix = patterns[number].partition("*")
        return self._targets(patterns[number], specifier[len(prefix) : len(specifier) - len(suffix)])

    @cached_property
    def _patterns(self) -> tuple[list[str], KeyIndex]:
        """The keys of `paths` with exactly one `*`, the longest part before it first."""
        keys = [key for key in self.paths if key.count("*") == 1]
        keys.sort(key=lambda key: -key.index("*"))
        return keys, KeyIndex(keys, may_be_empty=True)

    def _targets(self, key: str, star: str) -> tuple[str, ...]:
        config_dir = posixpath.dirname(self.path)
        # The compiler does not replace the `*` of a target if the `*` of the key matches the empty string.
        joined = (_place(self.base, target.replace("*", star or "*", 1), config_dir) for target in self.paths[key])
        return tuple(path for path in joined if path is not None)


def _static(pattern: str) -> str:
    """The directory that all matches of a pattern are in."""
    wildcard = _WILDCARD.search(pattern)
    return pattern if wildcard is None else pattern[: wildcard.start()].rpartition("/")[0]


def _is_file(pattern: str) -> bool:
    """Whether a pattern is the name of one file, by its ending."""
    return _WILDCARD.search(pattern) is None and _ENDING.search(pattern) is not None


_WILDCARD = compile_on_use(r"[*?]")
_ENDING = compile_on_use(r"\.(?:[cm]?[jt]sx?|json)$")


def read_tsconfig(files: Files, path: str, find: FindPackageFile) -> TsConfig:
    """Read a configuration and the configurations that it extends.

    Later entries of an `extends` array override earlier ones, and the file itself overrides all of them.  An option is
    replaced as a whole, also `paths`, and `null` unsets it.  Relative paths are relative to the file that contains
    them, and `${configDir}` is the directory of the file at `path` (TypeScript, "extends").  A circle, a missing file
    and broken JSON end that branch with a problem, never with an exception.
    """
    layer = _read(files, path, find, (), {})
    config_dir = posixpath.dirname(path)

    def value(key: str, kind: type) -> Any:
        found = layer.options.get(key, _NOTHING).value
        return found if isinstance(found, kind) else None

    def place(key: str) -> str | None:
        found = value(key, str)
        return None if found is None else _place(layer.options[key].directory, found, config_dir)

    def is_on(*keys: str) -> bool:
        return all(value(key, bool) for key in keys)

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
        root_dirs=_root_dirs(layer, config_dir),
        allow_js=bool(value("checkJs", bool) if allow_js is None else allow_js),
        custom_conditions=_strings(value("customConditions", list)),
        module_resolution=(value("moduleResolution", str) or value("module", str) or "").lower(),
        keeps_types=is_on("verbatimModuleSyntax") or is_on("preserveValueImports", "isolatedModules"),
        keeps_decorated=is_on("emitDecoratorMetadata"),
        composite=bool(value("composite", bool)),
        references=_references(files, path),
        files=_selected(layer, "files", config_dir),
        include=_selected(layer, "include", config_dir),
        exclude=_selected(layer, "exclude", config_dir) or (),
        problems=tuple(dict.fromkeys(layer.problems)),
    )


def _root_dirs(layer: _Layer, config_dir: str) -> tuple[str, ...]:
    written = layer.options.get("rootDirs", _NOTHING)
    found = (_place(written.directory, item, config_dir) for item in _strings(written.value))
    return tuple(place for place in found if place is not None)


def _references(files: Files, path: str) -> tuple[str, ...]:
    data = parse_json(files.read(path) or b"", comments=True).value
    listed = data.get("references") if isinstance(data, dict) else None
    written = (item.get("path") for item in listed if isinstance(item, dict)) if isinstance(listed, list) else ()
    found = (join(posixpath.dirname(path), place) for place in written if isinstance(place, str))
    return tuple(place for place in found if place is not None)


def _selected(layer: _Layer, key: str, config_dir: str) -> tuple[str, ...] | None:
    written = layer.selections.get(key)
    if written is None or not isinstance(written.value, list):
        return None
    found = (_place(written.directory, item, config_dir) for item in _strings(written.value))
    return tuple(place for place in found if place is not None)


@record
class _Written:
    """The value of an option, and the file that sets it."""

    value: object
    path: str

    @property
    def directory(self) -> str:
        return posixpath.dirname(self.path)


_NOTHING = _Written(None, "")
_DEEPEST = 50  # configurations in a chain; TypeScript has no limit, but no real project has such a chain


@record
class _Layer:
    """A file with the configurations that it extends: the options in effect."""

    options: Mapping[str, _Written]
    chain: tuple[str, ...]
    problems: tuple[Notice, ...] = ()
    selections: Mapping[str, _Written] = field(default_factory=dict)  # `files`, `include` and `exclude`


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
    selections: dict[str, _Written] = {}
    chain = [path]
    for entry in _extends(data.get("extends")):
        target = _extended(files, directory, entry, find)
        problem = ""
        if target is None:
            problem = "does not exist"
        elif target == path or target in above:
            problem = "extends this file in turn"
        elif len(above) >= _DEEPEST:
            problem = "makes the chain of `extends` too long"
        if problem or target is None:
            value = None if document.root is None else document.root.at("extends")
            span = None if value is None else value.span
            problems.append(notice_at(document, path, span, f'"{entry}", which this file extends, {problem}.'))
        else:
            parent = _read(files, target, find, (*above, path), done)
            options.update(parent.options)
            selections.update(parent.selections)
            chain += parent.chain
            problems += parent.problems
    if path.endswith("jsconfig.json"):
        options["allowJs"] = _Written(True, path)
    compiler_options = data.get("compilerOptions")
    if isinstance(compiler_options, dict):
        options.update({key: _Written(value, path) for key, value in compiler_options.items()})
    selections.update({key: _Written(data[key], path) for key in ("files", "include", "exclude") if key in data})
    done[path] = _Layer(options, tuple(dict.fromkeys(chain)), tuple(dict.fromkeys(problems)), selections)
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


def _place(directory: str | None, path: str, config_dir: str) -> str | None:
    """A path that is relative to `directory`, below the root; `config_dir` is the value of `${configDir}`."""
    if path.startswith(_CONFIG_DIR):
        return join(config_dir, "./" + path[len(_CONFIG_DIR) :])
    return None if directory is None else join(directory, path)


def _strings(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
