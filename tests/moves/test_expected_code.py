"""Cutovers of tests that read source files: the code that they expect, and the code that must not be there."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import pytest

from tests.moves.cuts import CANONICAL, LEGACY, MODULE, SOURCES, TREE, cut, plan_of

UP = "../../../../../shared/workflow"
# A canonical module that imports a moved one by its path.
USER = f"//- /{SOURCES}runtime/b.ts\nimport {{ a }} from '{UP}/runtime/a';\nexport const b = a;\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"expect(source).toContain(\"from '{UP}/runtime/a'\");", "expect(source).toContain(\"from './a'\");"),
        (f"expect(source).toContain('from \\'{UP}/runtime/a\\'');", "expect(source).toContain('from \\'./a\\'');"),
        (f"expect(source.includes('{UP}/runtime/a')).toBe(true);", "expect(source.includes('./a')).toBe(true);"),
        (f"const wanted = '{UP}/runtime/a'; expect(source).toContain(wanted);", "const wanted = './a'; expect(source).toContain(wanted);"),
        (f"expect(source).toContain(`{{ a }} from '{UP}/runtime/a';\nexport`);", "expect(source).toContain(`{ a } from './a';\nexport`);"),
        (f"expect(source).not.toContain('{UP}/runtime/a');", f"expect(source).not.toContain('{UP}/runtime/a');"),
    ],
)  # fmt: skip
def test_a_relative_import_is_expected_as_it_will_be(old: str, new: str) -> None:
    left = cut(f"{MODULE}\n{USER}//- /{SOURCES}runtime/b.test.ts\n{old}")
    assert left[f"{SOURCES}runtime/b.test.ts"] == f"{new}\n"
    assert "from './a'" in left[f"{SOURCES}runtime/b.ts"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@shared/workflow/runtime", "@alga-psa/workflows/runtime"),
        (LEGACY, CANONICAL),
        (f"{LEGACY}';", f"{CANONICAL}';"),
    ],
)
def test_a_part_of_a_specifier(old: str, new: str) -> None:
    left = cut(
        f"{MODULE}\n//- /{TREE}runtime/index.ts\nexport * from './a';\n//- /packages/a/a.ts\nimport a from '{LEGACY}';\n"
        "//- /packages/b/b.ts\nimport { a } from '@shared/workflow/runtime';\n"
        f'//- /packages/a/a.test.ts\nexpect(source).toContain("{old}");'
    )
    assert left["packages/a/a.test.ts"] == f'expect(source).toContain("{new}");\n'


def test_an_import_that_parts() -> None:
    left = cut(
        f"//- /{TREE}index.ts\nexport * from './a';\n//- /{TREE}a.ts\nexport const a = 1;\n"
        "//- /packages/a/a.ts\nimport { a } from '@shared/workflow';\n"
        "//- /packages/a/a.test.ts\nexpect(source).toContain(\"from '@shared/workflow'\");"
    )
    assert left["packages/a/a.test.ts"] == "expect(source).toContain(\"from '@alga-psa/workflows/a'\");\n"


def test_what_no_file_holds_is_expected_by_its_specifier() -> None:
    left = cut(f"{MODULE}\n//- /packages/a/a.test.ts\nexpect(source).toContain(\"from '{LEGACY}'\");")
    assert left["packages/a/a.test.ts"] == f"expect(source).toContain(\"from '{CANONICAL}'\");\n"


OTHER = f"//- /packages/a/c.ts\nimport {{ a }} from '../../shared/workflow/runtime/a';\n//- /{SOURCES}c.ts\nimport {{ a }} from '../../../../shared/workflow/runtime/a';\n"


@pytest.mark.parametrize(
    ("files", "text", "told"),
    [
        ("//- /packages/a/notes.txt\nold: from '@shared/workflow/runtime/a'\n", f"expect(text).toContain(\"from '{LEGACY}'\");", "no file that changes contains this text"),
        (f"//- /packages/a/c.ts\n// once from '{LEGACY}'\n", f"expect(source).toContain(\"from '{LEGACY}'\");", "no file that changes contains this text"),
        (OTHER, "expect(source).toContain(\"shared/workflow/runtime/a'\");", "the files that contain this text change in another way"),
        ("", f"expect(source).toContain(\"from '{UP}/runtime/a'\");", "no file that changes contains this text"),
        ("", f"expect(source).not.toContain('{LEGACY}');", "it is a check that the old module is gone, or unused"),
        ("", "expect(existsSync(join(root, 'shared', 'workflow', 'runtime', 'a.ts'))).toBe(false);", "a test expects that there is nothing at this path"),
        ("", "expect(existsSync(join(root, 'shared/workflow/runtime/a.ts'))).toBe(false);", "it is a check that the old module is gone, or unused"),
        ("", "expect(existsSync(new URL('../../shared/workflow/runtime/a.ts', import.meta.url))).toBe(false);", "a test expects that there is nothing at this path"),
        ("", "expect(group('shared/workflow/runtime/a.ts')).toBe('shared/workflow');", "its use shows neither a path nor a specifier"),
    ],
)  # fmt: skip
def test_what_is_left_to_a_person(files: str, text: str, told: str) -> None:
    plan = plan_of(f"{MODULE}\n{files}//- /packages/a/a.test.ts\n{text}")
    assert plan.problems == ()
    assert "packages/a/a.test.ts" not in plan.after
    mentions = [o for o in plan.other_mentions if o.path == "packages/a/a.test.ts"]
    assert mentions
    assert all((o.kind, told in o.text) == ("path string", True) for o in mentions)


def test_the_moved_test_expects_what_moved_along() -> None:
    text = f"import '../lib/x';\nexpect(source).toContain(\"'{LEGACY}'\");\n"
    left = cut(
        f"{MODULE}\n//- /{TREE}lib/x.ts\nimport '{LEGACY}';\n//- /{TREE}runtime/x.test.ts\n{text}"
        f"//- /packages/a/a.ts\nimport '{LEGACY}';"
    )
    assert "toContain(\"'" in left[f"{SOURCES}runtime/x.test.ts"]
