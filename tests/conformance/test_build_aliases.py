"""Where builds and test runners find the specifiers of tests/project/builds/alias_table.txt: what each says itself.

`python -m tests.conformance.test_build_aliases` writes their answers into the table.
"""

from __future__ import annotations

import tempfile
from itertools import chain
from pathlib import Path

import pytest

from tests.conformance import node
from tests.conformance.answered import with_digest
from tests.project.builds.alias_cases import TABLE, Case, cases, with_answers
from tests.strategies import NIGHTLY

pytestmark = pytest.mark.conformance

PROJECT = Path(__file__).parent / "builds"
NEXT = PROJECT.parent / "next"
ASKING = (PROJECT / "aliases.mjs", PROJECT / "package.json", NEXT / "package.json")
# A script that builds gets this in the place of esbuild, so that it says its options and builds nothing.
STUB = "const keep = (options) => { globalThis.given.push(options); return Promise.resolve({}); };\n"
STUB += "export const build = keep; export const context = keep; export default { build, context };\n"


def test_the_answers_are_those_to_the_questions() -> None:
    written = TABLE.read_text(encoding="utf-8")
    now = with_digest(written, cases(), *ASKING)
    assert now == written, f"run `python -m {__spec__.name}`, and read the difference"


@pytest.mark.nightly
@pytest.mark.skipif(not NIGHTLY, reason="`make nightly` asks the tools again what the table says that they answer")
def test_the_tools_answer_as_the_table_says(tmp_path: Path) -> None:
    written = list(cases())
    answers = ask_tools(written, tmp_path)
    wrong = [
        f"{case.tool} {case.path}: {question.specifier} -> {answer}, not {question.answer}"
        for case, answered in zip(written, answers)
        for question, answer in zip(case.questions, answered)
        if answer != question.answer
    ]
    assert not wrong, "\n".join(wrong)


def ask_tools(asked: list[Case], directory: Path) -> list[list[str]]:
    """The answers of the tools, for each case in the order of its questions."""
    installed = node.install(PROJECT)
    node.install(NEXT, "--omit=optional")
    (directory / "node_modules").symlink_to(installed / "node_modules")
    questions = []
    for number, case in enumerate(asked):
        root = directory / str(number)
        files = dict(case.files)
        if case.tool == "esbuild":
            files["node_modules/esbuild/package.json"] = '{ "type": "module", "main": "./index.js" }'
            files["node_modules/esbuild/index.js"] = STUB
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        pairs = [[question.importer, question.specifier] for question in case.questions]
        questions.append({"tool": case.tool, "root": str(root.resolve()), "path": case.path, "questions": pairs})
    # esbuild keeps the directory in which its module was loaded, and tsup tells it no other.
    alone = {number for number, case in enumerate(asked) if case.tool == "tsup"}
    together = [number for number in range(len(asked)) if number not in alone]
    answers = dict(zip(together, node.run_node("builds/aliases.mjs", [questions[number] for number in together])))
    answers |= {number: node.run_node("builds/aliases.mjs", [questions[number]])[0] for number in alone}
    return [answers[number] for number in range(len(asked))]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        found = chain.from_iterable(ask_tools(list(cases()), Path(scratch)))
        TABLE.write_text(with_answers(found), encoding="utf-8")
    TABLE.write_text(with_digest(TABLE.read_text(encoding="utf-8"), cases(), *ASKING), encoding="utf-8")
