"""Cutovers, alias by alias: configurations of builds and tests, and `imports`, lead to the files in their new places."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import pytest

from tests.moves.cuts import MODULE, plan_of

PATH = "import path from 'node:path';\n"
OLD, NEW = "../../shared/workflow", "../../ee/packages/workflows/src"
USER = "//- /packages/a/src/page.ts\nimport { a } from 'flow/runtime/a';\na;\n"


def after_cut(path: str, text: str) -> str:
    """What a cutover makes of a configuration."""
    plan = plan_of(f"{MODULE}\n//- /{path}\n{text}\n{USER}")
    assert [problem.message for problem in plan.problems] == []
    return plan.after[path].decode().rstrip() if path in plan.after else text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("vite.config.ts", "export default {{ resolve: {{ alias: {{ '~': '../../shared', lib: new URL('../../shared/lib', import.meta.url).pathname }} }} }};"),
        ("jest.config.cjs", "module.exports = {{ moduleNameMapper: {{ '^@shared/(.*)$': '<rootDir>/../../shared/$1' }} }};"),
        ("next.config.mjs", "export default {{ turbopack: {{ resolveAlias: {{ lib: '../../shared/lib/x.ts', flows: '../../shared/workflows' }} }} }};"),
    ],
)  # fmt: skip
def test_an_alias_that_leads_elsewhere_stays(name: str, text: str) -> None:
    assert after_cut(f"packages/a/{name}", text) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("vite.config.ts", PATH + "export default {{ resolve: {{ alias: {{ flow: path.resolve(__dirname, '{0}') }} }} }};"),
        ("vite.config.ts", PATH + "export default {{ resolve: {{ alias: [{{ find: /^flow\\/(.*)$/, replacement: path.resolve(__dirname, '{0}/$1') }}] }} }};"),
        ("vitest.config.mts", "export default {{ test: {{ alias: {{ flow: new URL('{0}', import.meta.url).pathname }} }} }};"),
        ("jest.config.cjs", "module.exports = {{ moduleNameMapper: {{ '^flow/(.*)$': '<rootDir>/{0}/$1' }} }};"),
        ("jest.config.cjs", "module.exports = {{ moduleNameMapper: {{ '^flow/(.*)$': ['<rootDir>/src/$1', '<rootDir>/{0}/$1'] }} }};"),
        ("jest.config.json", '{{ "moduleNameMapper": {{ "^flow/(.*)$": "<rootDir>/{0}/$1" }} }}'),
        ("package.json", '{{ "name": "@alga-psa/a", "dependencies": {{ "@alga-psa/workflows": "*" }}, "jest": {{ "moduleNameMapper": {{ "^flow/(.*)$": "<rootDir>/{0}/$1" }} }} }}'),
        ("next.config.mjs", "export default {{ turbopack: {{ resolveAlias: {{ 'flow/*': '{0}/*' }} }} }};"),
        ("next.config.mjs", "export default {{ turbopack: {{ resolveAlias: {{ one: '{0}/runtime/a.ts', two: '{0}/runtime/a' }} }} }};"),
        ("tsup.config.ts", "export default {{ esbuildOptions(o) {{ o.alias = {{ flow: '{0}' }}; }} }};"),
        (".babelrc", '{{ "plugins": [["module-resolver", {{ "alias": {{ "flow": "{0}", "^one/(.+)$": "{0}/runtime/\\\\1" }} }}]] }}'),
        ("webpack.config.cjs", "const path = require('path');\nmodule.exports = {{ resolve: {{ alias: {{ flow: [path.resolve(__dirname, '{0}'), path.resolve(__dirname, 'src')] }} }} }};"),
    ],
)  # fmt: skip
def test_an_alias_into_the_tree_follows_it(name: str, text: str) -> None:
    assert after_cut(f"packages/a/{name}", text.format(OLD)) == text.format(NEW)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("path.join(shared, 'workflow')", "path.join(shared, '../ee/packages/workflows/src')"),
        ("`${shared}/workflow/runtime`", "`${shared}/../ee/packages/workflows/src/runtime`"),
        ("shared + '/workflow/runtime/a.ts'", "shared + '/../ee/packages/workflows/src/runtime/a.ts'"),
        ("'@alga-psa/shared/workflow'", "'@alga-psa/workflows'"),
        ("'@shared/workflow/runtime/a'", "'@alga-psa/workflows/runtime/a'"),
    ],
)
def test_an_alias_that_goes_on_from_a_constant_follows(old: str, new: str) -> None:
    text = (
        PATH
        + "const shared = path.resolve(__dirname, '../../shared');\nexport default { resolve: { alias: { flow: %s } } };"
    )
    assert after_cut("packages/a/vite.config.ts", text % old) == text % new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"#wf/*": "./workflow/*.ts"', '"#wf/*": "@alga-psa/workflows/*"'),
        ('"#a": "./workflow/runtime/a.ts"', '"#a": "@alga-psa/workflows/runtime/a"'),
        (
            '"#a": { "types": "./workflow/runtime/a.ts", "default": "./workflow/runtime/a.ts" }',
            '"#a": { "types": "@alga-psa/workflows/runtime/a", "default": "@alga-psa/workflows/runtime/a" }',
        ),
        ('"#lib/*": "./lib/*.ts"', '"#lib/*": "./lib/*.ts"'),
    ],
)
def test_private_names_of_a_manifest_follow(old: str, new: str) -> None:
    text = '{ "name": "@alga-psa/shared", "imports": { %s } }'
    assert after_cut("shared/package.json", text % old) == text % new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"#run": "@alga-psa/shared/workflow/runtime/a"', '"#run": "@alga-psa/workflows/runtime/a"'),
        ('"#flow/*": "@alga-psa/shared/workflow/*"', '"#flow/*": "@alga-psa/workflows/*"'),
        ('"#flow/*": { "node": "@alga-psa/shared/workflow/*.js" }', '"#flow/*": { "node": "@alga-psa/workflows/*" }'),
        (
            '"#run": ["@shared/workflow/runtime/a", "./src/a.ts"]',
            '"#run": ["@alga-psa/workflows/runtime/a", "./src/a.ts"]',
        ),
        ('"#lib": "@alga-psa/shared/lib"', '"#lib": "@alga-psa/shared/lib"'),
        ('"#flows": "@alga-psa/shared/workflows/a"', '"#flows": "@alga-psa/shared/workflows/a"'),
    ],
)
def test_private_names_of_another_package_follow(old: str, new: str) -> None:
    text = '{ "name": "@alga-psa/a", "dependencies": { "@alga-psa/workflows": "*" }, "imports": { %s } }'
    assert after_cut("packages/a/package.json", text % old) == text % new


CANONICAL = f"'@alga-psa/workflows': path.resolve(__dirname, '{NEW}')"


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("vite.config.ts", f"{{ '@shared/workflow': path.resolve(__dirname, '{OLD}'), {CANONICAL} }}", f"{{ {CANONICAL} }}"),
        ("vitest.config.ts", f"[{{ find: '@shared/workflow', replacement: path.resolve(__dirname, '{OLD}') }}]", "[]"),
        ("webpack.config.js", f"{{ '@shared/workflow/runtime$': path.resolve(__dirname, '{OLD}/runtime'), {CANONICAL} }}", f"{{ {CANONICAL} }}"),
        ("vite.config.ts", f"{{ '@alga-psa/shared/workflow/runtime/a': '{OLD}/runtime/a.ts', {CANONICAL} }}", f"{{ {CANONICAL} }}"),
    ],
)  # fmt: skip
def test_an_alias_for_the_tree_goes_and_is_listed_once(name: str, before: str, after: str) -> None:
    config = f"{PATH}export default {{ resolve: {{ alias: %s }} }};"
    plan = plan_of(f"{MODULE}\n//- /packages/a/{name}\n{config % before}\n{USER}")
    assert plan.after[f"packages/a/{name}"].decode().rstrip() == config % after
    listed = [rewrite for rewrite in plan.rewrites if rewrite.path == f"packages/a/{name}"]
    assert [rewrite.rule for rewrite in listed] == ["deprecated-alias"]
    assert plan.other_mentions == ()


@pytest.mark.parametrize(
    "mapper",
    [
        '"^@shared/workflow/(.*)$": "<rootDir>/%s/$1"',
        '"^@shared/workflow/(.*)$": "<rootDir>/%s/$1", "^@shared/workflow$": "<rootDir>/%s"',
    ],
)
def test_an_alias_in_json_is_listed_once(mapper: str) -> None:
    text = '{ "name": "@alga-psa/a", "jest": { "moduleNameMapper": { %s } } }'
    plan = plan_of(f"{MODULE}\n//- /packages/a/package.json\n{text % mapper.replace('%s', OLD)}")
    assert plan.after["packages/a/package.json"].decode().rstrip() == text % ""
    assert {rewrite.rule for rewrite in plan.rewrites if rewrite.path == "packages/a/package.json"} == {
        "deprecated-alias"
    }
    assert plan.other_mentions == ()


@pytest.mark.parametrize("name", ["jest.config.cjs", "package.json"])
def test_of_two_aliases_on_a_line_the_one_that_stays_is_listed(name: str) -> None:
    both = f'"^@shared/workflow/(.*)$": "<rootDir>/{OLD}/$1", "^flow/(.*)$": "<rootDir>/{OLD}/$1"'
    mapper = f'"moduleNameMapper": {{ {both} }}'
    text = f'{{ "jest": {{ {mapper} }} }}' if name == "package.json" else f"module.exports = {{ {mapper} }};"
    plan = plan_of(f"{MODULE}\n//- /packages/a/{name}\n{text}")
    assert f'"^flow/(.*)$": "<rootDir>/{NEW}/$1"' in plan.after[f"packages/a/{name}"].decode()
    listed = [rewrite.rule for rewrite in plan.rewrites if rewrite.path == f"packages/a/{name}"]
    assert sorted({"moved": "followed", "deprecated-reference": "followed"}.get(rule, rule) for rule in listed) == [
        "deprecated-alias",
        "followed",
    ]


@pytest.mark.parametrize(
    ("constant", "target"),
    [
        ("path.resolve(__dirname, '%s')", "`${flow}/$1`"),
        ("path.resolve(__dirname, '%s')", "flow + '/$1'"),
        ("path.join(__dirname, '%s')", "path.join(flow, 'runtime', '$1')"),
        ("path.join(__dirname, '%s')", "path.join(flow, 'runtime/$1')"),
        ("new URL('%s', import.meta.url).pathname", "`${flow}/runtime/$1`"),
    ],
)
def test_what_goes_on_from_a_constant_in_the_tree_moves_along(constant: str, target: str) -> None:
    text = (
        f"{PATH}const flow = {constant};\n"
        f"export default {{ resolve: {{ alias: [{{ find: /^flow\\/(.*)$/, replacement: {target} }}] }} }};"
    )
    plan = plan_of(f"{MODULE}\n//- /packages/a/vite.config.ts\n{text % OLD}\n{USER}")
    assert plan.after["packages/a/vite.config.ts"].decode().rstrip() == text % NEW
    assert plan.other_mentions == ()


@pytest.mark.parametrize(
    ("mapper", "expected"),
    [
        ("'^~/(.*)$': '<rootDir>/$1'", "'^~/(.*)$': '<rootDir>/$1'"),
        ("'^~$': '<rootDir>/runtime/a.ts'", "'^~$': '<rootDir>/runtime/a.ts'"),
        ("'^lib/(.*)$': '<rootDir>/../lib/$1'", "'^lib/(.*)$': '<rootDir>/../../../../shared/lib/$1'"),
        ("'^lib$': '@alga-psa/lib'", "'^lib$': '@alga-psa/lib'"),
    ],
)
def test_an_alias_from_a_root_that_moves(mapper: str, expected: str) -> None:
    text = "module.exports = {{ projects: [{{ rootDir: '{}', moduleNameMapper: {{ {} }} }}] }};"
    assert after_cut("jest.config.cjs", text.format("shared/workflow", mapper)) == text.format(
        "ee/packages/workflows/src", expected
    )
    own = "module.exports = {{ moduleNameMapper: {{ {} }} }};"
    plan = plan_of(f"{MODULE}\n//- /shared/workflow/jest.config.cjs\n{own.format(mapper)}\n")
    assert plan.after["ee/packages/workflows/src/jest.config.cjs"].decode().rstrip() == own.format(expected)


def test_a_literal_that_names_the_alias_too_is_for_a_person() -> None:
    text = (
        PATH
        + "const alias = ['workflow'].map((name) => ({ find: name, replacement: path.resolve('../../shared', name) }));\n"
        + "export default { resolve: { alias } };"
    )
    assert after_cut("packages/a/vite.config.ts", text) == text
    plan = plan_of(f"{MODULE}\n//- /packages/a/vite.config.ts\n{text}\n")
    assert ["the name of the alias `workflow` is made of this, too" in each.text for each in plan.other_mentions] == [
        True
    ]
