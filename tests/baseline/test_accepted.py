"""The file of a baseline: as text in, and as text out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_ls.baseline.accepted import (
    AcceptedKey,
    Baseline,
    BaselineProblem,
    moved_key,
    read_baseline,
    write_baseline,
)

RULES = st.sampled_from(["deprecated-import", "legacy-proxy", "missing-name"])
PATHS = st.text('ab/.é \n"\\:', min_size=1, max_size=8)
SUBJECTS = st.text("ab@/:. \u2028'\"", max_size=8)
KEYS = st.builds(AcceptedKey, PATHS, RULES, SUBJECTS)
BASELINES = st.builds(Baseline, st.dictionaries(KEYS, st.integers(1, 9), max_size=6))


def test_an_entry_is_a_line_and_version_is_the_last() -> None:
    counts = {AcceptedKey("b.ts", "legacy-proxy", "x"): 2, AcceptedKey("a.ts", "deprecated-import", "@shared/é"): 1}
    assert write_baseline(Baseline(counts)).decode() == (
        '{\n  "a.ts: deprecated-import: @shared/é": 1,\n  "b.ts: legacy-proxy: x": 2,\n  "version": 1\n}\n'
    )


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "This is not JSON"),
        ('{\n"version" 1}', 2, "This is not JSON"),
        ("[]", 1, '`"version": 1` is missing'),
        ('{\n"version": 2}', 2, "A newer workflow-ls wrote this: its format is 2, and this one knows 1. Update "),
        (" \n\n", 1, "This is not JSON: it is empty. Restore the file, or run `workflow-ls baseline` "),
        ('{"version": {"a": 1}}', 1, '`"version": 1` is missing'),
        ('{\n"a.ts: legacy-proxy: x": 1,\n"b.ts": 1,\n"version": 1}', 3, 'An entry has the form "PATH'),
        ('{"a.ts: legacy-proxy: x": 0,"version": 1}', 1, 'An entry has the form "PATH'),
        ('{"a.ts: legacy-proxy: x": "1","version": 1}', 1, 'An entry has the form "PATH'),
        ('{"a.ts: legacy-proxy: x": true,"version": 1}', 1, 'An entry has the form "PATH'),
        ('{\n<<<<<<< ours\n  "a": 1\n=======\n>>>>>>> theirs\n}', 2, "A merge left a conflict here"),
        ('{\n"a"\xff', 2, "This is not UTF-8"),
        ("[" * 100_000, 1, "This is nested too deep"),
        ('{"version": true}', 1, '`"version": 1` is missing'),
        ('{"version": 1' + "0" * 5_000 + "}", 1, '`"version": 1` is missing'),
        ('{\n"a.ts: legacy-proxy: x": 1' + "0" * 5_000 + ',\n"version": 1}', 2, 'An entry has the form "PATH'),
        ('{\n"a.ts: legacy-proxy: x": 99999999999,\n"version": 1}', 2, 'An entry has the form "PATH'),
    ],
)  # fmt: skip
def test_what_is_no_baseline(text: str, line: int, message: str) -> None:
    read = read_baseline(text.encode("latin-1"))
    assert isinstance(read, BaselineProblem)
    assert (read.line, read.message[: len(message)]) == (line, message)


@pytest.mark.parametrize("path", ["notes: todo: a.ts", "a: b: c: d.ts", ": x: .ts"])
def test_a_path_that_looks_like_an_entry(path: str) -> None:
    baseline = Baseline({AcceptedKey(path, "legacy-proxy", "@a/b"): 1})
    assert read_baseline(write_baseline(baseline)) == baseline


def test_an_entry_of_a_rule_of_a_later_version_is_kept() -> None:
    baseline = Baseline({AcceptedKey("a.ts", "later-rule", "@a/b"): 1})
    assert read_baseline(write_baseline(baseline)) == baseline


def test_the_larger_of_two_counts_holds_after_a_union_merge() -> None:
    text = b'{\n"a.ts: legacy-proxy: x": 3,\n"a.ts: legacy-proxy: x": 2,\n"version": 1}'
    assert read_baseline(text) == Baseline({AcceptedKey("a.ts", "legacy-proxy", "x"): 3})


@given(BASELINES)
def test_what_is_written_is_read(baseline: Baseline) -> None:
    read = read_baseline(write_baseline(baseline))
    assert isinstance(read, Baseline)
    assert {key.written: count for key, count in read.counts.items()} == {
        key.written: count for key, count in baseline.counts.items()
    }


@given(BASELINES, KEYS)
def test_an_entry_changes_its_own_line_only(baseline: Baseline, key: AcceptedKey) -> None:
    lines = write_baseline(baseline).splitlines()
    more = write_baseline(Baseline({**baseline.counts, key: 9})).splitlines()
    assert len({*more} - {*lines}) <= 1
    assert len({*lines} - {*more}) <= 1


def test_a_name_that_is_no_text_is_escaped() -> None:
    baseline = Baseline({AcceptedKey("\udcff.ts", "legacy-proxy", "x"): 1})
    assert read_baseline(write_baseline(baseline)) == baseline


@pytest.mark.parametrize(
    ("subject", "path", "moved"),
    [
        ("@shared/workflow", "c/d.ts", "@shared/workflow"),
        ("../x", "a/c.ts", "../x"),
        ("../x", "a/b/c.ts", "../../x"),
        ("./x", "c.ts", "./a/x"),
        ("../x", "c.ts", "./x"),
        ("..", "c.ts", "./."),
    ],
)  # fmt: skip
def test_a_relative_specifier_of_a_moved_file_leads_to_the_same(subject: str, path: str, moved: str) -> None:
    assert moved_key(AcceptedKey("a/b.ts", "legacy-proxy", subject), path).subject == moved
