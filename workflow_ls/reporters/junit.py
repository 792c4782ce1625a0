"""JUnit XML, as Jenkins, GitLab and Azure read it.

A suite is a file and a test case is a finding.  Its class is the rule, its name says file and specifier and is unique
within the rule, since GitLab knows a test case by class and name.
"""

from __future__ import annotations

from itertools import groupby
from xml.etree import ElementTree as ET

from workflow_ls.diagnostics import Diagnostic, Notice, Report
from workflow_ls.printable import visible
from workflow_ls.reporters.fingerprint import occurrences
from workflow_ls.reporters.report_context import TOOL, ReportContext, ordered, region
from workflow_ls.reporters.text import details, headline

USAGE = "Jenkins, Azure Pipelines and others that read JUnit XML: `--format junit --output workflow-ls.xml`."


def render(report: Report, context: ReportContext) -> str:
    """Findings of at least `context.fail_on` fail, others are skipped; fatal notices are errors, others skipped.

    Where there is nothing to report, one test case passes: CI tools take a file without any for a mistake.
    """
    cases = [(finding.path, _finding(finding, number, context)) for finding, number in occurrences(ordered(report))]
    cases += [(notice.path, _notice(notice)) for notice in dict.fromkeys(report.notices)]
    if not cases:
        cases = [(TOOL, ET.Element("testcase", classname=TOOL, name="no findings", time="0"))]
    cases.sort(key=lambda case: case[0])
    root = ET.Element("testsuites", name=TOOL)
    for path, group in groupby(cases, key=lambda case: case[0]):
        suite = ET.SubElement(root, "testsuite", name=visible(path))
        suite.extend(case for _, case in group)
        _count(suite)
    _count(root)
    ET.indent(root)
    # Everything past ASCII is written as a character reference, so the declaration holds wherever the text is sent.
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root).decode("ascii")}\n'


def _finding(finding: Diagnostic, occurrence: int, context: ReportContext) -> ET.Element:
    repeated = f" ({occurrence + 1})" if occurrence else ""
    place = region(context.file(finding.path), finding.span)
    case = ET.Element(
        "testcase",
        classname=f"{TOOL}.{finding.rule}",
        name=f"{visible(finding.path)}: {visible(finding.subject)}{repeated}",
        file=visible(finding.path),
        line=str(place.line),
        time="0",
    )
    fails = finding.severity >= context.fail_on
    outcome = ET.SubElement(case, "failure" if fails else "skipped", message=visible(finding.message))
    if fails:
        outcome.set("type", finding.severity.label)
    outcome.text = "\n".join((headline(finding, context), *details(finding, context)))
    return case


def _notice(notice: Notice) -> ET.Element:
    place = f"{visible(notice.path)}:{notice.line}" if notice.line is not None else visible(notice.path)
    message = visible(notice.message)
    case = ET.Element("testcase", classname=TOOL, name=f"{place}: {message}", file=visible(notice.path), time="0")
    outcome = ET.SubElement(case, "error" if notice.fatal else "skipped", message=message)
    if notice.fatal:
        outcome.set("type", "notice")
    return case


def _count(element: ET.Element) -> None:
    """Write the counts that Jenkins and GitLab sum up."""
    element.set("tests", str(sum(1 for _ in element.iter("testcase"))))
    for attribute, outcome in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(attribute, str(sum(1 for _ in element.iter(outcome))))
    element.set("time", "0")
