"""Dependencies that a rewrite brings along, and how they are written."""

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, check_fix, check_no_fix, fix_project, open_project
from tests.editor_cases import EditorCase
from workflow_ls.proof.joined_fixes import FixOptions

EDITOR_CASES = (
    EditorCase(
        "undeclared-dependency",
        "packages/notifications/package.json",
        '"dependencies"',
        "Add @alga-psa/workflows to dependencies",
        ("packages/notifications/package.json",),
    ),
)


IMPORT = "import { start } from '@shared/workflow/runtime';"
FIXED = "import { start } from '@alga-psa/workflows/runtime';"


def manifest_after(manifest: str, *, others: str = "") -> str:
    """The manifest of a package that imports the canonical package, after a fix."""
    text = f"//- /packages/a/package.json\n{manifest}\n//- /packages/a/src/x.ts\n{FIXED}\n{others}"
    _, workspace = open_project(text)
    fixed = fix_project(workspace, FixOptions())
    return fixed.get("packages/a/package.json", manifest.encode()).decode().rstrip("\n")


@pytest.mark.parametrize(
    "manifest",
    [
        '{ "name": "a", "dependencies": { "@alga-psa/workflows": "*" } }',
        '{ "name": "a", "devDependencies": { "@alga-psa/workflows": "*" } }',
        '{ "name": "a", "peerDependencies": { "@alga-psa/workflows": ">=1" } }',
        '{ "name": "a", "optionalDependencies": { "@alga-psa/workflows": "*" } }',
        '{ "name": "@alga-psa/workflows" }',
        '{ "name": "a", "dependencies": {',
    ],
)
def test_what_is_declared_or_broken_stays(manifest: str) -> None:
    assert manifest_after(manifest) == manifest


@pytest.mark.parametrize(
    "path",
    ["src/x.ts", "shared/tasks/x.ts", "shared/workflow/x.ts", "ee/packages/workflows/src/x.ts"],
)
def test_the_root_the_core_and_the_package_itself_need_none(path: str) -> None:
    check_no_fix(f"//- /{path}\n{FIXED}")


@pytest.mark.parametrize(
    ("version", "written"),
    [
        ("*", "*"),
        ("workspace:*", "workspace:*"),
        ("workspace:^", "workspace:^"),
        ("workspace:^1.0.0", "workspace:^"),
        ("workspace:~1.0.0", "workspace:~"),
        ("workspace:1.0.0", "workspace:*"),
        ("workspace:>=1.0.0", "workspace:*"),
        ("file:../core", "file:../../ee/packages/workflows"),
        ("link:../core", "link:../../ee/packages/workflows"),
        ("^1.0.0", "^3.1.0"),
        ("~1.0.0", "~3.1.0"),
        ("1.0.0", "3.1.0"),
        (">=1.0.0", ">=3.1.0"),
        ("workspace:../core", "workspace:../../ee/packages/workflows"),
        # The address of one package is none for another, nor is its tag, its entry in a catalog, or its place from the
        # root, as Yarn writes it.
        ("latest", "*"),
        ("catalog:", "*"),
        ("workspace:packages/core", "*"),
        ("git+file:///srv/core.git", "*"),
        ("npm:other@^1.0.0", "*"),
        ("someone/core", "*"),
    ],
)
def test_it_is_written_as_the_neighbours_are(version: str, written: str) -> None:
    others = """
    //- /packages/core/package.json
    { "name": "core", "version": "1.0.0" }
    //- /ee/packages/workflows/package.json
    { "name": "@alga-psa/workflows", "version": "3.1.0", "exports": { "./runtime": "./src/runtime/index.ts" } }
    """
    before = f'{{\n  "name": "a",\n  "dependencies": {{\n    "core": "{version}",\n    "zod": "^9.9.9"\n  }}\n}}'
    after = before.replace('    "core"', f'    "@alga-psa/workflows": "{written}",\n    "core"')
    assert manifest_after(before, others="\n".join(line.strip() for line in others.split("\n"))) == after


def test_version_copied_from_other_manifests_without_siblings() -> None:
    others = '//- /packages/b/package.json\n{ "name": "b", "dependencies": { "@alga-psa/workflows": "workspace:~" } }'
    assert '"@alga-psa/workflows": "workspace:~"' in manifest_after('{ "name": "a" }', others=others)
    assert '"@alga-psa/workflows": "*"' in manifest_after('{ "name": "a" }')


def test_once_for_each_package() -> None:
    check_diagnostics(
        f"""
        //- /packages/a/package.json
        {{
          "name": "a",
          ^^^^^^ undeclared-dependency verified -> …
          "private": true
        }}
        //- /packages/a/src/x.ts
        {FIXED}
        //- /packages/a/src/y.ts
        {FIXED}
        """
    )


def test_a_rewrite_brings_what_it_needs_and_brings_it_once() -> None:
    check_fix(
        f"""
        //- /packages/a/package.json
        {{
          "name": "a",
          "private": true
        }}
        //- /packages/a/src/x.ts
        {IMPORT}
        //- /packages/a/src/y.ts
        {IMPORT}
        """,
        f"""
        //- /packages/a/package.json
        {{
          "name": "a",
          "private": true,
          "dependencies": {{
            "@alga-psa/workflows": "*"
          }}
        }}
        //- /packages/a/src/x.ts
        {FIXED}
        //- /packages/a/src/y.ts
        {FIXED}
        """,
    )
