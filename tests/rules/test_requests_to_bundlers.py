"""A query and loaders in a specifier stay, and the module is looked up without them."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, check_diagnostics, check_fix, check_no_fix

AROUND = """
//- /packages/a/package.json
{ "name": "a", "dependencies": { "@alga-psa/workflows": "*" } }
"""
OLD, NEW = "@shared/workflow/runtime/client", "@alga-psa/workflows/runtime/client"


@pytest.mark.parametrize(
    "line",
    [
        "import any from '$?url';",
        'import Any from "$?worker&inline";',
        "import { parts } from '$?inspect';",
        "import * as any from '$?raw';",
        "import '$?sharedworker';",
        "export { default } from '$?raw';",
        "export * from '$?x=a/b';",
        "const any = () => import('$?raw');",
        "const any = require('$?raw');",
        "const any = require('raw-loader!$');",
        "const any = require('-!a-loader?b=c!d-loader!$?e');",
        "import any from '!!raw-loader!$';",
        "import type any from '$?raw';",
    ],
)
def test_each_form_keeps_them(line: str) -> None:
    text = f"{AROUND}//- /packages/a/src/a.ts\n{line}\n"
    check_fix(text.replace("$", OLD), text.replace("$", NEW), base=SOUND)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"{OLD}.ts?raw", f"{NEW}?raw"),
        (f"{OLD}.js?raw", f"{NEW}?raw"),
        ("../../../shared/workflow/runtime/client.ts?raw", f"{NEW}?raw"),
        ("raw-loader!../../../shared/workflow/runtime/client", f"raw-loader!{NEW}"),
        ("@alga-psa/shared/workflow/runtime/client?raw", f"{NEW}?raw"),
    ],
)
def test_the_module_is_looked_up_without_them(old: str, new: str) -> None:
    text = f"{AROUND}//- /packages/a/src/a.ts\nimport any from '$';\n"
    check_fix(text.replace("$", old), text.replace("$", new), base=SOUND)


def test_the_finding_is_at_the_module() -> None:
    check_diagnostics(
        f"""
        {AROUND.replace(chr(10), chr(10) + " " * 8)}
        //- /packages/a/src/a.ts
        import any from 'raw-loader!@shared/workflow/runtime/client?x';
                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> {NEW}
        """,
        base=SOUND,
    )


def test_a_barrel_is_another_file() -> None:
    # The names of the module are in the barrel, but not its text.
    check_diagnostics(
        """
        //- /packages/a/src/a.ts
        import any from '@shared/workflow/streams/builders?raw';
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: @alga-psa/workflows does not export `./streams/builders`
        """,
        base=SOUND,
    )


def test_a_module_that_re_exports_has_another_text() -> None:
    files = f"//- /ee/packages/workflows/src/runtime/client.ts\nexport * from '../../../../../{OLD[1:]}';\n"
    line = "//- /packages/a/src/a.ts\nimport any from '$?raw';\n"
    check_diagnostics(
        files
        + """//- /packages/a/src/a.ts
import any from '@shared/workflow/runtime/client?raw';
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: `?raw` takes the text of the file, and ee/packages/workflows/src/runtime/client.ts only re-exports shared/workflow/runtime/client.ts. Move the implementation first
""",
        base=SOUND,
        rules={"deprecated-import"},
    )
    worker = AROUND + files + line.replace("raw", "worker")
    check_fix(worker.replace("$", OLD), worker.replace("$", NEW), base=SOUND)


def test_canonical_references_are_looked_up_without_them() -> None:
    check_diagnostics(
        AROUND + f"//- /packages/a/src/a.ts\nimport a, {{ b }} from '{NEW}?raw';\nimport c from 'raw-loader!{NEW}';\n",
        base=SOUND,
    )


def test_look_alikes_are_left_alone() -> None:
    check_no_fix(
        "//- /packages/a/src/a.ts\nimport '@shared/workflows?raw'; import 'a!b?@shared/workflow';\n", base=SOUND
    )
