"""Fixes a generated monorepo, and compares what the compiler reports before and after."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.conformance.monorepos import World, generate
from tests.conformance.monorepos.extras import FACADE_NAME
from tests.conformance.node import run_node
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings, load_config
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.joined_fixes import FixOptions
from workflow_ls.rules import CODES
from workflow_ls.vfs.files import MemoryFiles


@dataclass(frozen=True)
class Trial:
    """A workspace, the texts that a fix changes, and the paths that another fix after it would change."""

    seed: int
    world: World
    files: Mapping[str, str]
    changed: Mapping[str, str]
    again: Sequence[str]

    def question(self) -> dict[str, Any]:
        world = self.world
        built = {"directory": world.directory, "sources": world.sources} if world.built else None
        links = {link: folder for link, folder in world.links.items() if f"{folder}/package.json" in self.files}
        legacy = {"roots": world.roots, "tree": world.tree}
        return {"files": self.files, "links": links, "changed": self.changed, "built": built, "legacy": legacy}


def trials(seeds: Iterable[int]) -> list[Trial]:
    worlds = [(seed, generate(seed)) for seed in seeds]
    return [attempt(seed, world, world.files) for seed, world in worlds]


def attempt(seed: int, world: World, files: Mapping[str, str]) -> Trial:
    changed = fixed(files, world)
    return Trial(seed, world, files, changed, tuple(fixed({**files, **changed}, world)))


def fixed(files: Mapping[str, str], world: World) -> dict[str, str]:
    changes = Analysis(_workspace(files, world)).fix(("",), FixOptions(require_verified=True))
    return {change.path: change.after.decode() for change in changes}


def _workspace(files: Mapping[str, str], world: World) -> Workspace:
    memory = MemoryFiles({path: text.encode() for path, text in files.items()}, world.links)
    table, settings = builtin_table(), Settings()
    if "workflow-ls.json" in files:
        loaded = load_config(files["workflow-ls.json"].encode(), base=table, rules=CODES)
        table, settings = loaded.table, loaded.settings
    return Workspace(memory, table, settings)


def complaints(tried: Sequence[Trial]) -> Iterator[tuple[Trial, list[str]]]:
    """Each trial with what is wrong with it."""
    answers = run_node("compiler.mjs", [trial.question() for trial in tried])
    for trial, (before, after) in zip(tried, answers):
        told = [f"a second fix changes {path}" for path in trial.again]
        for path, text in trial.changed.items():
            told += untouched(trial.world, path, trial.files[path], text)
            told += _needed(trial, path, text)
        for path, now in after.items():
            for kind, what in _KINDS.items():
                if kind == "errors" and not before[path].get("whole"):
                    continue  # it may have had them before, hidden behind a module that was not found
                newly = Counter(now[kind]) - Counter(before[path][kind])
                told += [f"{what} in {path}: {each}" for each in newly.elements() if not _was_so(trial, path, each)]
        yield trial, told


def _needed(trial: Trial, path: str, text: str) -> Iterator[str]:
    """Whether a manifest lost the old package although a source beside or below it names that."""
    name, directory = f'"{trial.world.legacy_package}"', path.rpartition("/")[0]
    if not path.endswith("package.json") or name in text or name not in trial.files[path]:
        return
    files = {**trial.files, **trial.changed}
    for other, source in files.items():
        if other.startswith(f"{directory}/") and trial.world.legacy_package in source and not other.endswith(".json"):
            yield f"no longer a dependency of {path}, but named in {other}"


def _was_so(trial: Trial, path: str, error: str) -> bool:
    """Whether two stars brought a name before, too, which the checker overlooks where it has seen a module already."""
    _, stars, name = error.partition("two stars bring ")
    return bool(stars) and name in _workspace(trial.files, trial.world).exports.exports(path).ambiguous


_KINDS = {"unresolved": "unresolved", "errors": "error", "broken": "no longer parsed"}


def untouched(world: World, path: str, before: str, after: str) -> Iterator[str]:
    """What a fix changed that it had no reason to change."""
    if before == after:
        yield f"touched for nothing: {path}"
    elif not path.endswith(".json"):
        if kept(before) != kept(after) or before.startswith("\ufeff") != after.startswith("\ufeff"):
            yield f"touched too much: {path}"
    elif not _is_json(after):
        yield f"no longer JSON: {path}"
    elif _less(world, path, json.loads(before)) != _less(world, path, json.loads(after)):
        yield f"touched too much: {path}"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except json.JSONDecodeError:
        return False
    return True


def kept(text: str) -> list[str]:
    """The lines that hold no part of a module reference, with their ends."""
    return [line for line in text.splitlines(keepends=True) if re.match(r"(export (?!\*)[^'\"{]*;|//)", line)]


def _less(world: World, path: str, data: Any) -> Any:
    """A configuration without what a fix may change in it."""
    if path.rpartition("/")[2] == "package.json":
        if path.rpartition("/")[0] in (world.directory, world.tree.rpartition("/")[0]):
            return {key: value for key, value in data.items() if key != "exports"}
        # The old package goes with the last reference, which `_needed` looks for.
        targets = (world.canonical, FACADE_NAME, world.legacy_package)
        # Tests alone call for a development dependency.
        kept = {
            section: {key: value for key, value in data.get(section, {}).items() if key not in targets}
            for section in ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
        }
        return {**data, **kept}
    paths = data.get("compilerOptions", {}).get("paths", {})
    ours = (world.canonical, *world.roots)
    return {
        "": {key: value for key, value in data.items() if key != "compilerOptions"},
        "options": {key: value for key, value in data.get("compilerOptions", {}).items() if key != "paths"},
        "paths": {key: value for key, value in paths.items() if not key.startswith(ours)},
    }


def shrink(trial: Trial, told: list[str]) -> tuple[Trial, list[str]]:
    """A smaller workspace with a complaint of the same kind: without files, then lines and keys, that don't matter."""
    kind = _kind(told[0])
    for cuts_of in (_files, _parts):
        before = None
        while before is not trial:
            before = trial
            cuts = list(cuts_of(trial.files))
            smaller = [cut for cut, (_, now) in zip(cuts, _judged(trial, cuts)) if kind in map(_kind, now)]
            count = len(smaller)
            while count and before is trial:
                files = trial.files
                for cut in smaller[:count]:
                    files = _cut(files, cut)
                [(then, now)] = complaints([attempt(trial.seed, trial.world, files)])
                if kind in map(_kind, now):
                    trial, told = then, now
                count //= 2
    return trial, told


