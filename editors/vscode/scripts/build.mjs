// Bundles the extension, and copies what it takes from the rest of the repository: schemas, licence, changelog.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { lenient } from './lenient.mjs';
import { here, repository } from './places.mjs';

mkdirSync(here('schemas'), { recursive: true });
// The server reports what is wrong with workflow-ls.json; the schema is there for completion and hovers.
const schema = lenient(JSON.parse(readFileSync(repository('workflow_ls/config/settings.schema.json'), 'utf8')));
writeFileSync(here('schemas/config.schema.json'), `${JSON.stringify({ allowTrailingCommas: true, ...schema }, null, 2)}\n`);
copyFileSync(repository('workflow_ls/config/table.schema.json'), here('schemas/table.schema.json'));
copyFileSync(repository('LICENSE'), here('LICENSE'));
copyFileSync(repository('CHANGELOG.md'), here('CHANGELOG.md'));
for (const name of ['extension.js', 'main.js', 'uninstall.js']) rmSync(here(`out/${name}`), { force: true });
await build({
  entryPoints: ['extension', 'main', 'uninstall'].map((name) => here(`src/${name}.ts`)),
  outdir: here('out'),
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode', './main.js'],
  logLevel: 'warning',
});
