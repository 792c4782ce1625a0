// Where builds and test runners find specifiers: cases in, one list of answers per case out.
//
// A case is { tool, root, path, questions: [[importer, specifier]] }, with the root on disk. An answer is the path from
// the root, "nowhere" or "empty".

import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const text = fs.readFileSync(0, 'utf8');
const out = process.stdout.write.bind(process.stdout);
for (const name of ['log', 'info', 'warn', 'error']) console[name] = () => {};
process.stdout.write = () => true;
process.env.NODE_ENV = 'test';

const answers = [];
for (const one of JSON.parse(text)) {
  const config = path.join(one.root, one.path);
  process.chdir(path.dirname(config));
  const ask = await TOOLS()[one.tool](config, one).catch((error) => {
    throw new Error(`${one.tool} ${config} ${fs.readFileSync(config, 'utf8')}`, { cause: error });
  });
  const found = [];
  for (const [importer, specifier] of one.questions) {
    const answer = await Promise.resolve()
      .then(() => ask(specifier, path.join(one.root, importer)))
      .catch(() => null); // some tools throw where nothing is found
    found.push(answer === false ? 'empty' : shown(one.root, answer));
  }
  answers.push(found);
  await ask.close?.();
}
out(JSON.stringify(answers), () => process.exit(0));

function shown(root, answer) {
  const file = answer?.split('?')[0];
  if (!file || !path.isAbsolute(file) || !fs.existsSync(file) || fs.statSync(file).isDirectory()) return 'nowhere';
  return path.relative(root, fs.realpathSync(file));
}

function TOOLS() {
  return { vite, vitest, webpack, next, turbopack, rollup, esbuild, tsup, jest, babel, swc, parcel, metro };
}

async function vite(config) {
  const { createServer } = await import('vite');
  const server = await createServer({
    configFile: config, logLevel: 'silent', optimizeDeps: { noDiscovery: true, include: [] }, appType: 'custom',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  });
  const ask = async (specifier, importer) =>
    (await server.environments.ssr.pluginContainer.resolveId(specifier, importer))?.id;
  ask.close = () => server.close();
  return ask;
}

async function vitest(config) {
  const { createVitest } = await import('vitest/node');
  const runner = await createVitest('test', { config, root: path.dirname(config), watch: false, reporters: [] });
  const project = runner.projects.at(-1);
  const ask = async (specifier, importer) =>
    (await project.vite.environments.ssr.pluginContainer.resolveId(specifier, importer))?.id;
  ask.close = () => runner.close();
  return ask;
}

async function loaded(config) {
  const module = await import(pathToFileURL(config).href);
  const value = module.default ?? module;
  return value;
}

async function called(value, ...given) {
  const made = typeof value === 'function' ? await value(...given) : value;
  return Array.isArray(made) ? made[0] : made;
}

async function webpack(config) {
  return bundled(await called(await loaded(config), {}, {}), path.dirname(config));
}

async function bundled(options, context) {
  const { default: bundler } = await import('webpack');
  const compiler = bundler({ context, mode: 'development', ...options });
  const resolver = compiler.resolverFactory.get('normal', { dependencyType: 'esm', fullySpecified: false });
  return (specifier, importer) =>
    new Promise((done) =>
      resolver.resolve({}, path.dirname(importer), specifier, {}, (error, found) => done(error ? null : found)),
    );
}

// Next.js reads its configuration by its own loader, and calls `webpack` with what it has made; its endings are here.
async function next(config) {
  const value = await loadedByNext(config);
  const extensions = ['.js', '.mjs', '.tsx', '.ts', '.jsx', '.json', '.wasm'];
  const own = { resolve: { extensions, alias: {} } };
  const options = value.webpack(own, { isServer: true, dev: false }) ?? own;
  return bundled(options, path.dirname(config));
}

// Of Turbopack, which is no module of Node, only the aliases are asked that Next.js hands to it: those without `*`.
async function turbopack(config) {
  const { resolveAlias } = (await loadedByNext(config)).turbopack;
  return (specifier) => resolveAlias[specifier] && path.resolve(path.dirname(config), resolveAlias[specifier]);
}

async function loadedByNext(config) {
  const required = createRequire(new URL('../next/package.json', import.meta.url));
  const load = required('next/dist/server/config').default;
  // To read TypeScript, Next.js needs a compiler that is not installed here.
  if (config.endsWith('.ts')) fs.writeFileSync(config.replace(/\.ts$/, '.mjs'), compiled(config));
  return load(required('next/constants').PHASE_PRODUCTION_BUILD, path.dirname(config));
}

function compiled(config) {
  const typescript = require('typescript');
  const options = { module: typescript.ModuleKind.ESNext, target: typescript.ScriptTarget.ES2022 };
  return typescript.transpile(fs.readFileSync(config, 'utf8'), options);
}

async function rollup(config) {
  const bundler = await import('rollup');
  const options = await called(await loaded(config), {});
  let ask;
  const probe = {
    name: 'probe',
    buildStart() {
      ask = (specifier, importer) => this.resolve(specifier, importer);
    },
    resolveId: (id) => (id === 'x' ? '\0x' : null),
    load: (id) => (id === '\0x' ? 'export {}' : null),
  };
  const bundle = await bundler.rollup({ ...options, plugins: [...options.plugins, probe], onwarn() {} });
  const done = async (specifier, importer) => {
    const found = await ask(specifier, importer);
    return found?.external ? null : found?.id;
  };
  done.close = () => bundle.close();
  return done;
}

