"""What a cutover leaves to a person: boundaries of the core, and places out of its reach."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import pytest

from tests.moves.cuts import CANONICAL, LEGACY, MODULE, SOURCES, TREE, cut, plan_of, problems


class TestBoundaries:
    TEXT = f"{MODULE}\n//- /shared/lib/a.ts\nimport {{ a }} from '../workflow/runtime/a';"

    def test_listed(self) -> None:
        plan = plan_of(self.TEXT)
        assert plan.problems == ()
        assert [(b.path, b.line, b.specifier, b.target) for b in plan.boundaries] == [
            ("shared/lib/a.ts", 1, CANONICAL, f"{SOURCES}runtime/a.ts")
        ]
        assert [(left.finding.rule, left.known) for left in plan.remaining] == [("core-imports-ee", False)]

    def test_refused(self) -> None:
        [(path, message)] = problems(self.TEXT, strict=True)
        assert path == "shared/lib/a.ts"
        assert message == (
            f"`{CANONICAL}` would lead from the core to EE code. Inject what it needs from the EE side, "
            "move this file there, or run without --strict-boundaries."
        )


class TestOutside:
    @pytest.mark.parametrize(
        ("path", "line", "kind"),
        [
            ("Dockerfile", "RUN cp -r /deps/shared/workflow .", "Dockerfile"),
            (".eslintrc.json", '{ "packages": ["@shared/workflow/*"] }', "lint configuration"),
            ("shared/tsconfig.build.json", '{ "include": ["workflow/**"] }', "TypeScript configuration"),
            ("tools/old.kt", 'val x = "shared/workflow"', ".kt file"),
        ],
    )
    def test_listed(self, path: str, line: str, kind: str) -> None:
        plan = plan_of(f"{MODULE}\n//- /{path}\n{line}")
        assert [(o.path, o.line, o.kind) for o in plan.other_mentions] == [(path, 1, kind)]

    @pytest.mark.parametrize(
        ("path", "line"),
        [
            ("README.md", "see shared/workflow"),
            ("Dockerfile", "COPY shared/workflows ./x"),
            ("Dockerfile", "COPY @myshared/workflow"),
            ("packages/a/x.yml", "on: ./workflow/"),
            ("packages/a/a.ts", "// shared/workflow/runtime/a.ts"),
            (".eslintrc.json", '{ "rules": { "no-restricted-imports": [2, "@shared/workflow"] } }'),
        ],
    )
    def test_not_listed(self, path: str, line: str) -> None:
        assert plan_of(f"{MODULE}\n//- /{path}\n{line}").other_mentions == ()

    def test_sources_that_the_settings_ignore(self) -> None:
        plan = plan_of(
            f'//- /workflow-ls.json\n{{ "ignore": ["packages/old/**"] }}\n{MODULE}\n'
            f"//- /packages/old/a.ts\nimport a from '{LEGACY}';\n//- /packages/a/a.ts\nimport a from '{LEGACY}';"
        )
        assert "packages/old/a.ts" not in plan.after
        assert [(o.path, o.line, o.kind, o.text) for o in plan.other_mentions] == [
            ("packages/old/a.ts", 1, "ignored file", f"import a from '{LEGACY}';")
        ]

    def test_sources_that_are_too_large(self) -> None:
        large = f"import a from '{LEGACY}'; // {'x' * 200}"
        plan = plan_of(f'//- /workflow-ls.json\n{{ "maxFileSize": 200 }}\n{MODULE}\n//- /packages/a/a.ts\n{large}')
        assert [(o.path, o.kind) for o in plan.other_mentions] == [("packages/a/a.ts", "skipped file")]

    def test_strings_that_can_not_be_rewritten(self) -> None:
        plan = plan_of(
            f"{MODULE}\n//- /packages/a/a.ts\nf(`@shared/workflow/runtime/${{name}}`);\nf('@shared/workflow/*');"
        )
        assert [(o.path, o.line, o.kind) for o in plan.other_mentions] == [
            ("packages/a/a.ts", n, "path string") for n in (1, 2)
        ]


class TestSources:
    """Sources are followed; what is left in them is listed."""

    @pytest.mark.parametrize(
        ("path", "text", "kind", "told"),
        [
            ("shared/tsup.config.ts", "export default { entry: { a: 'workflow/runtime/a.ts' } };", "build configuration", "../ee/packages/workflows/src/runtime/a.ts: this build has no other entry, and starts from another package now. Let the package of ee/packages/workflows/src/runtime/a.ts build it, and remove this entry, or the build."),
            ("shared/build/esbuild.mjs", "build({ entryPoints: ['workflow/runtime/a.ts'] });", "path string", "workflow/runtime/a.ts: shared/workflow/runtime/a.ts moved to"),
            ("shared/tsup.config.ts", "export default { entry: ['workflow/**/*.ts', '!workflow/**/*.test.ts'] };", "build configuration", "../ee/packages/workflows/src/**/*.ts: this build has no other entry"),
            ("shared/scripts/a.ts", "read('workflow/runtime/a');", "path string", "workflow/runtime/a: shared/workflow/runtime/a.ts moved to"),
            ("packages/a/vitest.config.ts", "export default { alias: [{ find: /^@shared\\/workflow/, replacement: x }] };", "build configuration", "export default { alias: [{ find: /^@shared\\/workflow/, replacement: x }] };"),
            ("packages/a/a.test.ts", "expect(source).toMatch(/from '@shared\\/workflow\\/runtime/);", "regular expression", "expect(source).toMatch("),
            ("packages/a/jest.config.js", "module.exports = { moduleNameMapper: { '^@shared/workflow/(.*)$': '<rootDir>/x/$1' } };\n//- /packages/a/x/b.ts\nexport {};", "path string", "@shared/workflow/: it matches more than one module"),
            ("packages/a/webpack.config.js", "module.exports = { entry: 'dist/shared/workflow/runtime/a.js' };", "build configuration", "module.exports = { entry: 'dist/shared/workflow/runtime/a.js' };"),
        ],
    )  # fmt: skip
    def test_listed(self, path: str, text: str, kind: str, told: str) -> None:
        plan = plan_of(f"{MODULE}\n//- /{path}\n{text}")
        assert plan.problems == ()
        assert [(o.path, o.line, o.kind) for o in plan.other_mentions if o.text.startswith(told)] == [(path, 1, kind)]

    def test_an_entry_relative_to_its_file_follows(self) -> None:
        left = cut(f"{MODULE}\n//- /shared/rollup.config.mjs\nexport default {{ input: ['./workflow/runtime/a.ts'] }};")
        assert left["shared/rollup.config.mjs"] == f"export default {{ input: ['../{SOURCES}runtime/a.ts'] }};\n"

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("shared/lib/a.ts", "t('workflow/title'); t('workflow'); open('workflow/none.ts');"),
            ("shared/lib/a.ts", "open('../../packages/workflow/runtime/a.ts');"),
            ("packages/a/a.ts", "open('workflow/runtime/a.ts');"),
            ("packages/a/a.config.ts", "// shared/workflow\n/* @shared/workflow */\n * shared/workflow/x"),
            ("packages/a/a.ts", "const a = /@shared\\/workflows/;"),
        ],
    )
    def test_not_listed(self, path: str, text: str) -> None:
        assert plan_of(f"{MODULE}\n//- /{path}\n{text}").other_mentions == ()


class TestFollowUp:
    """What is left to do after the files are written."""

    def test_dependencies_are_to_be_installed(self) -> None:
        plan = plan_of(
            f'{MODULE}\n//- /packages/b/package.json\n{{ "name": "b" }}\n//- /packages/b/b.ts\nimport a from \'{LEGACY}\';'
        )
        assert [(note.path, note.message) for note in plan.notes] == [
            ("packages/b/package.json", "its dependencies change. Install the packages again to update the lock file.")
        ]

    @pytest.mark.parametrize(
        ("configurations", "message"),
        [
            (("shared/vitest.config.ts",), "no configuration of a runner applies to them now"),
            (("shared/jest.config.js", "vitest.workspace.ts"), "vitest.workspace.ts applies to them now"),
            (("shared/vite.config.ts", "ee/packages/workflows/vitest.config.ts"), "ee/packages/workflows/vitest.config.ts applies"),
            (("vitest.config.ts",), ""),
            ((), ""),
        ],
    )  # fmt: skip
    def test_tests_that_leave_the_folder_of_their_runner(self, configurations: tuple[str, ...], message: str) -> None:
        files = "".join(f"//- /{path}\nexport default {{}};\n" for path in configurations)
        plan = plan_of(f"{MODULE}\n{files}//- /{TREE}runtime/a.test.ts\nimport a from './a';")
        told = [(note.path, note.message) for note in plan.notes]
        start = f"1 test left its folder ({SOURCES}runtime/a.test.ts), and {message}"
        assert [(path, text.startswith(start)) for path, text in told] == [
            (path, True) for path in configurations[:1] if message
        ]


class TestRemaining:
    """What is left is told apart by whether it was there before."""

    def test_a_finding_that_was_there_before_under_another_specifier(self) -> None:
        plan = plan_of(f"{MODULE}\n//- /packages/a/a.ts\nimport {{ gone }} from '{LEGACY}';")
        assert [(left.finding.rule, left.line, left.known) for left in plan.remaining] == [("missing-name", 1, False)]
        again = plan_of(
            f"{MODULE}\n//- /{SOURCES}runtime/b.ts\nexport {{}};\n"
            "//- /packages/a/a.ts\nimport { gone } from '@alga-psa/workflows/runtime/b';\n"
            f"import {{ a }} from '{LEGACY}';\nimport {{ gone as b }} from '{LEGACY}';"
        )
        assert [(left.finding.rule, left.line, left.known) for left in again.remaining] == [
            ("missing-name", 1, True),
            ("missing-name", 3, False),
        ]

    def test_a_finding_in_a_moved_file(self) -> None:
        plan = plan_of(
            f"//- /{TREE}runtime/a.test.ts\nvi.mock('@alga-psa/workflows/runtime/b');\n"
            f"//- /{SOURCES}runtime/b.ts\nexport {{}};"
        )
        assert [(left.finding.path, left.finding.rule, left.known) for left in plan.remaining] == [
            (f"{SOURCES}runtime/a.test.ts", "mock-mismatch", True)
        ]

    def test_path_without_a_module_is_left_without_problem(self) -> None:
        plan = plan_of(f"{MODULE}\n//- /packages/a/a.ts\nimport '@shared/workflow/gone';")
        assert plan.problems == ()
        assert [(left.finding.rule, left.known) for left in plan.remaining] == [("deprecated-import", True)]

    def test_the_very_same_finding_is_known_rather_than_one_like_it(self) -> None:
        plan = plan_of(
            f"{MODULE}\n//- /{SOURCES}lib/b.ts\nexport const b = 1;\n//- /shared/lib/a.ts\n"
            "import { a } from '../workflow/runtime/a';\nimport { b } from '@alga-psa/workflows/lib/b';"
        )
        assert [(left.line, left.known) for left in plan.remaining if left.finding.rule == "core-imports-ee"] == [
            (1, False),
            (2, True),
        ]
