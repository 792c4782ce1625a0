"""What is at a place: text with a cursor in, a line on what was read out."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from workflow_ls.ide.navigation import CanonicalSymbol, LegacySymbol, all_symbols, symbol_at
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.syntax.model import Suppression

APP = "//- /packages/app/a.ts\n"
RUNTIME = "ee/packages/workflows/src/runtime/index.ts"

SECRETS = (
    "the key `./secrets` in the `exports` of ee/packages/workflows/package.json points to a missing file "
    "(src/secrets/index.ts)"
)


def read(text: str) -> tuple[str, ...]:
    over, workspace = open_project(text)
    assert over.cursor is not None
    path, offset = over.cursor
    facts = workspace.sources.facts(path)
    assert facts is not None
    reading = symbol_at(workspace.component(TargetResolver), facts, offset)
    if reading is None:
        return ("nothing",)
    if isinstance(reading, Suppression):
        return ("suppression", *reading.rules, reading.reason)
    if isinstance(reading, CanonicalSymbol):
        state = (
            (reading.blocked and reading.blocked.reason) or reading.hidden or " ".join(("missing", *reading.missing))
        )
        return ("canonical", reading.reference.specifier, str(reading.key), str(reading.source), state)
    target = reading.outcome.target
    return ("legacy", reading.reference.specifier, target.status.value, str(reading.source), *reading.paths)


@pytest.mark.parametrize(
    "text",
    [
        "const x$0 = 1;",
        "imp$0ort { start } from '@shared/workflow/runtime';",
        "import { sta$0rt } from '@shared/workflow/runtime';",
        "import { start } from $0'@shared/workflow/runtime';",
        "import { a } from '@shared/work$0flows';",
        "const text = '@alga-psa/workflows/run$0time';",
        "// see '@shared/workflow/run$0time'",
    ],
)
def test_nothing_is_there(text: str) -> None:
    assert read(APP + text) == ("nothing",)


VERIFIED = ("legacy", "@shared/workflow/runtime", "verified", "shared/workflow/runtime/index.ts", RUNTIME)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import { start } from '$0@shared/workflow/runtime';", VERIFIED),
        ("import { start } from '@shared/workflow/run$0time';", VERIFIED),
        ("import { start } from '@shared/workflow/runtime$0';", VERIFIED),
        ("vi.importActual('@shared/workflow/run$0time');", VERIFIED),
        (
            "import { nothing } from '@shared/workflow/run$0time';",
            (*VERIFIED[:2], "blocked", VERIFIED[3], VERIFIED[3]),
        ),
        (
            "import { gone } from '@shared/workflow/g$0one';",
            ("legacy", "@shared/workflow/gone", "blocked", "None"),
        ),
        (
            "import { start } from '@alga-psa/workflows/run$0time';",
            ("canonical", "@alga-psa/workflows/runtime", "./runtime", RUNTIME, "missing"),
        ),
        (
            "import { client } from '@alga-psa/workflows/runtime/cli$0ent';",
            (
                "canonical",
                "@alga-psa/workflows/runtime/client",
                "./runtime/*",
                "ee/packages/workflows/src/runtime/client.ts",
                "missing",
            ),
        ),
        (
            "import { start, stop, type Stop } from '@alga-psa/workflows/run$0time';",
            ("canonical", "@alga-psa/workflows/runtime", "./runtime", RUNTIME, "missing stop Stop"),
        ),
        (
            "import '@alga-psa/workflows/se$0crets';",
            (
                "canonical",
                "@alga-psa/workflows/secrets",
                "None",
                "None",
                SECRETS,
            ),
        ),
        (
            "// workflow-ls-ig$0nore deprecated-import, legacy-proxy: waits\nimport '@shared/workflow/runtime';",
            ("suppression", "deprecated-import", "legacy-proxy", "waits"),
        ),
    ],
)
def test_reads_what_is_there(text: str, expected: tuple[str, ...]) -> None:
    assert read(APP + text) == expected


def test_a_hidden_name_is_not_called_missing() -> None:
    barrel = "//- /ee/packages/workflows/src/index.ts\nexport * from 'elsewhere';\n"
    found = read(barrel + APP + "import { any } from '@alga-psa/work$0flows';")
    assert found[-1] == "names may come from `export * from 'elsewhere'`, which can't be followed"


def test_a_split_leads_to_all_its_files() -> None:
    config = """//- /workflow-ls.json
{ "names": [{ "module": "@shared/workflow/runtime/client", "name": "client", "to": "@alga-psa/workflows/streams",
  "as": "buildA", "note": "The client builds now." }] }
"""
    more = (
        "//- /shared/workflow/runtime/client.ts\nexport const client = 1;\nexport const other = 2;\n"
        "//- /ee/packages/workflows/src/runtime/client.ts\nexport const other = 2;\n"
    )
    _, workspace = open_project(
        config + more + APP + "import { client, other } from '@shared/workflow/runtime/client';"
    )
    facts = workspace.sources.facts("packages/app/a.ts")
    assert facts is not None
    (reading,) = all_symbols(workspace.component(TargetResolver), facts)
    assert isinstance(reading, LegacySymbol)
    assert [(specifier, path) for specifier, _, path in reading.targets] == [
        ("@alga-psa/workflows/streams", "ee/packages/workflows/src/streams/index.ts"),
        ("@alga-psa/workflows/runtime/client", "ee/packages/workflows/src/runtime/client.ts"),
    ]
    assert "The client builds now." in reading.notes
    assert reading.paths == tuple(path for _, _, path in reading.targets)
