"""deprecated-reference in files that are no sources, and in the entries of builds."""

from __future__ import annotations

import pytest

from tests.checks import MONOREPO, open_project
from tests.fixture import mark, unmark
from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Severity
from workflow_ls.status import StatusReport, status_of

CODE = "deprecated-reference"

# A pair of `$0` marks each finding.
ROWS = [
    ("Dockerfile", "FROM node\n# shared/workflow\nCOPY $0shared/workflow$0 /app/$0shared/workflow$0\nCOPY shared/workflows x"),
    ("images/a.Dockerfile", "copy --from=deps /deps/$0shared/workflow/x$0 ./\nENV WF=/app/$0shared/workflow$0"),
    ("compose.prod.yml", "services:\n  a:\n    volumes: ['./$0shared/workflow$0:/x']\n    # shared/workflow\n    working_dir: /app/$0shared/workflow$0"),
    (".github/workflows/ci.yml", "# shared/workflow\non:\n  pull_request:\n    paths: ['$0shared/workflow/$0**', '!$0shared/workflow/streams$0', shared/workflow-x]\njobs:\n  a:\n    steps:\n      - run: |\n          # shared/workflow\n          yarn --cwd $0shared/workflow$0 lint # shared/workflow"),
    (".gitlab-ci.yml", "a: &a {changes: [$0shared/workflow/$0*.ts]}\nb: *a\nc: [*a, *a]"),
    ("azure-pipelines.yml", "trigger:\n  paths:\n    exclude:\n    - $0shared/workflow$0"),
    ("CODEOWNERS", "# shared/workflow\n/$0shared/workflow/$0 @a @shared/workflow\n*.md @b # shared/workflow"),
    (".gitignore", "#shared/workflow\n/$0shared/workflow/$0*.js\n!$0shared/workflow/keep$0\nworkflow"),
    (".dockerignore", "**/node_modules\n$0shared/workflow$0"),
    ("shared/.prettierignore", "/$0workflow/runtime$0\n$0workflow/streams/builders.ts$0\nworkflow/none.ts"),
    ("packages/a/project.json", '{\n  // shared/workflow\n  "lint": ["$0shared/workflow/$0**/*.ts", "{projectRoot}/x"], "cwd": "{workspaceRoot}/$0shared/workflow$0"\n}'),
    ("packages/a/package.json", '{ "name": "a", "scripts": { "x": "tsx ../../$0shared/workflow/runtime/client.ts$0 && echo" }, "sideEffects": ["../../$0shared/workflow/$0**"],\n "dependencies": { "@shared/workflow": "*" }, "jest": { "roots": ["<rootDir>/../../$0shared/workflow$0"] } }'),
    ("shared/tsconfig.b.json", '{ "include": ["$0workflow$0", "$0workflow/runtime/$0**", "lib"], "compilerOptions": { "rootDir": "./$0workflow$0", "paths": { "x": ["workflow/x"] } } }'.replace("./$0workflow$0", "$0./workflow$0")),
    ("deno.json", '{ "tasks": { "y": "deno run ./$0shared/workflow/y.ts$0" }, "exclude": ["$0shared/workflow/$0"] }'),
    (".eslintrc.json", '{ "overrides": [{ "files": ["$0shared/workflow/$0**"], "rules": { "no-restricted-imports": [2, { "patterns": ["@shared/workflow/*"] }] } }],\n "settings": { "import/ignore": ["$0@alga-psa/shared/workflow$0"] } }'),
    (".eslintrc.yaml", "rules:\n  import/no-restricted-paths: [2, {zones: [{target: ./server, from: ./shared/workflow}]}]\nignorePatterns: [$0shared/workflow$0]"),
    (".eslintrc.base.json", '{ "rules": { "import/no-restricted-paths": [2, { "zones": [{ "target": "./$0shared/workflow$0", "from": "./server" }, { "target": "./server", "from": "./shared/workflow", "except": ["./shared/workflow/x"] }] }] } }'),
    (".eslintrc.yml", "rules:\n  import/no-restricted-paths: [2, {zones: [{target: ./$0shared/workflow$0, from: ./shared/workflow}]}]"),
    (".dependency-cruiser.json", '{ "forbidden": [{ "from": { "path": "^$0shared/workflow/$0" }, "to": { "path": "^shared/workflow" } }] }'),
    ("knip.json", '{ "paths": { "@flow/*": ["./$0shared/workflow/$0*"] }, "workspaces": { "shared": { "paths": { "~": ["$0shared/workflow$0"] } } } }'),
    ("a.codecov.json", '{ "flags": { "paths": ["$0shared/workflow/$0**"] }, "baseUrl": "$0shared/workflow$0" }'),
    (".swcrc", '{ "exclude": ["$0shared/workflow/$0.*test"], "jsc": { "paths": { "x": ["./shared/workflows"] } } }'),
    ("nx.json", '{ "bannedExternalImports": ["@shared/workflow"], "a": "$0@shared/workflow$0" }'),
    (".husky/pre-push", "# shared/workflow\nnpx vitest $0shared/workflow$0\ncd dist/$0shared/workflow$0"),
    ("Makefile", "a:\n\tcp -r $(ROOT)/$0shared/workflow$0 ${OUT}/$0shared/workflow/x$0"),
    ("sonar-project.properties", "sonar.sources=a,$0shared/workflow$0\n# shared/workflow"),
    ("netlify.toml", '[build]\nignore = "git diff $0shared/workflow/$0"'),
    ("shared/b.json", '{ "keywords": ["workflow"], "name": "workflow/runtime", "include": ["$0workflow$0"], "title": "shared/workflow", "x": "in shared/workflow", "scripts": { "a": "ls $0workflow/runtime$0" } }'),
    ("a.test.ts.bak", "import '$0@shared/workflow/runtime$0'; // $0@shared/workflow$0"),
    ("helm/templates/a.yaml", "{{- if .x }}\n# shared/workflow\npath: $0shared/workflow$0\n{{- end }}"),
    ("a.json", '{ "a": "$0shared/workflow$0", }}'),
    ("é/ü.yml", "é: 'ü $0shared/workflow$0'\nß: \"\U0001f600 $0@shared/workflow$0\""),
    ("a.yml", "a: >-\n  x $0shared/workflow$0\n  y\nb: \"\\x41 $0shared/workflow/b$0\"\n? shared/workflows\n: $0shared/workflow$0"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text"), ROWS, ids=[path for path, _ in ROWS])
def test_found_once_at_its_place(path: str, text: str) -> None:
    plain, spans = unmark(text)
    _, workspace = open_project(f"//- /{path}\n{plain.decode()}")
    found = [f for f in Analysis(workspace).check((path,)).diagnostics if f.rule == CODE]
    assert mark(plain, [finding.span for finding in found]) == mark(plain, spans)
    assert {finding.severity for finding in found} == {Severity.INFORMATION}
    assert all(finding.specifier == plain[slice(*finding.span)].decode() for finding in found)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "shared/workflow"),
        ("docs/a.yml", "a: shared/workflow"),
        ("workflow-ls.json", '{ "ignore": ["shared/workflow/gone/**"] }'),
        ("node_modules/a/Dockerfile", "COPY shared/workflow x"),
        ("packages/a/x.yml", "a: ./workflow/runtime\nb: packages/shared/workflow-x\nc: my@shared/workflow\nd: node_modules/@shared/workflow"),
        ("packages/shared/workflow/Dockerfile", "COPY packages/shared/workflow x"),
        ("logo.svg.gz", "\0shared/workflow"),
    ],
)  # fmt: skip
def test_not_found(path: str, text: str) -> None:
    _, workspace = open_project(f"//- /{path}\n{text}")
    assert [f for f in Analysis(workspace).check().diagnostics if f.path == path] == []


