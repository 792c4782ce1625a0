"""Hover over a canonical specifier, as a spawned server answers it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.places import write
from tests.server.raw import RawClient
from tests.server.test_reading import PLAIN, RUNTIME, Reader

STAR = "//- /ee/packages/workflows/src/index.ts\nexport * from 'elsewhere';"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "import { start } from '@alga-psa/workflows/runtime';",
            [f"Resolves to {RUNTIME} (exports key ./runtime)", "All names are exported"],
        ),
        (
            "import { start, stop, halt } from '@alga-psa/workflows/runtime';",
            [f"Resolves to {RUNTIME} (exports key ./runtime)", "Missing exports: stop, halt"],
        ),
        ("import '@alga-psa/workflows/runtime';", [f"Resolves to {RUNTIME} (exports key ./runtime)"]),
        (
            "import { any } from '@alga-psa/workflows';",
            [
                "Resolves to ee/packages/workflows/src/index.ts (exports key .)",
                ("Exports not checked: names may come from `export * from 'elsewhere'`, which can't be followed."),
            ],
        ),
        (
            "import '@alga-psa/workflows/secrets';",
            [
                (
                    "Not exported by the package: the key `./secrets` in the `exports` of "
                    "ee/packages/workflows/package.json points to a missing file (src/secrets/index.ts). "
                    "Correct that key, or add ee/packages/workflows/src/secrets/index.ts."
                )
            ],
        ),
    ],
)
def test_what_is_behind_it(tmp_path: Path, text: str, lines: list[str]) -> None:
    root = write(tmp_path, STAR)
    with RawClient() as client:
        reader = Reader(client, root, PLAIN)
        reader.show(text)
        told = reader.ask("hover", "'@alga-psa/work$0flows")["contents"]["value"].split("\n")
    assert told[0] == text.split("'")[1]
    assert told[2:] == lines
