"""What a cutover does to files that are no sources: paths whose meaning is plain follow, the rest is listed."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import pytest

from tests.moves.cuts import BASE, MODULE, SOURCES, TREE, cut, plan_of

NEW = SOURCES.rstrip("/")
RULES = f"//- /{TREE}rules/tax.ts\nexport const tax = 1;"


class TestFollows:
    @pytest.mark.parametrize(
        ("path", "before", "after"),
        [
            ("Dockerfile", "COPY shared/workflow ./shared/workflow", f"COPY {NEW} ./{NEW}"),
            ("Dockerfile", "COPY --chown=a:b ./shared/workflow/ shared/package.json /srv/", f"COPY --chown=a:b ./{NEW}/ shared/package.json /srv/"),
            ("docker/worker.Dockerfile", 'ADD ["shared/workflow/runtime", "wf"]', f'ADD ["{NEW}/runtime", "wf"]'),
            ("Dockerfile.ci", "COPY . .\nRUN cd shared/workflow && ls", f"COPY . .\nRUN cd {NEW} && ls"),
            ("Dockerfile", "COPY shared/workflow /app/shared/workflow\nCOPY a b\nWORKDIR /app/shared/workflow/runtime", f"COPY {NEW} /app/{NEW}\nCOPY a b\nWORKDIR /app/{NEW}/runtime"),
            ("Dockerfile", "COPY --from=deps /app/x ./x\nCOPY a \\\n  shared/workflow/runtime/a.ts \\\n  ./b/", f"COPY --from=deps /app/x ./x\nCOPY a \\\n  {NEW}/runtime/a.ts \\\n  ./b/"),
            ("Dockerfile", "RUN --mount=type=bind,source=shared/workflow,target=/w ls /w", f"RUN --mount=type=bind,source={NEW},target=/w ls /w"),
            ("compose.yml", "services:\n  a:\n    volumes:\n      - ./shared/workflow:/app/shared/workflow:ro", f"services:\n  a:\n    volumes:\n      - ./{NEW}:/app/{NEW}:ro"),
            ("docker-compose.dev.yaml", "a:\n  - type: bind\n    source: ./shared/workflow\n    target: /srv/wf", f"a:\n  - type: bind\n    source: ./{NEW}\n    target: /srv/wf"),
            ("compose.yaml", "a: {develop: {watch: [{path: 'shared/workflow', action: sync}]}}", f"a: {{develop: {{watch: [{{path: '{NEW}', action: sync}}]}}}}"),
            (".github/workflows/ci.yml", "on:\n  push:\n    paths:\n      - 'shared/workflow/**' # flows\n      - \"!shared/workflow/rules/*.md\"", f"on:\n  push:\n    paths:\n      - '{NEW}/**' # flows\n      - \"!{NEW}/rules/*.md\""),
            (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n      - run: |\n          cd $GITHUB_WORKSPACE/shared/workflow/runtime\n          node ${{ github.workspace }}/shared/workflow/runtime/a.ts", f"jobs:\n  a:\n    steps:\n      - run: |\n          cd $GITHUB_WORKSPACE/{NEW}/runtime\n          node ${{{{ github.workspace }}}}/{NEW}/runtime/a.ts"),
            (".gitlab-ci.yml", "test:\n  rules:\n    - changes: [shared/workflow/runtime/**/*]\n  script: eslint shared/workflow", f"test:\n  rules:\n    - changes: [{NEW}/runtime/**/*]\n  script: eslint {NEW}"),
            (".circleci/config.yml", "jobs:\n  é: \"ü shared/workflow\"", f"jobs:\n  é: \"ü {NEW}\""),
            ("CODEOWNERS", "* @all\n/shared/workflow/ @flows # shared\nshared/workflow/runtime/*.ts @x", f"* @all\n/{NEW}/ @flows # shared\n{NEW}/runtime/*.ts @x"),
            (".github/CODEOWNERS", "/shared/workflow @flows", f"/{NEW} @flows"),
            (".gitignore", "!shared/workflow/none/", f"!{NEW}/none/"),
            (".prettierignore", "shared/workflow/runtime/a.ts", f"{NEW}/runtime/a.ts"),
            ("shared/.eslintignore", "*.md", "*.md"),
            ("Makefile", "lint:\n\teslint ./shared/workflow --ext .ts", f"lint:\n\teslint ./{NEW} --ext .ts"),
            ("scripts/build.sh", 'node "$ROOT"/shared/workflow/runtime/a.ts && ls "${ROOT}/shared/workflow"', f'node "$ROOT"/{NEW}/runtime/a.ts && ls "${{ROOT}}/{NEW}"'),
            (".husky/pre-commit", "npx jest shared/workflow", f"npx jest {NEW}"),
            ("sonar-project.properties", "sonar.sources=server,shared/workflow", f"sonar.sources=server,{NEW}"),
            ("codecov.yml", "flags:\n  flows:\n    paths:\n      - shared/workflow", f"flags:\n  flows:\n    paths:\n      - {NEW}"),
            ("nx.json", '{ "inputs": ["{workspaceRoot}/shared/workflow/**"] }', f'{{ "inputs": ["{{workspaceRoot}}/{NEW}/**"] }}'),
            ("packages/a/project.json", '{ "lint": ["shared/workflow/**/*.ts"] // all\n}', f'{{ "lint": ["{NEW}/**/*.ts"] // all\n}}'),
            ("turbo.json", '{ "inputs": ["../../shared/workflow/**", "$TURBO_DEFAULT$"] }', '{ "inputs": ["../../shared/workflow/**", "$TURBO_DEFAULT$"] }'),
            ("packages/a/turbo.json", '{ "inputs": ["../../shared/workflow/**", "x"] }', f'{{ "inputs": ["../../{NEW}/**", "x"] }}'),
            ("packages/a/tsconfig.x.json", '{ "include": ["src", "../../shared/workflow"] }', f'{{ "include": ["src", "../../{NEW}"] }}'),
            (".lintstagedrc.json", '{ "shared/workflow/**/*.ts": "eslint" }', f'{{ "{NEW}/**/*.ts": "eslint" }}'),
            ("shared/lib/project.yml", "sources: ../workflow/runtime", "sources: ../../ee/packages/workflows/src/runtime"),
            ("shared/tsconfig.build.json", '{\n  "include": [\n    "lib",\n    "workflow/**"\n  ]\n}', '{\n  "include": [\n    "lib"\n  ]\n}'),
            ("shared/jest.json", '{ "roots": ["<rootDir>/workflow", "lib"] }', '{ "roots": ["lib"] }'),
            ("tools/dep.json", '{ "forbidden": [{ "from": "shared/workflow" }], "x": "shared/workflow/rules" }', f'{{ "forbidden": [{{ "from": "shared/workflow" }}], "x": "{NEW}/rules" }}'),
        ],
    )  # fmt: skip
    def test_rewritten(self, path: str, before: str, after: str) -> None:
        files = cut(f"{MODULE}\n{RULES}\n//- /{path}\n{before}")
        assert files[path] == f"{after}\n"

    def test_scripts_and_side_effects_of_manifests(self) -> None:
        files = cut(
            f"{MODULE}\n//- /packages/b/package.json\n"
            '{ "name": "b", "scripts": { "gen": "tsx ../../shared/workflow/runtime/a.ts" },\n'
            '  "sideEffects": ["./x.ts", "../../shared/workflow/**"] }'
        )
        assert files["packages/b/package.json"] == (
            f'{{ "name": "b", "scripts": {{ "gen": "tsx ../../{NEW}/runtime/a.ts" }},\n'
            f'  "sideEffects": ["./x.ts", "../../{NEW}/**"] }}\n'
        )

    def test_the_manifest_of_the_package_that_the_files_leave(self) -> None:
        base = BASE.replace(
            '{ "name": "@alga-psa/shared" }',
            '{ "name": "@alga-psa/shared", "sideEffects": ["./lib/x.ts", "./workflow/runtime/a.ts"],\n'
            '  "scripts": { "one": "node workflow/runtime/a.ts" }, "exports": { "./workflow/*": "./workflow/*.ts" } }',
        )
        assert cut(MODULE, base=base)["shared/package.json"] == (
            '{ "name": "@alga-psa/shared", "sideEffects": ["./lib/x.ts"],\n'
            f'  "scripts": {{ "one": "node ../{NEW}/runtime/a.ts" }}, "exports": {{}} }}\n'
        )

    def test_windows_line_ends_and_byte_order_mark(self) -> None:
        files = cut(f"{MODULE}\n//- /.github/workflows/x.yml\n\ufeffon:\r\n  paths:\r\n    - shared/workflow/**\r")
        assert files[".github/workflows/x.yml"] == f"\ufeffon:\r\n  paths:\r\n    - {NEW}/**\r\n"


class TestListed:
    """What only a person can decide is in the plan, with its place and what to write."""

    @pytest.mark.parametrize(
        ("path", "text", "at", "says"),
        [
            ("Dockerfile", "COPY --from=deps /app/shared/workflow ./wf", (1, 23, "Dockerfile"), f"shared/workflow: it is a place in an image, or elsewhere. Write `{NEW}` if the files are to be there."),
            ("Dockerfile", "FROM x\n# for shared/workflow", (2, 7, "comment in a Dockerfile"), f"shared/workflow: this comment names what moves to `{NEW}`."),
            ("compose.yml", "a:\n  working_dir: /app/shared/workflow", (2, 21, "compose file"), "shared/workflow: it is a place in an image"),
            (".dockerignore", "shared/workflow", (1, 1, "ignore file"), f"shared/workflow: {NEW} has other files, too. Decide whether `{NEW}` is to be left out."),
            (".github/workflows/a.yml", "on: {push: {paths-ignore: [shared/workflow/**]}}", (1, 28, "CI workflow"), f"shared/workflow/: {NEW} has other files, too."),
            ("tsconfig.x.json", '{ "exclude": ["shared/workflow"] }', (1, 16, "TypeScript configuration"), f"shared/workflow: {NEW} has other files, too."),
            ("shared/.npmignore", "workflow/runtime/a.ts", (1, 1, "ignore file"), f"workflow/runtime/a.ts: {NEW}/runtime/a.ts is above this file's directory."),
            ("shared/tsconfig.b.json", '{ "files": ["workflow/runtime/a.ts"] }', (1, 14, "TypeScript configuration"), "workflow/runtime/a.ts: all that this list names leaves shared. Change the list, or remove this configuration."),
            (".eslintrc.json", '{ "rules": { "import/no-restricted-paths": [2, { "zones": [{ "target": "shared/workflow", "from": "shared/workflow" }] }] } }', (1, 73, "lint configuration"), f"shared/workflow: {NEW} has other files, too. Decide whether this rule is for `{NEW}`."),
            (".dependency-cruiser.json", '{ "forbidden": [{ "from": { "path": "^shared/workflow" }, "to": {} }] }', (1, 39, "lint configuration"), f"shared/workflow: {NEW} has other files, too. Decide whether this rule is for `{NEW}`."),
            ("deno.json", '{ "tasks": { "a": "deno run @shared/workflow/runtime/a" } }', (1, 29, "import map"), "@shared/workflow/runtime/a: it is a specifier. Write `@alga-psa/workflows/runtime/a`, if it is in use."),
            ("chart/x.yaml", "{{ if }}\na: shared/workflow", (2, 4, "YAML file"), f"shared/workflow: it is in a file that is not read. Write `{NEW}` if it is a path."),
            ("old/a.test.ts.bak", "vi.mock('@shared/workflow/runtime/a');", (1, 10, ".bak file"), "@shared/workflow/runtime/a: it is a specifier. Write `@alga-psa/workflows/runtime/a`, if it is in use."),
            ("shared/a.json", '{ "rootDir": "./workflow/runtime" }', (1, 15, "JSON file"), f"./workflow/runtime: it moves to {NEW}/runtime, which is not in shared. Remove this, or name another file."),
            ("packages/a/x.json", '{ "description": "as in shared/workflow" }', (1, 25, "text in a JSON file"), f"shared/workflow: this text names what moves to `{NEW}`."),
            (".github/workflows/x.yml", "jobs: {a: {name: lint shared/workflow}}", (1, 23, "text in a CI workflow"), f"shared/workflow: this text names what moves to `{NEW}`."),
            ("broken.json", '{ "a": "shared/workflow', (1, 9, "JSON file"), "shared/workflow: it is in a file that is not read."),
            ("db/seed.sql", "INSERT INTO f VALUES ('shared/workflow/runtime/a.ts');", (1, 24, ".sql file"), f"shared/workflow/runtime/a.ts: it is in a file that is not read. Write `{NEW}/runtime/a.ts` if it is a path."),
        ],
    )  # fmt: skip
    def test_listed(self, path: str, text: str, at: tuple[int, int, str], says: str) -> None:
        plan = plan_of(f"{MODULE}\n//- /{path}\n{text}")
        assert plan.problems == ()
        assert path not in plan.after
        [mention] = plan.other_mentions
        assert (mention.path, (mention.line, mention.column, mention.kind)) == (path, at)
        assert mention.text.startswith(says)

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("Dockerfile", "COPY shared/workflows ./x\nCOPY myshared/workflow y"),
            ("CODEOWNERS", "/x/node_modules/@shared/workflow/ @a"),
            ("packages/a/turbo.json", '{ "inputs": ["shared/workflow-x/**"] }'),
            ("knip.json", '{ "no-restricted-paths": ["shared/workflow"] }'),
            (".eslintrc.yml", "rules:\n  no-restricted-imports: [error, '@shared/workflow/*']"),
            ("packages/a/package.json", '{ "name": "x", "scripts": { "l": "eslint --rule \'no-restricted-imports: [2, @shared/workflow]\'" } }'),
            (".dependency-cruiser.json", '{ "forbidden": [{ "to": { "path": "^shared/workflow" } }] }'),
            ("docs/a.yml", "a: shared/workflow"),
            ("shared/a.json", '{ "keywords": ["workflow"], "name": "workflow", "x": ["workflow", "a"] }'),
            ("shared/a.yml", "name: workflow\nx: [workflow]"),
            ("shared/a.sh", "cd workflow && echo workflow"),
        ],
    )  # fmt: skip
    def test_neither_rewritten_nor_listed(self, path: str, text: str) -> None:
        plan = plan_of(f"{MODULE}\n//- /{path}\n{text}")
        assert (path in plan.after, plan.other_mentions) == (False, ())

    def test_files_that_do_not_stay_together(self) -> None:
        config = '//- /workflow-ls.json\n{ "modules": [{ "from": "@shared/workflow/rules/tax", "to": ["@alga-psa/workflows/money/tax"] }] }'
        plan = plan_of(f"{config}\n{MODULE}\n{RULES}\n//- /Dockerfile\nCOPY shared/workflow x")
        [mention] = plan.other_mentions
        assert (
            mention.text
            == "shared/workflow: the files of shared/workflow do not stay together. Name their new folders by hand."
        )


class TestCovering:
    """What names the folder above the tree names less afterwards, unless it names the new package, too."""

    @pytest.mark.parametrize(
        ("path", "text", "at"),
        [
            ("Dockerfile", "FROM x\nCOPY shared/ ./shared/", (2, 6, "Dockerfile")),
            ("services/x/Dockerfile", "COPY package.json ./shared /app/", (1, 19, "Dockerfile")),
            (".github/workflows/a.yml", "on: {push: {paths: ['shared/**', 'server/**']}}", (1, 22, "CI workflow")),
            ("compose.yml", "a: {volumes: ['./shared:/app/shared']}", (1, 16, "compose file")),
            ("CODEOWNERS", "/shared/ @core", (1, 1, "owners file")),
            (".github/workflows/a.yml", "on: {push: {paths: ['shared/**/*.{ts,tsx}']}}", (1, 22, "CI workflow")),
            (
                "packages/b/tsconfig.json",
                '{ "include": ["src", "../../shared/**/*"] }',
                (1, 23, "TypeScript configuration"),
            ),
            ("packages/b/tsconfig.json", '{ "include": ["../../shared"] }', (1, 16, "TypeScript configuration")),
            (
                "packages/b/package.json",
                '{ "name": "b", "scripts": { "dev": "tsx watch a.ts ../../shared" } }',
                (1, 52, "manifest"),
            ),
            (
                "packages/b/package.json",
                '{ "name": "b", "nodemonConfig": { "watch": ["src", "../../shared/"] } }',
                (1, 53, "manifest"),
            ),
            (
                "packages/b/package.json",
                '{ "name": "b", "scripts": { "dev": "nodemon --watch=/app/shared/** a.js" } }',
                (1, 53, "manifest"),
            ),
            (
                "packages/b/project.json",
                '{ "inputs": ["{workspaceRoot}/shared/**/*"] }',
                (1, 15, "build configuration"),
            ),
            (
                "packages/b/tailwind.config.js",
                "module.exports = { content: ['../../shared/**/*.tsx'] };",
                (1, 31, "build configuration"),
            ),
            ("jest.config.ts", "export default { roots: ['<rootDir>/shared', 'x'] };", (1, 27, "build configuration")),
            ("vitest.workspace.ts", "export default ['./shared'];", (1, 18, "build configuration")),
        ],
    )
    def test_listed(self, path: str, text: str, at: tuple[int, int, str]) -> None:
        plan = plan_of(f"{MODULE}\n//- /{path}\n{text}")
        [mention] = plan.other_mentions
        assert (mention.path, (mention.line, mention.column, mention.kind)) == (path, at)
        assert ": files leave it for ee/packages/workflows, which this " in mention.text
        assert path not in plan.after

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("Dockerfile", "COPY shared/ ./shared/\nCOPY ee/packages/workflows ./ee/packages/workflows"),
            ("Dockerfile", "COPY shared/ ee/ ./"),
            ("Dockerfile", "COPY . ."),
            ("Dockerfile", "COPY shared/package.json ./shared/"),
            ("Dockerfile", "COPY --from=b /app/shared ./shared"),
            (".github/workflows/a.yml", "on: {push: {paths: ['shared/*.json', '**/x']}}"),
            (".github/workflows/a.yml", "on: {push: {paths: ['shared/**', 'ee/**']}}"),
            ("tools/a.yml", "a: shared"),
            ("packages/b/tsconfig.json", '{ "include": ["../../shared/**/*", "../../ee/packages/workflows"] }'),
            ("packages/b/tsconfig.json", '{ "exclude": ["../../shared/**/*"] }'),
            ("packages/b/tsconfig.json", '{ "include": ["../../shared/types/**/*.d.ts", "shared"] }'),
            ("packages/b/package.json", '{ "name": "b", "scripts": { "a": "nx build shared && npm -w shared test" } }'),
            ("packages/b/package.json", '{ "name": "b", "scripts": { "a": "cp /packages/shared /x" } }'),
            ("packages/b/package.json", '{ "name": "b", "scripts": { "dev": "tsx watch ../../shared ../../ee" } }'),
            ("shared/tsconfig.json", '{ "include": ["**/*", "../shared"] }'),
            ("shared/project.json", '{ "sourceRoot": "shared" }'),
            (
                "packages/b/tailwind.config.js",
                "module.exports = { content: ['../../shared/ui/*.tsx', '!../../shared'] };",
            ),
            ("packages/b/jest.config.ts", "export default { roots: ['../../shared', '../../ee/packages'] };"),
        ],
    )
    def test_not_listed(self, path: str, text: str) -> None:
        assert plan_of(f"{MODULE}\n//- /{path}\n{text}").other_mentions == ()


class TestConfigurationsThatArePrograms:
    """Paths in lists of builds and runners follow as they are written."""

    @pytest.mark.parametrize(
        ("path", "before", "after"),
        [
            ("vitest.workspace.ts", "export default ['packages/*', './shared/workflow'];", f"export default ['packages/*', './{NEW}'];"),
            ("vitest.workspace.ts", "export default defineWorkspace(['shared/workflow/**/vite.config.ts']);", f"export default defineWorkspace(['{NEW}/**/vite.config.ts']);"),
            ("packages/a/tailwind.config.js", "module.exports = { content: ['../../shared/workflow/**/*.{ts,tsx}'] };", f"module.exports = {{ content: ['../../{NEW}/**/*.{{ts,tsx}}'] }};"),
            ("packages/a/playwright.config.ts", "export default { testDir: '../../shared/workflow' };", f"export default {{ testDir: '../../{NEW}' }};"),
            ("packages/a/next.config.mjs", "export default { outputFileTracingIncludes: { '/api': ['../../shared/workflow/**/*'] } };", f"export default {{ outputFileTracingIncludes: {{ '/api': ['../../{NEW}/**/*'] }} }};"),
        ],
    )  # fmt: skip
    def test_rewritten(self, path: str, before: str, after: str) -> None:
        assert cut(f"{MODULE}\n//- /{path}\n{before}")[path] == f"{after}\n"
