"""An edit that changes how distant text is read: what was found in the version before is of no use there."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from workflow_ls.project.runtime.module_graph import imports_of
from workflow_ls.syntax.exports.export_finder import find_exports
from workflow_ls.syntax.parser import Source, parse
from workflow_ls.syntax.references.reference_finder import find_references
from workflow_ls.syntax.runtime_imports import find_import_candidates
from workflow_ls.syntax.top_level_units import find_top_level_units
from workflow_ls.syntax.value_usage import is_used_as_value

NAMES = ("a", "bar", "d", "foo", "T", "used")

# Before an edit, and after it.
EDITS = {
    "a comment that ends elsewhere": (
        "import { bar } from './b';\nq();\n/*\nfoo();\n/*/\nbar();\n//*/\n",
        "import { bar } from './b';\nq();\n//*\nfoo();\n/*/\nbar();\n//*/\n",
    ),
    "the same in a function": (
        "import { bar } from './b';\nfunction q() {\n  q();\n/*\nfoo();\n/*/\nbar();\n//*/\n}\nlet x: bar;\n",
        "import { bar } from './b';\nfunction q() {\n  q();\n//*\nfoo();\n/*/\nbar();\n//*/\n}\nlet x: bar;\n",
    ),
    "a comment that ends at once": (
        "import { used } from './u';\nq();\n/*\n// */ b; /* \nused();\n// */\n",
        "import { used } from './u';\nq();\n/**/\n// */ b; /* \nused();\n// */\n",
    ),
    "a name that becomes a keyword": (
        "import { T } from './t';\nq();\nexport namespace N { export const a = b }\n  type T = d;\nct\n",
        "import { T } from './t';\nq();\nexport namespace   type T = d;\nct\n",
    ),
    "a modifier before an export": (
        "const x = {;\nq();\nasync\n\nfunction foo() {}\n",
        "const x = {;\nq();\nasync\n\nexport function foo() {}\n",
    ),
    "a statement that is cut off": (
        "const x = {;\nexport class foo {\n  a = 1;\n}\n}\n",
        "const x = {;\nexport class foo {\n  a = 1;\nexport { x };\n}\n}\n",
    ),
    "a statement that ends a declaration": ("namespace T {}\n", "namespace T {}\n;\n"),
    "a clause that another statement began": (
        "foo(1);\nimport { a } from 'y'\nfrom\n'x';\nb;\nc;\n",
        "foo(1);\nzort\nfrom\n'x';\nb;\nc;\n",
    ),
    "a member that is called as a keyword": (
        "import z from 'z'\ninterface A {\n from\n 'x': string\n}\nr;\ns;\nt;\n",
        "zmport(z)\nu(1)\ninterface A {\n from\n 'x': string\n}\nr;\ns;\nt;\n",
    ),
    "one name in two spellings": (
        "import { a } from 'x';\nimport { \\u0061 } from 'x';\nm;\nn;\n",
        "import { a } from 'x';\nimport { \\u0061 } from 'x';\nm;\nn;\no;\n",
    ),
}


def facts_of(source: Source) -> Mapping[str, object]:
    return {
        "exports": find_exports(source),
        "units": find_top_level_units(source, NAMES),
        "references": find_references(source),
        "candidates": find_import_candidates(source),
        "imports": imports_of(source, (), verbatim=False),
        "values": [is_used_as_value(source, name) for name in NAMES],
    }


@pytest.mark.parametrize(("before", "after"), EDITS.values(), ids=EDITS)
@pytest.mark.parametrize("there_and_back", [False, True])
def test_it_is_read_as_if_it_was_opened(before: str, after: str, there_and_back: bool) -> None:
    source = parse(b"", "a.ts", is_open=True)
    for text in (before, after, before) if there_and_back else (after, before, f"{before}\n", after):
        source = source.edited(text.encode())
        assert facts_of(source) == facts_of(parse(text.encode(), "a.ts"))


def test_a_component_in_another_language_is_read_anew() -> None:
    script = "const x = <Foo>b</Foo>/g;\nexport const y = 1;\n"
    source = parse(f'<script lang="ts">\n{script}</script>\n'.encode(), "a.vue", is_open=True)
    facts_of(source)
    text = f'<script lang="tsx">\n{script}</script>\n'.encode()
    assert facts_of(source.edited(text)) == facts_of(parse(text, "a.vue"))
