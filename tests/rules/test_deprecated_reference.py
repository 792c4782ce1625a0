"""deprecated-reference: no-op first, then what is flagged and where it goes, before and after."""

from __future__ import annotations

import pytest

from tests.checks import change, check_diagnostics, check_fix, check_no_fix, open_project, place, told
from tests.editor_cases import EditorCase
from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Applicability, Status
from workflow_ls.proof.joined_fixes import FixOptions
from workflow_ls.text import apply_edits

EDITOR_CASES = (
    EditorCase(
        "deprecated-reference",
        "server/src/wiring.test.ts",
        "@shared/workflow/runtime",
        "Replace with '@alga-psa/workflows/runtime' in this string",
        ("server/src/wiring.test.ts",),
    ),
)


RULE = "deprecated-reference"
ON_REQUEST = FixOptions(unsafe=True)

# The move is done: the canonical package holds the implementation, and the legacy tree is what is left of it.
MOVED = """
//- /package.json
{ "workspaces": ["shared", "packages/*", "ee/packages/*"] }
//- /shared/workflow/streams/builders.ts
export const buildA = 1;
//- /shared/workflow/streams/kit.json
{}
//- /ee/packages/workflows/package.json
{
  "name": "@alga-psa/workflows",
  "exports": { "./runtime": "./src/runtime/index.ts", "./streams/*": "./src/streams/*.ts", "./bus": "./src/bus.ts" }
}
//- /ee/packages/workflows/src/runtime/index.ts
export function start(): void {}
//- /ee/packages/workflows/src/runtime/client.tsx
export const client = 1;
//- /ee/packages/workflows/src/streams/builders.ts
export const buildA = 1;
//- /ee/packages/workflows/src/streams/kit.json
{}
//- /ee/packages/workflows/src/bus.ts
export const bus = 1;
"""


def check_silent(text: str, path: str = "/packages/a/src/a.tsx") -> None:
    check_diagnostics(f"//- {path}\n{text}", rules={RULE})


def check_string(written: str, outcome: str, *, base: str = MOVED, path: str = "packages/a/src/a.ts") -> None:
    """The string literal `written` has one finding, at what is marked, with this outcome."""
    before, inside, after = f"readFileSync({written});".split("$0")
    text, start = before + inside + after, len(before)
    end = start + len(inside)
    _, workspace = open_project(f"//- /{path}\n{text}", base=base)
    found = Analysis(workspace, {RULE}).check_file(path)
    assert [place(workspace, finding) for finding in found] == [(path, 0, start, end)]
    said = told(found[0])
    assert said == f"{RULE} {outcome}" or (": " in outcome and said.startswith(f"{RULE} {outcome}"))


@pytest.mark.parametrize(
    "text",
    [
        "import { start } from '@shared/workflow/runtime'; vi.mock('../../../shared/workflow/runtime');",
        "const a = ['@shared/workflows', '@shared/workflow-x', '@shared/workflow.ts', '@alga-psa/shared/work'];",
        "const a = ['my@shared/workflow', 'my@shared/workflow/runtime', 'x/shared-workflow/runtime'];",
        "const a = ['myshared/workflow/runtime', 'shared/workflow-x', 'shared/workflows/runtime'];",
        "const a = ['shared/workflow/nothing.ts', 'shared/workflow/runtime/nothing', 'shared/workflow/../x'];",
        "const a = ['@other/shared/workflow/runtime', 'node_modules/x/shared/workflow/runtime'];",
        "const a = 'https://example.com/shared/workflow/runtime';",
        "const a = `@shared/workflow${b}`; const c = `shared/workflow${b}`; const d = `x ${b}s/@shared/workflow-`;",
        "// '@shared/workflow/runtime'\n/* shared/workflow/runtime */",
        "const a = /@shared\\/workflow/; const b = <p>@shared/workflow/runtime</p>;",
        "const a = '@alga-psa/workflows/runtime';",
    ],
)
def test_silent(text: str) -> None:
    check_silent(text)


def test_docs_are_exempt() -> None:
    check_silent("const a = '@shared/workflow/runtime';", "/packages/a/docs/a.ts")


