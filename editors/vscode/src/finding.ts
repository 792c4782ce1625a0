import { chmod, readdir, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { ownEnvironment } from './environment';
import { openPathSetting, Problem, showOutput } from './problem';
import { isProgram, ON_WINDOWS, onPath, run } from './processes';
import { named, type Surroundings } from './surroundings';

/** A server to start. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** A folder for the PATH of terminals, which holds nothing but the program; only of the extension's own. */
  readonly directory?: string;
}

/**
 * Find the server, or set it up: the setting's, that on PATH, that of the workspace's node_modules and virtual
 * environment, else the extension's own.  The log has every step.  Throws a Problem.
 */
export async function findServer(around: Surroundings): Promise<Program> {
  const { log } = around;
  const command = named('path', around);
  if (command !== undefined) {
    log.info(`The setting workflow-ls.path says ${command}`);
    const trouble = await tryOut(command, around);
    if (trouble === undefined) return serve(command);
    log.error(`${command}: ${trouble}`);
    throw new Problem(`The setting workflow-ls.path does not name a workflow-ls that runs: ${trouble}.`, openPathSetting);
  }

  log.info('Looking for workflow-ls on PATH');
  for (const command of await onPath('workflow-ls', around.mayRunFrom)) {
    if (await works(command, around)) return serve(command);
  }

  if (around.trusted) {
    log.info('Looking for workflow-ls in the workspace (node_modules, .venv, venv)');
    for (const folder of around.folders) {
      const platforms = path.join(folder, 'node_modules', '@workflow-ls');
      for (const name of await readdir(platforms).catch(() => [])) {
        const command = path.join(platforms, name, 'program', ON_WINDOWS ? 'workflow-ls.exe' : 'workflow-ls');
        if ((await isProgram(command)) && (await works(command, around))) return serve(command);
      }
      for (const environment of ['.venv', 'venv']) {
        const command = ON_WINDOWS
          ? path.join(folder, environment, 'Scripts', 'workflow-ls.exe')
          : path.join(folder, environment, 'bin', 'workflow-ls');
        if ((await isProgram(command)) && (await works(command, around))) return serve(command);
      }
    }
  } else {
    log.info('The workspace is not trusted: its programs are left alone');
  }

  log.info("None found: the extension's own is used");
  const carried = await carriedProgram(around);
  if (carried !== undefined) return { ...serve(carried), directory: path.dirname(carried) };
  const { python, directory } = await ownEnvironment(around);
  return { command: python, args: ['-I', '-m', 'workflow_ls', 'serve'], directory };
}

/** The program whole that a build for this platform carries; undefined in a build that carries the wheel. */
async function carriedProgram(around: Surroundings): Promise<string | undefined> {
  const directory = path.join(around.extension, 'server', 'program');
  const command = path.join(directory, ON_WINDOWS ? 'workflow-ls.exe' : 'workflow-ls');
  const there = await stat(command).catch(() => undefined);
  if (there === undefined) return undefined;
  // What unpacks an extension may lose the permission to run its programs.
  if (!(await isProgram(command))) await chmod(command, 0o755).catch((error: unknown) => around.log.warn(`${error}`));
  const trouble = await tryOut(command, around);
  if (trouble === undefined) return command;
  around.log.error(`${command}: ${trouble}`);
  throw new Problem(
    `The server in this build of Workflow Imports does not run here: ${trouble}. Install the .vsix without a platform in its name, which needs Python.`,
    showOutput,
  );
}

async function works(command: string, around: Surroundings): Promise<boolean> {
  const trouble = await tryOut(command, around);
  if (trouble !== undefined) around.log.warn(`${command} is passed over: ${trouble}`);
  return trouble === undefined;
}

/** What is wrong with a program, or undefined. */
async function tryOut(command: string, around: Surroundings): Promise<string | undefined> {
  const { code, stdout, stderr } = await run(command, ['--version'], { cwd: around.storage, timeout: 15_000 });
  const version = /^workflow-ls (\S+)/.exec(stdout)?.[1];
  if (code === 0 && version !== undefined) {
    around.log.info(`${command} is version ${version}`);
    return undefined;
  }
  const said = stderr.trim().split('\n').at(-1)?.trim();
  return said || (code === 0 ? 'it is another program' : `it ended with exit code ${code}`);
}

function serve(command: string): Program {
  return { command, args: ['serve'] };
}
