// Resolves specifiers against `exports` and `imports` fields with Node's own resolver.
// In: a list of { field: 'exports' | 'imports', value, specifiers, conditions }.  Out: for each case, for each
// specifier, the path below the package or the specifier of another package ({ target }), or Node's { code }.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NAME = 'p';
// Packages that `imports` may name; each says which of its subpaths was asked for.
const OTHERS = ['other', 'src'];

if (process.argv[2]) {
  answerOne(JSON.parse(fs.readFileSync(process.argv[2], 'utf8')));
} else {
  answerAll(JSON.parse(fs.readFileSync(0, 'utf8')));
}

// Conditions are set once for a process, so there is one for each set of them.
function answerAll(cases) {
  const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'exports-map-'));
  try {
    const groups = new Map();
    cases.forEach(({ field, value, specifiers, conditions }, index) => {
      const directory = path.join(root, String(index));
      const inside = path.join(directory, 'node_modules', NAME);
      fs.mkdirSync(inside, { recursive: true });
      for (const other of OTHERS) {
        const exports = { '.': './(main)', './*': './*' };
        fs.mkdirSync(path.join(inside, '..', other));
        fs.writeFileSync(path.join(inside, '..', other, 'package.json'), JSON.stringify({ name: other, exports }));
      }
      fs.writeFileSync(path.join(inside, 'package.json'), JSON.stringify({ name: NAME, [field]: value }));
      const from = path.join(field === 'imports' ? inside : directory, 'from.mjs');
      const key = conditions.join();
      groups.set(key, [...(groups.get(key) ?? []), { index, inside, from, specifiers }]);
    });
    const answers = [];
    for (const [key, group] of groups) {
      const question = path.join(root, 'question.json');
      fs.writeFileSync(question, JSON.stringify(group));
      const flags = key.split(',').filter(Boolean).map((condition) => `--conditions=${condition}`);
      const options = { encoding: 'utf8', maxBuffer: 2 ** 28 };
      const command = ['--no-warnings', '--experimental-import-meta-resolve', ...flags, fileURLToPath(import.meta.url), question];
      for (const [index, answer] of JSON.parse(execFileSync(process.execPath, command, options))) answers[index] = answer;
    }
    process.stdout.write(JSON.stringify(answers));
  } finally {
    fs.rmSync(root, { recursive: true });
  }
}

function answerOne(group) {
  const answers = group.map(({ index, inside, from, specifiers }) => [
    index,
    specifiers.map((specifier) => answer(specifier, pathToFileURL(from), pathToFileURL(inside + path.sep).href)),
  ]);
  process.stdout.write(JSON.stringify(answers));
}

function answer(specifier, from, inside) {
  try {
    const url = import.meta.resolve(specifier, from);
    if (url.startsWith(inside)) return { target: './' + decodeURIComponent(url.slice(inside.length)) };
    return { target: decodeURIComponent(url.split('/node_modules/').pop()).replace('/(main)', '') };
  } catch (error) {
    return { code: error.code };
  }
}