def test_ignored_files_and_the_rule_may_be_switched_off() -> None:
    for config in ('{ "ignore": ["Dockerfile"] }', '{ "rules": { "deprecated-reference": "off" } }'):
        _, workspace = open_project(f"//- /workflow-ls.json\n{config}\n//- /Dockerfile\nCOPY shared/workflow x")
        assert [f for f in Analysis(workspace).check().diagnostics if f.path == "Dockerfile"] == []


def test_messages() -> None:
    _, workspace = open_project(
        "//- /Dockerfile\nCOPY shared/workflow/runtime/client.ts /app/shared/workflow\nCOPY shared/workflow/lib/gone.ts x\n"
        "//- /.dockerignore\nshared/workflow\n//- /a.kt\n@shared/workflow\n"
        "//- /ee/packages/workflows/src/lib/gone.ts\nexport {};"
    )
    messages = [
        f.message for f in Analysis(workspace).check().diagnostics if f.path in ("Dockerfile", ".dockerignore", "a.kt")
    ]
    assert messages == [
        "this ignore file leaves `shared/workflow` out, a part of the legacy tree",
        "this Dockerfile names `shared/workflow/runtime/client.ts`, a part of the legacy tree",
        "this Dockerfile names the place of `shared/workflow`, a part of the legacy tree",
        "this Dockerfile names `shared/workflow/lib/gone.ts`, which moved to `ee/packages/workflows/src/lib/gone.ts`",
        "this .kt file, which is not read, names `@shared/workflow`, a legacy workflow module",
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("shared/tsup.config.ts", "export default { entry: { 'x': 'lib/x.ts', 'workflow/a': '$0workflow/runtime/index.ts$0' } };"),
        ("shared/tsup.config.ts", "export default [{ entry: ['$0workflow/runtime/$0', 'workflow/none.ts', '$0!workflow/**/*.test.ts$0'] }];"),
        ("shared/vite.config.mts", "import path from 'path';\nexport default { build: { lib: { entry: path.resolve(__dirname, '$0workflow/runtime/client.ts$0') } } };"),
        ("shared/vitest.config.ts", "export default { test: { setupFiles: ['./x.ts'], include: ['$0workflow/**/*.test.ts$0'] } };"),
        ("shared/jest.config.js", "module.exports = { roots: ['<rootDir>/lib', '$0<rootDir>/workflow$0'] };"),
        ("shared/lib/tool.ts", "export default { entry: ['workflow/runtime/index.ts'] };"),
        ("packages/a/tsup.config.ts", "export default { entry: ['workflow/runtime/index.ts'] };"),
    ],
)  # fmt: skip
def test_entries_of_builds(path: str, text: str) -> None:
    plain, spans = unmark(text)
    _, workspace = open_project(f"//- /{path}\n{plain.decode()}")
    found = [f for f in Analysis(workspace).check((path,)).diagnostics if f.rule == CODE]
    assert mark(plain, sorted(finding.span for finding in found)) == mark(plain, spans)


