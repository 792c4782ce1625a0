// Makes out/workflow-ls-VERSION.vsix: the bundle, and the server's wheel.  $PYTHON builds the wheel, python3 by default.
// With --program, it makes out/workflow-ls-TARGET-VERSION.vsix for the platform at hand: the bundle, and the program whole
// that is in dist/program (`make program`).
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { platformHere, PLATFORMS } from '../../../npm/platforms.mjs';
import { here, repository } from './places.mjs';

const { version } = JSON.parse(readFileSync(here('package.json'), 'utf8'));
const target = process.argv.includes('--program') ? PLATFORMS[platformHere()].target : undefined;
const vsix = here(`out/workflow-ls-${target === undefined ? '' : `${target}-`}${version}.vsix`);

function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: here(), stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) {
    fail(`${program} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}`);
  }
}

rmSync(here('server'), { recursive: true, force: true });
(target === undefined ? addWheel : addProgram)();
run(process.execPath, ['scripts/build.mjs']);
// The editor shows the README of an extension, but only such pictures in it as lie on a web server.
const readme = readFileSync(here('README.md'), 'utf8').replace(/^ *!\[.*\n\n/gm, '').replace(/^## Develop\n[^]*/m, '');
writeFileSync(here('out/README.md'), `${readme.trimEnd()}\n`);
const vsce = here('node_modules/@vscode/vsce/vsce');
run(process.execPath, [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--readme-path', 'out/README.md', ...(target === undefined ? [] : ['--target', target]), '-o', vsix]);

function addWheel() {
  const python = process.env.PYTHON || 'python3';
  run(python, ['-m', 'pip', 'wheel', '--quiet', '--disable-pip-version-check', '--no-deps', '--wheel-dir', 'server', repository()]);
  const [wheel] = readdirSync(here('server'));
  if (!wheel.startsWith(`workflow_ls-${version}-`)) fail(`The server's wheel is ${wheel}, and the extension has version ${version}: they go together.`);
}

function addProgram() {
  const program = repository('dist/program/workflow-ls');
  if (!existsSync(program)) fail('dist/program/workflow-ls is missing. Build it with make program.');
  mkdirSync(here('server'));
  cpSync(program, here('server/program'), { recursive: true });
  const { stdout } = spawnSync(here(`server/program/workflow-ls${process.platform === 'win32' ? '.exe' : ''}`), ['--version'], { encoding: 'utf8' });
  if (stdout?.trim() !== `workflow-ls ${version}`) fail(`The program says ${stdout}, and the extension has version ${version}: they go together.`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
