"""Reads and writes `workflow-ls-baseline.json`: the findings that are accepted for now.

The file is one JSON object.  Each of its lines is an entry, "PATH: RULE: SUBJECT", with a count; the subject is the
specifier of a finding, or what else it is about, such as a key.  No entry says a line, so that edits elsewhere change
none.
The entries are sorted, and `version` comes last, so that each of their lines ends with a comma: one that is added or
removed touches no other, and git merges those of two branches.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from workflow_ls import BASELINE_FILE as BASELINE_FILE
from workflow_ls.diagnostics import Diagnostic
from workflow_ls.records import field, record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rules import CODES

_VERSION = 1
_CONFLICT = compile_on_use(rb"^(?:<{7}|={7}|>{7}|\|{7})(?: |$)", re.MULTILINE)
_RULE = compile_on_use(r": ([a-z]+(?:-[a-z]+)*): ")
_KNOWN_RULE = compile_on_use(f": ({'|'.join(CODES)}): ")
_MOST_DIGITS = 9  # of a count: no workspace has as many findings, and Python refuses to read thousands of digits


class AcceptedKey(NamedTuple):
    """What names the findings that an entry accepts: a file, a rule, and what a finding of it is about."""

    path: str
    rule: str
    subject: str

    @property
    def written(self) -> str:
        """The key as it is written in the file."""
        return ": ".join(self)


@record
class Baseline:
    """How many findings of each key are accepted; a key that is not in `counts` accepts none."""

    counts: Mapping[AcceptedKey, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def total(self) -> int:
        """How many findings are accepted."""
        return sum(self.counts.values())


@record
class BaselineProblem:
    """Why a baseline can't be read: a message with its remedy, and the line, from 1; `is_newer` if others can."""

    message: str
    line: int
    is_newer: bool = False


def accepted_key(finding: Diagnostic) -> AcceptedKey:
    """The key of the entry that accepts a finding."""
    return AcceptedKey(finding.path, finding.rule, finding.subject)


def baseline_of(findings: Iterable[Diagnostic]) -> Baseline:
    """The baseline that accepts these findings, and nothing else."""
    return Baseline(Counter(map(accepted_key, findings)))


def read_baseline(text: bytes) -> Baseline | BaselineProblem:
    """The baseline in a file.

    Of entries with the same key, which a union merge leaves, the one with the larger count holds.
    """
    conflict = _CONFLICT.search(text)
    if conflict is not None:
        line = text.count(b"\n", 0, conflict.start()) + 1
        return BaselineProblem("A merge left a conflict here. Run `workflow-ls baseline --merge` to resolve it", line)
    if not text.strip():
        return BaselineProblem(f"This is not JSON: it is empty. {_REMEDY}", 1)
    try:
        pairs: Any = json.loads(text, object_pairs_hook=tuple, parse_int=_count)
    except UnicodeDecodeError as error:
        return BaselineProblem(f"This is not UTF-8. {_REMEDY}", text.count(b"\n", 0, error.start) + 1)
    except json.JSONDecodeError as error:
        return BaselineProblem(f"This is not JSON ({error.msg}). {_REMEDY}", error.lineno)
    except RecursionError:
        return BaselineProblem(f"This is nested too deep. {_REMEDY}", 1)
    version = dict(pairs).get("version") if isinstance(pairs, tuple) else None
    if type(version) is int and version > _VERSION:
        message = f"A newer workflow-ls wrote this: its format is {version}, and this one knows {_VERSION}"
        return BaselineProblem(f"{message}. Update workflow-ls", _line_of(text), is_newer=True)
    if type(version) is not int or version != _VERSION:
        return BaselineProblem(f'`"version": {_VERSION}` is missing. {_REMEDY}', 1)
    counts = dict[AcceptedKey, int]()
    for written, count in pairs:
        if written == "version":
            continue
        # A path may look as if it held a rule, and a later version may have more rules.
        rule = _KNOWN_RULE.search(written) or _RULE.search(written)
        if rule is None or type(count) is not int or count < 1:
            line = text.count(b"\n", 0, max(text.find(_quoted(written).encode()), 0)) + 1
            return BaselineProblem(f'An entry has the form "PATH: RULE: SPECIFIER": COUNT. {_REMEDY}', line)
        key = AcceptedKey(written[: rule.start()], rule[1], written[rule.end() :])
        counts[key] = max(count, counts.get(key, 0))
    return Baseline(counts)


def _line_of(text: bytes) -> int:
    """The line of the version, which comes last."""
    return text.count(b"\n", 0, max(text.rfind(b'"version"'), 0)) + 1


def _count(digits: str) -> int:
    """A number in the file; 0, which is no count, for one that is out of all proportion."""
    return int(digits) if len(digits) <= _MOST_DIGITS else 0


_REMEDY = "Restore the file, or run `workflow-ls baseline` to accept what there is now"


def write_baseline(baseline: Baseline) -> bytes:
    """The content of the file for a baseline."""
    counts = {key.written: count for key, count in baseline.counts.items() if count}
    lines = [f"  {_quoted(written)}: {counts[written]},\n" for written in sorted(counts)]
    return "".join(["{\n", *lines, f'  "version": {_VERSION}\n}}\n']).encode()


def _quoted(text: str) -> str:
    """A JSON string: as people read it, but escaped where it holds half a surrogate pair, as some file names do."""
    quoted = json.dumps(text, ensure_ascii=False)
    return json.dumps(text) if any("\ud800" <= each <= "\udfff" for each in quoted) else quoted


def moved_key(key: AcceptedKey, path: str) -> AcceptedKey:
    """The key of the same finding after its file was renamed to `path`: a relative specifier leads to the same file."""
    subject = key.subject
    if subject.startswith(("./", "../")) or subject in (".", ".."):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(key.path), subject))
        subject = posixpath.relpath(f"/{target}", posixpath.join("/", posixpath.dirname(path)))
        subject = subject if subject.startswith("..") else f"./{subject}"
    return AcceptedKey(path, key.rule, subject)
