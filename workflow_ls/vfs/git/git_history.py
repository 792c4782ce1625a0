"""What git remembers of files that moved: renames, texts of deleted files, and lines of imports that changed.

git runs in isolation, as everywhere (`git_process.py`).  Where there is no git, no repository or no such revision,
there is no history, and nothing is known.  Paths are relative to the root of the workspace, which may lie below the
top of its repository; what lies outside of it does not count.
"""

# Paths are strings here, as in the core and in git's answers.
# ruff: noqa: PTH118

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import is_within
from workflow_ls.vfs.git.git_process import NO_PROGRAMS, environment, find_git, repository_of

TIMEOUT_SECONDS = 60.0  # for one run of git
_SIMILAR = "-M50%"
_MOST_RENAMES = "-l20000"
_MOST_COMMITS = 300  # that deleted something
_MANY = 200  # texts that one process reads
_UNREADABLE = compile_on_use(rb"from promisor remote|unable to read|bad object|missing blob|could not get object info")
_EVIDENCE = {
    "diff-tree": "renames",
    "cat-file": "texts of deleted files",
    "show": "texts of deleted files",
    "diff": "changes of imports",
}
_OBJECT = compile_on_use(rb"[0-9a-f]+ (?P<type>\w+) (?P<size>\d+)")
_MOST_HOPS = 4  # a file that moved, and moved again
_SETTINGS = (*NO_PROGRAMS, "core.quotePath=false", "diff.external=")


class Renamed(NamedTuple):
    """A file that got another path: the path that it has now, and the commit that moved it there."""

    path: str
    commit: str


class ImportChange(NamedTuple):
    """Lines beside each other that changed together in one file: those that went, and those that came."""

    path: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


class NoRevisionError(ValueError):
    """There is no such revision."""


