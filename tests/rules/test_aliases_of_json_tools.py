"""deprecated-alias in configurations that are JSON, and in those of Rollup and esbuild: found, and removed by a fix."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.proof.joined_fixes import FixOptions

MANIFEST = '"name": "@alga-psa/a", "dependencies": { "@alga-psa/workflows": "*" }'
MAPPER = '"moduleNameMapper": {{ {}"^lib$": "<rootDir>/lib.ts" }}'
BABEL = '{{ "plugins": [["module-resolver", {{ "alias": {{ {}"lib": "./lib" }} }}]] }}'
ROLLUP = "import alias from '@rollup/plugin-alias';\nexport default {{ plugins: [alias({{ entries: {{ {}lib: './lib' }} }})] }};"
ESBUILD = "import {{ build }} from 'esbuild';\nawait build({{ alias: {{ {}lib: './lib' }} }});"


@pytest.mark.parametrize(
    ("name", "text", "alias"),
    [
        ("jest.config.json", f"{{{{ {MAPPER} }}}}", '"^@shared/workflow/(.*)$": "<rootDir>/../../shared/workflow/$1", '),
        ("package.json", f"{{{{ {MANIFEST.replace('{', '{{').replace('}', '}}')}, \"jest\": {{{{ {MAPPER} }}}} }}}}", '"^flow$": "<rootDir>/../../shared/workflow", '),
        (".babelrc", BABEL, '"@shared/workflow": "../../shared/workflow", '),
        ("babel.config.json", BABEL, '"flow": "../../shared/workflow", '),
        ("rollup.config.mjs", ROLLUP, "'@shared/workflow': '../../shared/workflow', "),
        ("build.mjs", ESBUILD, "flow: '../../shared/workflow', "),
    ],
)  # fmt: skip
def test_an_alias_is_found_and_removed(name: str, text: str, alias: str) -> None:
    files = "//- /packages/a/src/page.ts\nimport { client } from '@shared/workflow/runtime/client';\n"
    files += "" if name == "package.json" else f"//- /packages/a/package.json\n{{ {MANIFEST} }}\n"
    path = f"packages/a/{name}"

    def analysis(written: str) -> Analysis:
        return Analysis(open_project(f"{files}//- /{path}\n{text.format(written)}\n", base=SOUND)[1])

    assert [found.rule for found in analysis("").check_file(path)] == []
    assert [found.rule for found in analysis(alias).check_file(path)] == ["deprecated-alias"]
    fixed = {change.path: change.after.decode() for change in analysis(alias).fix(("",), FixOptions())}
    assert fixed[path].rstrip() == text.format("")
