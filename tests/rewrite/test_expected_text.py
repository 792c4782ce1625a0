"""Imports that a test expects, as text, in the file that has them."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, change, check_diagnostics, check_fix, open_project
from workflow_ls.rewrite.expected_text import ExpectedText

OLD, NEW = "@shared/workflow/runtime/client", "@alga-psa/workflows/runtime/client"
BASE = SOUND + '//- /packages/a/package.json\n{ "name": "a", "dependencies": { "@alga-psa/workflows": "*" } }\n'
SEND = f"//- /packages/a/send.ts\nimport {{ client }} from '{OLD}';\nexport const send = () => client;\n"
READ = "import { readFileSync } from 'node:fs';\nconst text = readFileSync('packages/a/FILE', 'utf8');\n"


def reading(name: str, line: str) -> str:
    return f"//- /packages/a/wiring.test.ts\n{READ.replace('FILE', name)}{line}\n"


def test_an_import_stays_if_a_test_expects_its_text() -> None:
    line = f"expect(text).toContain(\"import {{ client }} from '{OLD}';\");"
    check_diagnostics(
        f"""
        //- /packages/a/send.ts
        import {{ client }} from '{OLD}';
                                {"^" * len(OLD)} deprecated-import blocked: packages/a/wiring.test.ts expects this text in the file, and would fail. …
        export const send = () => client;
        """,
        base=BASE + reading("send.ts", line),
        rules={"deprecated-import"},
    )


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("other.ts", f"expect(text).toContain(\"from '{OLD}'\");"),
        ("send.ts", f"expect(text).not.toContain(\"from '{OLD}'\");"),
        ("send.ts", f"expect(text).toContain(\"import {{ other }} from '{OLD}'\");"),
        ("send.ts", "expect(text).toContain('export const send');"),
    ],
)
def test_others_are_rewritten(name: str, line: str) -> None:
    check_fix(SEND, SEND.replace(OLD, NEW), base=BASE + reading(name, line))


def test_a_mock_stays_if_a_test_expects_its_text() -> None:
    mocking = f"//- /packages/a/send.test.ts\nvi.mock('{OLD}', () => ({{ client: 2 }}));\n"
    check_fix(mocking, mocking, base=BASE + reading("send.test.ts", f"expect(text).toContain(\"vi.mock('{OLD}'\");"))


def test_typing_in_a_test_that_expects_text_looks_at_no_other_file() -> None:
    line = f"expect(text).toContain(\"import {{ client }} from '{OLD}';\");"
    files = SEND + SEND.replace("send.ts", "post.ts") + reading("send.ts", line)
    _, workspace = open_project(files, base=BASE)
    expected = workspace.component(ExpectedText)
    assert [*expected.all()] == ["packages/a/send.ts"]
    path = "packages/a/wiring.test.ts"
    text = (workspace.files.untracked.read(path) or b"").decode()
    change(workspace, path, f"// a comment\n{text}const more = 1;\n")
    assert [*expected.all()] == ["packages/a/send.ts"]
    assert workspace.database.count_renewed(ExpectedText._covered) == 0
    change(workspace, path, text.replace("send.ts", "post.ts"))
    assert [*expected.all()] == ["packages/a/post.ts"]