// A script that calls esbuild gets a module in its place that keeps the options.
async function esbuild(config) {
  const bundler = await import('esbuild');
  globalThis.given = [];
  const value = await loaded(config);
  const options = globalThis.given[0] ?? value;
  const { alias, resolveExtensions, nodePaths } = options;
  return async (specifier, importer) => {
    const made = await bundler
      .build({
        alias, resolveExtensions, nodePaths, absWorkingDir: path.dirname(config), bundle: true, write: false, metafile: true,
        logLevel: 'silent', platform: 'node', loader: { '.css': 'empty' },
        stdin: { contents: `import ${JSON.stringify(specifier)}`, resolveDir: path.dirname(importer), loader: 'ts', sourcefile: importer },
      })
      .catch(() => null);
    return imported(made?.metafile, path.dirname(config));
  };
}

function imported(metafile, directory) {
  const entry = Object.values(metafile?.inputs ?? {}).find((input) => input.imports.length);
  const found = entry?.imports[0];
  return !found || found.external ? null : path.resolve(directory, found.path);
}

async function tsup(config) {
  const { build } = await import('tsup');
  return async (specifier, importer) => {
    const before = fs.readFileSync(importer);
    const outDir = fs.mkdtempSync(path.join(path.dirname(config), '.out-'));
    fs.writeFileSync(importer, `import ${JSON.stringify(specifier)}`);
    await build({
      config, entry: [importer], outDir, metafile: true, silent: true, format: ['esm'], loader: { '.css': 'empty' },
    }).catch(() => null);
    fs.writeFileSync(importer, before);
    const meta = fs.readdirSync(outDir).find((name) => name.startsWith('metafile'));
    return imported(meta && JSON.parse(fs.readFileSync(path.join(outDir, meta))), path.dirname(config));
  };
}

async function jest(config) {
  const { readConfig } = require('jest-config');
  const Runtime = require('jest-runtime').default;
  const { ModuleMap } = require('jest-haste-map');
  const { projectConfig } = await readConfig({ _: [], $0: '' }, config);
  const resolver = Runtime.createResolver(projectConfig, ModuleMap.create(projectConfig.rootDir));
  return (specifier, importer) => {
    try {
      return resolver.getMockModule(importer, specifier) ?? resolver.resolveModule(importer, specifier);
    } catch {
      return null;
    }
  };
}

async function babel(config) {
  const compiler = require('@babel/core');
  return (specifier, importer) => {
    const cwd = path.dirname(config);
    const { code } = compiler.transformSync(`import ${JSON.stringify(specifier)}`, { filename: importer, cwd, root: cwd });
    const written = /import "([^"]*)"/.exec(code)[1];
    return writtenFile(written, importer);
  };
}

// A compiler writes another specifier, which the tool that runs its output resolves.
function writtenFile(written, importer) {
  if (!written.startsWith('.')) {
    try {
      return createRequire(importer).resolve(written);
    } catch {
      return null;
    }
  }
  const place = path.resolve(path.dirname(importer), written);
  const isFile = (file) => fs.existsSync(file) && fs.statSync(file).isFile();
  return [place, `${place}.ts`, `${place}.tsx`, `${place}.js`, `${place}/index.ts`].find(isFile);
}

async function swc(config) {
  const compiler = require('@swc/core');
  const root = path.dirname(config);
  return (specifier, importer) => {
    const { code } = compiler.transformSync(`import ${JSON.stringify(specifier)}`, { filename: importer, cwd: root, root });
    return writtenFile(/import "([^"]*)"/.exec(code)[1], importer);
  };
}

// The resolver of Parcel is a program of its own, with a way in from Node.
async function parcel(config, { root }) {
  const { Resolver } = require('@parcel/rust');
  const resolver = new Resolver(root, {
    conditions: 0, mode: 1, includeNodeModules: true, packageExports: true,
    extensions: ['ts', 'tsx', 'mjs', 'js', 'jsx', 'cjs', 'json'],
    moduleDirResolver: (name, from) => path.dirname(createRequire(from).resolve(`${name}/package.json`)),
  });
  return (filename, parent) => {
    const { resolution } = resolver.resolve({ filename, specifierType: 'esm', parent });
    return resolution?.type === 'Empty' ? false : resolution?.value;
  };
}

async function metro(config) {
  const { loadConfig } = require('metro-config');
  const graphs = require('metro/private/node-haste/DependencyGraph');
  const Graph = graphs.default ?? graphs;
  const graph = new Graph(await loadConfig({ config, cwd: path.dirname(config) }), { watch: false });
  await graph.ready();
  const ask = (name, importer) => {
    const dependency = { name, data: { asyncType: null, isESMImport: true, key: name, locs: [] } };
    const found = graph.resolveDependency(importer, dependency, null, { customResolverOptions: {}, dev: true });
    return found.type === 'empty' ? false : found.filePath;
  };
  ask.close = () => graph.end();
  return ask;
}
