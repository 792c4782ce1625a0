"""What references ask of a legacy module by name; called directly, since a finding shows only what is missing."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from workflow_ls.project.exports.module_exports import Meaning
from workflow_ls.rewrite.required_names import collect_imported_names, required_by, uses_of_names
from workflow_ls.rewrite.resolution import TargetResolver

TYPES = "@shared/workflow/runtime/types"


def demanded(*files: str) -> dict[str, str]:
    """The names that files ask of `runtime/types` (an interface `Run`, a class `Runner`), with `v`alue and `t`ype."""
    text = "".join(f"//- /packages/a/src/{number}.ts\n{file}\n" for number, file in enumerate(files))
    over, workspace = open_project(text)
    facts = (workspace.sources.facts(path.lstrip("/")) for path in over.files)
    by_module = (found for each in facts if each is not None for found in uses_of_names(each))
    uses = [use for module, uses in by_module if module == "runtime/types" for use in uses]
    legacy = workspace.component(TargetResolver).index.exports("shared/workflow/runtime/types.ts")
    demand = collect_imported_names(uses, legacy)
    return {name: "v" * meaning.value + "t" * meaning.type for name, meaning in demand.items()}


IMPORT = f"import {{ Runner }} from '{TYPES}';"


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("", {}),
        ("import { Runner } from '@shared/workflow/runtime';", {}),
        (f"import '{TYPES}';", {}),
        # A mock goes where the imports go, and asks for nothing itself.
        (f"vi.mock('{TYPES}', () => ({{ Extra: 1 }}));", {}),
        (IMPORT, {"Runner": "t"}),
        (f"{IMPORT}\nlet a: Runner;", {"Runner": "t"}),
        (f"{IMPORT}\nnew Runner();", {"Runner": "vt"}),
        (f"import {{ Runner as Own }} from '{TYPES}';\nnew Own();", {"Runner": "vt"}),
        # An interface is no value, whatever this file does with it.
        (f"import {{ Run }} from '{TYPES}';\nconsole.log(Run);", {"Run": "t"}),
        (f"import type {{ Runner }} from '{TYPES}';", {"Runner": "t"}),
        (f"import {{ type Runner }} from '{TYPES}';", {"Runner": "t"}),
        # What is passed on is passed on whole, used here or not.
        (f"export {{ Runner }} from '{TYPES}';", {"Runner": "vt"}),
        (f"export {{ Runner as Own }} from '{TYPES}';", {"Runner": "vt"}),
        (f"const {{ Runner }} = await import('{TYPES}');", {"Runner": "vt"}),
        # What the legacy module does not have.
        (f"import {{ gone }} from '{TYPES}';\ngone();", {"gone": "v"}),
        (f"import {{ gone }} from '{TYPES}';\nlet a: gone;", {"gone": ""}),
        (f"export {{ gone }} from '{TYPES}';", {"gone": ""}),
        (f"const {{ gone }} = await import('{TYPES}');", {"gone": "v"}),
    ],
)
def test_one_file(file: str, expected: dict[str, str]) -> None:
    assert demanded(file) == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"{IMPORT}\nnew Runner();", f"import type {{ Runner }} from '{TYPES}';"),
        (f"{IMPORT}\nnew Runner();", f"{IMPORT}\nlet a: Runner;"),
    ],
)
def test_several_files_ask_for_all_that_any_asks_for(first: str, second: str) -> None:
    assert demanded(first, second) == demanded(second, first) == {"Runner": "vt"}


def test_names_of_other_modules_are_not_asked_of_this_one() -> None:
    assert demanded("import { client } from '@shared/workflow/runtime/client';\nclient();", IMPORT) == {"Runner": "t"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"import {{ Run }} from '{TYPES}';", {"Run": "t"}),
        (f"export * from '{TYPES}';", {"Run": "t", "Runner": "vt"}),
        (f"import * as all from '{TYPES}';\nuse(all);", {"Run": "t", "Runner": "vt"}),
        (f"import * as all from '{TYPES}';", {}),
        (f"import * as all from '{TYPES}';\nnew all.Runner();", {"Runner": "vt"}),
        (f"import * as all from '{TYPES}';\nlet runner: all.Runner;", {"Runner": "t"}),
        (f"import type * as all from '{TYPES}';\nexport type All = typeof all;", {"Run": "t", "Runner": "t"}),
        (f"export {{ Runner }} from '{TYPES}';", {"Runner": "vt"}),
        (f"export type {{ Runner }} from '{TYPES}';", {"Runner": "t"}),
        (f"export {{ type Runner }} from '{TYPES}';", {"Runner": "t"}),
        # What goes where the imports go needs what these ask for, and no more.
        (f"vi.mock('{TYPES}');", {"Runner": "v"}),
        (f"require.resolve('{TYPES}');", {"Runner": "v"}),
        (f"declare module '{TYPES}' {{}}", {"Runner": "v"}),
        (f"vi.mock('{TYPES}', () => ({{ Run: 1 }}));", {"Runner": "v", "Run": ""}),
    ],
)
def test_what_one_reference_needs(line: str, expected: dict[str, str]) -> None:
    assert needed(line, "shared/workflow/runtime/types.ts") == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"import {{ Runner, Run }} from '{TYPES}';\nnew Runner();", {"Runner": "v", "Run": ""}),
        (f"export {{ Runner }} from '{TYPES}';", {"Runner": ""}),
        (f"export * from '{TYPES}';", {"Runner": "v"}),
        (f"import type * as all from '{TYPES}';\nexport type All = typeof all;", {"Runner": ""}),
    ],
)
def test_what_one_reference_needs_of_a_module_that_is_gone(line: str, expected: dict[str, str]) -> None:
    assert needed(line, None) == expected


def test_a_value_is_no_type() -> None:
    line = "import {{ client }} from '@shared/workflow/runtime/client';{}"
    assert needed(line.format(""), "shared/workflow/runtime/client.ts") == {"client": ""}
    assert needed(line.format("client();"), "shared/workflow/runtime/client.ts") == {"client": "v"}


def needed(line: str, legacy: str | None) -> dict[str, str]:
    """What the reference in a line needs, where the workspace asks for the value `Runner`."""
    over, workspace = open_project(f"//- /packages/a/src/a.ts\n{line}\n")
    facts = workspace.sources.facts(next(iter(over.files)).lstrip("/"))
    assert facts is not None
    (found,) = facts.legacy_references
    exports = None if legacy is None else workspace.component(TargetResolver).index.exports(legacy)
    needs = required_by(facts, found, exports, {"Runner": Meaning(value=True, type=False)})
    return {name: "v" * meaning.value + "t" * meaning.type for name, meaning in needs.items()}
