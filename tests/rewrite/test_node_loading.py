"""A script that Node runs as it is keeps what Node can load, and loses nothing where Node could load nothing."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, open_project
from workflow_ls.analysis import Analysis

SHARED = "@alga-psa/shared/workflow/runtime/client"
MAPPED = '//- /shared/package.json\n{ "name": "@alga-psa/shared", "exports": { "./workflow/*": %s } }\n'
SCRIPT = "//- /shared/workflow/runtime/client.js\nexport const client = 1;\n"
TYPED = "//- /shared/workflow/runtime/client.d.ts\nexport declare const client: 1;\n"
ALIAS = """
//- /tsconfig.json
{ "compilerOptions": { "baseUrl": ".", "paths": { "@shared/*": ["shared/*"], "@alga-psa/shared/*": ["shared/*"] } } }
"""
PATH = "packages/a/run.mjs"


def status_of(line: str, files: str = "", *, path: str = PATH) -> str:
    text = f"{files}\n//- /{path}\n{line}\n"
    (found,) = Analysis(
        open_project(text, base=SOUND)[1], {"deprecated-import", "deprecated-relative-import"}
    ).check_file(path)
    assert found.status is not None
    return found.status.value


@pytest.mark.parametrize(
    ("specifier", "files"),
    [
        # Nothing but an alias of TypeScript leads to the module.
        ("@shared/workflow/runtime/client", ALIAS),
        ("@shared/workflow/runtime/client", ""),
        # The package is found, with a TypeScript file in it.
        (SHARED, ALIAS),
        (SHARED, MAPPED % '"./workflow/*.ts"'),
        (SHARED, MAPPED % '{ "require": "./workflow/*.ts", "import": "./workflow/*.ts" }'),
        (f"{SHARED}.js", ""),
        # Its manifest excludes the module, or has no such condition.
        (SHARED, MAPPED % "null" + SCRIPT),
        (SHARED, MAPPED % '{ "require": "./workflow/*.js" }' + SCRIPT),
        # A path leads to TypeScript only.
        ("../../shared/workflow/runtime/client", ""),
        ("../../shared/workflow/runtime/client.js", ""),
        ("../../shared/workflow/runtime/client.ts", ""),
        # The module is gone.
        ("@shared/workflow/runtime/client", "//- /shared/workflow/runtime/client.ts\nexport {};\n"),
    ],
)
def test_what_node_could_not_load_gets_no_worse(specifier: str, files: str) -> None:
    use = f"import '{specifier}';" if "export {}" in files else f"import {{ client }} from '{specifier}';"
    assert status_of(use, files) == "verified"


@pytest.mark.parametrize(
    ("specifier", "files"),
    [
        (SHARED, SCRIPT),
        (f"{SHARED}.js", SCRIPT),
        (SHARED, SCRIPT + TYPED),
        (SHARED, MAPPED % '"./workflow/*.js"' + SCRIPT),
        (SHARED, MAPPED % '{ "types": "./workflow/*.ts", "default": "./workflow/*.js" }' + SCRIPT),
        # A build makes it.
        (SHARED, MAPPED % '"./dist/workflow/*.js"'),
        ("../../shared/workflow/runtime/client.js", SCRIPT),
        ("../../shared/workflow/runtime/client.js", SCRIPT + TYPED),
        ("@shared/workflow/runtime/client", "//- /node_modules/@shared/workflow/runtime/client.js\nexport {};\n"),
    ],
)
@pytest.mark.parametrize("form", ["import {{ client }} from '{}';", "const {{ client }} = await import('{}');"])
def test_what_node_could_load_must_stay_so(form: str, specifier: str, files: str) -> None:
    assert status_of(form.format(specifier), files + ALIAS) == "blocked"


def test_require_reads_its_own_condition() -> None:
    line, path = f"const {{ client }} = require('{SHARED}');", "packages/a/run.cjs"
    assert status_of(line, MAPPED % '{ "require": "./workflow/*.js" }' + SCRIPT, path=path) == "blocked"
    assert status_of(line, MAPPED % '{ "import": "./workflow/*.js" }' + SCRIPT, path=path) == "verified"
    relative = "const { client } = require('../../shared/workflow/runtime/client');"
    assert status_of(relative, SCRIPT, path=path) == "blocked"
    assert status_of(relative, path=path) == "verified"
