"""A workspace root while it is open: its files under unsaved texts, its table, and the analysis over both."""

from __future__ import annotations

import posixpath
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

from workflow_ls import BASELINE_FILE
from workflow_ls.analysis import Analysis, FixRun
from workflow_ls.baseline.accepted_findings import AcceptedFindings
from workflow_ls.config.settings import CONFIG_FILE, Config, Settings, load_config
from workflow_ls.config.table import Table
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.config.table_records import TargetPackage
from workflow_ls.diagnostics import Diagnostic, Notice, Severity
from workflow_ls.kept.facts_file import open_facts
from workflow_ls.mapping.checking.table_check import check_table
from workflow_ls.mapping.checking.table_report import TableReport
from workflow_ls.project.candidate_search import candidate_queries, mention_queries
from workflow_ls.project.configuration.alias_index import CONFIGURATION_SEARCHES
from workflow_ls.project.configuration.members import member_lookup
from workflow_ls.project.configuration.package_manager import MANAGER_FILES
from workflow_ls.project.configuration.pnpm_workspace import PNPM_WORKSPACE
from workflow_ls.project.kept_facts import KeptFacts
from workflow_ls.project.parsed_sources import ParsedSources
from workflow_ls.project.queries.nearest_inputs import nearest_inputs
from workflow_ls.project.runtime.mocks_in_force import SETUP_SEARCH
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.joined_fixes import FixOptions
from workflow_ls.records import replace
from workflow_ls.rules import CODES
from workflow_ls.rules.shared.runner import RuleRunner
from workflow_ls.server.session.notices_by_path import NoticesByPath
from workflow_ls.syntax.parser import Source
from workflow_ls.vfs.access import other_than_file
from workflow_ls.vfs.disk import DiskFiles
from workflow_ls.vfs.files import CODE_EXTENSIONS, is_within
from workflow_ls.vfs.interruption import uninterrupted
from workflow_ls.vfs.overlay import EditedFiles

_MOST_LOOKS = 3  # at files that are written again and again
_NEAR = 100  # files and directories that are looked at with each answer; this takes half a millisecond
_LONG_SECONDS = 0.02  # a look that takes longer is not repeated at once for the next answer
_SLICE = 300  # files and directories that are looked at in one job; this takes a millisecond or two
_READ = (*CODE_EXTENSIONS, ".json", ".gitignore", *(f"/{name}" for name in MANAGER_FILES))


