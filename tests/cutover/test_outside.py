"""What a cutover leaves to a person: boundaries of the core, and places out of its reach."""

from __future__ import annotations

import pytest

from tests.cutover.cuts import CANONICAL, LEGACY, MODULE, SOURCES, plan_of, problems


class TestBoundaries:
    TEXT = f"{MODULE}\n//- /shared/lib/a.ts\nimport {{ a }} from '../workflow/runtime/a';"

    def test_listed(self) -> None:
        plan = plan_of(self.TEXT)
        assert plan.problems == ()
        assert [(b.path, b.line, b.specifier, b.target) for b in plan.boundaries] == [
            ("shared/lib/a.ts", 1, CANONICAL, f"{SOURCES}runtime/a.ts")
        ]
        assert [finding.rule for finding, _ in plan.remaining] == ["core-imports-ee"]

    def test_refused(self) -> None:
        found = problems(self.TEXT, strict=True)
        assert [(path, message) for path, message in found] == [
            ("shared/lib/a.ts", f"`{CANONICAL}` would lead from the core to EE code (--strict-boundaries)")
        ]


class TestOutside:
    @pytest.mark.parametrize(
        ("path", "line", "kind"),
        [
            ("Dockerfile", "COPY shared/workflow ./shared/workflow", "Dockerfile"),
            ("server/Dockerfile.dev", "COPY ./shared/workflow/ x/", "Dockerfile"),
            ("docker-compose.yaml", "  - ./shared/workflow:/app/shared/workflow", "compose file"),
            (".eslintrc.json", '{ "paths": ["@shared/workflow/*"] }', "lint configuration"),
            (".github/workflows/ci.yml", "  - 'shared/workflow/**'", "CI workflow"),
            ("nx.json", '{ "inputs": ["{workspaceRoot}/shared/workflow/**"] }', "build configuration"),
            ("shared/tsconfig.build.json", '{ "include": ["workflow/**"] }', "TypeScript configuration"),
            ("shared/jest.yml", "roots: ./workflow/", ".yml file"),
        ],
    )
    def test_listed(self, path: str, line: str, kind: str) -> None:
        plan = plan_of(f"{MODULE}\n//- /{path}\n{line}")
        assert [(o.path, o.line, o.kind, o.text) for o in plan.outside] == [(path, 1, kind, line.strip())]

    @pytest.mark.parametrize(
        ("path", "line"),
        [
            ("README.md", "see shared/workflow"),
            ("Dockerfile", "COPY shared/workflows ./x"),
            ("Dockerfile", "COPY @myshared/workflow"),
            ("packages/a/x.yml", "on: ./workflow/"),
            ("packages/a/a.ts", "// shared/workflow/runtime/a.ts"),
        ],
    )
    def test_not_listed(self, path: str, line: str) -> None:
        assert plan_of(f"{MODULE}\n//- /{path}\n{line}").outside == ()

    def test_sources_that_the_settings_ignore(self) -> None:
        plan = plan_of(
            f'//- /workflow-ls.json\n{{ "ignore": ["packages/old/**"] }}\n{MODULE}\n'
            f"//- /packages/old/a.ts\nimport a from '{LEGACY}';\n//- /packages/a/a.ts\nimport a from '{LEGACY}';"
        )
        assert "packages/old/a.ts" not in plan.after
        assert [(o.path, o.line, o.kind, o.text) for o in plan.outside] == [
            ("packages/old/a.ts", 1, "ignored file", f"import a from '{LEGACY}';")
        ]

    def test_sources_that_are_too_large(self) -> None:
        large = f"import a from '{LEGACY}'; // {'x' * 200}"
        plan = plan_of(f'//- /workflow-ls.json\n{{ "maxFileSize": 200 }}\n{MODULE}\n//- /packages/a/a.ts\n{large}')
        assert [(o.path, o.kind) for o in plan.outside] == [("packages/a/a.ts", "skipped file")]

    def test_strings_that_can_not_be_rewritten(self) -> None:
        plan = plan_of(
            f"{MODULE}\n//- /packages/a/a.ts\nf(`@shared/workflow/runtime/${{name}}`);\nf('@shared/workflow/*');"
        )
        assert [(o.path, o.line, o.kind) for o in plan.outside] == [
            ("packages/a/a.ts", n, "path string") for n in (1, 2)
        ]
