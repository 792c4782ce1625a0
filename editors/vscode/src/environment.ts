import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { networkTrouble, proxyVariables } from './network';
import { Problem, showOutput, tryAgain } from './problem';
import { ON_WINDOWS, run } from './processes';
import { findPython } from './python';
import type { Surroundings } from './surroundings';

const PREFIX = 'server-';
const MARKER = 'complete.json';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const KEEP_UNUSED = 14 * DAY; // another window may still run what an earlier version installed

/** The environment that holds the server: its Python, and a folder with the command line alone, for the PATH of terminals. */
export interface Environment {
  readonly python: string;
  readonly directory: string;
}

/**
 * The environment that holds the server of this extension; made first, if there is none.
 *
 * An environment is named after the wheel's content, so that an update gets one of its own.  It is made under another
 * name and renamed when it is complete: one that is there under its name was never left half made, and two windows that
 * start together do not meet.  Throws a Problem.
 */
export async function ownEnvironment(around: Surroundings): Promise<Environment> {
  const { log, storage } = around;
  await mkdir(storage, { recursive: true });
  const wheel = await findWheel(around);
  const hash = createHash('sha256').update(await readFile(wheel)).digest('hex');
  const directory = path.join(storage, `${PREFIX}${hash.slice(0, 16)}`);
  const trouble = await inspect(directory, hash, around);
  if (trouble === undefined) {
    log.info(`The environment in ${directory} is ready`);
  } else {
    log.info(`An environment is made in ${directory}: ${trouble}`);
    await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: 'Workflow Imports: setting up its server',
        cancellable: true,
      },
      (progress, token) => make(directory, wheel, hash, around, (message) => progress.report({ message }), token),
    );
    log.info('The environment is ready');
  }
  const now = new Date();
  await utimes(path.join(directory, MARKER), now, now);
  await cleanUp(directory, storage);
  return { python: pythonOf(directory), directory: await commandFolder(directory) };
}

/** The command line alone: the folder of an environment's programs has Python and pip, too. */
async function commandFolder(directory: string): Promise<string> {
  const folder = path.join(directory, 'command');
  await mkdir(folder, { recursive: true });
  if (ON_WINDOWS) {
    await writeFile(path.join(folder, 'workflow-ls.cmd'), '@"%~dp0..\\Scripts\\python.exe" -I -m workflow_ls %*\r\n');
  } else {
    const text = `#!/bin/sh\nexec "$(dirname "$0")/../bin/python" -I -m workflow_ls "$@"\n`;
    await writeFile(path.join(folder, 'workflow-ls'), text, { mode: 0o755 });
  }
  return folder;
}

async function findWheel(around: Surroundings): Promise<string> {
  const directory = path.join(around.extension, 'server');
  const names = await readdir(directory).catch(() => []);
  const wheel = names.find((name) => name.endsWith('.whl'));
  if (wheel === undefined) {
    around.log.error(`There is no wheel in ${directory}`);
    throw new Problem('This build of Workflow Imports comes without its server. Install it from a .vsix.', showOutput);
  }
  return path.join(directory, wheel);
}

/** Why an environment can't be used, or undefined. */
async function inspect(directory: string, hash: string, around: Surroundings): Promise<string | undefined> {
  let marker: { sha256?: unknown };
  try {
    marker = JSON.parse(await readFile(path.join(directory, MARKER), 'utf8'));
  } catch {
    return 'there is none for this version yet';
  }
  if (marker.sha256 !== hash) return 'it holds another version';
  const { code, stderr } = await run(pythonOf(directory), ['-I', '-m', 'workflow_ls', '--version'], {
    cwd: around.storage,
    timeout: MINUTE,
    env: environment(),
  });
  // For example, the Python that it was made with is gone.
  return code === 0 ? undefined : `the one that is there is broken (${stderr.trim().split('\n').at(-1)})`;
}