class WorkspaceFolder:
    """One workspace root.  All methods run on the thread of the analysis, one at a time.

    `diagnostics_epoch` counts the changes that may concern the findings of other files than the changed one,
    `version` all changes.
    """

    def __init__(self, directory: Path, *, indexed: bool = True) -> None:
        """`indexed`: whether the directory is one of a project, whose files are looked for."""
        self.directory = directory
        self.disk = DiskFiles(directory, searched=indexed, lasting=True)
        self.files = EditedFiles(self.disk, {})
        self.problems: tuple[Notice, ...] = ()
        self._epoch = 0
        self._others_differ = False
        self._aliases: dict[str, str] = {}  # the paths of open documents that lead to others by links, by these
        self._last_look = 0.0, 0.0  # when it began, and how long it took
        self._renewed = 0  # of the findings of files, how many the last epoch knew of
        self._notices: tuple[Notice, ...] = ()  # that the last epoch knew of
        self._notices_by_path = NoticesByPath()
        self._unproved = set[str]()  # files of which something was shown before the first proof
        self._is_proof_tried = False
        self.version = 0
        self._needs_members = False  # whether workflow-ls.json names packages that only their manifests describe
        self.logged = set[str]()  # the tracebacks in the log
        self._editor_severities: Mapping[str, Severity | None] = {}
        self._table: Table = builtin_table()
        self._settings = Settings()
        self._kept = open_facts(str(self.disk.root))
        self._parsed = ParsedSources(kept=None if self._kept is None else KeptFacts(self._kept))
        self._table_report: tuple[int, TableReport] | None = None
        self._proved: dict[tuple[int, tuple[Diagnostic, ...], FixOptions], FixRun] = {}
        self.analysis = self._start()
        self.read_config()
        self._search_ahead()

    def _search_ahead(self) -> None:
        """Start the searches that the first findings need, in the background, and not each once it is needed."""
        if self.disk.searched:
            self.disk.prefetch(candidate_queries(self._table))
            self.disk.join(CONFIGURATION_SEARCHES)
            for queries in (*mention_queries(self._table), SETUP_SEARCH):
                self.disk.prefetch(queries)

    def read_config(self) -> None:
        """Read workflow-ls.json anew; a broken one leaves the last good state in force and says what is wrong."""
        text = self.files.read(CONFIG_FILE)
        reason = self.files.unreadable().get(CONFIG_FILE) if text is None else None
        if text is None and reason is None:
            reason = other_than_file(f"{self.disk.root}/{CONFIG_FILE}")
        if reason is not None:
            self.problems = (Notice(CONFIG_FILE, f"This file can't be read: {reason}.", fatal=True),)
            return
        config = None if text is None else self._load(text)
        self.problems = () if config is None else tuple(problem.notice for problem in config.problems)
        if config is None:
            self._table, self._settings = builtin_table(), Settings()
        elif not config.problems:
            self._table, self._settings = config.table, config.settings
        self.analysis = self._start()

    def _load(self, text: bytes) -> Config:
        base, self._needs_members = builtin_table(), False
        look_up = member_lookup(self.files, base)

        def members(name: str) -> Sequence[TargetPackage]:
            self._needs_members = True
            return look_up(name)

        return load_config(text, base=base, rules=CODES, members=members)

    def search_files(self, searched: bool) -> None:
        """Look for the files of the directory, or no longer."""
        if searched is not self.disk.searched:
            self.disk.searched = searched
            self.analysis = self._start()
            self._others_differ = True

    def use_severities(self, severities: Mapping[str, Severity | None]) -> None:
        """Lay the editor's severities over those of workflow-ls.json."""
        if dict(severities) != dict(self._editor_severities):
            self._editor_severities = severities
            self.analysis = self._start()

    def _start(self) -> Analysis:
        self.version += 1
        merged = {**self._settings.severities, **self._editor_severities}
        settings = replace(self._settings, severities=merged)
        return Analysis(Workspace(self.files, self._table, settings, parsed=self._parsed))

    @property
    def workspace(self) -> Workspace:
        """The workspace as it is now."""
        return self.analysis.workspace

    def put(self, path: str, source: Source) -> None:
        """A document shows this text now."""
        self.version += 1
        self.analysis.discard_findings(path)  # so that only findings of other files can be stale
        if path not in self._parsed.open and (real := self.disk.real(path)) not in (None, path):
            self._aliases[real or path] = path
        self._parsed.open[path] = source
        self.workspace.put(path, lambda: self.files.put(path, source.raw))
        if path == CONFIG_FILE:
            self._reconfigure()
        self._others_differ |= path == BASELINE_FILE

    def is_current(self, path: str, source: Source) -> bool:
        """Whether a document shows this text, and no newer one."""
        return self._parsed.open.get(path) is source

    def drop(self, path: str) -> None:
        """A document was closed, so that the disk counts again."""
        self.version += 1
        self._parsed.open.pop(path, None)
        self._aliases = {real: alias for real, alias in self._aliases.items() if alias != path}
        # It may never have been saved, or have been deleted meanwhile.
        self.files.drop(path)
        self.workspace.changed([path], lambda: self.disk.reread([path]))
        if path == CONFIG_FILE:
            self._reconfigure()
        self._others_differ |= path == BASELINE_FILE

    def open_alias(self, path: str) -> str | None:
        """The path of an open document that is the same file as `path` by way of links; None where there is none."""
        real = self.disk.real(path)
        if real is None or path in self._parsed.open:
            return None
        return real if real in self._parsed.open else self._aliases.get(real)

    @uninterrupted()
    def changed_on_disk(self, paths: Iterable[str]) -> None:
        """Files and directories changed, appeared or went.  An open document hides what happens to its file."""
        # A module that the settings ignore has no findings, but those of the files that import it depend on it.
        paths = list(paths)
        before = {path for path in paths if self.disk.kind(path) == "directory"}
        touched = self.workspace.changed(paths, lambda: self.disk.reread(paths))
        directories = before.union(path for path in paths if self.disk.kind(path) == "directory")
        closed = [
            path for path in paths if path not in self.files.texts.paths and (touched or f"/{path}".endswith(_READ))
        ]
        if directories or closed:
            self.version += 1
            ignores = self.workspace.settings.ignores
            self._others_differ |= not all(map(ignores, (*directories, *closed)))
        if CONFIG_FILE in closed or (self._needs_members and any(map(_describes_members, (*closed, *directories)))):
            self._reconfigure()

    @uninterrupted()
    def look(self) -> bool:
        """Look at all that was read or listed, and take in what changed without an event; returns whether any did."""
        start = time.perf_counter()
        found = self._take_in(self.disk.outdated(), self.disk.outdated_entries())
        self._last_look = start, time.perf_counter() - start
        return found

    def look_for_answer(self, *, often: bool = False) -> None:
        """Look, unless the last look took long and was just before.

        `often`: answers of this kind may come by the thousand, so that looks for them take a tenth of the time at most.
        """
        start, took = self._last_look
        rest = 10 * took if often else 2 * took if took > _LONG_SECONDS else 0.0
        if time.perf_counter() - start >= rest:
            self.look()

    def slices(self) -> list[Sequence[tuple[bool, str]]]:
        """All that was read or listed, in parts for `look_at`."""
        places = self.disk.read_so_far()
        return [places[start : start + _SLICE] for start in range(0, len(places), _SLICE)]

    def look_at(self, places: Sequence[tuple[bool, str]]) -> None:
        """As `look`, at one of the `slices`."""
        texts = self.disk.outdated(path for is_directory, path in places if not is_directory)
        self._take_in(texts, self.disk.outdated_entries(path for is_directory, path in places if is_directory))

    @uninterrupted()
    def look_near(self, path: str) -> bool:
        """Look at what the findings of a file depend on most closely, as `look` does at everything, in short time."""
        near = nearest_inputs(self.workspace.database, RuleRunner.findings, self.analysis.findings_key(path), _NEAR)
        texts = {node.path for node in near if node.kind == "text"}
        directories = {node.real for node in near if node.kind == "listing"}
        return self._take_in(self.disk.outdated(texts), self.disk.outdated_entries(directories))

    @uninterrupted()
    def _take_in(self, texts: Iterable[str], entries: Iterable[str]) -> bool:
        """Take in that the texts at some paths changed, or that the paths came or went."""
        changed = [*(path for path in texts if path not in self.files.texts.paths), *entries]
        if changed:
            self.changed_on_disk(dict.fromkeys(changed))
        return bool(changed)

    def findings_of_text(self, path: str, *, is_proved: bool = True) -> tuple[Diagnostic, ...]:
        """The findings of a file, for the text that it has now: their places are of no use in another one.

        Without `is_proved`, references have no fixes, which take a proof.
        """
        return self._findings_after(path, lambda: self._take_in(self.disk.outdated([path]), ()), is_proved=is_proved)

    def is_proof_ahead(self, path: str) -> bool:
        """Whether the findings of a file take long, and those without proof do not; not once some were looked at."""
        is_ahead = not self._is_proof_tried and self.analysis.runner.is_proof_ahead(path)
        if is_ahead:
            self._unproved.add(path)
        return is_ahead

    def findings_now(self, path: str) -> tuple[Diagnostic, ...]:
        """The findings of a file, after a look at what they depend on most closely."""
        return self._findings_after(path, lambda: self.look_near(path))

    def _findings_after(self, path: str, look: Callable[[], bool], *, is_proved: bool = True) -> tuple[Diagnostic, ...]:
        # A proof that fails is one of these as well: it is not tried again and again.
        self._is_proof_tried |= is_proved and path in self._unproved
        for _ in range(_MOST_LOOKS):
            # A look may find another configuration, with which there is another analysis.
            findings = self.analysis.check_file(path) if is_proved else self.analysis.present(path)
            if not look():
                break
        return findings

    def prove(self, findings: Sequence[Diagnostic], options: FixOptions) -> FixRun:
        """As `Analysis.prove`, once while nothing changes: editors ask for the same actions again and again."""
        key = (self.version, tuple(findings), options)
        if key not in self._proved:
            if any(version != self.version for version, _, _ in self._proved):
                self._proved.clear()
            # The workspace after the fixes is of no use here, and would be kept.
            self._proved[key] = replace(self.analysis.prove(findings, options), after=self.analysis)
        return self._proved[key]

    def table_report(self) -> TableReport | None:
        """What the workspace says of the table, once while nothing changes; None without a sound workflow-ls.json."""
        if self.problems or self.files.kind(CONFIG_FILE) != "file":
            return None
        if self._table_report is None or self._table_report[0] != self.version:
            self._table_report = self.version, check_table(self.analysis)
        return self._table_report[1]

    def _reconfigure(self) -> None:
        self.read_config()
        self._others_differ = True

    @property
    @uninterrupted()
    def diagnostics_epoch(self) -> int:
        """Counts the changes after which findings of other files than the changed one may differ."""
        database = self.workspace.database
        stale = database.take_stale(RuleRunner.findings)
        # Another request may have looked the findings of a file up meanwhile, without anybody who shows them.
        renewed = database.count_renewed(RuleRunner.findings)
        # What is wrong with a configuration may be found in another file that it extends, or that extends it.
        notices = self.notices()
        self._epoch += bool(stale) or (renewed, notices) != (self._renewed, self._notices) or self._others_differ
        self._renewed, self._notices, self._others_differ = renewed, notices, False
        return self._epoch

    @uninterrupted()
    def keep_facts(self) -> None:
        """Keep what was found out about texts for the next process."""
        if self._kept is not None:
            self._kept.save()

    def notices(self) -> tuple[Notice, ...]:
        """What is wrong with manifests, configurations and the baseline."""
        broken = self.workspace.component(AcceptedFindings).problem()
        return (*self.problems, *(() if broken is None else (broken,)), *self.workspace.notices())

    def notices_of(self, path: str) -> list[Notice]:
        """What is wrong with one of them."""
        broken = self.workspace.component(AcceptedFindings).problem()
        own = (*self.problems, *(() if broken is None else (broken,)))
        return [*(each for each in own if each.path == path), *self._notices_by_path.of(self.workspace, path)]

    def accepted(self, path: str, findings: Collection[Diagnostic]) -> frozenset[Diagnostic]:
        """Those of the findings of a file that the baseline accepts."""
        return self.workspace.component(AcceptedFindings).of(path, findings)

    def reported_paths(self, within: Sequence[str] = ("",)) -> tuple[str, ...]:
        """The files below some directories that may have findings, and the broken configurations there or above."""
        broken = [notice.path for notice in self.notices() if is_reported(notice.path, within)]
        table = [CONFIG_FILE] if self.files.kind(CONFIG_FILE) == "file" and is_reported(CONFIG_FILE, within) else []
        return tuple(dict.fromkeys((*self.analysis.paths(within), *table, *broken)))

    def below(self, path: Path) -> str | None:
        """`path` relative to the root, with `/`; None where it lies outside."""
        try:
            relative = path.relative_to(self.directory).as_posix()
        except ValueError:
            return None
        return "" if relative == "." else posixpath.normpath(relative)


def _describes_members(path: str) -> bool:
    """Whether a change of a file or directory may change which packages the workspace has, and where."""
    name = posixpath.basename(path)
    return name in ("package.json", PNPM_WORKSPACE, "lerna.json") or "." not in name


def is_reported(path: str, within: Sequence[str]) -> bool:
    """Whether a file lies in some directories, or is a manifest or a configuration that governs them from above."""
    if any(is_within(path, directory) for directory in within):
        return True
    above = posixpath.dirname(path)
    return path.endswith(".json") and any(is_within(directory, above) for directory in within)
