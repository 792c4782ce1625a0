"""The packages of a pnpm workspace: pnpm-workspace.yaml in, its patterns out; and the directories that match."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from tests.child_processes import printed_by
from workflow_ls.project.configuration.pnpm_workspace import pnpm_packages


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("catalog:\n  zod: ^3\n", []),
        ("packages:\n  - a\n  - 'b/*'\n  - \"c/**\"\n", ["a", "b/*", "c/**"]),
        ("# all\npackages:   # ours\n- a # one\n\n- '!b'\ncatalog:\n  - c\n", ["a", "!b"]),
        ("packages: []\n", []),
        ("packages: [a, 'b/*',\n  \"c\"]\n", ["a", "b/*", "c"]),
        ("packages:\n  - &one a\n  - *one\n", ["a", "a"]),
        ("all: &all\n  - a\n  - b\npackages: *all\n", ["a", "b"]),
        ("base: &base\n  packages: [a]\n<<: *base\n", ["a"]),
        ("packages:\n  - >-\n    a/*\n  - |-\n    b\n", ["a/*", "b"]),
        ('packages:\n  - "a\\u002fb"\n', ["a/b"]),
        ("packages:\n  - 'it''s'\n", ["it's"]),
        ("%YAML 1.2\n---\npackages:\n  - a\n", ["a"]),
        ("{packages: [a, b]}", ["a", "b"]),
        ('? packages\n: - a\n  - "b"\n', ["a", "b"]),
        ("\ufeffpackages:\r\n  - a\r\n  - b\r\n", ["a", "b"]),
        ("packages:\n  - a\n  - 3\n  - [b]\n", ["a"]),
        ("nested:\n  packages:\n    - a\n", []),
        ("packages: {a: b}\n", []),
        ("packages:\n  - [a\n", []),
        ("packages:\n\t- a\n  b: {{ x }}\n", []),
        ("packages:\n  - a: 1\n", []),
    ],
)
def test_the_patterns_of_a_workspace(text: str, found: list[str]) -> None:
    assert list(pnpm_packages(text.encode())) == found


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        ("['*']", ["a", "d"]),
        ("['libs/*', '!libs/b']", ["libs/c"]),
        ("['libs/**', '!**/test/**']", ["libs/b", "libs/b/deep/e", "libs/c"]),
        ("['./libs/{b,c}/']", ["libs/b", "libs/c"]),
        ("['{a,libs/b}']", ["a", "libs/b"]),
        ("['libs/[bx]']", ["libs/b"]),
        ("['!a', '*']", ["d"]),
    ],
)
def test_the_directories_that_patterns_match(patterns: str, found: list[str]) -> None:
    places = ("a", "d", "libs/b", "libs/c", "libs/b/deep/e", "libs/b/test/f", "libs/b/node_modules/g")
    text = "".join(f'//- /{place}/package.json\n{{ "name": "{place}" }}\n' for place in places)
    _, workspace = open_project(f"//- /pnpm-workspace.yaml\npackages: {patterns}\n{text}", base="")
    assert sorted(member.directory for member in workspace.packages.members().values()) == found


@pytest.mark.slow
def test_a_plain_list_loads_no_library() -> None:
    script = (
        "import sys\nfrom workflow_ls.project.configuration.pnpm_workspace import pnpm_packages\n"
        "assert pnpm_packages(b'packages:\\n  - a/*\\ncatalog:\\n  zod: ^3\\n') == ('a/*',)\n"
        "print('ruamel' in {name.split('.')[0] for name in sys.modules})"
    )
    assert printed_by(script) == "False"
