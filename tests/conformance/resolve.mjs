// Resolves specifiers as the compiler does, each with the configuration nearest to the file that holds it.
// In: a list of workspaces { files, links, questions: [[specifier, importer]] }.  Out: for each workspace,
// { paths: [path below the root, or null], configs: { path: options } }.
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { below, ROOT, virtualHost } from './virtual.mjs';

const workspaces = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(workspaces.map(answer)));

function answer({ files, links, questions }) {
  const host = virtualHost(files, links);
  const parsed = new Map();
  const parse = (path) => {
    if (!parsed.has(path)) {
      const { config } = ts.readConfigFile(path, host.readFile);
      const parseHost = { ...host, useCaseSensitiveFileNames: true };
      parsed.set(path, ts.parseJsonConfigFileContent(config, parseHost, ts.getDirectoryPath(path), {}, path).options);
    }
    return parsed.get(path);
  };
  const nearest = (directory) => {
    for (const name of ['tsconfig.json', 'jsconfig.json']) {
      if (host.fileExists(`${directory}/${name}`)) return parse(`${directory}/${name}`);
    }
    return directory === ROOT ? {} : nearest(ts.getDirectoryPath(directory));
  };
  const paths = questions.map(([specifier, importer]) => {
    const file = `${ROOT}/${importer}`;
    const options = {
      ...nearest(ts.getDirectoryPath(file)),
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    };
    const mode = ts.ModuleKind.ESNext;
    const { resolvedModule } = ts.resolveModuleName(specifier, file, options, host, undefined, undefined, mode);
    return resolvedModule ? below(host.realpath(resolvedModule.resolvedFileName)) : null;
  });
  const configs = {};
  for (const path of Object.keys(files)) {
    if (/[tj]sconfig[^/]*\.json$/.test(path)) configs[path] = told(parse(`${ROOT}/${path}`));
  }
  return { paths, configs };
}

function told(options) {
  const paths = Object.entries(options.paths ?? {});
  return {
    base_url: below(options.baseUrl),
    base: paths.length ? below(options.baseUrl ?? options.pathsBasePath) : null,
    paths: Object.fromEntries(paths.map(([key, targets]) => [key, targets.map((t) => (t.startsWith('/') ? below(t) : t))])),
    out_dir: below(options.outDir),
    declaration_dir: below(options.declarationDir),
    root_dir: below(options.rootDir),
    allow_js: options.allowJs ?? !!options.checkJs,
    custom_conditions: options.customConditions ?? [],
  };
}
