"""What a string is used for, as its file shows: `X` is the string."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import pytest

from workflow_ls.syntax.model import StringUse
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.strings.string_literals import find_string_matches

UNKNOWN = """
const a = 'X';
t('X');
can('X');
fetch('X');
router.push('X');
loadTranslations('X');
permissionSource('X');
Promise.resolve('X');
names.join('X');
new URL('X', base);
writeFileSync('a', 'X');
f(`${base}X`);
const routes = [{ path: 'X' }];
createFixture({ 'a.js': 'X' });
expect(group('X')).toBe('Y');
expect(group('a')).toBe('X');
expect(paths).toContain('X');
expect(parts).toEqual(expect.stringContaining('X'));
const a = 'X'; a;
const a = 'X'; function f(b) { return b; } f(a);
const a = ['X']; export { a };
const a = 'X'; f(a); function g(a) { readFileSync(a); }
const a = 'X'; f(a); for (const a of b) { readFileSync(a); }
const a = 'X'; const g = ({ a }) => readFileSync(a);
function g() { const a = 'X'; f(a); } function h() { const a = 'b'; readFileSync(a); }
const e = <Code of='X' />;
type T = 'X';
const { a } = { a: 'X' };
it.each(['X'])('title');
class A { b = 'X'; }
for (const [name, text] of Object.entries({ a: 'X' })) { writeFileSync(join(dir, name), text); }
Object.entries({ 'X': 'a' }).map(([name, file]) => readFileSync(file));
"""
COMPARED = """
if (specifier === 'X') f();
if ('X' != b) f();
switch (a) { case 'X': break; }
if (node.source.value.startsWith('X')) f();
const old = 'X'; if (a.endsWith(old)) f();
const all = ['X']; if (all.includes(id)) f();
"""
CODE = """
expect(source).toContain('X');
expect(source, 'message').toContain("X");
expect(src).toMatch('X');
expect(readFileSync(new URL('./c.ts', import.meta.url), 'utf8')).toContain('X');
expect(src.includes('X')).toBe(true);
expect(text.indexOf('X')).toBeGreaterThan(-1);
assert(content.includes('X'));
assert.include(code, 'X');
const wanted = 'X'; expect(source).toContain(wanted);
for (const line of ['X', 'Y']) { expect(source).toContain(line); }
it.each([['a', 'X']])('%s', (name, line) => { expect(source).toContain(line); });
"""
PATH = """
readFileSync('X');
await fs.promises.readFile(join(root, 'X'), 'utf8');
writeFileSync('X', text);
copyFileSync('a', 'X');
new URL('X', import.meta.url);
spawn('tsx', ['X']);
execSync('tsx X');
glob('X');
fg.sync(['X']);
glob('**', { cwd: 'X' });
readRepoFile('X');
helpers.readSource('X');
existsSync(path.resolve(__dirname, 'X'));
if (!existsSync('X')) throw new Error();
expect(existsSync('X')).toBe(true);
f(`${root}X`);
f(repoDir + 'X');
const p = join(r, 'X'); it('a', () => { expect(fs.existsSync(p)).toBe(true); });
const p = 'X'; const q = p; read(q);
const list = ['X']; for (const f of list) { const s = read(f); }
const list = ['X']; for (const f of list) { slurp(f); } function slurp(p) { return fs.readFileSync(path.resolve(root, p)); }
const slurp = async (p: string) => readFile(p); slurp('X');
const load = (p) => import(p); load('X');
const list = [{ file: 'X', n: 1 }]; list.forEach(({ file, n }) => { readFileSync(file); });
const list = [{ file: 'X', n: 1 }]; list.map((l) => readFileSync(l.file));
const files = { a: 'X' }; readFileSync(files.a);
Object.entries({ 'X': 'a' }).map(([file, text]) => writeFileSync(file, text));
for (const [name, file] of Object.entries({ a: 'X' })) { readFileSync(file); }
const files = { a: 'X' }; Object.values(files).forEach((f) => readFileSync(f));
const one = ['X']; const all = [...one, 'b']; all.forEach((f) => statSync(f));
describe.each([['a', 'X']])('q', (n, f) => { it('z', () => { readFileSync(f); }); });
function read(p = 'X') { return readFileSync(p); }
export default [{ files: ['X'] }];
export default defineConfig({ test: { alias: { 'X': 'Y' } } });
export default defineConfig({ test: { alias: { 'Y': path.resolve(__dirname, 'X') } } });
export default defineConfig(() => ({ resolve: { alias: [{ find: 'X', replacement: 'Y' }] } }));
export default { experimental: { optimizePackageImports: ['X'] } };
const config = { transpilePackages: ['X'] }; export default config;
const config = { serverExternalPackages: ['X'] } satisfies C; module.exports = config;
export default { entry: { a: 'X' } };
build({ entryPoints: ['X'] });
"""
BANNED = """
module.exports = { rules: { 'no-restricted-imports': ['error', 'X'] } };
export default [{ rules: { 'no-restricted-imports': ['error', { paths: [{ name: 'X', message: '' }], patterns: ['Y'] }] } }];
export default [{ rules: { 'import/no-restricted-paths': ['error', { zones: [{ from: 'X' }] }] } }];
module.exports = { forbidden: [{ to: { path: 'X' } }] };
const FORBIDDEN_PATHS = ['X'];
const bannedImports = new Set(['X']);
expect(source).not.toContain('X');
expect(source).not.toMatch('X');
expect(src.includes('X')).toBe(false);
expect(src.includes('X')).toBeFalsy();
expect(src.indexOf('X')).toBe(-1);
assert(!src.includes('X'));
assert.equal(src.includes('X'), false);
expect(existsSync('X')).toBe(false);
expect(existsSync(join(r, 'X'))).toBeFalsy();
const p = join(r, 'X'); expect(existsSync(p)).toBe(false);
expect(existsSync(new URL('X', import.meta.url))).not.toBe(true);
assert(!existsSync('X'));
expect(() => readFileSync('X')).toThrow();
const list = ['X']; it.each(list)('%s', (name) => { expect(src).not.toContain(name); });
for (const name of ['X']) { expect(source).not.toContain(`from '${name}'`); }
const gone = ['X']; gone.forEach((name) => expect(source.includes(name)).toBe(false));
"""


def use(text: str) -> StringUse:
    source = Source(text.encode(), "a.tsx")
    [match, *_] = find_string_matches(source, {"X"}, (), with_use=True)
    return match.use


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (expected, line)
        for expected, lines in (
            (StringUse.UNKNOWN, UNKNOWN),
            (StringUse.COMPARED, COMPARED),
            (StringUse.CODE, CODE),
            (StringUse.PATH, PATH),
            (StringUse.BANNED, BANNED),
        )
        for line in lines.strip().splitlines()
    ],
)
def test_use(expected: StringUse, text: str) -> None:
    assert use(text) is expected


def test_a_variable_that_refers_to_itself() -> None:
    assert use("const a = 'X'; const b = [a, b]; b.map((b) => b);") is StringUse.UNKNOWN


@pytest.mark.parametrize("text", ["f('X'", "const a = ['X', ", "it.each(['X']", "expect(s).toContain('X'"])
def test_broken_code(text: str) -> None:
    assert use(text) in StringUse
