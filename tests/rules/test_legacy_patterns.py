r"""Regular expressions of configurations that name the tree: `external: [/^@shared\/workflow/]`."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, check_diagnostics

PACKAGE = '//- /packages/a/package.json\n{ "name": "a" }\n'
RULES = {"deprecated-reference"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("packages/a/tsup.config.ts", r"export default { external: [/^@shared\/workflows/, /x@shared\/workflow/] };"),
        ("packages/a/tsup.config.ts", r"// external: [/^@shared\/workflow/]" + "\nexport default {};"),
        ("packages/a/tsup.config.ts", r"export default { external: ['a'], banner: `/^@shared\\/workflow/` };"),
        ("packages/a/src/a.test.ts", r"it('a', () => { expect(text).toMatch(/^@shared\/workflow/); });"),
        ("packages/a/src/a.ts", r"export const old = /^@shared\/workflow/;"),
        (
            "eslint.config.mjs",
            r"export default [{ rules: { 'no-restricted-imports': ['error', { regex: /^@shared\/workflow/ }] } }];",
        ),
        ("packages/a/vite.config.ts", r"export default { resolve: { alias: [{ find: /^@shared\/workflow/ }] } };"),
    ],
)
def test_silent(path: str, text: str) -> None:
    aliases = ", replacement: new URL('../../lib', import.meta.url).pathname }]"
    text = text.replace("}] } };", aliases + " } };") if "vite.config" in path else text
    check_diagnostics(f"{PACKAGE}//- /{path}\n{text}\n", base=SOUND, rules=RULES)


@pytest.mark.parametrize(
    ("path", "before", "pattern"),
    [
        ("packages/a/tsup.config.ts", "export default { external: [/^", r"@shared\/workflow"),
        ("packages/a/tsup.config.ts", "export default { noExternal: [/^", r"@alga-psa\/shared\/workflow"),
        ("packages/a/vite.config.ts", "export default { build: { rollupOptions: { external: [/", r"shared\/workflow"),
        ("packages/a/vitest.config.mts", "export default { test: { server: { deps: { inline: [/", r"@shared\/workflow"),
        ("packages/a/rollup.config.mjs", "export default { external: (id) => [/^", r"@shared\/workflow"),
        ("packages/a/webpack.config.js", "module.exports = { externals: [/^", r"@shared\/workflow"),
        ("eslint.config.mjs", "export default [{ settings: { 'import/internal-regex': [/^", r"@shared\/workflow"),
        (".dependency-cruiser.cjs", "module.exports = { options: { includeOnly: [/^", r"shared\/workflow"),
    ],
)  # fmt: skip
def test_what_a_configuration_matches_is_named(path: str, before: str, pattern: str) -> None:
    after = "\\//]" + "}" * before.count("{") + "]" * (before.count("[") - 1) + ";"
    check_diagnostics(
        f"{PACKAGE}//- /{path}\n{before}{pattern}{after}\n{' ' * len(before)}{'^' * len(pattern)} deprecated-reference "
        f"blocked: only a person can decide what it is to match. Add the new name to it, or replace the old name.\n",
        base=SOUND,
        rules=RULES,
    )
