// Makes out/workflow-ls-VERSION.vsix: the bundle, and the server's wheel.  $PYTHON builds the wheel, python3 by default.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { here, repository } from './places.mjs';

const { version } = JSON.parse(readFileSync(here('package.json'), 'utf8'));
const vsix = here(`out/workflow-ls-${version}.vsix`);

function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: here(), stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) {
    console.error(`${program} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}`);
    process.exit(1);
  }
}

rmSync(here('server'), { recursive: true, force: true });
const python = process.env.PYTHON || 'python3';
run(python, ['-m', 'pip', 'wheel', '--quiet', '--disable-pip-version-check', '--no-deps', '--wheel-dir', 'server', repository()]);
const [wheel] = readdirSync(here('server'));
if (!wheel.startsWith(`workflow_ls-${version}-`)) {
  console.error(`The server's wheel is ${wheel}, and the extension has version ${version}: they go together.`);
  process.exit(1);
}
run(process.execPath, ['scripts/build.mjs']);
// The editor shows the README of an extension, but only such pictures in it as lie on a web server.
const readme = readFileSync(here('README.md'), 'utf8').replace(/^ *!\[.*\n\n/gm, '').replace(/^## Develop\n[^]*/m, '');
writeFileSync(here('out/README.md'), `${readme.trimEnd()}\n`);
const vsce = here('node_modules/@vscode/vsce/vsce');
run(process.execPath, [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--readme-path', 'out/README.md', '-o', vsix]);
