"""What every command starts from: the root, its table and settings, and the rules to run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workflow_ls.cli.errors import UsageError, unknown
from workflow_ls.cli.paths import locate
from workflow_ls.config.settings import CONFIG_FILE, Settings, load_config
from workflow_ls.config.table import Table
from workflow_ls.config.table_loader import MemberLookup, builtin_table
from workflow_ls.config.table_records import TargetPackage
from workflow_ls.project.candidate_search import candidate_queries
from workflow_ls.records import record
from workflow_ls.text import line_of
from workflow_ls.vfs.access import other_than_file
from workflow_ls.vfs.recorded_disk import RecordedDisk

if TYPE_CHECKING:
    from workflow_ls.vfs.files import Files


JOURNAL = ".workflow-ls-cutover/journal.json"  # of `journal.py`, which is not imported for its name alone


@record(slots=False)
class CommandContext:
    """What a command works on; `paths` are the ones it was called with, relative to the root.

    Each of the files is read once: what is said and written about one is of the same text.
    """

    root: str
    files: RecordedDisk
    table: Table
    settings: Settings
    paths: tuple[str, ...]


def open_context(paths: Sequence[str], root: str | None, *, search: bool = True) -> CommandContext:
    """Find the root and load its table; `search` starts the search for candidates at once, in the background.

    Raises UsageError for a path that does not exist or lies outside the root, and for a broken workflow-ls.json.
    """
    base, relative = locate(paths, root)
    return load_context(RecordedDisk(base), relative, search=search)


def load_context(files: RecordedDisk, paths: Sequence[str], *, search: bool = True) -> CommandContext:
    """Load the table for the files of a root; `paths` are relative to it, `search` is as above.

    Raises UsageError for a broken workflow-ls.json, and after an interrupted cutover: some files may have moved, and
    others not.
    """
    if search:
        refuse_interrupted(files)
    table, settings = _load(files)
    context = CommandContext(files.root, files, table, settings, tuple(paths))
    if search:
        search_candidates(context)
    return context


def refuse_interrupted(files: RecordedDisk) -> None:
    """Raise UsageError after an interrupted cutover."""
    if files.kind(JOURNAL) is not None:
        raise UsageError("a cutover was interrupted. Run `workflow-ls cutover` to finish it or to roll it back.")


def search_candidates(context: CommandContext) -> None:
    """Start the search for candidates, in the background."""
    context.files.prefetch(candidate_queries(context.table))


def _load(files: RecordedDisk) -> tuple[Table, Settings]:
    table = builtin_table()
    text = files.read(CONFIG_FILE)
    if text is None:
        unreadable = files.unreadable()
        for path, name in ((CONFIG_FILE, CONFIG_FILE), (".", "the workspace root")):
            if path in unreadable:
                raise UsageError(f"{name}: can't be read: {unreadable[path]}")
        other = other_than_file(f"{files.root}/{CONFIG_FILE}")
        if other is not None:
            raise UsageError(f"{CONFIG_FILE}: {other}. Put a file there, or remove it.")
        return table, Settings()
    from workflow_ls.rules import CODES

    config = load_config(text, base=table, rules=CODES, members=_members(files, table))
    if config.problems:
        first = config.problems[0]
        line = line_of(text, first.span.start)
        more = f" (and {len(config.problems) - 1} more)" if config.problems[1:] else ""
        raise UsageError(f"{CONFIG_FILE}:{line}: {first.message}{more}")
    return config.table, config.settings


def _members(files: Files, table: Table) -> MemberLookup:
    def look_up(name: str) -> Sequence[TargetPackage]:
        from workflow_ls.project.configuration.members import member_lookup  # few tables name what they don't describe

        return member_lookup(files, table)(name)

    return look_up


def selected_rules(select: Sequence[str], ignore: Sequence[str]) -> frozenset[str] | None:
    """The codes of the rules to run, from `--select` and `--ignore`; None for all.  Raises UsageError."""
    from workflow_ls.rules import CODES

    wanted, unwanted = _codes(select), _codes(ignore)
    for code in (*wanted, *unwanted):
        if code not in CODES:
            raise unknown("rule", code, CODES)
    if not wanted and not unwanted:
        return None
    return frozenset(wanted or CODES).difference(unwanted)


def _codes(options: Sequence[str]) -> list[str]:
    return [code.strip() for option in options for code in option.split(",") if code.strip()]
