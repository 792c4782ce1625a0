from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest

from tests.reporters.build import BLOCKED, MOVED, PROXY, UNVERIFIED, Sample, everyday
from workflow_ls.diagnostics import Applicability, Blocked, Diagnostic, FileEdit, Fix, Related, Severity
from workflow_ls.reporters import REPORTERS

TEXT = REPORTERS["text"]


def check(sample: Sample, expected: str, **context: object) -> None:
    assert sample.render(TEXT, **context) == dedent(expected).removeprefix("\n")


def check_line(source: str | bytes, *expected: str, finding: Diagnostic = MOVED) -> None:
    """The source line of a finding and the underline below it."""
    lines = Sample().file("a.ts", source, finding).render(TEXT).split("\n")
    assert tuple(lines[1:3]) == expected


def clean(files: int) -> Sample:
    sample = Sample()
    for number in range(files):
        sample.file(f"{number}.ts", "")
    return sample


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (clean(0), "All clear: no findings in 0 files.\n"),
        (clean(1), "All clear: no findings in 1 file.\n"),
        (
            clean(2).notice("b.ts", "skipped: it is not UTF-8", skips=True),
            "b.ts: skipped: it is not UTF-8\n\nNo findings in 2 files, but 1 file was skipped.\n",
        ),
        (
            clean(2).notice("tsconfig.json", "This { is never closed.", line=1),
            "tsconfig.json:1: This { is never closed.\n\nAll clear: no findings in 2 files.\n",
        ),
        (
            clean(2).notice("workflow-ls.json", "`wrong` is no rule", line=3, fatal=True),
            (
                "workflow-ls.json:3: error: `wrong` is no rule\n\n"
                "No findings in 2 files, but the check is incomplete: 1 error.\n"
            ),
        ),
    ],
)
def test_nothing_found(sample: Sample, expected: str) -> None:
    assert sample.render(TEXT) == expected
    assert sample.render(TEXT, statistics=True) == expected


def test_a_report() -> None:
    check(
        everyday(),
        """
        ee/packages/workflows/src/runtime/index.ts:1:1 information[legacy-proxy] it only re-exports the legacy tree
            1 | export * from '@shared/workflow/runtime';
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

        packages/jobs/src/run.ts:1:24 warning[deprecated-import] '@shared/workflow/runtime' is deprecated
            1 | import { start } from '@shared/workflow/runtime';
              |                        ^^^^^^^^^^^^^^^^^^^^^^^^
              → '@alga-psa/workflows/runtime'

        packages/jobs/src/run.ts:2:23 warning[deprecated-import] '@shared/workflow/runtime' is deprecated
            2 | import { stop } from "@shared/workflow/runtime";
              |                       ^^^^^^^^^^^^^^^^^^^^^^^^
              blocked: `start` is not exported by ee/packages/workflows/src/runtime/index.ts; export it there

        server/a.ts:3:12 warning[deprecated-import] '@shared/workflow/runtime' is deprecated
            3 | jest.mock('@shared/workflow/runtime');
              |            ^^^^^^^^^^^^^^^^^^^^^^^^
              → '@alga-psa/workflows/runtime'
              unverified: the package `@alga-psa/workflows` is not in this workspace

        server/latin1.ts: skipped: it is not UTF-8

        4 findings in 3 files: 1 verified, 1 unverified, 1 blocked (3 files checked).
        2 can be fixed with `workflow-ls fix`.
        """,
    )


def test_statistics_stand_in_for_the_findings() -> None:
    check(
        everyday().file("server/b.ts", "'$0x$0' '$0y$0'", BLOCKED, replace(PROXY, rule="core-imports-ee")),
        """
        rule               findings  files  verified  unverified  blocked
        deprecated-import         4      3         1           1        2
        core-imports-ee           1      1         0           0        0
        legacy-proxy              1      1         0           0        0

        What blocks most, first:
          `start` is not exported by ee/packages/workflows/src/runtime/index.ts; export it there: 2 references
              in packages/jobs/src/run.ts:2:23, server/b.ts:1:2
          and one more cause with one finding

        server/latin1.ts: skipped: it is not UTF-8

        6 findings in 4 files: 1 verified, 1 unverified, 2 blocked (4 files checked).
        2 can be fixed with `workflow-ls fix`.
        """,
        statistics=True,
    )