def test_a_folder_of_the_same_name_elsewhere() -> None:
    check_diagnostics(
        """
        //- /packages/a/shared/workflow/runtime/index.ts
        export {};
        //- /packages/a/src/a.ts
        const a = ['../shared/workflow/runtime', 'shared/workflow/runtime/index.ts', '/shared/workflow/runtime/index'];
        //- /packages/b/src/b.ts
        const a = ['packages/a/shared/workflow/runtime', 'packages/a/shared/workflow/streams'];
        """,
        rules={RULE},
    )


def test_never_part_of_fix_all() -> None:
    check_no_fix("//- /packages/a/src/a.ts\nconst a = '@shared/workflow/runtime';", base=MOVED)
    check_no_fix("//- /packages/a/src/a.ts\nconst a = 'shared/workflow/streams/builders.ts';", base=MOVED)


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        ("'$0@shared/workflow/runtime$0'", "verified -> @alga-psa/workflows/runtime"),
        ("'$0@alga-psa/shared/workflow/runtime/index.js$0'", "verified -> @alga-psa/workflows/runtime"),
        ("`$0@shared/workflow/streams/builders$0`", "verified -> @alga-psa/workflows/streams/builders"),
        ("'see $0@shared/workflow/runtime$0.'", "verified -> @alga-psa/workflows/runtime"),
        ("'^$0@shared/workflow/runtime$0$'", "verified -> @alga-psa/workflows/runtime"),
        ("\"from '$0@shared/workflow/runtime$0'\"", "verified -> @alga-psa/workflows/runtime"),
        ("'from \\'$0@shared/workflow/runtime$0\\''", "verified -> @alga-psa/workflows/runtime"),
        ("'é\\n$0@shared/workflow/runtime$0'", "verified -> @alga-psa/workflows/runtime"),
        ("`${a}$0@shared/workflow/runtime$0'${b}`", "verified -> @alga-psa/workflows/runtime"),
        (
            "'$0@shared/workflow/nothing$0'",
            "blocked: @alga-psa/workflows does not export `./nothing`. Add it to the `exports` of ee/packages/workflows/package.json",
        ),
        ("'$0@shared/workflow/$0'", "blocked: it matches more than one module. Correct the string by hand"),
        ("'$0@shared/workflow/$0*'", "blocked: it matches more than one module"),
        ("'^$0@shared/workflow$0(/.*)?$'", "blocked: it matches more than one module"),
        ("'$0@shared/workflow/runtime/$0...'", "blocked: it matches more than one module"),
        ("`$0@shared/workflow/run$0${a}`", "blocked: what follows is computed when the program runs"),
        ("'./node_modules/$0@shared/workflow/runtime$0'", "blocked: it is part of a longer path"),
    ],
)
def test_specifiers(written: str, outcome: str) -> None:
    check_string(written, outcome)


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        ("'$0shared/workflow/streams/builders.ts$0'", "verified -> ee/packages/workflows/src/streams/builders.ts"),
        ("'$0./shared/workflow/streams/builders$0'", "verified -> ./ee/packages/workflows/src/streams/builders"),
        (
            "'$0../../../shared/workflow/streams/builders.js$0'",
            "verified -> ../../../ee/packages/workflows/src/streams/builders.js",
        ),
        ("`${root}$0/shared/workflow/streams/kit.json$0`", "verified -> /ee/packages/workflows/src/streams/kit.json"),
        (
            "'$0/app/shared/workflow/streams/builders.ts$0:3'",
            "verified -> /app/ee/packages/workflows/src/streams/builders.ts",
        ),
        ("'a \\'$0shared/workflow/streams$0\\''", "verified -> ee/packages/workflows/src/streams"),
        ("'$0shared/workflow/streams/$0**'", "verified -> ee/packages/workflows/src/streams/"),
        ("'$0shared/workflow/streams/$0build*.ts'", "verified -> ee/packages/workflows/src/streams/"),
        # The legacy file is gone, and the canonical package tells that it was there.
        ("'$0shared/workflow/runtime/index.ts$0'", "verified -> ee/packages/workflows/src/runtime/index.ts"),
        ("'$0shared/workflow/runtime/client.ts$0'", "verified -> ee/packages/workflows/src/runtime/client.tsx"),
        ("'$0shared/workflow/runtime$0'", "verified -> ee/packages/workflows/src/runtime"),
        ("`$0shared/workflow/streams/$0${name}.ts`", "blocked: what follows is computed when the program runs"),
    ],
)
def test_paths(written: str, outcome: str) -> None:
    check_string(written, outcome)


