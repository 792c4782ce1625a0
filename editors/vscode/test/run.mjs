// The tests in the real workbench:  node test/run.mjs [--require] [--brief] [--pictures | --recording] [NAME…]
//
// --require: fail, and do not skip, where something that they need is missing.
// --brief: leave out, and say so, the parts that differ in detail from others of their scenario (`detail` below).
// --pictures: put the screenshots into images/, which the README shows; else they are in out/pictures only.
// --recording: run test/recording.mjs and nothing else, whose pictures tools/recording/workbench.py puts together.
// NAME…: run these only (a file in test/scenarios, without its ending).
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, filesBelow, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from './files.mjs';
import os from 'node:os';
import path from 'node:path';
import { platformHere, PLATFORMS } from '../../../npm/platforms.mjs';
import { here, repository } from '../scripts/places.mjs';

const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));

function skip(why) {
  console.log(`SKIPPED the tests in the VS Code workbench: ${why}`);
  process.exit(flags.includes('--require') ? 1 : 0);
}

if (process.platform !== 'linux') skip('they run on Linux only');
if (!existsSync(here('node_modules/playwright-core'))) skip('node_modules is missing (npm ci)');
const cache = process.env.WORKFLOW_LS_EDITORS_CACHE || path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'workflow-ls-editors');
const setup = spawnSync('bash', [here('test/setup.sh')], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
process.stdout.write(setup.stdout);
if (setup.status !== 0) skip(/^missing: (.*)$/m.exec(setup.stdout)?.[1] ?? `setup.sh ended with exit code ${setup.status}`);

const { version } = JSON.parse(readFileSync(here('package.json'), 'utf8'));
const vsix = here(`out/workflow-ls-${version}.vsix`);
if (!existsSync(vsix)) skip(`${path.relative(process.cwd(), vsix)} is missing (make vsix)`);
const withProgram = here(`out/workflow-ls-${PLATFORMS[platformHere()].target}-${version}.vsix`);

// One that was built before the other one shows and tests what the server was then.
const isNew = existsSync(withProgram) && statSync(withProgram).mtimeMs >= statSync(vsix).mtimeMs;
if (existsSync(withProgram) && !isNew) console.log(`${path.basename(withProgram)} is older than ${path.basename(vsix)}, and left aside: npm run package -- --program builds it`);

const pictures = here('out/pictures');
if (names.length === 0 && !flags.includes('--recording')) rmSync(pictures, { recursive: true, force: true });
mkdirSync(pictures, { recursive: true });
const directory = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'workflow-ls-vscode-')));
const started = Date.now();
const tools = {
  directory,
  cache,
  vsix,
  /** The .vsix of this platform, which carries the program; undefined if it was not built. */
  withProgram: isNew ? withProgram : undefined,
  pictures,
  browser: readFileSync(path.join(cache, 'browser'), 'utf8').trim(),
  /** A copy of the example monorepo, under a name. */
  copyExample(name) {
    const copy = path.join(directory, name, 'monorepo');
    cpSync(repository('examples/monorepo'), copy, { recursive: true });
    return copy;
  },
  step(what) {
    console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(7)} s  ${what}`);
  },
  /** Whether to run a part that differs from others of its scenario in detail only; if not, it is said. */
  detail(what) {
    const wanted = !flags.includes('--brief');
    if (!wanted) tools.step(`left out by --brief: ${what}`);
    return wanted;
  },
};

let failed = 0;
const scenarios = flags.includes('--recording') ? ['../recording'] : filesBelow(here('test/scenarios')).map((file) => path.basename(file, '.mjs'));
for (const name of scenarios) {
  if (names.length > 0 && !names.includes(name)) continue;
  tools.step(`${name}:`);
  const { default: scenario } = await import(`./scenarios/${name}.mjs`);
  try {
    await scenario(tools);
  } catch (error) {
    failed++;
    console.log(`FAILED ${name}: ${error.stack}`);
  }
}
if (failed === 0) {
  // What still ends may write there for a moment.
  for (let attempt = 1; existsSync(directory); attempt++) {
    try {
      rmSync(directory, { recursive: true, force: true });
    } catch (error) {
      if (attempt === 20) {
        console.log(`${directory} could not be removed: ${error.message}`);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  if (flags.includes('--pictures')) {
    const shown = ['README.md', 'package.json'].map((file) => readFileSync(here(file), 'utf8')).join('\n');
    for (const name of new Set([...shown.matchAll(/[("]images\/([\w-]+\.png)[)"]/g)].map(([, name]) => name))) {
      cpSync(path.join(pictures, name), here(`images/${name}`));
    }
  }
} else {
  console.log(`What the failed ones wrote is in ${directory}, screenshots are in ${pictures}`);
}
tools.step(failed === 0 ? 'passed' : `${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