ON_REQUEST = replace(MOVED, fix=Fix("Rewrite", (FileEdit("a.ts", (), b""),), Applicability.UNSAFE))


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([PROXY], "1 finding in 1 file (1 file checked).\n"),
        (
            [MOVED],
            "1 finding in 1 file: 1 verified (1 file checked).\n1 can be fixed with `workflow-ls fix`.\n",
        ),
        (
            [MOVED, ON_REQUEST],
            (
                "2 findings in 1 file: 2 verified (1 file checked).\n"
                "1 can be fixed with `workflow-ls fix`, 1 more with `workflow-ls fix --unsafe`.\n"
            ),
        ),
        (
            [ON_REQUEST],
            "1 finding in 1 file: 1 verified (1 file checked).\n1 can be fixed with `workflow-ls fix --unsafe`.\n",
        ),
    ],
)
def test_summary(findings: list[Diagnostic], expected: str) -> None:
    sample = Sample().file("a.ts", "$0x$0" * len(findings), *findings)
    assert sample.render(TEXT).endswith(f"\n\n{expected}")


def test_a_fatal_notice_is_in_the_summary_of_findings_too() -> None:
    sample = Sample().file("a.ts", "$0x$0", PROXY).notice("tsconfig.json", "circular `extends`", fatal=True)
    assert sample.render(TEXT).endswith(
        "tsconfig.json: error: circular `extends`\n\n"
        "1 finding in 1 file (1 file checked).\nThe check is incomplete: 1 error.\n"
    )


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (PROXY, []),
        (MOVED, ["→ '@alga-psa/workflows/runtime'"]),
        (BLOCKED, [f"blocked: {BLOCKED.reason}"]),
        (replace(BLOCKED, replacements=("@alga-psa/workflows",)), [f"blocked: {BLOCKED.reason}"]),
        (replace(BLOCKED, cause=None), ["blocked"]),
        (UNVERIFIED, ["→ '@alga-psa/workflows/runtime'", f"unverified: {UNVERIFIED.reason}"]),
        (replace(PROXY, cause=Blocked("the move replaces it")), ["note: the move replaces it"]),
        (
            replace(MOVED, replacements=("@alga-psa/workflows/a", "@alga-psa/workflows/b")),
            ["→ '@alga-psa/workflows/a', '@alga-psa/workflows/b'"],
        ),
        (ON_REQUEST, ["→ '@alga-psa/workflows/runtime' (only with `fix --unsafe`)"]),
        (
            replace(PROXY, fix=Fix("Remove the comment", (FileEdit("a.ts", (), b""),))),
            ["→ Remove the comment"],
        ),
        (
            replace(MOVED, fix=Fix("Rewrite", (FileEdit("a.ts", (), b""), FileEdit("package.json", (), b"")))),
            ["→ '@alga-psa/workflows/runtime', with a change to package.json"],
        ),
    ],
)
def test_advice(finding: Diagnostic, expected: list[str]) -> None:
    lines = Sample().file("a.ts", "$0x$0", finding).render(TEXT).split("\n\n")[0].split("\n")
    assert lines[3:] == [f"      {line}" for line in expected]


def test_related_places() -> None:
    sample = Sample()
    barrel = sample.other("ee/index.ts", "\nexport { $0a$0 };\n")
    related = (Related("ee/index.ts", barrel, "the barrel"), Related("ee/package.json", None, "the manifest"))
    sample.file("a.ts", "$0x$0", replace(BLOCKED, cause=Blocked("no"), related=related))
    assert sample.render(TEXT).split("\n")[3:6] == [
        "      blocked: no",
        "      see ee/index.ts:2:10: the barrel",
        "      see ee/package.json: the manifest",
    ]