LEFT = """
//- /shared/workflow/streams/extra.ts
export const extra = 1;
//- /shared/workflow/alone/index.ts
export const alone = 1;
//- /shared/workflow/workers/index.ts
export const worker = 1;
//- /ee/packages/workflows/src/workers/index.ts
export * from '../../../../../shared/workflow/workers';
"""


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (
            "'$0shared/workflow/streams/extra.ts$0'",
            "no file of @alga-psa/workflows corresponds to shared/workflow/streams",
        ),
        (
            "'$0shared/workflow/alone$0'",
            "no folder of @alga-psa/workflows corresponds to shared/workflow/alone. Move it",
        ),
        (
            "'$0shared/workflow/streams$0'",
            "shared/workflow/streams/extra.ts has no counterpart in ee/packages/workflows",
        ),
        (
            "'$0shared/workflow/workers/index.ts$0'",
            "ee/packages/workflows/src/workers/index.ts only re-exports the legacy tree. Move the implementation",
        ),
        ("'$0shared/workflow/workers$0'", "ee/packages/workflows/src/workers/index.ts only re-exports the legacy tree"),
    ],
)
def test_what_has_not_moved_is_blocked(written: str, reason: str) -> None:
    check_string(written, f"blocked: {reason}", base=MOVED + LEFT)


@pytest.mark.parametrize(
    ("to", "path", "status"),
    [
        ("bus", "src/bus.ts", "verified -> @alga-psa/workflows/bus"),
        ("wired", "src/bus.ts", "verified -> @alga-psa/workflows/wired"),
        ("unexported", "src/unexported.ts", "blocked: @alga-psa/workflows does not export"),
    ],
)
def test_a_path_goes_where_the_table_says(to: str, path: str, status: str) -> None:
    base = f"""{MOVED.replace('"./bus"', '"./wired": "./src/bus.ts", "./bus"')}
//- /workflow-ls.json
{{ "modules": [{{ "from": "@shared/workflow/events", "to": ["@alga-psa/workflows/{to}"] }}] }}
//- /shared/workflow/events.ts
export const bus = 1;
//- /ee/packages/workflows/src/unexported.ts
export const bus = 1;
"""
    check_string("'$0shared/workflow/events.ts$0'", f"verified -> ee/packages/workflows/{path}", base=base)
    check_string("'$0@shared/workflow/events$0'", status, base=base)


def test_a_path_goes_to_the_package_that_the_table_names() -> None:
    base = f"""{MOVED}
//- /workflow-ls.json
{{
  "packages": [{{ "name": "@alga-psa/streams", "directory": "packages/streams" }}],
  "modules": [{{ "from": "@shared/workflow/streams/*", "to": ["@alga-psa/streams/*"] }}]
}}
//- /packages/streams/package.json
{{ "name": "@alga-psa/streams", "exports": {{ "./*": "./src/*.ts" }} }}
//- /packages/streams/src/builders.ts
export const buildA = 1;
"""
    check_string("'$0shared/workflow/streams/builders.ts$0'", "verified -> packages/streams/src/builders.ts", base=base)
    check_string("'$0@shared/workflow/streams/builders$0'", "verified -> @alga-psa/streams/builders", base=base)


def test_a_specifier_of_an_absent_package_is_unverified() -> None:
    base = "//- /shared/workflow/runtime/index.ts\nexport {};"
    check_string("'$0@shared/workflow/runtime$0'", "unverified -> @alga-psa/workflows/runtime", base=base)


