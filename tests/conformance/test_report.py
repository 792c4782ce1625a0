"""REPORT.md covers what `package.json` lists, and has no difference without a reason."""

from __future__ import annotations

import json

from tests.conformance import node, report

REPORT = report.TARGET.read_text(encoding="utf-8")
REMEDY = "run `make conformance`"


def test_it_is_about_the_packages_and_versions_that_are_listed() -> None:
    listed = json.loads((node.PROJECT / "package.json").read_text(encoding="utf-8"))
    assert f"TypeScript {listed['dependencies']['typescript']}" in REPORT, REMEDY
    for package in node.packages("corpus", "nightly", "report"):
        assert REPORT.count(f"| {package} |") == 2, f"{package}: {REMEDY}"


def test_all_that_differs_has_its_reason() -> None:
    totals = [line.strip("| ").split(" | ") for line in REPORT.splitlines() if line.startswith("| **all** ")]
    assert [total[-1] for total in totals] == ["0", "0", "0"]
    assert "**differs" not in REPORT


def test_the_reasons_are_those_of_the_comparisons() -> None:
    told = [line.partition(": ")[2] for line in REPORT.splitlines() if line.startswith("- ")]
    assert told, REMEDY
    assert set(told) <= set(report.REASONS), REMEDY


def test_the_references_are_of_twenty_thousand_files_and_more() -> None:
    total = next(line for line in REPORT.splitlines() if line.startswith("| **all** "))
    assert int(total.split(" | ")[1].replace(",", "")) > 20_000
