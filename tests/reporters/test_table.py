from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.reporters.build import Sample, everyday
from workflow_ls.reporters import REPORTERS

FORMATS = ("text", "json", "github", "gitlab", "sarif", "junit", "rdjson")


def test_the_formats_are_those_of_the_command_line() -> None:
    assert tuple(REPORTERS) == FORMATS


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("sample", [Sample(), everyday()], ids=["nothing", "everyday"])
def test_a_report_ends_its_last_line_and_is_the_same_each_time(name: str, sample: Sample) -> None:
    text = sample.render(REPORTERS[name])
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    sample.findings.reverse()
    assert sample.render(REPORTERS[name]) == text


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_loads_no_other(name: str) -> None:
    script = f"""
import json, sys
from workflow_ls.diagnostics import Report
from workflow_ls.reporters import REPORTERS, Context
before = sorted(sys.modules)
REPORTERS[{name!r}](Report((), (), 0), Context(lambda path: b""))
print(json.dumps([before, sorted(sys.modules)]))
"""
    # What measures coverage in subprocesses loads modules of its own.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    before, after = json.loads(run.stdout)
    package = "workflow_ls.reporters."
    assert [module for module in before if module.startswith(package)] == [f"{package}base"]
    users = {
        f"{package}text": {"text", "github", "junit", "rdjson"},
        "xml.etree.ElementTree": {"junit"},
        "urllib.parse": {"sarif"},
        "hashlib": {"gitlab", "sarif", "junit"},
    }
    assert {module for module in users if module in after} == {
        module for module, formats in users.items() if name in formats
    }