@pytest.mark.parametrize(
    ("source", "line", "under"),
    [
        ("'$0x$0'", "    1 | 'x'", "      |  ^"),
        ("a\n\n  '$0xy$0'\n", "    3 |   'xy'", "      |    ^^"),
        ("\t\t'$0x$0'\t;", "    1 |         'x'    ;", "      |          ^"),
        ("/* 日本 */ '$0工作$0'", "    1 | /* 日本 */ '工作'", "      |             ^^^^"),
        ("'🎉' '$0x$0'", "    1 | '🎉' 'x'", "      |       ^"),
        ("/* e\u0301 */ '$0x$0'", "    1 | /* e\u0301 */ 'x'", "      |          ^"),
        ("'$0x$0'\r\nb\r\n", "    1 | 'x'", "      |  ^"),
        ("a\r'$0x$0'\rb", "    2 | 'x'", "      |  ^"),
        ("\ufeff'$0x$0'", "    1 | 'x'", "      |  ^"),
        ("$0\ufeffx$0", "    1 | x", "      | ^"),
        ("ab$0$0cd", "    1 | abcd", "      |   ^"),
        ("ab$0$0", "    1 | ab", "      |   ^"),
        ("ab\n$0$0", "    2 |", "      | ^"),
        ("$0$0", "    1 |", "      | ^"),
        ("$0a\nb\n$0c", "    1 | a", "      | ^ to line 2"),
        ("$0a\n$0b", "    1 | a", "      | ^"),
        ("$0a\n\nb$0", "    1 | a", "      | ^ to line 3"),
        ("x\u2028\x0c'$0y$0'", r"    1 | x\u2028\x0c'y'", "      |             ^"),
        ("'$0a\x1b[31mb$0'", r"    1 | 'a\x1b[31mb'", "      |  ^^^^^^^^^^"),
    ],
)
def test_the_source_line(source: str, line: str, under: str) -> None:
    check_line(source, line, under)


def test_a_line_number_of_many_digits_moves_the_bar() -> None:
    lines = Sample().file("a.ts", "\n" * 1_234_566 + "$0x$0", PROXY).render(TEXT).split("\n")
    assert lines[1:3] == ["1234567 | x", "        | ^"]


A, B, C = "a" * 6_000, "b" * 40, "c" * 6_000


@pytest.mark.parametrize(
    ("source", "line", "under"),
    [
        (f"{'a' * 40}$0{B}$0{'c' * 40}", "a" * 40 + B + "c" * 40, " " * 40 + "^" * 40),
        (f"{A}$0{B}$0{C}", f"…{'a' * 40}{B}{'c' * 40}…", " " * 41 + "^" * 40),
        (f"$0{B}$0{C}", f"{B}{'c' * 80}…", "^" * 40),
        (f"{A}$0{B}$0", f"…{'a' * 80}{B}", " " * 81 + "^" * 40),
        (f"{A}$0{B}$0cc", f"…{'a' * 78}{B}cc", " " * 79 + "^" * 40),
        (f"aa$0{B}$0{C}", f"aa{B}{'c' * 78}…", "  " + "^" * 40),
        (f"{A}$0{'b' * 6_000}$0{C}", f"…{'b' * 120}…", " " + "^" * 120),
        (f"{'é' * 6_000}$0{B}$0{'é' * 6_000}", f"…{'é' * 40}{B}{'é' * 40}…", " " * 41 + "^" * 40),
        (f"{'日' * 600}$0{B}$0{'日' * 600}", f"…{'日' * 20}{B}{'日' * 20}…", " " * 41 + "^" * 40),
        # Escapes are never cut in two.
        (f"{chr(27) * 600}$0{B}$0", "…" + r"\x1b" * 20 + B, " " * 81 + "^" * 40),
    ],
)
def test_a_long_line_is_cut_around_the_range(source: str, line: str, under: str) -> None:
    check_line(source, f"    1 | {line}", f"      | {under}")


def test_colours_only_where_allowed() -> None:
    sample = Sample().file("a.ts", "$0x$0", replace(MOVED, severity=Severity.ERROR)).notice("b.ts", "gone", fatal=True)
    assert "\x1b" not in sample.render(TEXT)
    colored = sample.render(TEXT, color=True)
    assert colored.split("\n")[:4] == [
        "\x1b[1ma.ts:1:1\x1b[0m \x1b[1;31merror\x1b[0m[deprecated-import] '@shared/workflow/runtime' is deprecated",
        "\x1b[2m    1 |\x1b[0m x",
        "\x1b[2m      |\x1b[0m \x1b[1;31m^\x1b[0m",
        "      \x1b[32m→ '@alga-psa/workflows/runtime'\x1b[0m",
    ]
    assert "\x1b[1mb.ts\x1b[0m: \x1b[1;31merror\x1b[0m: gone\n" in colored