@pytest.mark.parametrize("text", ["'$0@shared/workflow/runtime$0'", "'$0shared/workflow/streams/builders.ts$0'"])
def test_the_core_and_the_legacy_tree_have_no_fix(text: str) -> None:
    check_string(text, "blocked: the core ships without EE", path="shared/lib/a.ts")
    check_string(text, "blocked: this file is in shared/workflow and moves with it", path="shared/workflow/a.test.ts")


@pytest.mark.parametrize("path", ["src/a.test.ts", "src/runtime/index.ts", "scripts/run.mjs"])
def test_where_the_string_is_does_not_matter_elsewhere(path: str) -> None:
    # Unlike an import, it can't lead back to its own file, and Node does not load what it names.
    path = f"ee/packages/workflows/{path}"
    check_string("'$0@shared/workflow/runtime$0'", "verified -> @alga-psa/workflows/runtime", path=path)


def test_a_module_that_still_imports_legacy_code_has_moved() -> None:
    base = f"""{MOVED}
//- /ee/packages/workflows/src/bus.ts
import '../../../../shared/workflow/streams/builders';
"""
    check_string("'$0shared/workflow/bus.ts$0'", "verified -> ee/packages/workflows/src/bus.ts", base=base)


@pytest.mark.parametrize("specifier", ["../../../../shared/workflow/bus", "@shared/workflow/bus"])
def test_a_module_that_re_exports_legacy_code_has_not(specifier: str) -> None:
    base = f"""{MOVED}
//- /ee/packages/workflows/src/bus.ts
export {{ bus }} from '{specifier}';
"""
    blocked = "blocked: ee/packages/workflows/src/bus.ts only re-exports the legacy tree"
    check_string("'$0shared/workflow/bus.ts$0'", blocked, base=base)


def test_it_is_unblocked_when_the_implementation_comes() -> None:
    path, bus = "packages/a/src/a.ts", "ee/packages/workflows/src/bus.ts"
    proxy = f"//- /{bus}\nexport * from '../../../../shared/workflow/bus';\n"
    _, workspace = open_project(f"{proxy}//- /{path}\nstat('shared/workflow/bus.ts');", base=MOVED)
    analysis = Analysis(workspace, {RULE})
    assert [finding.status for finding in analysis.check_file(path)] == [Status.BLOCKED]
    change(workspace, bus, "export const bus = 1;")
    assert [finding.status for finding in analysis.check_file(path)] == [Status.VERIFIED]


def test_links_that_lead_round_in_a_circle() -> None:
    base = f"""{MOVED}
//- /shared/workflow/streams/again -> shared/workflow/streams
//- /ee/packages/workflows/src/streams/again -> ee/packages/workflows/src/streams
"""
    check_string("'$0shared/workflow/streams$0'", "verified -> ee/packages/workflows/src/streams", base=base)


def test_a_path_from_beside_the_tree() -> None:
    written = "'$0../workflow/streams/builders.ts$0'"
    check_string(written, "blocked: the core ships without EE", path="shared/lib/a.ts")
    check_diagnostics("//- /shared/lib/a.ts\nuse('../workflow/nothing.ts', '/workflow/streams');", rules={RULE})


def test_every_occurrence_is_a_finding() -> None:
    check_diagnostics("""
    //- /packages/a/src/a.ts
    open('@shared/workflow/runtime/client');
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-reference verified -> @alga-psa/workflows/runtime/client
    expect(source).toContain(`
      from "@shared/workflow/runtime" and ${c} shared/workflow/runtime/client.ts,
            ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-reference verified -> @alga-psa/workflows/runtime
                                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-reference verified -> ee/packages/workflows/src/runtime/client.ts
    `);
    """)


def test_fix_on_request() -> None:
    check_fix(
        """
        //- /packages/a/src/a.test.tsx
        expect(source).toContain('from \\'@shared/workflow/runtime\\';\\n');
        const text = readFileSync(join(root, "../../shared/workflow/streams/builders.ts"), 'utf8'); // shared/workflow
        const all = `@shared/workflow/runtime ${text} @shared/workflow/streams/builders`;
        expect(source).toContain(all);
        const e = <Code of="@alga-psa/shared/workflow/runtime">@shared/workflow/runtime</Code>;
        """,
        """
        //- /packages/a/src/a.test.tsx
        expect(source).toContain('from \\'@alga-psa/workflows/runtime\\';\\n');
        const text = readFileSync(join(root, "../../ee/packages/workflows/src/streams/builders.ts"), 'utf8'); // shared/workflow
        const all = `@alga-psa/workflows/runtime ${text} @alga-psa/workflows/streams/builders`;
        expect(source).toContain(all);
        const e = <Code of="@alga-psa/shared/workflow/runtime">@shared/workflow/runtime</Code>;
        """,
        base=MOVED,
        options=ON_REQUEST,
    )