Cut = tuple[str, tuple[Any, ...]]


def _kind(complaint: str) -> str:
    """What a complaint is about, but for the names of modules."""
    return re.sub(r"(: .*?)(\w*/.*|(?<=\d) .*)", r"\1", complaint)


def _judged(trial: Trial, cuts: Sequence[Cut]) -> list[tuple[Trial, list[str]]]:
    variants = [_cut(trial.files, cut) for cut in cuts]
    return list(complaints([attempt(trial.seed, trial.world, variant) for variant in variants]))


def _files(files: Mapping[str, str]) -> Iterator[Cut]:
    yield from ((path, ()) for path in files)


def _parts(files: Mapping[str, str]) -> Iterator[Cut]:
    for path, text in files.items():
        if path.endswith(".json"):
            yield from ((path, keys) for keys in _keys(json.loads(text)))
        elif text.count("\n") > 1:
            yield from ((path, (line,)) for line in text.splitlines(keepends=True))


def _keys(data: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, value in data.items() if isinstance(data, dict) else ():
        yield (*above, key)
        yield from _keys(value, (*above, key))


def _cut(files: Mapping[str, str], cut: Cut) -> Mapping[str, str]:
    path, keys = cut
    if path not in files:
        return files
    if not keys:
        return {other: text for other, text in files.items() if other != path}
    if not path.endswith(".json"):
        return {**files, path: files[path].replace(keys[0], "", 1)}
    data = json.loads(files[path])
    inner = data
    for key in keys[:-1]:
        inner = inner.get(key, {})
    inner.pop(keys[-1], None)
    return {**files, path: json.dumps(data, indent=2) + "\n"}


def shown(trial: Trial, told: Iterable[str]) -> str:
    """A workspace as a test may take it over (tests/fixture.py), what the fix made of it, and what is wrong with it."""
    lines = [f"seed {trial.seed}:", *(f"  {each}" for each in told)]
    for path, text in trial.files.items():
        lines += [f"//- /{path}", text.rstrip("\n")]
    for path, text in trial.changed.items():
        lines += [f"//- /{path} is then", text.rstrip("\n")]
    return "\n".join(lines)


__all__ = ["Trial", "attempt", "complaints", "shown", "shrink", "trials"]
