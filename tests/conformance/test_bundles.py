"""What bundlers leave out of the bundles of tests/project/builds/bundle_table.txt: what each writes itself.

`python -m tests.conformance.test_bundles` writes their answers into the table.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.conformance import node
from tests.conformance.answered import with_digest
from tests.project.builds.bundle_cases import LINKS, SPECIFIERS, TABLE, TREE, Case, cases, with_answers
from tests.strategies import NIGHTLY

pytestmark = pytest.mark.conformance

PROJECT = Path(__file__).parent / "builds"
ASKING = (PROJECT / "bundles.mjs", PROJECT / "package.json")


def test_the_answers_are_those_to_the_questions() -> None:
    written = TABLE.read_text(encoding="utf-8")
    assert digest_of(written) == written, f"run `python -m {__spec__.name}`, and read the difference"


@pytest.mark.nightly
@pytest.mark.skipif(not NIGHTLY, reason="`make nightly` asks the bundlers again what the table says that they answer")
def test_the_bundlers_answer_as_the_table_says(tmp_path: Path) -> None:
    written = list(cases())
    wrong = [
        f"{case.tool} {case.text} leaves out {answer}, not {sorted(case.left)}"
        for case, answer in zip(written, ask_bundlers(written, tmp_path))
        if frozenset(answer) != case.left
    ]
    assert not wrong, "\n".join(wrong)


def ask_bundlers(asked: list[Case], directory: Path) -> list[list[str]]:
    """What each bundler leaves out of a bundle that it builds, for each case."""
    installed = node.install(PROJECT)
    (directory / "node_modules").symlink_to(installed / "node_modules")
    answers = []
    for number, case in enumerate(asked):
        root = directory / str(number)
        for path, text in {**TREE, case.path: case.text}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        for link, target in LINKS.items():
            (root / link).parent.mkdir(parents=True, exist_ok=True)
            (root / link).symlink_to(root / target)
        question = {"tool": case.tool, "root": str(root.resolve()), "path": case.path, "specifiers": SPECIFIERS}
        answers.append(node.run_node("builds/bundles.mjs", question))
    return answers


def digest_of(table: str) -> str:
    """The table with the digest of its cases, and of the tree in which the bundlers find them."""
    each = ((case.tool, case.path, case.text, sorted(case.left)) for case in cases())
    return with_digest(table, [TREE, LINKS, SPECIFIERS, *each], *ASKING)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        found = ask_bundlers(list(cases()), Path(scratch))
        TABLE.write_text(with_answers(found), encoding="utf-8")
    TABLE.write_text(digest_of(TABLE.read_text(encoding="utf-8")), encoding="utf-8")
