// deprecated-reference: strings that hold a legacy specifier, or a path into the legacy tree.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('starts the runtime by its specifier', () => {
  expect(readFileSync('server/src/every-import.ts', 'utf8')).toContain("import '@shared/workflow/runtime'");
});

it('keeps the engine in one place', () => {
  expect(readFileSync('shared/workflow/runtime/index.ts', 'utf8')).toContain('class Engine');
});
