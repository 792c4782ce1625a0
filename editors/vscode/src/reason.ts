import { readFile, realpath, stat } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';

export const CONFIGURATION = 'workflow-ls.json';
/** Directories below which others than a monorepo are, as the server has them. */
const HOMES = ['/root', '/home', '/Users'];

/**
 * The directory that is a reason to start for a folder: it or one above it, up to the root of its monorepo, that has
 * one of the markers; undefined if there is none.
 *
 * The home directory and the top of the file system hold more than a monorepo: only a workflow-ls.json counts there.
 */
export async function reasonFor(folder: string, markers: readonly string[]): Promise<string | undefined> {
  for (let directory = folder; ; directory = path.dirname(directory)) {
    const isWide = await isTooWide(directory);
    if (await hasAny(directory, isWide ? [CONFIGURATION] : markers)) return directory;
    if (isWide || (await isRoot(directory))) return undefined;
  }
}

/** The root of the monorepo that a folder belongs to, as the server sees it: the folder itself if it belongs to none. */
export async function rootOf(folder: string): Promise<string> {
  if ((await kindOf(folder)) !== 'directory') return folder;
  for (let directory = folder; ; directory = path.dirname(directory)) {
    if ((await kindOf(path.join(directory, CONFIGURATION))) === 'file') return directory;
    if (await isRoot(directory)) return (await isTooWide(directory)) ? folder : directory;
    if (directory === path.dirname(directory)) return folder;
  }
}

/** Whether a directory is the top of a file system, the user's home directory, or that of all home directories. */
async function isTooWide(directory: string): Promise<boolean> {
  if (directory === path.dirname(directory)) return true;
  const [real, home] = await Promise.all([directory, os.homedir()].map((each) => realpath(each).catch(() => path.resolve(each))));
  return real === home || HOMES.includes(real ?? '');
}

/** What ends the monorepo that a directory belongs to, besides a workflow-ls.json. */
async function isRoot(directory: string): Promise<boolean> {
  if ((await kindOf(path.join(directory, '.git'))) !== undefined) return true;
  if ((await kindOf(path.join(directory, 'pnpm-workspace.yaml'))) === 'file') return true;
  const manifest = await readFile(path.join(directory, 'package.json'), 'utf8').catch(() => '');
  try {
    const data: unknown = JSON.parse(manifest.replace(/^\uFEFF/, ''));
    return typeof data === 'object' && data !== null && !Array.isArray(data) && 'workspaces' in data;
  } catch {
    return false; // there is none, or it is broken
  }
}

async function kindOf(file: string): Promise<'file' | 'directory' | 'other' | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found && (found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other');
}

async function hasAny(directory: string, names: readonly string[]): Promise<boolean> {
  const found = await Promise.all(names.map((name) => kindOf(path.join(directory, name))));
  return found.some((kind) => kind !== undefined);
}
