import { readFile, stat } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';

export const CONFIGURATION = 'workflow-ls.json';
/** What ends the monorepo that a directory belongs to, as the server sees it. */
const ROOTS = ['.git', 'pnpm-workspace.yaml'];

/**
 * The directory that is a reason to start for a folder: it or one above it, up to the root of its monorepo, that has
 * one of the markers; undefined if there is none.
 *
 * The home directory and the top of the file system hold more than a monorepo: only a workflow-ls.json counts there.
 */
export async function reasonFor(folder: string, markers: readonly string[]): Promise<string | undefined> {
  for (let directory = folder; ; directory = path.dirname(directory)) {
    const isWide = holdsMoreThanAMonorepo(directory);
    if (await hasAny(directory, isWide ? [CONFIGURATION] : markers)) return directory;
    if (isWide || (await isRoot(directory))) return undefined;
  }
}

/** The root of the monorepo that a folder belongs to, as the server sees it: the folder itself if it belongs to none. */
export async function rootOf(folder: string): Promise<string> {
  for (let directory = folder; ; directory = path.dirname(directory)) {
    const isWide = holdsMoreThanAMonorepo(directory);
    if ((await hasAny(directory, [CONFIGURATION])) || (!isWide && (await isRoot(directory)))) return directory;
    if (isWide) return folder;
  }
}

function holdsMoreThanAMonorepo(directory: string): boolean {
  return directory === path.dirname(directory) || directory === os.homedir();
}

async function isRoot(directory: string): Promise<boolean> {
  if (await hasAny(directory, ROOTS)) return true;
  const manifest = await readFile(path.join(directory, 'package.json'), 'utf8').catch(() => '');
  return manifest.includes('"workspaces"');
}

async function hasAny(directory: string, names: readonly string[]): Promise<boolean> {
  const found = await Promise.all(names.map((name) => stat(path.join(directory, name)).then(() => true, () => false)));
  return found.includes(true);
}
