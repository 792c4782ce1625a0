"""Where aliases of builds and test runners lead, case by case as the tools answered (alias_table.txt)."""

from __future__ import annotations

import pytest

from tests.project.builds.alias_cases import Case, Question, cases
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.project.builds.aliases.build_resolution import BuildResolution, Lead
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import MemoryFiles


def answered(case: Case, question: Question) -> str:
    workspace = Workspace(MemoryFiles(case.files), builtin_table(), Settings())
    builds = workspace.component(BuildResolution)
    tables = builds.tables(case.path)
    if not tables:
        return "no table"
    found = [builds.resolve(table, question.specifier, question.importer) for table in tables]
    answers = {answer.path if answer.lead is Lead.FILE else answer.lead.value for answer in found}
    return " or ".join(sorted("nowhere" if answer == "outside" else str(answer) for answer in answers))


ROWS = [(case, question) for case in cases() for question in case.questions]


@pytest.mark.parametrize(
    ("case", "question"), ROWS, ids=[f"{case.tool} {question.specifier}" for case, question in ROWS]
)
def test_an_alias_leads_where_the_tool_says(case: Case, question: Question) -> None:
    assert answered(case, question) == question.ours


def test_each_difference_has_a_reason() -> None:
    assert len(ROWS) > 200
    assert all(question.reason or question.ours == question.answer for _, question in ROWS)