def _state(report: StatusReport, code: str) -> tuple[str, int]:
    [criterion] = [criterion for criterion in report.requirements if criterion.code == code]
    return criterion.state, criterion.count


# Nothing is left of the legacy tree, and nothing else is wrong.
CLEAN = "\n".join(MONOREPO.split("//- /shared/workflow")[0].splitlines()) + (
    '\n//- /ee/packages/workflows/package.json\n{ "name": "@alga-psa/workflows", "exports": { ".": "./src/index.ts" } }\n'
    "//- /ee/packages/workflows/src/index.ts\nexport const version = '1';"
    "\n//- /packages/a/package.json\n"
    '{ "name": "a", "dependencies": { "@alga-psa/workflows": "*" } }\n'
    "//- /packages/a/a.ts\nimport { version } from '@alga-psa/workflows';\n"
)


class TestStatus:
    @pytest.mark.parametrize(
        ("path", "text", "expected"),
        [
            ("README.md", "shared/workflow", {"FR1": "met", "FR11": "met", "FR12": "met", "AC2": "met"}),
            ("Dockerfile", "# shared/workflow", {"FR1": "met", "FR11": "met", "FR12": "met", "AC2": "met"}),
            (".eslintrc.json", '{ "no-restricted-imports": ["@shared/workflow"] }', {"FR11": "met", "FR12": "met"}),
            ("Dockerfile", "COPY shared/workflow x", {"FR1": "met", "FR11": "open", "FR12": "met", "AC2": "met"}),
            ("a.json", '{ "a": "@shared/workflow" }', {"FR11": "met", "FR12": "open", "AC2": "open"}),
            ("a.bak", "@shared/workflow", {"FR1": "undecidable", "FR11": "undecidable", "FR12": "undecidable", "AC1": "undecidable", "AC2": "undecidable", "FR8": "met"}),
            ("a.yml", "{{- if x }}\na: shared/workflow", {"FR1": "undecidable", "FR11": "undecidable"}),
        ],
    )  # fmt: skip
    def test_criteria(self, path: str, text: str, expected: dict[str, str]) -> None:
        _, workspace = open_project(f"//- /{path}\n{text}", base=CLEAN)
        report = status_of(Analysis(workspace))
        assert {code: _state(report, code)[0] for code in expected} == expected

    def test_never_all_done_over_what_is_not_read(self) -> None:
        _, workspace = open_project("//- /packages/a/x.bak\n@shared/workflow", base=CLEAN)
        report = status_of(Analysis(workspace))
        assert report.unread == ("packages/a/x.bak",)
        assert (report.total.done, report.total.left, report.total.percent) == (1, 0, 50)
        assert [(entry.name, entry.percent) for entry in report.packages] == [("a", 50)]
        [fr1] = [criterion for criterion in report.requirements if criterion.code == "FR1"]
        assert fr1.how == "Not read, though it names the legacy tree: packages/a/x.bak."

    def test_done_otherwise(self) -> None:
        _, workspace = open_project("//- /packages/a/x.bak\n@shared/workflows", base=CLEAN)
        report = status_of(Analysis(workspace))
        assert (report.unread, report.total.percent, _state(report, "FR12")) == ((), 100, ("met", 0))
