"""unexported-subpath: at the import, at the manifest, and what the fix lets happen."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checks import MONOREPO, change, check_diagnostics, check_fix, check_no_fix, open_project
from tests.editor_cases import EditorCase
from tests.strategies import examples
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.diagnostics import Diagnostic, Status
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.joined_fixes import FixOptions, joined_fixes
from workflow_ls.vfs.files import MemoryFiles

EDITOR_CASES = (
    EditorCase(
        "unexported-subpath",
        "ee/packages/workflows/package.json",
        '"./src/secrets/index.ts"',
        "…",
        ("ee/packages/workflows/package.json",),
    ),
)


RULE = {"unexported-subpath"}
MANIFEST = "ee/packages/workflows/package.json"
ADDED = """
//- /ee/packages/workflows/package.json
{
  "name": "@alga-psa/workflows",
  "exports": {
    ".": "./src/index.ts",
    "./streams": "./src/streams/index.ts",
    "./runtime": "./src/runtime/index.ts"
  }
}
"""


@pytest.mark.parametrize(
    "line",
    [
        "import { start } from '@alga-psa/workflows/runtime';",
        "import type { Run } from '@alga-psa/workflows/runtime/client';",
        "import { secret } from '@alga-psa/workflows-secrets/secrets';",
        "declare module '@alga-psa/workflows/of-its-own' {}",
        "const text = '@alga-psa/workflows/gone';",
        "// import '@alga-psa/workflows/gone'",
    ],
)
def test_silent(line: str) -> None:
    check_diagnostics(f"//- /packages/a/src/a.ts\n{line}", rules=RULE)


@pytest.mark.parametrize("path", ["shared/x.ts", "shared/workflow/runtime/x.ts"])
def test_the_core_is_another_rules_business(path: str) -> None:
    check_diagnostics(f"//- /{path}\nimport '@alga-psa/workflows/gone';", rules=RULE)


@pytest.mark.parametrize("manifest", ["", "//- /ee/packages/workflows/package.json\n{ broken"])
def test_nothing_is_said_of_a_package_that_cannot_be_looked_into(manifest: str) -> None:
    base = "//- /package.json\n{}"
    check_diagnostics(
        f"//- /packages/a/src/a.ts\nimport '@alga-psa/workflows/gone';\n{manifest}", base=base, rules=RULE
    )


def test_at_the_import() -> None:
    check_diagnostics(
        """
    //- /packages/a/src/a.ts
    import { secret } from '@alga-psa/workflows/secrets';
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^ unexported-subpath verified -> None
    const lazy = () => import("@alga-psa/workflows/gone");
                               ^^^^^^^^^^^^^^^^^^^^^^^^ unexported-subpath blocked: no file of ee/packages/workflows/src fits. Add ee/packages/workflows/src/gone.ts or ee/packages/workflows/src/gone/index.ts
    vi.mock('@alga-psa/workflows/streams/builders');
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unexported-subpath blocked: no file of
    """,
        rules=RULE,
    )


def test_in_the_package_itself_by_its_name() -> None:
    check_diagnostics(
        """
    //- /ee/packages/workflows/src/streams/other.ts
    import { secret } from '@alga-psa/workflows/secrets';
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^ unexported-subpath verified -> None
    """,
        rules=RULE,
    )


def test_types_need_no_other_view() -> None:
    check_diagnostics(
        """
    //- /ee/packages/workflows/package.json
    { "name": "@alga-psa/workflows", "exports": { "./runtime": { "types": "./src/runtime/index.ts" } } }
                                                  ^^^^^^^^^^^ unexported-subpath blocked: the key `./runtime` has no target for `import`
    //- /packages/a/src/a.ts
    import type { Run } from '@alga-psa/workflows/runtime';
    import { start } from '@alga-psa/workflows/runtime';
                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ unexported-subpath blocked: the key `./runtime` has no target for `import`. Add that condition, or `default`
    """,
        rules=RULE,
    )


def test_at_the_manifest() -> None:
    text = """
    //- /ee/packages/workflows/package.json
    {
      "name": "@alga-psa/workflows",
      "exports": {
      ^^^^^^^^^ unexported-subpath verified -> None
        ".": "./src/index.ts",
        "./runtime": { "types": "./src/runtime/index.ts", "import": "./src/runtime.ts" },
                                                                    ^^^^^^^^^^^^^^^^^^ unexported-subpath verified -> None
        "./gone": "./src/gone.ts",
                  ^^^^^^^^^^^^^^^ unexported-subpath blocked: no file of ee/packages/workflows/src fits
        "./none/*": "./src/none/*.ts",
        "./never": null
      }
    }
    //- /packages/a/src/a.ts
    import { buildA } from '@alga-psa/workflows/streams';
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^ unexported-subpath verified -> None
    import { never } from '@alga-psa/workflows/never';
                           ^^^^^^^^^^^^^^^^^^^^^^^^^ unexported-subpath blocked: the key `./never` excludes it (null)
    """
    check_diagnostics(text, rules=RULE)


def test_the_manifest_tells_how_many_wait() -> None:
    found = findings(
        ADDED
        + """
