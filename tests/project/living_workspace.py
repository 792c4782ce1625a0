"""A workspace that lives through edits, and all the answers in which it may differ from one that is opened anew."""

from __future__ import annotations

import posixpath
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.project.random_edits import FILES, LINKS, SPECIFIERS, Step
from tests.project.workspaces import ChangingFiles
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.project.parsed_sources import ParsedSources
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.mocking.mock_proof import MockProof
from workflow_ls.rewrite.module_choice import ModuleChoices
from workflow_ls.rules.shared.runner import RuleRunner
from workflow_ls.vfs.disk import DiskFiles
from workflow_ls.vfs.files import Files, is_source, parents
from workflow_ls.vfs.overlay import EditedFiles


class World:
    """A workspace that lives through edits, and its files: those of the disk, and open documents over them."""

    def __init__(self) -> None:
        self.disk = ChangingFiles({**FILES}, LINKS)
        self.parsed = ParsedSources()  # of the workspaces that it is compared with
        self.files = EditedFiles(self.opened(), {})
        self.analysis = fresh(self.files, ParsedSources())

    def opened(self) -> Files:
        """The files of the disk, as one sees them who looks now."""
        return self.disk

    def carry_out(self, step: Step) -> None:
        """Carry out an edit; does what of it is possible, since a shrunk list may lack the edits before."""
        workspace = self.analysis.workspace
        if step.kind == "open":
            ((path, text),) = step.texts.items()
            if text is None:
                workspace.changed([path], lambda: self.files.drop(path))
            elif self._is_free(self.files, path):
                workspace.put(path, lambda: self.files.put(path, text))
        elif step.kind == "put":
            workspace.put(next(iter(step.texts)), lambda: self._act(step))
        elif step.kind == "change":
            workspace.changed(step.named, lambda: self._act(step))
        if step.look % 7 == 0:
            workspace.database.take_stale(RuleRunner.findings)

    def _act(self, step: Step) -> None:
        for path, text in sorted(step.texts.items(), key=lambda item: item[1] is not None):
            if text is None:
                self.disk.drop(path)
            elif self._is_free(self.disk, path):
                self.disk.put(path, text)
        for path, target in step.links.items():
            if target is None:
                self.disk.unlink(path)
            elif path in self.disk.targets or (self.disk.kind(path) is None and self._is_free(self.disk, path)):
                self.disk.link(path, target)

    def _is_free(self, files: Files, path: str) -> bool:
        """Whether a file may lie at a path."""
        above = [parent for parent in parents(path) if parent]
        if path in self.disk.targets or any(parent in self.disk.targets for parent in above):
            return False
        return files.kind(path) != "directory" and all(files.kind(parent) != "file" for parent in above)

    def differences(self, step: Step) -> list[str]:
        """What the workspace says otherwise than one that is opened now; of a fork, too."""
        found = list[str]()
        if step.kind == "fork":
            texts = {path: text for path, text in step.texts.items() if text is not None}
            removed = [path for path, text in step.texts.items() if text is None]
            workspace = self.analysis.workspace.fork(texts, removed=removed, moves=step.moves)
            found += compare(Analysis(workspace), fresh(workspace.files.untracked, self.parsed), step.look)
            more = workspace.fork({**texts, "server/src/a.ts": b"export const more = 1;"})
            found += compare(Analysis(more), fresh(more.files.untracked, self.parsed), step.look + 1)
        texts = {path: self.files.texts.read(path) or b"" for path in self.files.texts.paths}
        return found + compare(self.analysis, fresh(EditedFiles(self.opened(), texts), self.parsed), step.look)


