"""Modules that are no source code: JSON, styles, pictures; and sources whose specifiers must have an ending."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.checks import check_fix, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Status
from workflow_ls.proof.joined_fixes import FixOptions

NEW = "@alga-psa/workflows"
OLD = "@shared/workflow/ui"
SRC = "ee/packages/workflows/src/ui"

# The barrel has a default export, which is no picture.
BASE = dedent(f"""
    //- /package.json
    {{ "workspaces": ["shared", "packages/*", "ee/packages/*"] }}
    //- /packages/a/package.json
    {{ "name": "@alga-psa/a", "dependencies": {{ "@alga-psa/workflows": "*" }} }}
    //- /ee/packages/workflows/package.json
    {{ "name": "{NEW}", "exports": {{
      "./ui": "./src/ui/index.ts", "./ui/*.css": "./src/ui/*.css", "./ui/*.json": "./src/ui/*.json",
      "./ui/icons/*": "./src/ui/icons/*", "./ui/*": "./src/ui/*.ts" }} }}
    //- /{SRC}/index.ts
    export default 1;
    """)


def both(*files: tuple[str, str], new: bool = True) -> str:
    """The base with files of the legacy tree, and the same files at the target."""
    old = "".join(f"//- /shared/workflow/ui/{name}\n{text}\n" for name, text in files)
    return BASE + old + ("".join(f"//- /{SRC}/{name}\n{text}\n" for name, text in files) if new else "")


def goes(line: str, base: str) -> list[str]:
    _, workspace = open_project(f"//- /packages/a/a.ts\n{line}", base=base)
    found = Analysis(workspace, {"deprecated-import", "deprecated-relative-import"}).check_file("packages/a/a.ts")
    assert all(finding.status in (Status.VERIFIED, Status.BLOCKED) for finding in found)
    return [str(finding.replacement or finding.reason) for finding in found]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("panel.css", "import '{}';"),
        ("panel.module.css", "import styles from '{}';"),
        ("panel.module.css", "import * as styles from '{}'; f(styles);"),
        ("icons/a.svg", "import icon, {{ ReactComponent }} from '{}';"),
        ("icons/a.svg", "const icon = require('{}');"),
        ("icons/a.svg", "vi.mock('{}', () => ({{ default: '' }}));"),
        ("icons/a.svg", "here();\nexport {{ default as icon }} from '{}';"),
        ("steps.json", "import steps from '{}' with {{ type: 'json' }};"),
        ("steps.json", "import {{ first }} from '{}';"),
        ("steps.json", "import * as steps from '{}'; f(steps);"),
        ("steps.json", "const steps = await import('{}', {{ with: {{ type: 'json' }} }}); steps.default;"),
        ("steps.json", "vi.mock('{}', () => ({{ default: {{}} }}));"),
    ],
)
def test_a_file_that_exists_has_what_the_old_one_had(name: str, line: str) -> None:
    base = both((name, '{ "first": 1 }'))
    assert goes(line.format(f"{OLD}/{name}"), base) == [f"{NEW}/ui/{name}"]
    assert goes(line.format(f"../../shared/workflow/ui/{name}"), base) == [f"{NEW}/ui/{name}"]
    without_legacy = BASE + f'//- /{SRC}/{name}\n{{ "first": 1 }}\n'
    assert goes(line.format(f"{OLD}/{name}"), without_legacy) == [f"{NEW}/ui/{name}"]


@pytest.mark.parametrize("name", ["panel.css", "icons/a.svg", "steps.json"])
@pytest.mark.parametrize("line", ["import a from '{}';", "import '{}';", "vi.mock('{}', () => ({{ default: 1 }}));"])
def test_no_barrel_stands_for_it(name: str, line: str) -> None:
    for base in (both((name, "{}"), new=False), BASE):
        (reason,) = goes(line.format(f"{OLD}/{name}"), base)
        assert "points to a missing file" in reason


def test_a_target_of_another_kind_is_none() -> None:
    row = f'{{ "from": "{OLD}/icons/a.svg", "to": ["{NEW}/ui"] }}'
    base = f'{both(("icons/a.svg", "<svg/>"))}//- /workflow-ls.json\n{{ "modules": [{row}] }}\n'
    (reason,) = goes(f"import icon from '{OLD}/icons/a.svg';", base)
    assert reason == (
        f"`{NEW}/ui` leads to {SRC}/index.ts, which is not a `.svg` file. Add the `.svg` file to the package."
    )


def test_keys_of_json_are_names() -> None:
    base = both(("steps.json", '{ "first": 1, "last": 2 }'), new=False) + f'//- /{SRC}/steps.json\n{{ "first": 1 }}\n'
    assert goes(f"import {{ first }} from '{OLD}/steps.json';", base) == [f"{NEW}/ui/steps.json"]
    for line in ("import { last } from 'OLD';", "import steps, { last } from 'OLD';", "here();\nexport * from 'OLD';"):
        (reason,) = goes(line.replace("OLD", f"{OLD}/steps.json"), base)
        assert reason.startswith(f"`{NEW}/ui/steps.json` does not export `last`")
    # A name that neither has is no reason, where all that is there went.
    (reason,) = goes(f"import {{ other }} from '{OLD}/steps.json';", base)
    assert reason.startswith(f"`{NEW}/ui/steps.json` does not export `other`")
    whole = base.replace('{ "first": 1 }', '{ "first": 1, "last": 2 }')
    assert goes(f"import {{ other }} from '{OLD}/steps.json';", whole) == [f"{NEW}/ui/steps.json"]


@pytest.mark.parametrize("text", ["[1]", "1", "", "{ broken"])
def test_json_that_is_no_object_has_a_default_export(text: str) -> None:
    base = both(("steps.json", text))
    assert goes(f"import steps from '{OLD}/steps.json';", base) == [f"{NEW}/ui/steps.json"]


def test_the_ending_that_require_finds_is_written() -> None:
    base = both(("steps.json", '{ "first": 1 }'))
    assert goes(f"const {{ first }} = require('{OLD}/steps');", base) == [f"{NEW}/ui/steps.json"]
    # A source file comes first.
    base += f"//- /shared/workflow/ui/steps.ts\nexport const first = 1;\n//- /{SRC}/steps.ts\nexport const first = 1;\n"
    assert goes(f"const {{ first }} = require('{OLD}/steps');", base) == [f"{NEW}/ui/steps"]


def test_declarations_of_a_style_sheet_go_with_it() -> None:
    typed = ("panel.css", ".a {}"), ("panel.d.css.ts", "declare const styles: { a: string };\nexport default styles;")
    line = f"import styles from '{OLD}/panel.css';"
    assert goes(line, both(*typed)) == [f"{NEW}/ui/panel.css"]
    (reason,) = goes(line, both(*typed, new=False) + f"//- /{SRC}/panel.css\n.a {{}}\n")
    assert reason.startswith(
        "shared/workflow/ui/panel.d.css.ts types the legacy file, "
        f"and {SRC}/panel.css has no such declaration. Add {SRC}/panel.d.css.ts."
    )


@pytest.mark.parametrize(
    ("name", "specifier", "key", "target"),
    [
        ("mod.mts", "mod.mjs", "mod.mjs", "mod.mts"),
        ("mod.cts", "mod.cjs", "mod.cjs", "mod.cts"),
        ("types.d.ts", "types", "types", "types.d.ts"),
        ("view.tsx", "view", "view", "view.tsx"),
        ("view.client.tsx", "view.client", "view.client", "view.client.tsx"),
        ("plain.js", "plain.js", "plain", "plain.js"),
        ("logo.png", "logo.png", "logo.png", "logo.png"),
    ],
)
def test_an_entry_for_a_file_that_no_key_reaches(name: str, specifier: str, key: str, target: str) -> None:
    text = "export type A = 1;" if "types" in name else "export const A = 1;"
    line = f"import type {{ A }} from '{OLD}/{specifier}';"
    _, workspace = open_project(f"//- /packages/a/a.ts\n{line}", base=both((name, text)))
    changed = {change.path: change.after.decode() for change in Analysis(workspace).fix(("",), FixOptions())}
    assert changed["packages/a/a.ts"] == line.replace(f"{OLD}/{specifier}", f"{NEW}/ui/{key}") + "\n"
    assert f'"./ui/{key}": "./src/ui/{target}"' in changed["ee/packages/workflows/package.json"]


def test_a_plain_key_for_a_source_with_a_format_is_taken() -> None:
    base = both(("mod.mts", "export const a = 1;")).replace('"./ui/*":', '"./ui/mod": "./src/ui/mod.mts", "./ui/*":')
    check_fix(
        f"//- /packages/a/a.ts\nimport {{ a }} from '{OLD}/mod.mjs';",
        f"//- /packages/a/a.ts\nimport {{ a }} from '{NEW}/ui/mod';",
        base=base,
    )
