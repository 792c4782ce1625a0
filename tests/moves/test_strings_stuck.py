"""Cutovers, string by string: those that no one path can stand in for, and paths without an ending."""

from __future__ import annotations

import pytest

from tests.moves.cuts import MODULE, SOURCES, TREE, plan_of

NEW = SOURCES[:-1]
# A row that parts the files of a folder, and a barrel that goes nowhere.
PARTED = (
    '//- /workflow-ls.json\n{ "modules": [{ "from": "@shared/workflow/runtime/data.json", '
    '"to": ["@alga-psa/workflows/lib/data.json"] }] }\n'
)
BARREL = f"//- /{TREE}index.ts\nexport * from './runtime/a';\n"
FILES = f"{MODULE}\n//- /{TREE}runtime/data.json\n{{}}\n//- /shared/lib/x.ts\nexport const x = 1;\n"


def told(before: str, path: str, text: str) -> list[str]:
    """What is listed of a file that holds `text` and stays as it is, but for its place."""
    plan = plan_of(f"{before}{FILES}//- /{path}\n{text};")
    assert plan.problems == ()
    new = path.replace(TREE, SOURCES)
    assert plan.after.get(new, f"{text};\n".encode()) == f"{text};\n".encode()
    return [found.text for found in plan.other_mentions if found.path == new]


@pytest.mark.parametrize("path", ["packages/a/b.ts", f"{TREE}runtime/b.ts"])
@pytest.mark.parametrize("text", ["shared/workflow/runtime", "shared/workflow/runtime/"])
def test_a_folder_whose_files_part(path: str, text: str) -> None:
    assert told(PARTED, path, f"glob('{text}')") == [
        f"{text}: the files of shared/workflow/runtime do not stay together"
    ]


@pytest.mark.parametrize(
    ("path", "text", "written"),
    [
        ("packages/a/b.ts", "join(root, 'shared', 'workflow', 'runtime')", "shared/workflow/runtime"),
        ("shared/lib/b.ts", "join(__dirname, '../workflow/runtime')", "../workflow/runtime"),
        ("shared/lib/b.ts", "glob('../workflow/runtime')", "../workflow/runtime"),
    ],
)
def test_a_folder_whose_files_part_found_in_another_way(path: str, text: str, written: str) -> None:
    assert told(PARTED, path, text) == [f"{written}: the files of shared/workflow/runtime do not stay together"]


@pytest.mark.parametrize(
    ("path", "text", "written"),
    [
        ("packages/a/b.ts", "glob('shared/workflow/index.ts')", "shared/workflow/index.ts"),
        ("packages/a/b.ts", "glob('shared/workflow/index')", "shared/workflow/index"),
        ("packages/a/b.ts", "glob('@shared/workflow')", "@shared/workflow"),
        ("packages/a/b.ts", "join(root, 'shared', 'workflow', 'index.ts')", "shared/workflow/index.ts"),
        ("shared/lib/b.ts", "join(__dirname, '../workflow/index.ts')", "../workflow/index.ts"),
        (f"{TREE}runtime/b.ts", "join(__dirname, '../index.ts')", "../index.ts"),
    ],
)
def test_a_barrel_that_goes_nowhere(path: str, text: str, written: str) -> None:
    assert told(BARREL, path, text) == [f"{written}: the barrel shared/workflow/index.ts is removed"]


@pytest.mark.parametrize("path", ["packages/a/b.ts", f"{TREE}runtime/b.ts"])
@pytest.mark.parametrize("specifier", ["@shared/workflow/none", "@shared/workflow"])
def test_a_specifier_of_nothing(path: str, specifier: str) -> None:
    assert told("", path, f"glob('{specifier}')") == [f"{specifier}: `{specifier}` names no file"]


@pytest.mark.parametrize(
    "text",
    [
        "join(__dirname, '../../../../../outside')",
        "glob('../workflow/runtime/a')",
        "join(__dirname, 'a')",
        "join(__dirname, 'a.js')",
        "f(['../nothing', '../../../../..'])",
    ],
)
def test_what_needs_no_word(text: str) -> None:
    assert told("", f"{TREE}runtime/b.ts", text) == []


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("packages/a/b.ts", "glob('shared/workflow/runtime/a')", f"glob('{NEW}/runtime/a')"),
        ("packages/a/b.ts", "glob('shared/workflow/runtime/a.js')", f"glob('{NEW}/runtime/a.js')"),
        ("packages/a/b.ts", "glob('../../shared/workflow/runtime/a')", f"glob('../../{NEW}/runtime/a')"),
        ("shared/lib/b.ts", "glob('../workflow/runtime/a.ts')", f"glob('../../{NEW}/runtime/a.ts')"),
        ("shared/lib/b.ts", "glob('../workflow/runtime/a')", f"glob('../../{NEW}/runtime/a')"),
        ("shared/lib/b.ts", "glob('../workflow/runtime')", f"glob('../../{NEW}/runtime')"),
        ("shared/lib/b.ts", "glob('../workflow/runtime/')", f"glob('../../{NEW}/runtime/')"),
        (
            "packages/a/b.ts",
            "join(root, 'shared', 'workflow', 'runtime', 'a')",
            "join(root, 'ee', 'packages', 'workflows', 'src', 'runtime', 'a')",
        ),
    ],
)
def test_paths_with_and_without_an_ending(path: str, old: str, new: str) -> None:
    plan = plan_of(f"{FILES}//- /{path}\n{old};")
    assert plan.after[path] == f"{new};\n".encode()