class WorldOnDisk(World):
    """A workspace whose files lie in a directory; `disk` is the same in memory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        for path, text in FILES.items():
            self._write(path, text)
        for path, target in LINKS.items():
            self._link(path, target)
        super().__init__()

    def opened(self) -> Files:
        return DiskFiles(self.directory)

    def carry_out(self, step: Step) -> None:
        # A text is put over a file of an editor alone.
        super().carry_out(replace(step, kind="change", named=(*step.texts,)) if step.kind == "put" else step)

    def _act(self, step: Step) -> None:
        super()._act(step)
        for path in (*step.texts, *step.links):
            place, parent = self.directory / path, (self.directory / path).parent
            if place.is_symlink() or place.is_file():
                place.unlink()
            while parent != self.directory and parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()
                parent = parent.parent
        for path in step.texts:
            text = self.disk.read(path) if path in self.disk.paths else None
            if text is not None:
                self._write(path, text)
        for path in {*step.links, *step.texts} & self.disk.targets.keys():
            self._link(path, self.disk.targets[path])
        assert isinstance(self.files.base, DiskFiles)
        self.files.base.reread(step.named)

    def _write(self, path: str, text: bytes) -> None:
        place = self.directory / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text)

    def _link(self, path: str, target: str) -> None:
        place = self.directory / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(self.directory / target)


def fresh(files: Files, parsed: ParsedSources) -> Analysis:
    """The analysis of a workspace that is opened now."""
    return Analysis(Workspace(files, builtin_table(), Settings(), parsed=parsed))


def compare(kept: Analysis, new: Analysis, look: int) -> list[str]:
    """Which answers of two analyses of the same files differ.

    `look` decides the order of the questions, and leaves some of them out.
    """
    rng, asked = random.Random(look), list(questions(new.workspace))
    rng.shuffle(asked)
    if look % 3 == 0:
        del asked[len(asked) // 4 :]
    found = list[str]()
    for question in asked:
        before, after = answer(kept, question), answer(new, question)
        if before != after:
            found.append(f"{question}:\n  kept {before}\n  new  {after}")
    if look % 3:
        broken, known = set(new.workspace.notices()), set(kept.workspace.notices())
        found += [f"notices: kept lacks {notice}" for notice in broken - known]
        found += [f"notices: kept adds {notice}" for notice in known - broken]
    return found


def questions(workspace: Workspace) -> Iterator[tuple[str, ...]]:
    """All that a workspace can be asked."""
    paths = sorted(_paths(workspace.files.untracked, ""))
    yield from (("paths",), ("candidates",), ("configurations",), ("members",))
    for path in paths:
        yield "findings", path
        if is_source(path):
            yield from (("exports", path), ("imports", path), ("reaches", path), ("facts", path), ("mocks", path))
    for directory in {parent for path in (*paths, "nowhere/x") for parent in parents(path)}:
        yield from (("package", directory), ("tsconfig", directory))
    for importer in ("server/src/a.ts", "packages/lib/src/index.ts", "linked/a.ts", "shared/workflow/a.ts", "x.mts"):
        yield from (("resolve", specifier, importer) for specifier in SPECIFIERS)
    for module in ("runtime", "runtime/client", "streams/builders", "secrets", "runtime/types"):
        yield "choice", module


def answer(analysis: Analysis, question: Sequence[str]) -> Any:
    """What a workspace answers."""
    name, *arguments = question
    workspace = analysis.workspace
    graph, proof = workspace.component(ModuleGraph), workspace.component(MockProof)
    answers: dict[str, Callable[..., Any]] = {
        "paths": analysis.paths,
        "candidates": workspace.sources.candidates,
        "configurations": workspace.sources.configurations,
        "members": workspace.packages.members,
        "findings": analysis.check_file,
        "exports": workspace.exports.exports,
        "reaches": lambda path: workspace.exports.reaches(path, "server/src/b.ts"),
        "imports": lambda path: (graph.imports(path), graph.replaced(path)),
        "facts": workspace.sources.facts,
        "mocks": lambda path: (proof.refused_in(path), [proof.group_of(path, number) for number in range(4)]),
        "package": workspace.packages.package_at,
        "tsconfig": workspace.packages.tsconfig_at,
        "resolve": workspace.resolver.resolve,
        "choice": workspace.component(ModuleChoices).choice,
    }
    return answers[name](*arguments)


def _paths(files: Files, directory: str, depth: int = 7) -> Iterator[str]:
    for name in files.entries(directory) if depth else ():
        path = posixpath.join(directory, name)
        if files.kind(path) == "directory":
            yield from _paths(files, path, depth - 1)
        elif files.kind(path) == "file":
            yield path