class GitHistory:
    """The history of a work tree."""

    def __init__(self, root: str, since: str | None = None) -> None:
        """`root` is an absolute path; `since` is the revision before the move, None for as far back as is useful.

        Raises NoRevisionError for a revision that git does not know.
        """
        self._root = root
        self._git = None if repository_of(root) is None else find_git(root)
        self._since: str | None = None if since is None else self._commit(since)
        if since is not None and self._since is None:
            raise NoRevisionError(since)
        self._gone: dict[str, str] = {}  # the commit that deleted each file
        self._texts: dict[str, bytes | None] = {}  # the last texts of deleted files
        self._unread: dict[str, None] = {}

    @property
    def is_known(self) -> bool:
        """Whether there is a history at all."""
        return self._git is not None and self._commit("HEAD") is not None

    @property
    def unread(self) -> tuple[str, ...]:
        """What could not be read so far, since objects are missing, as in a partial clone: nothing is fetched."""
        return tuple(self._unread)

    def _commit(self, revision: str) -> str | None:
        found = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        return None if found is None else found.decode().strip()

    def renames(self, directories: Sequence[str]) -> Mapping[str, Renamed]:
        """Where the deleted files of directories are now, by their old path, as far as git sees them move."""
        found = dict[str, Renamed]()
        todo = {path: path for path in self._deleted(directories)}
        for _ in range(_MOST_HOPS):
            by_commit = dict[str, list[str]]()
            for old, path in todo.items():
                if old not in found and path in self._gone:
                    by_commit.setdefault(self._gone[path], []).append(old)
            following = dict[str, str]()
            for commit, olds in by_commit.items():
                pairs = self._pairs(f"{commit}^", commit)
                for old in olds:
                    after = pairs.get(todo[old])
                    if after is None:
                        continue
                    if os.path.lexists(os.path.join(self._root, after)):
                        found[old] = Renamed(after, commit[:10])
                    else:
                        following[old] = after
            if not following:
                break
            self._deleted(sorted(set(following.values())))
            todo = following
        if self._since is not None:
            # A file that changed a little with each move may still be like it was.
            for old, new in self._pairs(self._since, "HEAD").items():
                if any(is_within(old, directory) for directory in directories):
                    found.setdefault(old, Renamed(new, f"{self._since[:10]}..HEAD"))
        return found

    def text(self, path: str) -> bytes | None:
        """The last text of a deleted file, of which `renames` was asked before; None if it is not known."""
        commit = self._gone.get(path)
        revision = f"{commit}^" if commit is not None else self._since
        if revision is None:
            return None
        if path not in self._texts:
            # Texts of deleted files are read together: one process serves many.
            ending = path.rpartition(".")[2]
            others = (each for each in self._gone if each.endswith(ending) and each not in self._texts)
            paths = [path, *(each for each in islice(others, _MANY) if each != path)]
            named = [
                f"{self._gone[each]}^:./{each}" if each in self._gone else f"{revision}:./{each}" for each in paths
            ]
            self._texts.update(zip(paths, self._objects(named)))
        return self._texts[path]

    def files_then(self, directory: str) -> tuple[str, ...]:
        """The files below a directory that it had at the revision `since`, or that were deleted."""
        if self._since is None:
            return tuple(path for path in self._gone if is_within(path, directory))
        listed = self._run("ls-tree", "-r", "-z", "--name-only", self._since, "--", directory or ".")
        return tuple(os.fsdecode(name) for name in (listed or b"").split(b"\0") if name)

    def deleted_packages(self, names: Collection[str]) -> Mapping[str, str]:
        """The folder of the sources of each named package whose manifest was deleted, as it was then."""
        found = dict[str, str]()
        for path in self._deleted([":(glob)**/package.json"]):
            name = _name_in(self.text(path))
            if name in names and name not in found:
                directory = path.rpartition("/")[0]
                sources = f"{directory}/src".lstrip("/")
                then = self._run("ls-tree", "--name-only", f"{self._gone[path]}^", "--", f"./{sources}")
                found[name] = sources if (then or b"").strip() else directory
        return found

    def deleted_paths(self, paths: Iterable[str]) -> Mapping[str, str]:
        """Those of some paths at which there is nothing, and a file or a folder with files was deleted; each twice."""
        absent = [path for path in paths if path and not os.path.lexists(os.path.join(self._root, path))]
        return {path: path for path in absent if self._deleted([path])}

    def renamed_packages(self, names: Iterable[str]) -> Mapping[str, Renamed]:
        """The present name of each package that got another one in the manifest that it has still, with the commit."""
        found = dict[str, Renamed]()
        for name in names:
            for commit, paths in self._commits(["-n1", f"-S{json.dumps(name)}"], [":(glob)**/package.json"]):
                for path in paths:
                    before = self._run("show", f"{commit}^:./{path}")
                    now = self._run("show", f"HEAD:./{path}")
                    if _name_in(before) == name and _name_in(now) not in ("", name):
                        found[name] = Renamed(_name_in(now), commit[:10])
        return found

    def former_texts(self, directories: Sequence[str], names: Sequence[str]) -> Mapping[str, bytes]:
        """Of names that files in directories exported: the text of the file before the last commit that took it out."""
        if not names or not directories:
            return {}
        left = "|".join(_escaped(name) for name in names)
        pattern = f"export.*[^A-Za-z0-9_$]({left})([^A-Za-z0-9_$]|$)"
        options = ("--diff-filter=M", f"-n{_MOST_COMMITS}", f"-G{pattern}")
        exports = {name: re.compile(rb"export.*[^\w$]" + re.escape(name).encode() + rb"(?![\w$])") for name in names}
        found = dict[str, bytes]()
        changed = [(commit, path) for commit, paths in self._commits(options, directories) for path in paths]
        for start in range(0, len(changed), _MANY):
            some = changed[start : start + _MANY]
            texts = iter(self._objects([f"{c}{side}:./{path}" for c, path in some for side in ("^", "")]))
            for before, after in zip(texts, texts):
                if len(found) == len(names):
                    return found
                for name, exported in exports.items():
                    if name not in found and exported.search(before or b"") and not exported.search(after or b""):
                        found[name] = before or b""
        return found

    def import_changes(self, texts: Sequence[str], endings: Iterable[str]) -> tuple[ImportChange, ...]:
        """The lines with one of `texts` that went, with the lines that came for them, since then, or within a year."""
        base = self._since or self._a_year_ago()
        if base is None or not texts:
            return ()
        pattern = "|".join(_escaped(text) for text in texts)
        globs = [f":(glob)**/*{ending}" for ending in endings]
        options = ("-U0", "--no-color", "--no-ext-diff", "--no-textconv", "-M", "--relative", f"-G{pattern}")
        return tuple(_changes(self._run("diff", *options, base, "HEAD", "--", *globs) or b"", texts))

    def _a_year_ago(self) -> str | None:
        date = (self._run("log", "-1", "--format=%ct", "HEAD") or b"").strip()
        if not date:
            return None
        found = self._run("rev-list", "-1", f"--before={int(date) - 365 * 86_400}", "HEAD")
        if not (found or b"").strip():
            found = self._run("rev-list", "--max-parents=0", "HEAD")
        return (found or b"").decode().split("\n")[0].strip() or None

    def _deleted(self, paths: Sequence[str]) -> list[str]:
        """The files at or below paths that were deleted, and are not there now; notes the commit of each."""
        if not paths or self._git is None:
            return []
        deleted = list[str]()
        for commit, names in self._commits(("--diff-filter=D", f"-n{_MOST_COMMITS}"), paths):
            for name in names:
                if not os.path.lexists(os.path.join(self._root, name)):
                    self._gone.setdefault(name, commit)
                    deleted.append(name)
        return deleted

    def _commits(self, options: Sequence[str], paths: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
        """The commits of `git log`, the newest first, each with the files at or below paths that it changed."""
        span = "HEAD" if self._since is None else f"{self._since}..HEAD"
        listing = ("-z", "--no-renames", "--name-only", "--relative", "--format=%x01%H")
        output = self._run("log", *listing, *options, span, "--", *(path or "." for path in paths)) or b""
        for part in output.split(b"\x01")[1:]:
            commit, _, names = part.partition(b"\0")
            yield commit.decode().strip(), [os.fsdecode(name) for name in names.lstrip(b"\n").split(b"\0") if name]

    def _pairs(self, before: str, after: str) -> dict[str, str]:
        """The new path of each file that git sees renamed between two revisions."""
        options = ("-r", "-z", _SIMILAR, _MOST_RENAMES, "--diff-filter=R", "--name-status", "--relative")
        fields = (self._run("diff-tree", *options, before, after) or b"").split(b"\0")
        names = [os.fsdecode(name) for name in fields]
        return {names[at + 1]: names[at + 2] for at in range(0, len(names) - 2, 3)}

    def _objects(self, names: Sequence[str]) -> list[bytes | None]:
        """The texts of files in revisions (`REVISION:./PATH`), read by one process; None for each that there is not."""
        by_line = [name for name in names if "\n" not in name]
        answer = self._run("cat-file", "--batch", stdin="".join(f"{name}\n" for name in by_line)) or b""
        found, at = dict[str, bytes | None](), 0
        for name in by_line:
            end = answer.find(b"\n", at)
            kind, at = _OBJECT.fullmatch(answer, at, max(end, at)), end + 1
            if kind is None:
                continue  # "missing"
            size = int(kind["size"])
            found[name] = answer[at : at + size] if kind["type"] == b"blob" else None
            at += size + 1
        return [found.get(name) if "\n" not in name else self._run("show", name) for name in names]

    def _run(self, *arguments: str, stdin: str | None = None) -> bytes | None:
        if self._git is None:
            return None
        settings = [option for setting in _SETTINGS for option in ("-c", setting)]
        try:
            answer = subprocess.run(  # noqa: S603 - the executable lies outside the workspace, and no shell is involved
                [self._git, "-C", self._root, "--no-pager", *settings, *arguments],
                env=environment(),
                input=b"" if stdin is None else os.fsencode(stdin),
                capture_output=True,
                check=False,
                timeout=TIMEOUT_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        if answer.returncode != 0 and _UNREADABLE.search(answer.stderr) is not None:
            self._unread[_EVIDENCE.get(arguments[0], "commits")] = None
        return answer.stdout if answer.returncode == 0 else None


def _name_in(manifest: bytes | None) -> str:
    """The name in the text of a manifest; "" if there is none."""
    try:
        data = json.loads(manifest or b"")
    except (ValueError, RecursionError):
        return ""
    name = data.get("name") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""


def _changes(diff: bytes, texts: Sequence[str]) -> Iterable[ImportChange]:
    path, removed, added = "", list[str](), list[str]()
    for line in (*diff.decode("utf-8", "replace").split("\n"), "@@"):
        if line.startswith(("@@", "diff ")):
            if any(text in gone for gone in removed for text in texts) and added:
                yield ImportChange(path, tuple(removed), tuple(added))
            removed, added = [], []
            if line.startswith("diff "):
                path = ""
        elif line.startswith("+++ ") and not path:
            path = line[4:].removeprefix("b/").rstrip("\t")
        elif line.startswith("--- ") and not path:
            continue
        elif line.startswith("-"):
            removed.append(line[1:])
        elif line.startswith("+"):
            added.append(line[1:])


def _escaped(text: str) -> str:
    """A text as a POSIX basic or extended regular expression."""
    return "".join(f"[{character}]" if character in ".*[+?(){}|$" else character for character in text)
