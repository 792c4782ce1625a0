"""Mocks under other names, in tables and through helpers: they move with what they mock, or hold it back."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, check_diagnostics, check_fix, check_no_fix, fix_project, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Status
from workflow_ls.proof.joined_fixes import FixOptions

OLD, NEW = "@shared/workflow/runtime/client", "@alga-psa/workflows/runtime/client"

# A module under test that imports what its tests mock.
SUBJECT = """
//- /packages/mail/package.json
{ "name": "@x/mail", "dependencies": { "@alga-psa/workflows": "*" } }
//- /packages/mail/src/send.ts
import { client } from '{path}';
export const send = () => client;
"""
USE = "const { send } = await import('./send');\nsend();\n"

# What a test file says before it uses the module under test; all of it mocks the client.
MOVING = [
    "import { vi as v } from 'vitest';\nv.mock('{path}', () => ({ client: 2 }));",
    "import * as vt from 'vitest';\nvt.vi.mock('{path}', () => ({ client: 2 }));",
    "const { doMock: later } = vi;\nlater('{path}', () => ({ client: 2 }));",
    "const mocker = vi;\nmocker.doMock('{path}');",
    "(jest as any).mock('{path}', () => ({ client: 2 }));",
    "jest['mock']('{path}');",
    "import { rs } from '@rstest/core';\nrs.mock('{path}', () => ({ client: 2 }));",
    "const mockModule = (path: string) => vi.doMock(path, () => ({ client: 2 }));\nmockModule('{path}');",
    "it.each(['{path}', './another'])('%s', (path) => { vi.doMock(path); });",
    "for (const path of PATHS) vi.doMock(path, () => ({ client: 2 }));\nconst PATHS = ['{path}'];",
    "import { mock as m } from 'bun:test';\nm.module('{path}', () => ({ client: 2 }));",
    "import * as td from 'testdouble';\nawait td.replaceEsm('{path}', { client: 2 });",
    "import mockery from 'mockery';\nmockery.registerMock('{path}', { client: 2 });",
    "import esmock from 'esmock';\nconst s = await esmock('./send', { '{path}': { client: 2 } });",
    "import proxyquire from 'proxyquire';\nconst s = proxyquire('./send', { '{path}': { client: 2 } });",
    "import proxyquire from 'proxyquire';\nconst stubs = {};\nstubs['{path}'] = { client: 2 };\nproxyquire('./send', stubs);",
    (
        "import esmock from 'esmock';\nconst stubs: Record<string, unknown> = { './other': {} };\n"
        "beforeEach(() => { stubs['{path}'] = { client: 2 }; });\nconst s = await esmock('./send', stubs);"
    ),
    (
        "import esmock from 'esmock';\nlet stubs;\nbeforeEach(() => { stubs = { '{path}': { client: 2 } }; });\n"
        "const s = await esmock('./send', {}, stubs);"
    ),
    (
        "const proxyquire = require('proxyquire');\nconst stubs = {};\nObject.assign(stubs, { '{path}': { client: 2 } });\n"
        "proxyquire('./send', stubs);"
    ),
    (
        "import proxyquire from 'proxyquire';\nconst PATH = '{path}';\nconst stubs = {};\nstubs[PATH] = { client: 2 };\n"
        "proxyquire('./send', stubs);"
    ),
    "vi.mock(await import('{path}'), () => ({ client: 2 }));",
    "vi.doMock((await import('{path}')) as never, () => ({ client: 2 }));",
]

WRITE = "Write the specifier into the mocking call."


@pytest.mark.parametrize("mock", MOVING)
def test_a_mock_moves_with_the_module_that_it_mocks(mock: str) -> None:
    text = f"{SUBJECT}//- /packages/mail/src/send.test.ts\n{mock}\n{USE}"
    check_fix(text.replace("{path}", OLD), text.replace("{path}", NEW), base=SOUND)
    check_no_fix(text.replace("{path}", NEW), base=SOUND)


@pytest.mark.parametrize("mock", MOVING)
def test_it_holds_the_import_back_if_it_cannot_move(mock: str) -> None:
    """The test loads the legacy module by its own path, too, so that the mock stays."""
    text = (
        f"{SUBJECT}//- /packages/mail/src/send.test.ts\n{mock}\n{USE}"
        "const { old } = await import('./other');\nsend(old);\n"
        "//- /packages/mail/src/other.ts\n"
        "// workflow-ls-ignore-file deprecated-relative-import: later\n"
        "import { client } from '../../../shared/workflow/runtime/client';\nexport const old = client;\n"
    )
    check_no_fix(text.replace("{path}", OLD), base=SOUND)


@pytest.mark.parametrize(
    ("mock", "shown"),
    [
        ("const name = 'client';\nvi.doMock(`@shared/workflow/runtime/${name}`);", "@shared/workflow/runtime/"),
        ("vi.doMock('@shared/workflow/runtime/' + name);", "@shared/workflow/runtime/"),
        ("vi.doMock(`@shared/workflow/run${name}`);", "@shared/workflow/run"),
        (f"vi.doMock(pick(['{OLD}']));", OLD),
        (f"it.each(rows('{OLD}'))('%s', (path) => {{ jest.doMock(path); }});", OLD),
        (f"const mocks = {{ stub(path) {{ vi.doMock(path); }} }};\nmocks.stub('{OLD}');", OLD),
        (f"const paths = read();\npaths.push('{OLD}');\nfor (const path of paths) vi.doMock(path);", OLD),
    ],
)
def test_a_computed_mock_holds_back_what_its_file_names(mock: str, shown: str) -> None:
    text = SUBJECT.replace("{path}", OLD) + f"//- /packages/mail/src/send.test.ts\n{mock}\n{USE}"
    reason = f"packages/mail/src/send.test.ts computes what it mocks, which may be `{shown}`. {WRITE}"
    assert held_back(text) == {"packages/mail/src/send.ts": [reason]}
    check_no_fix(text, base=SOUND)


def test_it_holds_nothing_else_back() -> None:
    text = f"{SUBJECT}//- /packages/mail/src/send.test.ts\nvi.doMock(`@shared/workflow/streams/${{name}}`);\n{USE}"
    check_fix(text.replace("{path}", OLD), text.replace("{path}", NEW), base=SOUND)


def test_nor_what_the_test_does_not_load() -> None:
    text = f"{SUBJECT}//- /packages/mail/src/other.test.ts\nvi.doMock(pick(['{OLD}']));\n"
    check_fix(text.replace("{path}", OLD), text.replace("{path}", NEW), base=SOUND)


def test_the_string_stays_with_the_import() -> None:
    """A string that may be mocked is not rewritten on request either."""
    text = SUBJECT.replace("{path}", OLD) + f"//- /packages/mail/src/send.test.ts\nvi.doMock(pick(['{OLD}']));\n{USE}"
    assert fix_project(open_project(text, base=SOUND)[1], FixOptions(unsafe=True), base=SOUND) == {}
    text = text.replace(f"vi.doMock(pick(['{OLD}']))", f"glob('{OLD}')")
    assert len(fix_project(open_project(text, base=SOUND)[1], FixOptions(unsafe=True), base=SOUND)) == 2


def test_a_stub_relative_to_the_subject_holds_its_import_back() -> None:
    text = """
