import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
export { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';

/** The files below a directory that have a certain name, as absolute paths; none if there is no such directory. */
export function filesBelow(directory, wanted = () => true) {
  let entries;
  try {
    entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.isFile() && wanted(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** The texts of all files below a directory, by relative path. */
export function readTree(directory) {
  return Object.fromEntries(filesBelow(directory).map((file) => [path.relative(directory, file), readFileSync(file, 'utf8')]));
}
