"""The scripts in `.vue`, `.svelte` and `.astro` files have findings and fixes like other code."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, check_diagnostics, check_fix, open_project
from tests.moves.cuts import MODULE, SOURCES, TREE, cut
from workflow_ls.analysis import Analysis
from workflow_ls.status import status_of

DEPENDENT = '//- /packages/a/package.json\n{ "name": "a", "dependencies": { "@alga-psa/workflows": "*" } }\n'
HOSTS = [
    ("Card.vue", "<template>é</template>\n<script setup lang='ts'>\n{}\n</script>"),
    ("Card.vue", "<script>\nexport default {{ name: 'x' }}\n</script>\n<script setup>\n{}\n</script>"),
    ("Card.svelte", "<script context='module'>\n{}\n</script>\n<script>export let a;</script>{{a}}"),
    ("card.astro", "---\n{}\n---\n<p>{{x}}</p>"),
    ("card.astro", "---\n---\n<p/>\n<script>\n{}\n</script>"),
]


def _filled(host: str, code: str) -> str:
    return host.replace("{}", code, 1).replace("{{", "{").replace("}}", "}")


@pytest.mark.parametrize(("name", "host"), HOSTS)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import { client } from '@shared/workflow/runtime/client';", "import { client } from '@alga-psa/workflows/runtime/client';"),
        ('const c = import("../../../shared/workflow/runtime/client")', 'const c = import("@alga-psa/workflows/runtime/client")'),
        ("import type { Run } from '@alga-psa/shared/workflow/runtime';", "import type { Run } from '@alga-psa/workflows/runtime';"),
    ],
)  # fmt: skip
def test_fixed_in_place(name: str, host: str, before: str, after: str) -> None:
    path = f"/packages/a/src/{name}"
    check_fix(
        f"{DEPENDENT}//- {path}\n{_filled(host, before)}", f"{DEPENDENT}//- {path}\n{_filled(host, after)}", base=SOUND
    )


def test_places() -> None:
    check_diagnostics(
        f"""
{DEPENDENT}//- /packages/a/src/Card.vue
<template>é ü</template>
<script lang="ts">
import {{ client }} from '@shared/workflow/runtime/client'; // é
//                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @alga-psa/workflows/runtime/client
</script>
""",
        base=SOUND,
        rules={"deprecated-import"},
    )


def test_comments_suppress_in_scripts() -> None:
    check_diagnostics(
        f"{DEPENDENT}//- /packages/a/src/Card.svelte\n<script>\n// workflow-ls-ignore deprecated-import: later\n"
        "import '@shared/workflow/runtime/client';\n</script>",
        base=SOUND,
        rules={"deprecated-import", "unused-suppression"},
    )


def test_a_mock_goes_with_the_component_that_loads_its_module() -> None:
    test = (
        "//- /packages/a/src/card.test.ts\nimport Card from './Card.vue';\n"
        "vi.mock('{0}/runtime/client', () => ({{ client: 2 }}));\nCard;\n"
        "//- /packages/a/src/Card.vue\n<script setup>\nimport {{ client }} from '{0}/runtime/client'; client;\n</script>"
    )
    check_fix(DEPENDENT + test.format("@shared/workflow"), DEPENDENT + test.format("@alga-psa/workflows"), base=SOUND)


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.vue", "<script src='../../../shared/workflow/runtime/client.ts' />", 0),
        ("a.vue", "<script>a</script>\n<img src='../../../shared/workflow/logo.svg'>", 1),
        ("a.svelte", "<script lang='coffee'>\nx = require '@shared/workflow/runtime'\n</script>", 1),
        ("a.astro", "---\nconst a = 1;\n---\n<a href='x'>@shared/workflow</a>", 3),
    ],
)
def test_what_is_around_scripts_is_listed_and_never_all_clear(name: str, text: str, line: int) -> None:
    path = f"packages/a/src/{name}"
    _, workspace = open_project(f"{DEPENDENT}//- /{path}\n{text}", base=SOUND)
    analysis = Analysis(workspace)
    [finding] = [finding for finding in analysis.check().diagnostics if finding.path == path]
    assert (finding.rule, finding.fix) == ("deprecated-reference", None)
    assert finding.message.startswith("this template, which is not read, names `")
    assert text.encode()[: finding.span.start].count(b"\n") == line
    report = status_of(analysis)
    assert report.unread == (path,)
    assert report.total.percent is not None
    assert report.total.percent < 100


@pytest.mark.parametrize("text", ["<p>x</p>", "<!-- shared/workflow --><p/>", "<p>@shared/workflows</p>"])
def test_no_findings(text: str) -> None:
    check_diagnostics(f"{DEPENDENT}//- /packages/a/src/a.vue\n{text}", base=SOUND)


def test_cutover() -> None:
    files = cut(
        f"{MODULE}\n//- /{TREE}ui/Box.vue\n<script>\nimport {{ a }} from '../runtime/a'; import '../../lib/x';\n</script>\n"
        "//- /shared/lib/x.ts\nexport {};\n"
        "//- /packages/a/Card.vue\n<script>\nimport Box from '../../shared/workflow/ui/Box.vue';\n"
        "import { a } from '@shared/workflow/runtime/a'; a; Box;\n</script>"
    )
    assert files[f"{SOURCES}ui/Box.vue"] == (
        "<script>\nimport { a } from '../runtime/a'; import '../../../../../shared/lib/x';\n</script>\n"
    )
    assert "import { a } from '@alga-psa/workflows/runtime/a'; a; Box;" in files["packages/a/Card.vue"]
