from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reporters.build import Sample, everyday
from workflow_ls import reporters
from workflow_ls.cli.main import run
from workflow_ls.reporters import FORMATS, REPORTERS

PACKAGE = "workflow_ls.reporters."
SHARED = f"{PACKAGE}report_context"
HEAVY = ("xml.etree.ElementTree", "urllib.parse", "hashlib")  # what only some formats need


def test_the_command_line_names_the_formats(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(["check", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    *names, last = REPORTERS
    assert f"--format FORMAT {', '.join(names)} or {last}" in text


@pytest.mark.parametrize("name", REPORTERS)
@pytest.mark.parametrize("sample", [Sample(), everyday()], ids=["nothing", "everyday"])
def test_a_report_ends_its_last_line_and_is_the_same_each_time(name: str, sample: Sample) -> None:
    text = sample.render(REPORTERS[name])
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    sample.findings.reverse()
    assert sample.render(REPORTERS[name]) == text


@pytest.mark.parametrize("name", REPORTERS)
def test_a_format_loads_no_other(name: str) -> None:
    script = f"""
import json, sys
from workflow_ls.diagnostics import Report
from workflow_ls.reporters import REPORTERS
from workflow_ls.reporters.report_context import ReportContext
before = sorted(sys.modules)
REPORTERS[{name!r}](Report((), (), 0), ReportContext(lambda path: b""))
print(json.dumps([before, sorted(sys.modules)]))
"""
    # What measures coverage in subprocesses loads modules of its own.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    before, after = json.loads(run.stdout)
    assert [module for module in before if module.startswith(PACKAGE)] == [SHARED]
    imported = imports_of(FORMATS[name])
    assert {module for module in after if module.startswith(PACKAGE)} == {SHARED, *imported} - set(HEAVY)
    assert {module for module in HEAVY if module in after} == imported & set(HEAVY)


def imports_of(module: str) -> set[str]:
    """The modules of this package that a module imports, at any remove, itself included, and those of HEAVY."""
    found: set[str] = set()
    pending = [f"{PACKAGE}{module}"]
    while pending:
        name = pending.pop()
        if name in found or not name.startswith((PACKAGE, *HEAVY)):
            continue
        found.add(name)
        if name.startswith(PACKAGE):
            source = Path(str(reporters.__file__)).with_name(f"{name.removeprefix(PACKAGE)}.py")
            for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom):
                    names = [f"{node.module}.{alias.name}" for alias in node.names]
                    pending += [str(node.module), *(n for n in names if n in HEAVY or f"{node.module}." == PACKAGE)]
                elif isinstance(node, ast.Import):
                    pending += [alias.name for alias in node.names]
    return found