def test_the_string_goes_where_the_imports_go() -> None:
    # `types` has no subpath of its own, so its imports go to the enclosing barrel.
    check_fix(
        """
        //- /packages/a/src/a.ts
        import type { Run } from '@shared/workflow/runtime/types';
        const from = resolve('@shared/workflow/runtime/types');
        """,
        """
        //- /packages/a/src/a.ts
        import type { Run } from '@alga-psa/workflows/runtime';
        const from = resolve('@alga-psa/workflows/runtime');
        """,
        options=ON_REQUEST,
    )


@pytest.mark.parametrize(
    "text",
    [
        "// workflow-ls-ignore deprecated-reference: says so\nconst a = '@shared/workflow/runtime';",
        "// workflow-ls-ignore deprecated-reference: says so\nconst a = `\n@shared/workflow/runtime\n${b}\nshared/workflow`;",
        "// workflow-ls-ignore-file deprecated-reference: says so\n\nconst a = '@shared/workflow/runtime';",
    ],
)
def test_suppressed(text: str) -> None:
    check_diagnostics(f"//- /packages/a/src/a.ts\n{text}")


def test_a_comment_is_offered_for_the_middle_of_a_template() -> None:
    path = "packages/a/src/a.ts"
    _, workspace = open_project(f"//- /{path}\nglob(`\n@shared/workflow/runtime\n`);")
    analysis = Analysis(workspace, {RULE})
    (finding,) = analysis.check_file(path)
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.UNSAFE
    assert finding.deprecated
    line, _ = analysis.suppressions(finding, "kept")
    after = apply_edits(workspace.files.read(path) or b"", line.files[0].edits).decode()
    assert after.startswith("// workflow-ls-ignore deprecated-reference: kept\nglob(`\n")
    check_diagnostics(f"//- /{path}\n{after}", rules={RULE})


@pytest.mark.parametrize(
    "written",
    [
        "/api/shared/workflow/runtime",
        "/static/shared/workflow",
        "src/shared/workflow/runtime/client.ts",
        "apps/web/shared/workflow/streams",
        "~/shared/workflow/runtime",
        "#shared/workflow/runtime",
        "~shared/workflow/runtime",
        "permission:shared/workflow/runtime:read",
        "shared/workflow/runtime:read",
        "i18n:shared/workflow/runtime",
        "route:/msp/shared/workflow/runtime?x=1",
        "s3://bucket/shared/workflow/runtime",
        "text/x-shared/workflow",
        "npm:@shared/workflow@1",
    ],
)
@pytest.mark.parametrize("call", ["use", "readFileSync"])
def test_names_of_other_kinds(written: str, call: str) -> None:
    if not (call == "readFileSync" and written.startswith("/")):
        check_diagnostics(f"//- /packages/a/src/a.ts\n{call}('{written}');", rules={RULE}, base=MOVED)


