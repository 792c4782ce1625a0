"""Ways to load modules that a manifest or a test runner states: `NODE_PATH`, `module-alias`, Babel, `require` in Jest."""

from __future__ import annotations

import json

import pytest

from tests.checks import SOUND, check_no_fix, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Status

LEGACY = "import { client } from '@shared/workflow/runtime/client';\nclient;\n"
BARE = "import { client } from 'workflow/runtime/client';\nclient;\n"
VERIFIED = str(Status.VERIFIED)


def outcome(manifest: dict[str, object], source: str, more: str = "", base: str = SOUND, name: str = "main.ts") -> str:
    """What becomes of the import of a file, "" if nothing is found."""
    whole = {"name": "desk", "dependencies": {"@alga-psa/workflows": "*"}, **manifest}
    text = f"//- /apps/desk/package.json\n{json.dumps(whole)}\n//- /apps/desk/src/{name}\n{source}{more}"
    _, workspace = open_project(text, base=base)
    found = [d for d in Analysis(workspace).check().diagnostics if d.path == f"apps/desk/src/{name}"]
    return "".join(str(d.status) if d.cause is None else d.cause.reason for d in found)


@pytest.mark.parametrize(
    "script",
    [
        "NODE_PATH=./shared jest",
        "NODE_PATH=$ROOT/shared jest",
        "NODE_PATH=/opt/shared node main.js",
        "MY_NODE_PATH=../../shared jest",
        "jest",
    ],
)
def test_a_bare_name_that_no_script_serves(script: str) -> None:
    assert outcome({"scripts": {"test": script}}, BARE) == ""


@pytest.mark.parametrize(
    "script",
    [
        "NODE_PATH=../../shared jest",
        "cross-env NODE_PATH=src:../../shared node main.js",
        "tsc && NODE_PATH='../../shared/' node dist/main.js",
        'NODE_ENV=test NODE_PATH="src:../../shared" mocha',
    ],
)
def test_a_bare_name_that_a_script_serves(script: str) -> None:
    assert outcome({"scripts": {"test": script}}, BARE) == VERIFIED


RESOLVER = {"plugins": [["module-resolver", {"extensions": [".ts"], "alias": {"@shared": "../../shared", "@alga-psa/workflows": "TO"}}]]}  # fmt: skip


@pytest.mark.parametrize(("target", "right"), [("../../ee/packages/workflows/src", True), ("./stale", False)])
@pytest.mark.parametrize(
    ("manifest", "source"),
    [
        ({"babel": RESOLVER}, LEGACY),
        ({"babel": {"env": {"test": RESOLVER}}}, LEGACY),
        ({"_moduleAliases": {"flow": "../../shared/workflow", "@alga-psa/workflows": "TO"}}, LEGACY.replace("@shared/workflow", "flow")),
        ({"_moduleAliases": {"@shared": "../../shared", "@alga-psa": "./none", "@alga-psa/workflows": "TO"}}, LEGACY),
    ],
)  # fmt: skip
def test_what_a_manifest_leads_elsewhere(manifest: dict[str, object], source: str, target: str, right: bool) -> None:
    found = outcome(json.loads(json.dumps(manifest).replace("TO", target)), source)
    elsewhere = (
        "the alias `@alga-psa/workflows` in apps/desk/package.json leads `@alga-psa/workflows/runtime/client` nowhere"
    )
    assert found == VERIFIED if right else found.startswith(elsewhere)


ONLY_IMPORT = SOUND.replace('"./src/runtime/*.ts"', '{ "import": "./src/runtime/*.ts" }')
EITHER = SOUND.replace('"./src/runtime/*.ts"', '{ "import": "./src/runtime/*.ts", "require": "./src/runtime/*.ts" }')
IN_BROWSER = SOUND.replace(
    '"./src/runtime/*.ts"', '{ "browser": "./src/runtime/*.ts", "import": "./src/runtime/*.ts" }'
)
CONFIG = "//- /apps/desk/jest.config.js\nmodule.exports = "


@pytest.mark.parametrize(
    ("base", "config", "name"),
    [
        (EITHER, f"{CONFIG}{{ testEnvironment: 'node' }};", "main.ts"),
        (ONLY_IMPORT, f"{CONFIG}{{ extensionsToTreatAsEsm: ['.ts'] }};", "main.ts"),
        (ONLY_IMPORT, f"{CONFIG}{{ testEnvironmentOptions: {{ customExportConditions: ['import'] }} }};", "main.ts"),
        (ONLY_IMPORT, f"{CONFIG}{{ moduleNameMapper: {{ '^@alga-psa/workflows/(.*)$': '<rootDir>/../../ee/packages/workflows/src/$1' }} }};", "main.ts"),
        (ONLY_IMPORT, f"{CONFIG}{{ }};", "main.mts"),
        (IN_BROWSER, f"{CONFIG}{{ testEnvironment: 'jsdom' }};", "main.tsx"),
        (ONLY_IMPORT, "//- /apps/desk/vitest.config.ts\nexport default {};", "main.ts"),
        (ONLY_IMPORT, "", "main.ts"),
    ],
)  # fmt: skip
def test_a_runner_that_finds_the_target(base: str, config: str, name: str) -> None:
    assert outcome({}, LEGACY, config, base, name) == VERIFIED


@pytest.mark.parametrize(
    ("base", "config", "name"),
    [
        (ONLY_IMPORT, f"{CONFIG}{{ testEnvironment: 'node' }};", "main.ts"),
        (ONLY_IMPORT, f"{CONFIG}{{ preset: 'ts-jest' }};", "main.test.ts"),
        (ONLY_IMPORT, "//- /apps/desk/jest.config.ts\nimport type { Config } from 'jest';\nexport default { testEnvironment: 'jsdom' } satisfies Config;", "view.tsx"),
        (IN_BROWSER, f"{CONFIG}{{ testEnvironment: 'node' }};", "main.ts"),
        (ONLY_IMPORT, f"{CONFIG}{{ moduleNameMapper: {{ '^@shared/(.*)$': '<rootDir>/../../shared/$1' }} }};", "main.ts"),
    ],
)  # fmt: skip
def test_a_runner_that_requires(base: str, config: str, name: str) -> None:
    reason = outcome({}, LEGACY, config, base, name)
    assert reason.startswith("apps/desk/jest.config.")
    assert reason.endswith(
        " loads `@alga-psa/workflows/runtime/client` by `require`,"
        " for which the `exports` of ee/packages/workflows/package.json have nothing"
    )


def test_nothing_is_written_for_a_runner_that_requires() -> None:
    text = f'//- /apps/desk/package.json\n{{ "name": "desk" }}\n//- /apps/desk/src/main.ts\n{LEGACY}{CONFIG}{{}};'
    check_no_fix(text, base=ONLY_IMPORT)
