// Packs the npm packages into dist/npm: `node npm/pack.mjs` packs workflow-ls and the package of the platform at hand,
// `node npm/pack.mjs workflow-ls` and `node npm/pack.mjs linux-x64` one of them.  The program is that in dist/program.
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { platformHere, PLATFORMS } from './platforms.mjs';

const repository = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const OUT = repository('dist/npm');
const [, VERSION] = /__version__ = "(.+)"/.exec(readFileSync(repository('workflow_ls/__init__.py'), 'utf8'));
const SHARED = { version: VERSION, license: 'MIT', keywords: ['typescript', 'codemod', 'imports', 'language-server', 'monorepo'] };

const asked = process.argv.slice(2);
mkdirSync(OUT, { recursive: true });
for (const name of asked.length > 0 ? asked : ['workflow-ls', platformHere()]) {
  if (name === 'workflow-ls') pack(name, tool);
  else if (name in PLATFORMS) pack(`workflow-ls-${name}`, (folder) => platform(folder, name));
  else fail(`there is no program for ${name}. Use one of: ${Object.keys(PLATFORMS).join(', ')}.`);
}

/** The package that users name: the command, which runs the program of the platform's package. */
function tool(folder) {
  mkdirSync(path.join(folder, 'bin'));
  copyFileSync(repository('npm/bin/workflow-ls.js'), path.join(folder, 'bin/workflow-ls.js'));
  copyFileSync(repository('npm/README.md'), path.join(folder, 'README.md'));
  copyFileSync(repository('LICENSE'), path.join(folder, 'LICENSE'));
  copyFileSync(repository('workflow_ls/config/settings.schema.json'), path.join(folder, 'schema.json'));
  return {
    name: 'workflow-ls',
    description: 'Finds references to the legacy workflow modules of a TypeScript monorepo, and rewrites them; every fix is checked before it is offered.',
    ...SHARED,
    bin: { 'workflow-ls': 'bin/workflow-ls.js' },
    files: ['bin', 'schema.json'],
    engines: { node: '>=18' },
    optionalDependencies: Object.fromEntries(Object.keys(PLATFORMS).map((name) => [`@workflow-ls/${name}`, VERSION])),
  };
}

/** The package of one platform: the program, and for whom npm installs it. */
function platform(folder, name) {
  const program = repository('dist/program/workflow-ls');
  if (!existsSync(program)) fail(`${path.relative(process.cwd(), program)} is missing. Build it with make program.`);
  cpSync(program, path.join(folder, 'program'), { recursive: true });
  copyFileSync(path.join(program, 'LICENSES.txt'), path.join(folder, 'LICENSE'));
  writeFileSync(path.join(folder, 'README.md'), `# @workflow-ls/${name}\n\nThe program of [workflow-ls](https://www.npmjs.com/package/workflow-ls) for ${name}. Install \`workflow-ls\`, which depends on it.\n`);
  const { os, cpu, libc } = PLATFORMS[name];
  return {
    name: `@workflow-ls/${name}`,
    description: `The program of workflow-ls for ${name}.`,
    ...SHARED,
    files: ['program'],
    os: [os],
    cpu: [cpu],
    ...(libc && { libc: [libc] }),
    preferUnplugged: true, // a program can't be run from within an archive
    publishConfig: { access: 'public' },
  };
}

function pack(name, fill) {
  const folder = path.join(OUT, 'work', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const manifest = fill(folder);
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status, stdout, stderr } = spawnSync(npm, ['pack', '--json', '--pack-destination', OUT], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) fail(`npm pack failed: ${stderr}`);
  const packed = Object.values(JSON.parse(stdout))[0];
  rmSync(folder, { recursive: true });
  const size = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(`${path.relative(process.cwd(), path.join(OUT, packed.filename))}: ${size(packed.size)}, unpacked ${size(packed.unpackedSize)}`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
