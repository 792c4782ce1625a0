import { getPython, Problem, showOutput } from './problem';
import { ON_WINDOWS, onPath, run } from './processes';
import type { Surroundings } from './surroundings';

export interface Python {
  readonly program: string;
  readonly version: string;
}

const MINIMUM = [3, 10] as const;
const NAMES = ON_WINDOWS
  ? ['python', 'python3', 'py']
  : ['python3', 'python', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];

// Isolated (-I): neither the current directory nor PYTHONPATH may have a say in what is imported.
const PROBE = `
import sys
try:
    import ensurepip, venv
except ImportError:
    venv = None
print(*sys.version_info[:3], venv is not None, sys.executable, sep="|")
`;

/** The first Python on PATH that the server runs on, and that can make virtual environments.  Throws a Problem. */
export async function findPython(around: Surroundings): Promise<Python> {
  let tooOld: string | undefined;
  let incomplete: string | undefined;
  for (const name of NAMES) {
    for (const program of await onPath(name, around.mayRunFrom)) {
      const args = name === 'py' ? ['-3'] : [];
      const { code, stdout, stderr } = await run(program, [...args, '-I', '-c', PROBE], {
        cwd: around.storage,
        timeout: 15_000,
      });
      const [major, minor, micro, complete, executable] = stdout.trim().split('|');
      if (code !== 0 || !executable) {
        around.log.info(`${program} is no Python that runs: ${stderr.trim() || `exit code ${code}`}`);
        continue;
      }
      const version = `${major}.${minor}.${micro}`;
      if (Number(major) !== MINIMUM[0] || Number(minor) < MINIMUM[1]) {
        around.log.info(`${program} is Python ${version}: too old`);
        tooOld ??= version;
      } else if (complete !== 'True') {
        around.log.info(`${program} is Python ${version}, without its modules venv and ensurepip`);
        incomplete ??= `${major}.${minor}`;
      } else {
        around.log.info(`${program} is Python ${version}`);
        return { program: executable, version };
      }
    }
  }
  if (incomplete !== undefined) {
    throw new Problem(
      `Workflow Imports needs Python's venv module, which your Python ${incomplete} lacks. On Debian and Ubuntu: ` +
        `sudo apt install python${incomplete}-venv. Then run "Workflow Imports: Restart Server".`,
      showOutput,
    );
  }
  const found = tooOld === undefined ? 'found none' : `found only Python ${tooOld}`;
  throw new Problem(
    `Workflow Imports needs Python ${MINIMUM.join('.')} or newer, and ${found}. Install it, then run "Workflow Imports: Restart Server".`,
    getPython,
  );
}
