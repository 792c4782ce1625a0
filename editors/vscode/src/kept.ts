import { readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

/** The file, beside the bundle, by which `uninstall.js` knows where the extension keeps things. */
export const KEPT = 'kept.json';

/** Have a folder removed with the extension. */
export async function removeWithExtension(extension: string, directory: string): Promise<void> {
  const file = path.join(extension, 'out', KEPT);
  const known: unknown = await readFile(file, 'utf8').then(JSON.parse, () => []);
  const kept = Array.isArray(known) ? known : [];
  if (kept.includes(directory)) return;
  await writeFile(file, JSON.stringify([...kept, directory])).catch(() => undefined);
}