//- /packages/mail/src/send.ts
import { client } from '../../../shared/workflow/runtime/client';
export const send = () => client;
//- /packages/mail/test/send.test.js
const proxyquire = require('proxyquire').noCallThru();
const { send } = proxyquire('../src/send', { '../../../shared/workflow/runtime/client': { client: 2 } });
send();
"""
    reason = (
        "packages/mail/test/send.test.js mocks `../../../shared/workflow/runtime/client`, and "
        "packages/mail/src/send.ts loads it by that path. Move the mock and the import by hand."
    )
    assert held_back(text) == {"packages/mail/src/send.ts": [reason]}


def test_a_mock_that_is_not_hoisted_is_too_late() -> None:
    check_diagnostics(
        """
//- /packages/mail/src/send.ts
import { client } from '@alga-psa/workflows/runtime/client';
export const send = () => client;
//- /packages/mail/src/send.test.ts
import { vi as v } from 'vitest';
import { send } from './send';
v.mock('@alga-psa/workflows/runtime/client', () => ({ client: 2 }));
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ mock-mismatch blocked: `vi.doMock` is not hoisted
send();
""",
        base=SOUND,
        rules={"mock-mismatch"},
    )


def test_a_key_that_only_a_table_of_mocks_has_is_flagged() -> None:
    check_diagnostics(
        """
//- /packages/mail/src/send.ts
export const send = () => 1;
//- /packages/mail/src/send.test.ts
import esmock from 'esmock';
const { send } = await esmock('./send', { '@alga-psa/workflows/runtime/client': { client: 2 } });
//                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ mock-mismatch blocked: the test loads no
send();
""",
        base=SOUND,
        rules={"mock-mismatch"},
    )


@pytest.mark.parametrize("mock", MOVING)
@pytest.mark.parametrize("file", ["send.ts", "send.test.ts"])
def test_a_fix_of_one_file_takes_the_mock_along(mock: str, file: str) -> None:
    text = f"{SUBJECT}//- /packages/mail/src/send.test.ts\n{mock}\n{USE}"
    workspace = open_project(text.replace("{path}", OLD), base=SOUND)[1]
    changes = Analysis(workspace).fix((f"packages/mail/src/{file}",), FixOptions())
    after = {change.path: change.after.decode() for change in changes}
    assert sorted(after) == ["packages/mail/src/send.test.ts", "packages/mail/src/send.ts"]
    assert all(OLD not in each and NEW in each for each in after.values())


@pytest.mark.parametrize("mock", MOVING)
def test_a_fix_of_one_file_leaves_what_a_mock_holds(mock: str) -> None:
    """The mock is kept, so that the import would lose it."""
    kept = f"// workflow-ls-ignore-file deprecated-import: later\n{mock}"
    text = f"{SUBJECT}//- /packages/mail/src/send.test.ts\n{kept}\n{USE}"
    workspace = open_project(text.replace("{path}", OLD), base=SOUND)[1]
    assert not Analysis(workspace).fix(("packages/mail/src/send.ts",), FixOptions())


def held_back(text: str) -> dict[str, list[str]]:
    """The reasons of the imports that are blocked, by file."""
    over, workspace = open_project(text, base=SOUND)
    analysis = Analysis(workspace, {"deprecated-import", "deprecated-relative-import"})
    found = {path.lstrip("/"): analysis.check_file(path.lstrip("/")) for path in over.files}
    reasons = {path: [f.reason for f in each if f.status is Status.BLOCKED] for path, each in found.items()}
    return {path: [reason for reason in each if reason] for path, each in reasons.items() if each}
