import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import * as path from 'node:path';

export const ON_WINDOWS = process.platform === 'win32';

export interface Outcome {
  /** The exit code; null if the program did not start, was stopped, or took too long. */
  readonly code: number | null;
  readonly stdout: string;
  /** What it wrote to standard error, or why it did not start. */
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** Milliseconds after which the program is stopped. */
  readonly timeout: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Hears of every line that the program writes, of both streams. */
  readonly onLine?: (line: string) => void;
}

/** Run a program, without a shell, to its end.  Never rejects. */
export function run(program: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeout,
      windowsHide: true,
      ...(options.signal && { signal: options.signal }),
    });
    const written = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      let rest = '';
      child[name].setEncoding('utf8').on('data', (text: string) => {
        written[name] += text;
        const lines = (rest + text).split(/\r?\n/);
        rest = lines.pop() ?? '';
        lines.forEach((line) => options.onLine?.(line));
      });
    }
    child.on('error', (error) => resolve({ code: null, ...written, stderr: error.message }));
    child.on('close', (code) => resolve({ code, ...written }));
  });
}

/**
 * The programs of a name on PATH, first one first.
 *
 * Relative entries of PATH are left out, and so are those that `allowed` refuses: they may lie in the workspace.
 */
export async function onPath(name: string, allowed: (directory: string) => boolean): Promise<string[]> {
  const directories = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((directory) => path.isAbsolute(directory) && allowed(directory));
  const found: string[] = [];
  for (const directory of new Set(directories)) {
    const program = path.join(directory, ON_WINDOWS ? `${name}.exe` : name);
    if (await isProgram(program)) found.push(program);
  }
  return found;
}

export async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, ON_WINDOWS ? constants.F_OK : constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