//- /packages/a/src/a.ts
import { secret } from '@shared/workflow/secrets';
//- /packages/b/src/b.ts
import { secret } from '@alga-psa/workflows/secrets';
import '@alga-psa/workflows/secrets';
//- /packages/c/src/c.ts
const { secret } = require('@alga-psa/workflows/secrets');
//- /shared/workflow/secrets.ts
export const secret = 1;
"""
    )[MANIFEST]
    [finding] = found
    assert finding.message == "@alga-psa/workflows does not export `./secrets`; 4 imports need it"
    assert [related.path for related in finding.related] == [
        "packages/a/src/a.ts",
        "packages/b/src/b.ts",
        "packages/b/src/b.ts",
        "ee/packages/workflows/src/secrets.ts",
    ]
    assert finding.status is Status.VERIFIED
    assert finding.fix is not None
    assert finding.fix.title == "Add `./secrets` to the exports of @alga-psa/workflows"


@pytest.mark.parametrize(
    "legacy",
    [
        "import { other } from '@shared/workflow/secrets';",  # the module there does not export it
        "import { start } from '@shared/workflow/runtime';",  # goes where it is served
        "import { a } from '@shared/workflow/gone';",  # no such module there
    ],
)
def test_other_legacy_references_do_not_wait(legacy: str) -> None:
    assert MANIFEST not in findings(f"{ADDED}\n//- /packages/a/src/a.ts\n{legacy}\n")


def test_a_manifest_without_exports_is_told_at_its_name() -> None:
    check_diagnostics(
        """
    //- /ee/packages/workflows/package.json
    { "name": "@alga-psa/workflows" }
      ^^^^^^ unexported-subpath blocked: the `exports` are not a map of subpaths
    //- /packages/a/src/a.ts
    import { secret } from '@alga-psa/workflows/secrets';
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^ unexported-subpath blocked: the `exports` are not a map of subpaths
    """,
        rules=RULE,
    )


def test_an_installed_package_is_not_edited() -> None:
    check_diagnostics(
        """
    //- /node_modules/@alga-psa/workflows/package.json
    { "name": "@alga-psa/workflows", "exports": { "./a": "./a.js" } }
    //- /packages/a/src/a.ts
    import { b } from '@alga-psa/workflows/b';
                       ^^^^^^^^^^^^^^^^^^^^^ unexported-subpath blocked: the manifest of @alga-psa/workflows is installed, not part of ee/packages/workflows
    """,
        base="//- /package.json\n{}",
        rules=RULE,
    )


def test_a_pattern_that_leads_nowhere_is_told_at_its_key() -> None:
    check_diagnostics(
        """
    //- /ee/packages/workflows/package.json
    {
      "name": "@alga-psa/workflows",
      "exports": {
        "./*": "./src/*.tsx"
        ^^^^^ unexported-subpath verified -> None
      }
    }
    //- /packages/a/src/a.ts
    import { secret } from '@alga-psa/workflows/secrets';
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^ unexported-subpath verified -> None
    """,
        rules=RULE,
    )


def test_a_pattern_that_serves_others_is_not_said_to_lead_nowhere() -> None:
    text = """
    //- /ee/packages/workflows/package.json
    { "name": "@alga-psa/workflows", "exports": { "./*": { "import": "./src/*.ts" } } }
    //- /packages/a/src/a.cjs
    require('@alga-psa/workflows/secrets');
    """
    [at_manifest] = findings(text)["ee/packages/workflows/package.json"]
    assert at_manifest.message.startswith("`./*` does not serve `./secrets` under all conditions of its importers")
    assert "add the missing condition to `./*`" in str(at_manifest.reason).lower()


def test_the_fix_corrects_the_entry_and_keeps_the_rest() -> None:
    before = """
    //- /ee/packages/workflows/package.json
    {
        "name": "@alga-psa/workflows", "exports": {
            "./secrets": { "import": "./src/secrets/index.ts",   "types": "./src/secrets/index.ts" }
        },
        "private":true
    }
    """
    check_fix(before, before.replace("secrets/index.ts", "secrets.ts"))


def test_the_fix_at_the_import_edits_the_manifest() -> None:
    text = f"{ADDED}\n//- /packages/a/src/a.ts\nimport {{ secret }} from '@alga-psa/workflows/secrets';\n"
    workspace = open_project(text)[1]
    [change] = Analysis(workspace, RULE).fix_file("packages/a/src/a.ts", FixOptions())
    assert change.path == MANIFEST
    assert change.after.decode().count("\n") == change.before.decode().count("\n") + 1
    assert b'runtime/index.ts",\n    "./secrets": "./src/secrets.ts"\n' in change.after


def test_several_subpaths_are_added_in_one_run() -> None:
    before = """
    //- /ee/packages/workflows/src/a.ts
    export const a = 1;
    //- /packages/a/src/a.ts
    import { a } from '@alga-psa/workflows/a';
    //- /packages/b/src/b.ts
    import { secret } from '@alga-psa/workflows/secrets';
    """
    last = '"./runtime": "./src/runtime/index.ts"'
    after = ADDED.replace(last, f'{last},\n    "./a": "./src/a.ts",\n    "./secrets": "./src/secrets.ts"')
    text = before.replace("\n    ", "\n")
    workspace = open_project(f"{text}\n{ADDED}")[1]
    [change] = Analysis(workspace, RULE).fix(("",), FixOptions())
    assert change.after.decode() == open_project(after)[0].files[MANIFEST]
    check_fix(f"{text}\n{ADDED}", f"{text}\n{after}", options=FixOptions(rule="unexported-subpath"))


@pytest.mark.parametrize(
    ("written", "shorter"),
    [
        ("/runtime/client.js", "/runtime/client"),
        ("/runtime/index", "/runtime"),
        ("/src/runtime/client", "/runtime/client"),
        ("/src/runtime/index.ts", "/runtime"),
        ("/src/index.ts", ""),
        ("/src", ""),
    ],
)
def test_a_specifier_that_says_too_much_is_shortened(written: str, shorter: str) -> None:
    text = "//- /packages/a/src/a.ts\nimport * as a from '@alga-psa/workflows{}';\n"
    options = FixOptions(rule="unexported-subpath")
    exports = MONOREPO.replace('"./runtime/*": "./src/runtime/*.ts"', '"./runtime/client": "./src/runtime/client.ts"')
    check_fix(text.format(written), text.format(shorter), base=exports, options=options)


def test_a_suppressed_import_stays() -> None:
    check_no_fix("""
    //- /packages/a/src/a.ts
    // workflow-ls-ignore unexported-subpath: made by the build
    import { gone } from '@alga-psa/workflows/gone';
    """)


def test_blocked_rewrites_are_verified_after_the_fix() -> None:
    text = f"""{ADDED}
