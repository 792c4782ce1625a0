"""Relative specifiers that a fix writes inside the legacy tree."""

from __future__ import annotations

import pytest

from tests.checks import check_fix

BUNDLED = '{ "compilerOptions": { "moduleResolution": "bundler" } }'
NODE = '{ "compilerOptions": { "module": "nodenext" } }'


@pytest.mark.parametrize(
    ("tsconfig", "manifest", "importer", "specifier", "written"),
    [
        (BUNDLED, "{}", "runtime/a.ts", "runtime/client", "./client"),
        (BUNDLED, '{ "type": "module" }', "runtime/a.ts", "runtime/client", "./client"),
        (BUNDLED, "{}", "runtime/a.ts", "runtime/client.js", "./client.js"),
        (BUNDLED, "{}", "runtime/a.ts", "runtime", "./index"),
        (BUNDLED, "{}", "runtime/a.ts", "runtime/index", "./index"),
        (BUNDLED, "{}", "a.ts", "runtime", "./runtime"),
        (BUNDLED, "{}", "streams/a.ts", "runtime/client", "../runtime/client"),
        (BUNDLED, "{}", "streams/deep/a.ts", "runtime", "../../runtime"),
        # An ES module of Node's needs the file's name in full, and what is emitted of it.
        (NODE, "{}", "runtime/a.ts", "runtime/client", "./client"),
        (NODE, '{ "type": "module" }', "runtime/a.ts", "runtime/client", "./client.js"),
        (NODE, '{ "type": "module" }', "runtime/a.ts", "runtime/client.js", "./client.js"),
        (NODE, '{ "type": "module" }', "runtime/a.ts", "runtime", "./index.js"),
        (NODE, '{ "type": "module" }', "streams/a.ts", "runtime/view", "../runtime/view.js"),
        (NODE, "{}", "runtime/a.mts", "runtime/client", "./client.js"),
        (NODE.replace("nodenext", "node16"), "{}", "runtime/a.mts", "runtime/client", "./client.js"),
        (NODE, "{}", "runtime/a.cts", "runtime/client", "./client"),
    ],
)
def test_written(tsconfig: str, manifest: str, importer: str, specifier: str, written: str) -> None:
    tree = "/shared/workflow"
    before = f"import {{ client }} from '@shared/workflow/{specifier}';\n"
    check_fix(
        f"""
//- /shared/tsconfig.json
{tsconfig}
//- /shared/package.json
{manifest}
//- {tree}/runtime/index.ts
export const client = 1;
//- {tree}/runtime/view.tsx
export const client = 1;
//- {tree}/{importer}
{before}""",
        f"//- {tree}/{importer}\nimport {{ client }} from '{written}';\n",
    )


@pytest.mark.parametrize(
    ("importer", "written"), [("flow/a.ts", "../flow"), ("flow/deep/a.ts", "../../flow"), ("b.ts", "./flow")]
)
def test_a_module_beside_a_directory_of_its_name(importer: str, written: str) -> None:
    """Dots alone would name the directory."""
    before = f"//- /shared/workflow/flow.ts\nexport const a = 1;\n//- /shared/workflow/{importer}\n"
    check_fix(
        f"{before}import {{ a }} from '@shared/workflow/flow';",
        f"//- /shared/workflow/{importer}\nimport {{ a }} from '{written}';",
    )