async function make(
  directory: string,
  wheel: string,
  hash: string,
  around: Surroundings,
  show: (message: string) => void,
  token: vscode.CancellationToken,
): Promise<void> {
  const abort = new AbortController();
  token.onCancellationRequested(() => abort.abort());
  const part = `${directory}.part-${randomBytes(4).toString('hex')}`;
  const options = { signal: abort.signal, timeout: 10 * MINUTE, onLine: (line: string) => around.log.info(`  ${line}`) };
  const step = async (what: string, command: string, args: readonly string[], failed: string): Promise<void> => {
    around.log.info(what);
    const { code, stdout, stderr } = await run(command, args, { ...options, cwd: around.storage, env: environment() });
    if (token.isCancellationRequested) throw new Problem('Workflow Imports has no server yet: the setup was stopped.', tryAgain);
    if (code === 0) return;
    const said = (stderr.trim() || stdout.trim()).split('\n').at(-1)?.trim() || (code === null ? 'it took too long' : `exit code ${code}`);
    around.log.error(`${failed}: ${said}`);
    const network = networkTrouble(`${stdout}\n${stderr}`);
    if (network !== undefined) {
      throw new Problem(`Workflow Imports could not set up its server: ${network}. The .vsix for your platform needs no network.`, tryAgain);
    }
    throw new Problem(`Workflow Imports could not set up its server: ${failed} (${shorten(said)}).`, tryAgain);
  };
  try {
    show('looking for Python');
    const base = await findPython(around);
    const install = `Installing ${path.basename(wheel)}`;
    const installing = 'installing it, with what it needs from PyPI';
    if ('uv' in base) {
      show('making an environment with uv');
      await step(`Making an environment with ${base.uv}`, base.uv, ['venv', '--no-project', '--no-config', '--python', '>=3.10', part], 'uv could not make a Python environment');
      show(installing);
      await step(install, base.uv, ['pip', 'install', '--python', pythonOf(part), wheel], 'uv failed');
    } else {
      show(`making an environment with Python ${base.version}`);
      await step(`Making an environment with ${base.program}`, base.program, ['-I', '-m', 'venv', part], 'a Python environment could not be made');
      show(installing);
      const pip = ['-I', '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--prefer-binary', '--progress-bar', 'off', '--retries', '2'];
      await step(install, pythonOf(part), [...pip, wheel], 'pip failed');
    }
    await step('Trying it out', pythonOf(part), ['-I', '-m', 'workflow_ls', '--version'], 'it does not run');
    await writeFile(
      path.join(part, MARKER),
      JSON.stringify({ wheel: path.basename(wheel), sha256: hash, python: 'uv' in base ? 'of uv' : base.version }),
    );
    await takePlace(part, directory, hash, around);
  } finally {
    await rm(part, { recursive: true, force: true, maxRetries: 3 }).catch((error: unknown) => {
      around.log.warn(`${part} could not be removed: ${error}`);
    });
  }
}

async function takePlace(part: string, directory: string, hash: string, around: Surroundings): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(part, directory);
      return;
    } catch (error) {
      if ((await inspect(directory, hash, around)) === undefined) return; // another window was faster
      if (attempt === 6) throw error;
      await rm(directory, { recursive: true, force: true }).catch(() => undefined);
      await sleep(100 * 2 ** attempt); // on Windows a virus scanner may hold new files for a moment
    }
  }
}

async function cleanUp(current: string, storage: string): Promise<void> {
  for (const name of await readdir(storage)) {
    const other = path.join(storage, name);
    if (!name.startsWith(PREFIX) || other === current) continue;
    const isPart = name.includes('.part-');
    const used = await stat(isPart ? other : path.join(other, MARKER)).catch(() => undefined);
    const age = Date.now() - (used?.mtimeMs ?? 0);
    if (age > (isPart ? DAY : KEEP_UNUSED)) await rm(other, { recursive: true, force: true }).catch(() => undefined);
  }
}

function pythonOf(directory: string): string {
  return ON_WINDOWS ? path.join(directory, 'Scripts', 'python.exe') : path.join(directory, 'bin', 'python');
}

/** The environment variables, without those that would send an installation elsewhere. */
function environment(): NodeJS.ProcessEnv {
  const { PIP_TARGET, PIP_PREFIX, PIP_ROOT, PIP_REQUIRE_VIRTUALENV, __PYVENV_LAUNCHER__, ...kept } = process.env;
  return { ...kept, ...proxyVariables(), PIP_USER: '0' };
}

function shorten(text: string): string {
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