//- /shared/workflow/secrets.ts
export const secret = 1;
//- /packages/a/src/a.ts
import {{ secret }} from '@shared/workflow/secrets';
"""
    workspace = open_project(text)[1]
    analysis = Analysis(workspace)
    importer = "packages/a/src/a.ts"
    [before] = [finding for finding in analysis.check_file(importer) if finding.rule == "deprecated-import"]
    assert before.status is Status.BLOCKED
    [fixed] = joined_fixes(
        [finding for finding in analysis.check_file(MANIFEST) if finding.rule == "unexported-subpath"], FixOptions()
    )
    change(workspace, MANIFEST, fixed.after.decode())
    [after] = [finding for finding in analysis.check_file(importer) if finding.rule == "deprecated-import"]
    assert (after.status, after.replacement) == (Status.VERIFIED, "@alga-psa/workflows/secrets")
    assert not [finding for finding in analysis.check_file(MANIFEST) if finding.rule == "unexported-subpath"]


KEYS = st.sampled_from([".", "./a", "./a/*", "./b", "./b/x", "./*", "./a/", "import", "types", "./c.js", "./*/x", ""])
TARGETS = st.sampled_from(
    [None, 5, "", "./src/a.ts", "./src/b/index.ts", "./src/*.ts", "./src/gone.ts", "../x.ts", "./dist/a.js", "./src/"]
)
CONDITIONS = st.sampled_from(["import", "types", "default", "require", "0"])
VALUES = st.recursive(
    TARGETS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(CONDITIONS, inner, max_size=3),
    max_leaves=4,
)
SOURCES = st.lists(st.sampled_from(["a.ts", "a/index.ts", "b/index.ts", "b.tsx", "b/x.ts", "index.ts", "c.js"]))
ASKED = st.sampled_from(["", "/", "/a", "/a/x", "/b", "/b/x", "/c.js", "/src/a", "/a/index", "/..", "/a//x", "/gone"])
LINES = st.lists(
    st.builds(
        str.format,
        st.sampled_from(["import {{ a }} from '{}{}';", "import type {{ a, b }} from '{}{}';", "require('{}{}');"]),
        st.just("@alga-psa/workflows"),
        ASKED,
    ),
    max_size=4,
)


@settings(max_examples=examples(200))
@given(exports=st.dictionaries(KEYS, VALUES, max_size=6) | VALUES, sources=SOURCES, lines=LINES)
def test_any_manifest_settles_in_one_run(exports: object, sources: list[str], lines: list[str]) -> None:
    files = {f"ee/packages/workflows/src/{path}": "export const a = 1;" for path in sources}
    files[MANIFEST] = json.dumps({"name": "@alga-psa/workflows", "exports": exports})
    files["packages/a/src/a.ts"] = "\n".join(lines)
    before = Analysis(Workspace(MemoryFiles(files), builtin_table(), Settings()), RULE)
    found = before.check().diagnostics
    changed = {change.path: change.after.decode() for change in before.fix(("",), FixOptions())}
    after = Analysis(Workspace(MemoryFiles({**files, **changed}), builtin_table(), Settings()), RULE)
    assert after.fix(("",), FixOptions()) == ()
    left = after.check().diagnostics
    # An entry that is right shows which names its module lacks: then it stays as it is, which the proof decides.
    assert len(left) <= len(found)
    if not any("b" in line for line in lines):
        assert [finding for finding in left if finding.fix] == []
        assert len(left) <= sum(finding.fix is None for finding in found)
    assert isinstance(json.loads(changed.get(MANIFEST, "{}")), dict)


def findings(text: str) -> dict[str, list[Diagnostic]]:
    """The rule's findings in all files that have one."""
    report = Analysis(open_project(text)[1], RULE).check()
    found: dict[str, list[Diagnostic]] = {}
    for finding in report.diagnostics:
        found.setdefault(finding.path, []).append(finding)
    return found
