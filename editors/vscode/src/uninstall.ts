// Runs when VS Code has removed the extension: takes what it kept outside of its folder along.
import { readFileSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { KEPT } from './kept';

try {
  const kept: unknown = JSON.parse(readFileSync(path.join(__dirname, KEPT), 'utf8'));
  for (const directory of Array.isArray(kept) ? kept : []) {
    // Nothing but what is named after the extension.
    if (typeof directory === 'string' && path.basename(directory).startsWith('workflow-ls.')) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  }
} catch {
  // It was never started, or its folder can't be written to: nothing is known of what it kept.
}
