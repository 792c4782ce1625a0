// What a bundler leaves out of a bundle: { tool, root, path, specifiers } in, those out that its output still names.

import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const { tool, root, path: file, specifiers } = JSON.parse(fs.readFileSync(0, 'utf8'));
const out = process.stdout.write.bind(process.stdout);
for (const name of ['log', 'info', 'warn', 'error']) console[name] = () => {};
process.stdout.write = () => true;
process.chdir(root);

const config = path.join(root, file);
const code = await { tsup, tsdown, esbuild, rollup, vite, webpack }[tool]();
const found = specifiers.filter((each) => {
  const name = each.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return new RegExp(`(?:\\bfrom|\\bimport|\\brequire\\()\\s*["']${name}["']`).test(code);
});
out(JSON.stringify(found), () => process.exit(0));

async function loaded() {
  return (await import(pathToFileURL(config).href)).default;
}

function written() {
  const directory = path.join(root, 'dist');
  const names = fs.readdirSync(directory).filter((name) => /\.[mc]?js$/.test(name));
  return names.map((name) => fs.readFileSync(path.join(directory, name), 'utf8')).join('\n');
}

async function tsup() {
  const { build } = await import('tsup');
  await build({ config, silent: true, format: ['esm'] });
  return written();
}

async function tsdown() {
  const { build } = await import('tsdown');
  await build({ config, logLevel: 'silent', format: ['esm'], dts: false });
  return written();
}

// The script builds; it gets a module in the place of esbuild that says where to.
async function esbuild() {
  const real = await import('esbuild');
  const directory = path.join(root, 'node_modules/esbuild');
  fs.mkdirSync(directory, { recursive: true });
  fs.writeFileSync(path.join(directory, 'package.json'), '{ "type": "module", "main": "./index.js" }');
  fs.writeFileSync(path.join(directory, 'index.js'), 'export const build = (options) => globalThis.build(options);');
  let text = '';
  globalThis.build = async (options) => {
    const made = await real.build({
      ...options, write: false, format: 'esm', platform: 'node', logLevel: 'silent', absWorkingDir: root,
    });
    text += made.outputFiles.map((each) => each.text).join('\n');
  };
  await loaded();
  return text;
}

async function rollup() {
  const bundler = await import('rollup');
  const bundle = await bundler.rollup({ ...(await loaded()), onwarn() {} });
  const { output } = await bundle.generate({ format: 'es' });
  return output.map((each) => each.code).join('\n');
}

async function vite() {
  const { build } = await import('vite');
  const made = await build({ configFile: config, logLevel: 'silent', build: { write: false, minify: false } });
  return [made].flat().flatMap((each) => each.output.map((chunk) => chunk.code ?? '')).join('\n');
}

async function webpack() {
  const bundler = require('webpack');
  const options = {
    mode: 'production', context: root, externalsType: 'commonjs', output: { path: path.join(root, 'dist'), filename: 'main.js' },
    optimization: { minimize: false }, resolve: { extensions: ['.ts', '.js'], alias: { '@p': path.join(root, 'src') } },
  };
  await new Promise((done, fail) =>
    bundler({ ...require(config), ...options }).run((error, made) =>
      error || made.hasErrors() ? fail(error ?? new Error(made.toString())) : done(),
    ),
  );
  return written();
}
