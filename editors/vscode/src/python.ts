import { getPython, openPythonSetting, Problem, tryAgain } from './problem';
import { isProgram, ON_WINDOWS, onPath, run } from './processes';
import { named, type Surroundings } from './surroundings';

export interface Python {
  readonly program: string;
  readonly version: string;
}

/** uv, which makes environments, and fetches a Python if there is none. */
export interface Uv {
  readonly uv: string;
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

/** What a program is: a Python and its version, or why it can't be used. */
type Tried = Python | { readonly tooOld: string } | { readonly incomplete: string } | { readonly broken: string };

/**
 * The Python that the setting names, else the first one on PATH that the server runs on, and that can make virtual
 * environments; else uv, which brings its own.  Throws a Problem.
 */
export async function findPython(around: Surroundings): Promise<Python | Uv> {
  const configured = named('python', around);
  if (configured !== undefined) {
    around.log.info(`The setting workflow-ls.python says ${configured}`);
    const tried = (await isProgram(configured)) ? await tryOut(configured, [], around) : { broken: 'there is no such program' };
    if ('program' in tried) return tried;
    const trouble =
      'tooOld' in tried ? `it is Python ${tried.tooOld}` : 'incomplete' in tried ? `it lacks the module venv` : tried.broken;
    throw new Problem(
      `The setting workflow-ls.python does not name a Python ${MINIMUM.join('.')} or newer that runs: ${trouble}.`,
      openPythonSetting,
    );
  }
  let tooOld: string | undefined;
  let incomplete: string | undefined;
  for (const name of NAMES) {
    for (const program of await onPath(name, around.mayRunFrom)) {
      const tried = await tryOut(program, name === 'py' ? ['-3'] : [], around);
      if ('program' in tried) return tried;
      if ('tooOld' in tried) tooOld ??= tried.tooOld;
      if ('incomplete' in tried) incomplete ??= tried.incomplete;
    }
  }
  const [uv] = await onPath('uv', around.mayRunFrom);
  if (uv !== undefined) {
    around.log.info(`${uv} is used, which brings a Python of its own`);
    return { uv };
  }
  if (incomplete !== undefined) {
    throw new Problem(
      `Workflow Imports needs Python's venv module, which your Python ${incomplete} lacks. On Debian and Ubuntu: ` +
        `sudo apt install python${incomplete}-venv.`,
      tryAgain,
    );
  }
  const found = tooOld === undefined ? 'found none' : `found only Python ${tooOld}`;
  throw new Problem(
    `Workflow Imports needs Python ${MINIMUM.join('.')} or newer, and ${found}. Install it, or the .vsix for your platform, which needs none; then run "Workflow Imports: Restart Server".`,
    getPython,
  );
}

async function tryOut(program: string, args: readonly string[], around: Surroundings): Promise<Tried> {
  const { code, stdout, stderr } = await run(program, [...args, '-I', '-c', PROBE], { cwd: around.storage, timeout: 15_000 });
  const [major, minor, micro, complete, executable] = stdout.trim().split('|');
  if (code !== 0 || !executable) {
    const broken = stderr.trim().split('\n').at(-1) || `exit code ${code}`;
    around.log.info(`${program} is no Python that runs: ${broken}`);
    return { broken };
  }
  const version = `${major}.${minor}.${micro}`;
  if (Number(major) !== MINIMUM[0] || Number(minor) < MINIMUM[1]) {
    around.log.info(`${program} is Python ${version}: too old`);
    return { tooOld: version };
  }
  if (complete !== 'True') {
    around.log.info(`${program} is Python ${version}, without its modules venv and ensurepip`);
    return { incomplete: `${major}.${minor}` };
  }
  around.log.info(`${program} is Python ${version}`);
  return { program: executable, version };
}
