import { readFile, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

const FILE = 'told.json';
const DAY = 24 * 60 * 60_000;

/** Which problem was told last, in any window: a file, for the windows see each other's state only after a restart. */
export class Told {
  constructor(private readonly storage: string) {}

  /** Whether a problem was told today. */
  async has(message: string): Promise<boolean> {
    try {
      const told: { message?: unknown; at?: unknown } = JSON.parse(await readFile(this.file, 'utf8'));
      return told.message === message && typeof told.at === 'number' && Date.now() - told.at < DAY;
    } catch {
      return false;
    }
  }

  async add(message: string): Promise<void> {
    await writeFile(this.file, JSON.stringify({ message, at: Date.now() })).catch(() => undefined);
  }

  async clear(): Promise<void> {
    await rm(this.file, { force: true }).catch(() => undefined);
  }

  private get file(): string {
    return path.join(this.storage, FILE);
  }
}
