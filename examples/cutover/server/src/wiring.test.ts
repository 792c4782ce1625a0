import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause, start } from '@alga-psa/workflows/runtime';

const source = readFileSync(join(__dirname, '../../shared', 'workflow', 'runtime', 'client.ts'), 'utf8');

export const wired = [source, pause, start];
