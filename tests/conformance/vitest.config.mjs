// Runs every case below this file's directory; each is a workspace of its own, with path aliases as in its tsconfig.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;

function aliased(specifier, importer) {
  // Vite also asks on behalf of files that are not there, such as an index.html.
  const workspace = importer?.startsWith(root) && join(root, importer.slice(root.length + 1).split('/')[0]);
  if (!workspace || !existsSync(join(workspace, 'tsconfig.json'))) return null;
  const { paths } = JSON.parse(readFileSync(join(workspace, 'tsconfig.json'), 'utf8')).compilerOptions;
  const key = Object.keys(paths).find((key) => specifier.startsWith(key.slice(0, -1)));
  return key ? join(workspace, paths[key][0].replace('*', specifier.slice(key.length - 1))) : null;
}

const aliases = {
  name: 'tsconfig-paths',
  enforce: 'pre',
  resolveId(specifier, importer) {
    const path = aliased(specifier, importer);
    return path && this.resolve(path, importer, { skipSelf: true });
  },
};

// A workspace with a setup file is a project of its own.
const setups = readdirSync(root).filter((name) => existsSync(join(root, name, 'packages/app/vitest.setup.ts')));
const projects = setups.map((name) => ({
  extends: true,
  test: { name, include: [`${name}/**/*.test.ts`], setupFiles: [`./${name}/packages/app/vitest.setup.ts`] },
}));
const others = { extends: true, test: { include: ['**/*.test.ts'], exclude: ['**/node_modules/**', ...setups.map((name) => `${name}/**`)] } };

export default defineConfig({ plugins: [aliases], test: { watch: false, projects: [others, ...projects] } });
