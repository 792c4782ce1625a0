// The root that a folder belongs to, where workflow-ls.json is created: that of the server (`find_root_of_folder`).
import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { here } from '../../scripts/places.mjs';
import { symlinkSync, writeFileSync } from '../files.mjs';

const WORKSPACES = '{ "workspaces": ["packages/*"] }';

// The files of a tree (a name that ends with a slash is a directory), the folder that is opened, and its root.
const TREES = [
  ['a repository', { '.git/': '', 'packages/a/': '' }, 'packages/a', ''],
  ['a worktree, of which .git is a file', { '.git': 'gitdir: elsewhere', 'packages/a/': '' }, 'packages/a', ''],
  ['the workspaces of a manifest', { '.git/': '', 'mono/package.json': WORKSPACES, 'mono/packages/a/': '' }, 'mono/packages/a', 'mono'],
  ['the same behind a byte order mark', { '.git/': '', 'mono/package.json': `\uFEFF${WORKSPACES}`, 'mono/a/': '' }, 'mono/a', 'mono'],
  ['a keyword of that name', { '.git/': '', 'mono/package.json': '{ "keywords": ["workspaces"] }', 'mono/a/': '' }, 'mono/a', ''],
  ['a broken manifest', { '.git/': '', 'mono/package.json': '{ "workspaces": [', 'mono/a/': '' }, 'mono/a', ''],
  ['pnpm', { '.git/': '', 'mono/pnpm-workspace.yaml': '', 'mono/a/': '' }, 'mono/a', 'mono'],
  ['a configuration below the root', { '.git/': '', 'mono/workflow-ls.json': '{}', 'mono/a/': '' }, 'mono/a', 'mono'],
  ['a directory of its name', { '.git/': '', 'mono/workflow-ls.json/': '', 'mono/a/': '' }, 'mono/a', ''],
  ['a folder that is gone', { '.git/': '' }, 'packages/gone', 'packages/gone'],
  ['the home directory is a repository', { 'home/.git/': '', 'home/a/': '' }, 'home/a', 'home/a'],
  ['the same by way of a link', { 'home/.git/': '', 'home/a/': '' }, 'link/a', 'link/a'],
  ['the home directory has a configuration', { 'home/workflow-ls.json': '{}', 'home/a/': '' }, 'home/a', 'home'],
];

export default async function roots({ directory, step }) {
  const bundle = path.join(directory, 'reason.mjs');
  await build({ entryPoints: [here('src/reason.ts')], outfile: bundle, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
  const { rootOf } = await import(bundle);
  const { HOME } = process.env;
  for (const [index, [what, files, folder, root]] of TREES.entries()) {
    const top = path.join(directory, `roots-${index}`);
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.join(top, file.endsWith('/') ? file : path.dirname(file)), { recursive: true });
      if (!file.endsWith('/')) writeFileSync(path.join(top, file), text);
    }
    if (folder.startsWith('link/')) symlinkSync('home', path.join(top, 'link'));
    process.env.HOME = `${path.join(top, 'home')}/`;
    try {
      assert.equal(await rootOf(path.join(top, folder)), path.join(top, root).replace(/\/$/, ''), what);
    } finally {
      process.env.HOME = HOME;
    }
  }
  step(`${TREES.length} folders have the root that the server gives them`);
}