NO_USE = "blocked: its use shows neither a path nor a specifier. Change it by hand if it is one, or leave it."
GUARD = "blocked: it is a check that the old module is gone, or unused. Keep it, or change it by hand."
COMPARED = "blocked: it is compared with other text. Change it by hand if that text changes, too."


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("const a = '$0@shared/workflow/runtime$0';", NO_USE),
        ("t('$0shared/workflow/streams$0');", NO_USE),
        ("log('see $0shared/workflow/streams$0.');", NO_USE),
        ("f(`${base}$0/shared/workflow/streams$0`);", NO_USE),
        ("run('$0@shared/workflow/runtime$0?worker');", NO_USE),
        ("tester.run({ code: 'import \"$0@shared/workflow/runtime$0\"' });", NO_USE),
        ("expect(group('$0shared/workflow/streams/builders.ts$0')).toBe('b');", NO_USE),
        ("expect(source).not.toContain('$0@shared/workflow/runtime$0');", GUARD),
        ("expect(source).not.toContain('$0@shared/workflow/$0*');", GUARD),
        ("expect(existsSync('$0shared/workflow/streams/builders.ts$0')).toBe(false);", GUARD),
        ("export default [{ rules: { 'no-restricted-imports': ['error', '$0@shared/workflow/runtime$0'] } }];", GUARD),
        ("if (node.source.value.startsWith('$0@shared/workflow/runtime$0')) report();", COMPARED),
        (
            "expect(source).toContain(\"from '$0../../../shared/workflow/streams/builders$0'\");",
            "blocked: it is relative to the file whose text is tested. Correct it after the import there",
        ),
        ("f(`${root}$0/shared/workflow/streams$0`);", "verified -> /ee/packages/workflows/src/streams"),
        ("read('file:$0shared/workflow/streams/builders.ts$0');", "verified -> ee/packages/workflows/src/streams/builders.ts"),
        ("export default { transpilePackages: ['$0@shared/workflow/runtime$0'] };", "verified -> @alga-psa/workflows/runtime"),
    ],
)  # fmt: skip
def test_the_use_decides(text: str, outcome: str) -> None:
    before, inside, after = text.split("$0")
    path = "packages/a/src/a.ts"
    _, workspace = open_project(f"//- /{path}\n{before}{inside}{after}", base=MOVED)
    [found] = Analysis(workspace, {RULE}).check_file(path)
    assert place(workspace, found) == (path, 0, len(before), len(before) + len(inside))
    assert told(found).startswith(f"{RULE} {outcome}")


def test_what_is_kept_is_kept_on_request_too() -> None:
    check_fix(
        """
        //- /packages/a/src/a.test.ts
        import { start } from '@shared/workflow/runtime';
        const BANNED = ['@shared/workflow/streams/builders'];
        expect(source).not.toContain('@shared/workflow/runtime');
        expect(source).toContain("from '@shared/workflow/runtime'");
        """,
        """
        //- /packages/a/src/a.test.ts
        import { start } from '@alga-psa/workflows/runtime';
        const BANNED = ['@shared/workflow/streams/builders'];
        expect(source).not.toContain('@shared/workflow/runtime');
        expect(source).toContain("from '@alga-psa/workflows/runtime'");
        """,
        base=MOVED,
        options=ON_REQUEST,
    )


@pytest.mark.parametrize(
    ("path", "text", "is_path"),
    [
        ("packages/a/esbuild.config.mjs", "x({ inject: ['../../shared/workflow/streams/builders.ts'] });", True),
        ("packages/a/vite.config.ts", "x({ server: { fs: { allow: ['../../shared/workflow'] } } });", True),
        ("packages/a/jest.config.js", "x({ snapshotResolver: '<rootDir>/../../shared/workflow/streams/builders.ts' });", True),
        (".mocharc.cjs", "x({ spec: 'shared/workflow/**/*.test.ts' });", True),
        ("eslint.config.mjs", "x({ pattern: './shared/workflow/*' });", True),
        ("packages/a/vite.config.ts", "x({ label: 'shared/workflow' });", False),
        ("vite.config.ts", "x({ label: 'shared/workflow' });", False),
        ("packages/a/vite.config.ts", "x({ label: './shared/workflow' });", False),
        ("vite.config.ts", "x({ label: 'see ./shared/workflow' });", False),
        ("packages/a/src/x.ts", "x({ inject: ['../../../shared/workflow/streams/builders.ts'] });", False),
    ],
)  # fmt: skip
def test_a_relative_path_of_a_configuration_shows_itself(path: str, text: str, *, is_path: bool) -> None:
    found = Analysis(open_project(f"//- /{path}\n{text}", base=MOVED)[1], {RULE}).check()
    assert any(finding.status is Status.VERIFIED for finding in found.diagnostics) == is_path
