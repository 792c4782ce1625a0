"""A dependency that closes a cycle of packages is added on request only."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, check_diagnostics, check_fix, check_no_fix
from workflow_ls.proof.joined_fixes import FixOptions

EXPORTS = '"exports": { "./runtime/*": "./src/runtime/*.ts" }'
LINE = "import { client } from '@shared/workflow/runtime/client';"
NEW = "import { client } from '@alga-psa/workflows/runtime/client';"


def canonical(dependencies: str) -> str:
    return f'//- /ee/packages/workflows/package.json\n{{ "name": "@alga-psa/workflows", {EXPORTS}, {dependencies} }}\n'


def package(name: str, fields: str) -> str:
    return f'//- /packages/{name}/package.json\n{{ "name": "{name}", {fields} }}\n'


CODE = f"//- /packages/web/src/a.ts\n{LINE}\n"
AFTER = f"//- /packages/web/src/a.ts\n{NEW}\n"
PLAIN, ADDED = '"dependencies": { "x": "1" }', '"dependencies": { "@alga-psa/workflows": "*", "x": "1" }'


@pytest.mark.parametrize(
    "others",
    [
        canonical('"dependencies": { "y": "1" }'),
        canonical('"dependencies": { "mid": "*" }') + package("mid", '"dependencies": { "y": "1" }'),
        # Two others that depend on each other are no cycle with this one.
        canonical('"dependencies": { "mid": "*" }') + package("mid", '"dependencies": { "@alga-psa/workflows": "*" }'),
        # An installed package of the same name as none of the workspace.
        canonical('"dependencies": { "z": "1" }')
        + '//- /node_modules/z/package.json\n{ "dependencies": { "web": "1" } }\n',
    ],
)
def test_without_a_cycle_it_is_added(others: str) -> None:
    check_fix(others + package("web", PLAIN) + CODE, package("web", ADDED) + AFTER, base=SOUND)


@pytest.mark.parametrize("field", ["dependencies", "devDependencies", "peerDependencies"])
@pytest.mark.parametrize("through", ["web", "mid"])
def test_with_one_it_is_added_on_request(field: str, through: str) -> None:
    others = canonical(f'"{field}": {{ "{through}": "*" }}') + package("mid", f'"{field}": {{ "web": "*" }}')
    text = others + package("web", PLAIN) + CODE
    check_no_fix(text, base=SOUND)
    check_fix(text, package("web", ADDED) + AFTER, base=SOUND, options=FixOptions(unsafe=True))


def test_the_reason_names_the_cycle() -> None:
    check_diagnostics(
        """
        //- /ee/packages/workflows/package.json
        { "name": "@alga-psa/workflows", "exports": { "./runtime/*": "./src/runtime/*.ts" }, "dependencies": { "mid": "*" } }
        //- /packages/mid/package.json
        { "name": "mid", "dependencies": { "web": "*" } }
        //- /packages/web/package.json
        { "name": "web" }
        //- /packages/web/src/a.ts
        import { client } from '@shared/workflow/runtime/client';
                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: the dependency on `@alga-psa/workflows` would close a cycle of packages (`web` > `@alga-psa/workflows` > `mid` > `web`). Remove the dependency of `mid` on `web`, or apply this fix by itself
        """,
        base=SOUND,
        rules={"deprecated-import"},
    )


def test_a_manifest_that_lacks_the_dependency_already() -> None:
    text = canonical('"dependencies": { "web": "*" }') + package("web", PLAIN) + AFTER
    check_no_fix(text, base=SOUND)
    check_fix(text, package("web", ADDED) + AFTER, base=SOUND, options=FixOptions(unsafe=True))


@pytest.mark.parametrize(
    "manifests",
    [
        package("web", ADDED),
        package("web", '"devDependencies": { "@alga-psa/workflows": "*" }'),
    ],
)
def test_what_is_declared_closes_no_new_one(manifests: str) -> None:
    check_fix(canonical('"dependencies": { "web": "*" }') + manifests + CODE, AFTER, base=SOUND)


def test_a_cycle_that_is_there_already_is_no_reason() -> None:
    others = canonical('"dependencies": { "web": "*" }') + package(
        "mid", '"dependencies": { "@alga-psa/workflows": "*" }'
    )
    before = package("web", '"dependencies": { "mid": "*" }')
    after = package("web", '"dependencies": { "@alga-psa/workflows": "*", "mid": "*" }')
    check_fix(others + before + CODE, after + AFTER, base=SOUND)
