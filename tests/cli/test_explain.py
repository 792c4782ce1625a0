"""`workflow-ls explain` as a user calls it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.checks import MONOREPO
from tests.cli.conftest import Cli

Write = Callable[..., Path]

A = "packages/a/src/a.ts"
FILES = f"""
//- /{A}
import {{ client, nothing }} from '@shared/workflow/runtime/client';
import {{ start }} from '@alga-psa/shared/workflow/runtime';
import {{ secret }} from '@shared/workflow/secrets';
import '@shared/workflow/streams/builders';
import * as all from '@shared/workflow/runtime';
//- /shared/workflow/runtime/client.ts
export const client = 1, nothing = 2;
//- /shared/workflow/runtime/one.ts
import {{ Run }} from '@shared/workflow/runtime/types';
//- /packages/a/tsconfig.json
{{}}
//- /shared/core/two.ts
import {{ Run }} from '@shared/workflow/runtime/types';
"""


def blocks(text: str) -> list[list[str]]:
    """The lines between empty ones: what is said of the specifier, then a block for each use."""
    return [block.splitlines() for block in text.rstrip("\n").split("\n\n")]


def test_everything_that_is_told_of_one_specifier(cli: Cli, workspace: Write) -> None:
    root = workspace(FILES, base=MONOREPO)
    result = cli("explain", "@shared/workflow/streams/builders", "--root", root)
    assert (result.code, result.err) == (0, "")
    head, use = blocks(result.out)
    assert head[:2] == [
        "@shared/workflow/streams/builders",
        "  file: shared/workflow/streams/builders.ts, which exports 2 names",
    ]
    assert head[2].startswith("  note: ")
    assert head[3:] == ["  target for the whole workspace: @alga-psa/workflows/streams"]
    assert use == [
        "A file outside the core that uses any name:",
        "  1. @alga-psa/workflows/streams/builders: fails",
        "       @alga-psa/workflows does not export `./streams/builders`",
        "       remedy: add it to the `exports` of ee/packages/workflows/package.json",
        "  2. @alga-psa/workflows/streams: passes",
        "       resolves to ee/packages/workflows/src/streams/index.ts, by the exports key `./streams`",
        "       exports every name that is used, and does not re-export from the importing file",
        "  3. @alga-psa/workflows: fails",
        "       resolves to ee/packages/workflows/src/index.ts, by the exports key `.`",
        "       `@alga-psa/workflows` does not export `buildA`, `buildB`",
        "       remedy: export them from ee/packages/workflows/src/index.ts",
        "  target: @alga-psa/workflows/streams (verified)",
    ]


@pytest.mark.parametrize(
    ("specifier", "importer", "uses"),
    [
        (
            "@shared/workflow/runtime",
            A,
            [
                (f"{A}:2:24 uses start:", "  target: @alga-psa/workflows/runtime (verified)"),
                (f"{A}:5:23 uses any name:", "  target: @alga-psa/workflows/runtime (verified)"),
            ],
        ),
        (
            "@shared/workflow/streams/builders",
            A,
            [(f"{A}:4:9 uses any name:", "  target: @alga-psa/workflows/streams (verified)")],
        ),
        (
            "@shared/workflow/runtime/client",
            A,
            [
                (
                    f"{A}:1:34 uses client, nothing:",
                    (
                        "  blocked: `@alga-psa/workflows/runtime/client` does not export `nothing`. Export it from "
                        "ee/packages/workflows/src/runtime/client.ts. Other candidates: `@alga-psa/workflows/runtime` "
                        "does not export `client`, `nothing`; "
                        "`@alga-psa/workflows` does not export `client`, `nothing`."
                    ),
                )
            ],
        ),
        # A file that does not refer to it, and one that is no source file.
        (
            "@shared/workflow/runtime/types",
            A,
            [
                (
                    f"{A} has no reference to it. A reference that uses any name:",
                    "  target: @alga-psa/workflows/runtime (verified)",
                )
            ],
        ),
        (
            "@shared/workflow/runtime",
            "packages/a/tsconfig.json",
            [
                (
                    "packages/a/tsconfig.json has no reference to it. A reference that uses any name:",
                    "  target: @alga-psa/workflows/runtime (verified)",
                )
            ],
        ),
        # The core may not import what the legacy modules became.
        (
            "@shared/workflow/runtime/types",
            "shared/core/two.ts",
            [
                (
                    "shared/core/two.ts:1:22 uses Run:",
                    (
                        "  blocked: the core ships without EE. Declare an interface here and inject the "
                        "implementation from the EE side, or move this file to the EE side."
                    ),
                )
            ],
        ),
        # Inside the legacy tree a reference becomes a relative one.
        (
            "@shared/workflow/runtime/types",
            "shared/workflow/runtime/one.ts",
            [("shared/workflow/runtime/one.ts:1:22 uses Run:", "  target: ./types (verified)")],
        ),
        (
            "@shared/workflow/gone",
            None,
            [
                (
                    "A file outside the core that uses any name:",
                    (
                        "  blocked: @alga-psa/workflows does not export `./gone`. "
                        "Add it to the `exports` of ee/packages/workflows/package.json."
                    ),
                )
            ],
        ),
    ],
)
def test_who_asks_and_what_comes_of_it(
    cli: Cli, workspace: Write, specifier: str, importer: str | None, uses: list[tuple[str, str]]
) -> None:
    root = workspace(FILES, base=MONOREPO)
    given = ["--root", root] if importer is None else ["--from", root / importer]
    result = cli("explain", specifier, *given)
    assert (result.code, result.err) == (0, "")
    _, *found = blocks(result.out)
    assert [(use[0], use[-1]) for use in found] == uses


def test_the_candidates_stand_in_the_order_of_the_table(cli: Cli, workspace: Write) -> None:
    # The workspace as a whole goes to `streams`, which each reference tries first.
    taking = FILES.replace("import '@shared/workflow/streams", "export * from '@shared/workflow/streams")
    root = workspace(taking, base=MONOREPO)
    result = cli("explain", "@shared/workflow/streams/builders", "--from", root / A)
    numbered = [line.split(":")[0] for line in result.out.splitlines() if line[:4].strip(" .").isdigit()]
    assert numbered == [
        "  1. @alga-psa/workflows/streams/builders",
        "  2. @alga-psa/workflows/streams",
        "  3. @alga-psa/workflows",
    ]


def test_a_module_that_is_gone(cli: Cli, workspace: Write) -> None:
    root = workspace(FILES, base=MONOREPO)
    head, use = blocks(cli("explain", "@shared/workflow/secrets", "--from", root / A).out)
    assert head[:2] == ["@shared/workflow/secrets", "  file: none in the legacy tree"]
    assert not any(line.startswith("  target for") for line in head)
    assert use[:4] == [
        f"{A}:3:25 uses secret:",
        "  1. @alga-psa/workflows/secrets: fails",
        (
            "       the key `./secrets` in the `exports` of ee/packages/workflows/package.json points to a missing "
            "file (src/secrets/index.ts)"
        ),
        "       remedy: correct that key, or add ee/packages/workflows/src/secrets/index.ts",
    ]


def test_a_target_that_can_not_be_looked_into(cli: Cli, workspace: Write) -> None:
    root = workspace(FILES)
    (root / "ee/packages/workflows/package.json").unlink()
    result = cli("explain", "@shared/workflow/runtime/client", "--root", root)
    *_, verdict, reason = result.out.splitlines()
    assert verdict == "  target: @alga-psa/workflows/runtime/client (unverified)"
    assert reason == (
        "  the package @alga-psa/workflows is neither in the workspace nor in node_modules. "
        "Install it, and check again."
    )


def test_a_name_from_a_file_does_not_act_on_the_terminal(cli: Cli, workspace: Write) -> None:
    root = workspace("//- /packages/a/src/b.ts\nimport { 'a\x1b[2J' as b } from '@shared/workflow/runtime/client';")
    result = cli("explain", "@shared/workflow/runtime/client", "--from", root / "packages/a/src/b.ts")
    assert result.code == 0
    assert "uses a" in result.out
    assert "\x1b" not in result.out


def test_a_rule(cli: Cli) -> None:
    result = cli("explain", "legacy-proxy")
    assert result.code == 0
    assert result.out.startswith(
        "legacy-proxy (information by default)\n\nA module that only re-exports the legacy tree"
    )
