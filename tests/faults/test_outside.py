"""Hostile and broken files that are no sources: each is read in bounded time, and never taken for something else."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from tests.moves.cuts import MODULE, plan_of
from workflow_ls.analysis import Analysis

CODE = "deprecated-reference"
BOMB = "a0: &a0 [shared/workflow]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))


def found(path: str, text: str) -> list[int]:
    """The places of the findings in a file."""
    _, workspace = open_project(f"//- /{path}\nx")
    workspace = workspace.fork({path: text.encode()})
    return [f.span.start for f in Analysis(workspace).check_file(path) if f.rule == CODE]


def test_yaml_that_repeats_itself() -> None:
    """A YAML file has anchors that repeat each other -> each place in the text counts once"""
    assert found("a.yml", BOMB) == [9]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 3000 + "shared/workflow",
        "a: &a [*a]\nb: shared/workflow",
        "a: !!python/object/apply:os.system ['touch x; shared/workflow']",
        "? ? ? ? shared/workflow",
        "a: 'shared/workflow",
        "%YAML 9.9\n---\na: shared/workflow",
        "\ta: shared/workflow",
        "a: b\n...\n---\n- shared/workflow\n---\n{: shared/workflow",
    ],
)
def test_strange_yaml(text: str) -> None:
    """A YAML file is broken, nested thousands deep, or names Python's types -> what it names is found, nothing runs"""
    assert found("a.yml", text)[0] == text.index("shared/workflow")


@pytest.mark.parametrize("text", ['{"a":' * 5000 + '"shared/workflow"', '{"a": "shared/workflow\\', "[" * 90_000])
def test_strange_json(text: str) -> None:
    """A JSON file is broken, or nested thousands deep -> it counts as not read, where it names the tree"""
    assert found("a.json", text) == ([text.index("shared/workflow")] if "shared" in text else [])


@pytest.mark.parametrize("path", ["Dockerfile", ".gitignore", "a.sh", "CODEOWNERS", "a.vue", "a.astro", "a.yml", "a.x"])
def test_long_lines(path: str) -> None:
    """A line of a script or a template has 200,000 characters -> it is read in bounded time"""
    for filler in ("a/", "shared/", "${a", "--x=", "<script ", '"', "../", "&& "):
        found(path, filler * (200_000 // len(filler)) + " shared/workflow")


def test_a_file_with_every_byte() -> None:
    """A file names the tree and is not UTF-8 -> it has no findings, and nothing in it is changed"""
    data = b"COPY shared/workflow x\n" + bytes(range(1, 256))
    _, workspace = open_project("//- /Dockerfile\nx")
    workspace = workspace.fork({"Dockerfile": data})
    assert Analysis(workspace).check_file("Dockerfile") == ()


def test_links_in_place_of_what_is_copied() -> None:
    """A path that a Dockerfile copies is a symbolic link to the tree -> the link is listed, the file stays"""
    plan = plan_of(f"{MODULE}\n//- /flows -> shared/workflow\n//- /Dockerfile\nCOPY flows x")
    assert "Dockerfile" not in plan.after
    assert [note.path for note in plan.notes] == ["flows"]
