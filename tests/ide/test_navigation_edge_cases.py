"""What is read of files with several references, of legacy files themselves, and of what can't be told."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from workflow_ls.ide.navigation import CanonicalSymbol, LegacySymbol, all_symbols, symbol_at
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.syntax.model import Suppression

RUNTIME = "ee/packages/workflows/src/runtime/index.ts"
MANY = """
// workflow-ls-ignore legacy-proxy: one
// workflow-ls-ignore deprecated-import: two
import '@alga-psa/workflows/runtime';
import '@alga-psa/workflows/streams';
import '@shared/workflow/runtime';
import '@shared/workflow/streams/builders';
"""


def read(text: str) -> LegacySymbol | CanonicalSymbol | Suppression | None:
    """What is at the cursor, or else the only specifier of the last file."""
    over, workspace = open_project(text)
    path, offset = over.cursor or (list(over.files)[-1].lstrip("/"), None)
    facts = workspace.sources.facts(path)
    assert facts is not None
    targets = workspace.component(TargetResolver)
    if offset is not None:
        return symbol_at(targets, facts, offset)
    (reading,) = all_symbols(targets, facts)
    return reading


@pytest.mark.parametrize(
    "word",
    [
        "legacy-proxy",
        "deprecated-import",
        "workflows/runtime",
        "workflows/streams",
        "shared/workflow/runtime",
        "builders",
    ],
)
def test_of_several_the_one_at_the_cursor(word: str) -> None:
    found = read(f"//- /packages/app/a.ts{MANY.replace(word, word[:-1] + '$0' + word[-1])}")
    assert found is not None
    told = found.rules[0] if isinstance(found, Suppression) else found.reference.specifier
    assert told.endswith(word)


def test_all_specifiers_of_a_file_the_legacy_ones_first() -> None:
    _, workspace = open_project(f"//- /packages/app/a.ts{MANY}")
    facts = workspace.sources.facts("packages/app/a.ts")
    assert facts is not None
    assert [
        (reading.reference.specifier, reading.paths)
        for reading in all_symbols(workspace.component(TargetResolver), facts)
    ] == [
        ("@shared/workflow/runtime", (RUNTIME,)),
        ("@shared/workflow/streams/builders", ("ee/packages/workflows/src/streams/index.ts",)),
        ("@alga-psa/workflows/runtime", (RUNTIME,)),
        ("@alga-psa/workflows/streams", ("ee/packages/workflows/src/streams/index.ts",)),
    ]


def test_inside_the_legacy_tree_a_relative_specifier_is_read() -> None:
    found = read("//- /shared/workflow/runtime/a.ts\nimport { client } from '@shared/workflow/runtime/client';")
    assert isinstance(found, LegacySymbol)
    assert found.targets == (("./client", None, "shared/workflow/runtime/client.ts"),)
    assert found.paths == ("shared/workflow/runtime/client.ts",)


def test_a_file_that_may_lack_the_names_is_no_place_to_go_to() -> None:
    found = read(
        f"//- /{RUNTIME}\nexport * from 'elsewhere';\n//- /a.ts\nimport {{ start }} from '@shared/workflow/runtime';"
    )
    assert isinstance(found, LegacySymbol)
    assert found.outcome.target.status.value == "blocked"
    assert found.paths == ("shared/workflow/runtime/index.ts",)


@pytest.mark.parametrize(("note", "notes"), [("", ()), (', "note": "It is odd."', ("It is odd.",))])
def test_notes_of_the_table(note: str, notes: tuple[str, ...]) -> None:
    row = f'{{ "from": "@shared/workflow/odd", "to": ["@alga-psa/workflows/runtime"]{note} }}'
    config = f'//- /workflow-ls.json\n{{ "modules": [{row}] }}\n//- /shared/workflow/odd.ts\nexport const odd = 1;\n'
    found = read(f"{config}//- /a.ts\nimport {{ odd }} from '@shared/workflow/odd';")
    assert isinstance(found, LegacySymbol)
    assert found.notes == notes


def test_unexported_subpath_names_the_remedy() -> None:
    found = read("//- /a.ts\nimport '@alga-psa/workflows/secrets';")
    assert isinstance(found, CanonicalSymbol)
    assert found.blocked is not None
    assert found.blocked.remedy == "correct that key, or add ee/packages/workflows/src/secrets/index.ts"
    assert found.paths == ()


@pytest.mark.parametrize(("name", "hidden"), [("version", False), ("other", True)])
def test_names_behind_a_star_that_cant_be_followed(name: str, hidden: bool) -> None:
    barrel = "//- /ee/packages/workflows/src/index.ts\nexport const version = 1;\nexport * from 'elsewhere';\n"
    found = read(f"{barrel}//- /a.ts\nimport {{ {name} }} from '@alga-psa/workflows';")
    assert isinstance(found, CanonicalSymbol)
    assert (found.hidden is not None, found.missing) == (hidden, ())
