"""Relative specifiers that a fix writes inside the legacy tree."""

from __future__ import annotations

import pytest

from tests.checks import check_fix
from tests.fixture import project
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.specifiers.relative_specifier import relative_path, relative_specifier

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
        (NODE, "{}", "runtime/a.mjs", "runtime/client", "./client.js"),
        (NODE, '{ "type": "module" }', "runtime/a.ts", "runtime/client.ts", "./client.ts"),
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
    ("file", "specifier", "written"),
    [
        # An ending that is not the file's own leads nowhere by a relative path.
        ("x/index.ts", "x.js", "./x"),
        ("x/index.ts", "x.ts", "./x"),
        ("x/index.ts", "x/index.js", "./x/index.js"),
        ("x.tsx", "x.js", "./x.js"),
        # An ending that tells the format is written out, or nothing is found.
        ("x.mts", "x", "./x.mjs"),
        ("x.mts", "x.js", "./x.mjs"),
        ("x.mts", "x.mjs", "./x.mjs"),
        ("x.cts", "x", "./x.cjs"),
        ("x.d.mts", "x", "./x.mjs"),
        ("x.d.ts", "x.js", "./x.js"),
    ],
)
def test_the_ending_is_one_that_finds_the_file(file: str, specifier: str, written: str) -> None:
    before = f"//- /shared/workflow/{file}\nexport declare const a: 1;\n//- /shared/workflow/a.ts\n"
    check_fix(f"{before}import '@shared/workflow/{specifier}';", f"{before}import '{written}';")


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


@pytest.mark.parametrize(
    ("path", "specifier"),
    [
        ("lib/main.ts", "./lib/main.js"),
        ("lib/main.tsx", "./lib/main.js"),
        ("lib/main.mts", "./lib/main.mjs"),
        ("lib/main.cts", "./lib/main.cjs"),
        ("lib/main.js", "./lib/main.js"),
        ("lib/main.json", "./lib/main.json"),
    ],
)
@pytest.mark.parametrize("importer", ["a.mts", "a.ts"])
def test_a_directory_whose_manifest_names_its_file(importer: str, path: str, specifier: str) -> None:
    """An ES module names the file that is emitted; what no manifest makes one names the directory, as it was."""
    workspace = Workspace(project(f"//- /tsconfig.json\n{NODE}").memory, builtin_table(), Settings())
    written = relative_specifier(workspace, importer, "lib", path)
    assert written == (specifier if importer == "a.mts" else "./lib")


@pytest.mark.parametrize(
    ("importer", "written", "path", "way"),
    [
        ("a.ts", "b", "b.ts", "b"),
        ("a.ts", "b.ts", "b.ts", "b.ts"),
        ("x/a.ts", "b", "b.ts", "../b"),
        ("x/a.ts", "x/b.ts", "x/b.ts", "b.ts"),
        ("x/a.ts", "x", "x.ts", "../x"),
        ("x/a.ts", "x", "x/index.ts", "."),
        # The root's own index.
        ("a.ts", "", "index.ts", "."),
        ("x/a.ts", "", "index.ts", ".."),
    ],
)
def test_ways(importer: str, written: str, path: str, way: str) -> None:
    assert relative_path(importer, written, path) == way
