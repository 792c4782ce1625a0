"""Completion in files with more than one line, string or import."""

from __future__ import annotations

import pytest

from tests.ide.test_completion import ALL, APP, RUNTIME, offered

NAMES = ["type Run", "Runner", "start"]
STREAMS = ["buildA", "buildB"]


@pytest.mark.parametrize(
    "text",
    [
        # The string of the line before is none of this line's.
        "import a from '@\nconst b = $0;",
        "import a from '@\rconst b = $0;",
        "const c = 1;\nimport a from '@\nconst b = $0;",
        "const c = 1;\rimport a from '@\rconst b = $0;",
        "import a from '\nb$0",
        "import a from '\rb$0",
        # Names stand in braces.
        "import main, $0 from '@alga-psa/workflows/runtime';",
        "import { start }, $0 from '@alga-psa/workflows/runtime';",
        # Only those of a clause are completed.
        "const { $0 } = require('@alga-psa/workflows/runtime');",
        "const { $0 } = await import('@alga-psa/workflows/runtime');",
        # A call beside an import.
        "import './mine'; read('@alga$0');",
    ],
)
def test_nothing_is_offered(text: str) -> None:
    assert offered(APP + text) is None


@pytest.mark.parametrize(
    ("text", "replaced", "items"),
    [
        ("vi.mock(\n'@$0');", "@", ALL),
        ("vi.mock(\r'@$0');", "@", ALL),
        ("const a = 1;\nimport '@$0'\nconst b = 2;", "@", ALL),
        ("import '@$0'", "@", ALL),
        # A quote of the other kind belongs to the text.
        ('import "@alga-psa/it\'s$0";', "@alga-psa/it's", []),
        ("import { Run } from \"./x\"; import '@$0';", "@", ALL),
        # Of two strings that are open, the inner one.
        ("const m = import(`./x/${require('@$0')}`);", "@", ALL),
        # A specifier is no name, even behind a brace that nothing closes.
        ("import { from'$0@alga-psa/workflows/runtime';", "@alga-psa/workflows/runtime", ALL),
    ],
)
def test_specifiers(text: str, replaced: str, items: list[str]) -> None:
    assert offered(APP + text) == (replaced, items)


def test_a_callee_of_the_configuration_takes_specifiers() -> None:
    config = '//- /workflow-ls.json\n{ "callees": ["load"] }\n'
    assert offered(f"{config}{APP}load('@$0');") == ("@", ALL)
    assert offered(f"{APP}load('@$0');") is None


@pytest.mark.parametrize(
    ("text", "items"),
    [
        # What replaces the specifier comes first wherever the cursor is in it, and no other line's does.
        ("import { buildA } from '$0@shared/workflow/streams/builders';", [ALL[3], *ALL]),
        ("import { buildA } from '@shared/work$0flow/streams/builders';", [ALL[3]]),
        ("import { client } from '@shared/workflow/runtime/client';\nimport '@$0';", ALL),
        ("import '@shared/workflow/runtime';\nimport { buildA } from '@shared/workflow/streams/builders$0';", [ALL[3]]),
        # A split has no one specifier.
        ("import { start, client } from '@shared/workflow/runtime/client$0';", RUNTIME[1:]),
    ],
)
def test_a_legacy_specifier_in_full(text: str, items: list[str]) -> None:
    found = offered(APP + text)
    assert found is not None
    assert found[1] == items


@pytest.mark.parametrize(
    ("text", "replaced", "items"),
    [
        (
            "import { start } from '@alga-psa/workflows/runtime';\nimport { b$0 } from '@alga-psa/workflows/streams';",
            "b",
            STREAMS,
        ),
        (
            "const a = { b: 1 };\nimport { start, R$0 } from '@alga-psa/workflows/runtime';",
            "R",
            ["type Run", "Runner"],
        ),
        ("import { $0 } from '@alga-psa/workflows/runtime';\nimport { start } from './mine';", "", NAMES),
        ("import { start, Run, $0 } from '@alga-psa/workflows/runtime';", "", ["Runner"]),
        ("import {start, $0} from '@alga-psa/workflows/runtime';", "", NAMES[:2]),
        ("import { $0, start from '@alga-psa/workflows/runtime';", "", NAMES[:2]),
        ("import { $0/* c */ } from '@alga-psa/workflows/runtime';", "", NAMES),
        ("import { /* c */$0 } from '@alga-psa/workflows/runtime';", "", NAMES),
        ("import { $0 from '@alga-psa/workflows/runtime';\nconst a = [1, start];", "", NAMES),
        ("import { 'start it' as begin, $0 } from '@alga-psa/workflows/runtime';", "", NAMES),
        ("const a = 1; import { $0 } from '@alga-psa/workflows/runtime';", "", NAMES),
    ],
)
def test_names(text: str, replaced: str, items: list[str]) -> None:
    assert offered(APP + text) == (replaced, items)


CLIENT = ["@alga-psa/workflows/runtime", "@alga-psa/workflows/runtime/client"]


@pytest.mark.parametrize(
    ("ending", "text", "replaced", "items"),
    [
        ("vue", "<template>\n<p />é\n</template>\n<script setup lang=\"ts\">\nimport '@$0';\n</script>", "@", ALL),
        ("vue", "<script>\nexport default {};\n</script>\n<script setup>\nawait import('@$0')\n</script>", "@", ALL),
        ("vue", "\ufeff<script lang=ts>\r\nimport { start } from '@$0\r\n</script>\r\n", "@", ALL),
        ("vue", "<script lang=\"tsx\">\njest.mock('@alga-psa/workflows/r$0')\n</script>",
         "@alga-psa/workflows/r", RUNTIME),
        ("vue", "<script lang=ts>\nimport { client } from '@shared/workflow/runtime/cl$0';\n</script>",
         "@shared/workflow/runtime/cl", CLIENT[1:]),
        ("svelte", "<script context=\"module\">\nimport { start } from '@shared/workflow/r$0'\n</script>\n{start}",
         "@shared/workflow/r", CLIENT),
        ("svelte", "<b>€</b>\n<script lang=\"ts\">\nimport { st$0 } from '@alga-psa/workflows/runtime';\n</script>",
         "st", NAMES),
        ("astro", "---\nimport { start } from '@$0'\n---\n<p>{start}</p>\n", "@", ALL),
        ("astro", "---\nconst a = 1;\n---\n<script>\nimport '@$0'\n</script>\n", "@", ALL),
    ],
)  # fmt: skip
def test_scripts_of_components(ending: str, text: str, replaced: str, items: list[str]) -> None:
    assert offered(f"//- /packages/app/a.{ending}\n{text}") == (replaced, items)


@pytest.mark.parametrize(
    "text",
    [
        "<template>\n<a href='@$0' />\n</template>\n<script>\n</script>\n",
        "<script lang=\"coffee\">\nimport '@$0'\n</script>\n",
        "<!-- <script>\nimport '@$0'\n</script> -->\n",
        "<style>\n@import '@$0';\n</style>\n",
        "<docs>\nimport '@$0';\n</docs>\n",
    ],
)
def test_nothing_is_offered_outside_the_scripts_of_components(text: str) -> None:
    assert offered(f"//- /packages/app/a.vue\n{text}") is None
