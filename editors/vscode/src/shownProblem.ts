import { readFile, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

const FILE = 'shown-problem.json';
const DAY = 24 * 60 * 60_000;

/** The problem that was shown last, in any window: a file, for the windows see each other's state only after a restart. */
export class ShownProblem {
  constructor(private readonly storage: string) {}

  /** Whether a problem was shown within the last day. */
  async has(message: string): Promise<boolean> {
    try {
      const shown: { message?: unknown; at?: unknown } = JSON.parse(await readFile(this.file, 'utf8'));
      return shown.message === message && typeof shown.at === 'number' && Date.now() - shown.at < DAY;
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
