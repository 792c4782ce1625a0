// Bundles the extension, and copies what it takes from the rest of the repository: schemas, licence, changelog.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import { here, repository } from './places.mjs';

mkdirSync(here('schemas'), { recursive: true });
copyFileSync(repository('workflow_ls/config/settings.schema.json'), here('schemas/config.schema.json'));
copyFileSync(repository('workflow_ls/config/table.schema.json'), here('schemas/table.schema.json'));
copyFileSync(repository('LICENSE'), here('LICENSE'));
copyFileSync(repository('CHANGELOG.md'), here('CHANGELOG.md'));
rmSync(here('out/extension.js'), { force: true });
await build({
  entryPoints: [here('src/extension.ts')],
  outfile: here('out/extension.js'),
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
  logLevel: 'warning',
});
