from __future__ import annotations

from dataclasses import replace
from textwrap import dedent
from xml.etree import ElementTree as ET

import pytest

from tests.reporters.build import BLOCKED, MOVED, PROXY, Sample, everyday
from workflow_ls.diagnostics import Severity
from workflow_ls.reporters import REPORTERS

JUNIT = REPORTERS["junit"]


def parse(text: str) -> ET.Element:
    assert text.isascii()
    return ET.fromstring(text.encode())


def test_nothing_found_is_a_test_that_passes() -> None:
    assert Sample().render(JUNIT) == dedent(
        """\
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="workflow-ls" tests="1" failures="0" errors="0" skipped="0" time="0">
          <testsuite name="workflow-ls" tests="1" failures="0" errors="0" skipped="0" time="0">
            <testcase classname="workflow-ls" name="no findings" time="0" />
          </testsuite>
        </testsuites>
        """
    )


def test_a_report() -> None:
    sample = Sample().file("b.ts", "'$0x$0' '$0x$0'", MOVED, BLOCKED).file("a.ts", "$0x$0", PROXY)
    sample.notice("b.ts", "broken", line=2, fatal=True)
    assert sample.render(JUNIT) == dedent(
        """\
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="workflow-ls" tests="4" failures="2" errors="1" skipped="1" time="0">
          <testsuite name="a.ts" tests="1" failures="0" errors="0" skipped="1" time="0">
            <testcase classname="workflow-ls.legacy-proxy" name="a.ts: it only re-exports the legacy tree" file="a.ts" line="1" time="0">
              <skipped message="it only re-exports the legacy tree">a.ts:1:1 information[legacy-proxy] it only re-exports the legacy tree</skipped>
            </testcase>
          </testsuite>
          <testsuite name="b.ts" tests="3" failures="2" errors="1" skipped="0" time="0">
            <testcase classname="workflow-ls.deprecated-import" name="b.ts: @shared/workflow/runtime" file="b.ts" line="1" time="0">
              <failure message="'@shared/workflow/runtime' is deprecated" type="warning">b.ts:1:2 warning[deprecated-import] '@shared/workflow/runtime' is deprecated
        &#8594; '@alga-psa/workflows/runtime'</failure>
            </testcase>
            <testcase classname="workflow-ls.deprecated-import" name="b.ts: @shared/workflow/runtime (2)" file="b.ts" line="1" time="0">
              <failure message="'@shared/workflow/runtime' is deprecated" type="warning">b.ts:1:6 warning[deprecated-import] '@shared/workflow/runtime' is deprecated
        blocked: `start` is not exported by ee/packages/workflows/src/runtime/index.ts; export it there</failure>
            </testcase>
            <testcase classname="workflow-ls" name="b.ts:2: broken" file="b.ts" time="0">
              <error message="broken" type="notice" />
            </testcase>
          </testsuite>
        </testsuites>
        """  # noqa: E501 the format has long lines
    )


@pytest.mark.parametrize(
    ("fail_on", "failures"), [(Severity.INFORMATION, "3"), (Severity.WARNING, "2"), (Severity.ERROR, "1")]
)
def test_what_does_not_fail_the_run_is_no_failure(fail_on: Severity, failures: str) -> None:
    findings = [replace(PROXY, severity=severity) for severity in Severity]
    root = parse(Sample().file("a.ts", "$0a$0$0b$0$0c$0", *findings).render(JUNIT, fail_on=fail_on))
    assert (root.get("failures"), root.get("tests")) == (failures, "3")


def test_class_and_name_are_unique() -> None:
    sample = (
        everyday()
        .file("c.ts", "$0x$0$0x$0$0x$0$0x$0", MOVED, MOVED, PROXY, PROXY)
        .notice("c.ts", "a")
        .notice("c.ts", "a")
    )
    names = [(case.get("classname"), case.get("name")) for case in parse(sample.render(JUNIT)).iter("testcase")]
    assert len(names) == len(set(names)) == 10


@pytest.mark.parametrize(
    "text",
    ["]]>", '<a href="\'">&amp;', "\x00\x01\x1b[31m\x7f\x9b", "\ufffe\uffff", "\ud83d", "\t\r\n", "🎉 日本", "\u202e"],
)
def test_any_text_gives_a_document(text: str) -> None:
    finding = replace(MOVED, message=text, specifier=text, replacements=(text,))
    root = parse(Sample().file(f"{text}.ts", "$0x$0", finding).notice(text, text).render(JUNIT))
    assert root.get("tests") == "2"
    if text.isprintable():
        (failure,) = root.iter("failure")
        assert failure.get("message") == text
        assert text in (failure.text or "")
