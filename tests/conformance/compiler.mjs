// What the compiler makes of workspaces, each before and after a change: the module references that lead nowhere,
// and what else its checker finds wrong.
// In: a list of { files, links, changed, built, legacy }: texts by path, symbolic links, the texts that the change
// makes, { directory, sources } of the package whose `dist` is to be there, or null, and { roots, tree } of the legacy
// modules, which the checker finds even where nothing leads to them.
// Out: for each workspace [before, after], each an object: path -> { unresolved: [specifier], errors: [text], broken: [message] }; configurations only have `broken`.
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { ROOT, virtualHost } from './virtual.mjs';

const OPTIONS = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  target: ts.ScriptTarget.ES2022,
  jsx: ts.JsxEmit.Preserve,
  allowJs: true,
  allowImportingTsExtensions: true,
  esModuleInterop: false, // which would make default exports up where declarations have none
  allowSyntheticDefaultImports: false,
  noEmit: true,
  types: [],
};
// As much of the library as the generated files use.
const LIBRARY = `
interface Array<T> { length: number; [at: number]: T }
interface ReadonlyArray<T> { readonly length: number }
interface Boolean {} interface Function {} interface IArguments {} interface Number {} interface Object {}
interface RegExp {} interface String {} interface CallableFunction {} interface NewableFunction {} interface Symbol {}
interface TemplateStringsArray {}
interface PromiseLike<T> { then<R>(then: (value: T) => R): PromiseLike<R> }
interface Promise<T> { then<R>(then: (value: T) => R): Promise<R> }
interface PromiseConstructor { new <T>(run: (resolve: (value: T) => void) => void): Promise<T> }
declare var Promise: PromiseConstructor;
declare function require(name: string): any;
declare var vi: { mock(...of: any[]): void; importActual<T>(of: string): Promise<T> };
declare var jest: { mock(...of: any[]): void };
`;
const NO_MODULE = new Set([2307, 2792, 7016, 2732, 2882]);
const AMBIGUOUS = 2308;
const SOURCE = /\.[cm]?[jt]sx?$/;

const parsed = new Map();
let texts = 0;
function sourceFile(path, text, version) {
  const known = parsed.get(path);
  if (known?.text === text) return known;
  if (++texts % 4000 === 0) parsed.clear();
  const file = ts.createSourceFile(path, text, version, true);
  if (known === undefined) parsed.set(path, file);
  return file;
}

const workspaces = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(workspaces.map(answer)));

function answer({ files, links, changed, built, legacy }) {
  parsed.clear();
  return [files, { ...files, ...changed }].map((texts) => state(texts, links, built, legacy));
}

function state(files, links, built, legacy) {
  const host = hostOf({ ...files, ...(built ? outputs(files, built) : {}) }, links, legacy);
  const sources = Object.keys(files).filter((path) => SOURCE.test(path));
  const program = ts.createProgram(sources.map((path) => `${ROOT}/${path}`), OPTIONS, host);
  const found = {};
  const lost = losers(program, host);
  for (const path of sources) {
    const file = program.getSourceFile(`${ROOT}/${path}`);
    found[path] = { ...inspect(program, file, host), whole: !lost.has(file.fileName) };
  }
  for (const path of Object.keys(files)) {
    if (path.endsWith('.json')) {
      const { error } = ts.parseConfigFileTextToJson(path, files[path]);
      found[path] = { unresolved: [], errors: [], broken: error ? [told(error)] : [] };
    }
  }
  return found;
}

// The files that lack a module, or reach one that does: what the checker says of them is not all there is to say.
function losers(program, host) {
  const importers = new Map();
  const lost = new Set();
  for (const file of program.getSourceFiles()) {
    for (const literal of file.imports ?? []) {
      const { resolvedModule } = host.resolveModuleNameLiterals([literal], file.fileName, undefined, OPTIONS, file)[0];
      if (!resolvedModule) lost.add(file.fileName);
      else importers.set(resolvedModule.resolvedFileName, [...(importers.get(resolvedModule.resolvedFileName) ?? []), file.fileName]);
    }
  }
  for (const path of lost) for (const importer of importers.get(path) ?? []) lost.add(importer);
  return lost;
}

// What a build would make: declarations that have what the sources have, beside empty JavaScript.  The compiler keeps
// the format that an ending tells; of other sources a bundler makes all formats.
function outputs(files, { directory, sources }) {
  const made = {};
  const root = sources === '.' ? `${directory}/` : `${directory}/${sources}/`;
  for (const [path, text] of Object.entries(files)) {
    const below = path.startsWith(root) ? path.slice(root.length) : '';
    const ending = /(?:\.d)?\.([cm]?)tsx?$/.exec(below);
    if (!ending) continue;
    const stem = `${directory}/dist/${below.slice(0, ending.index)}`;
    const back = '../'.repeat(stem.split('/').length - 1) + path;
    for (const format of ending[1] ? [ending[1]] : ['', 'm', 'c']) {
      made[`${stem}.d.${format}ts`] = `export * from '${back}';\n${passedOn(text, back)}`;
      made[`${stem}.${format}js`] = '';
    }
  }
  return made;
}

function passedOn(text, from) {
  return /\bdefault\b/.test(text) ? `export { default } from '${from}';` : '';
}

function hostOf(files, links, { roots, tree }) {
  const host = virtualHost(files, links);
  const getSourceFile = (path, version) => {
    if (path === '/lib.d.ts') return sourceFile(path, LIBRARY, version);
    const text = host.readFile(path);
    return text === undefined ? undefined : sourceFile(path, text, version);
  };
  const configurations = new Map();
  const nearest = (directory) => {
    if (!configurations.has(directory)) configurations.set(directory, read(directory));
    return configurations.get(directory);
  };
  const read = (directory) => {
    const path = `${directory}/tsconfig.json`;
    if (!host.fileExists(path)) return directory === ROOT ? {} : nearest(ts.getDirectoryPath(directory));
    const { config } = ts.readConfigFile(path, host.readFile);
    return ts.parseJsonConfigFileContent(config ?? {}, host, directory, {}, path).options;
  };
  const cache = new Map();
  const resolve = (specifier, importer, mode) => {
    const directory = ts.getDirectoryPath(importer);
    const key = `${specifier} ${directory} ${mode}`;
    if (!cache.has(key)) {
      const options = { ...nearest(directory), ...OPTIONS };
      cache.set(key, ts.resolveModuleName(specifier, importer, options, host, undefined, undefined, mode));
    }
    return cache.get(key);
  };
  const resolveModuleNameLiterals = (literals, importer, redirected, options, file) =>
    literals.map(({ text }, index) => {
      const found = resolve(text, importer, ts.getModeForUsageLocation(file, literals[index], options));
      const root = roots.find((each) => text === each || text.startsWith(`${each}/`));
      if (found.resolvedModule || root === undefined) return found;
      return ts.resolveModuleName(`${ROOT}/${tree}${text.slice(root.length)}`, importer, OPTIONS, host);
    });
  return { ...host, getSourceFile, resolveModuleNameLiterals, resolve };
}

function inspect(program, file, host) {
  const errors = [];
  const ambiguous = new Set();
  for (const { code, start, length, messageText } of program.getSemanticDiagnostics(file)) {
    if (code === AMBIGUOUS) {
      // Which of the stars has the error depends on their order; that the name is lost does not.
      ambiguous.add(`two stars bring ${/'(\w+)'[^']*$/.exec(told({ messageText }))[1]}`);
      continue;
    }
    // Specifiers change, and with them the texts that hold them.
    const text = file.text.slice(start, start + length).replace(/(['"]).*?\1/g, '…');
    if (!NO_MODULE.has(code)) errors.push(text);
  }
  const unresolved = references(file)
    .filter(([literal, required]) => {
      if (!ts.isStringLiteralLike(literal)) return false;
      const mode = required ? ts.ModuleKind.CommonJS : ts.ModuleKind.ESNext;
      return !host.resolve(literal.text, file.fileName, mode).resolvedModule;
    })
    .map(([literal]) => literal.text);
  return { unresolved, errors: [...errors, ...ambiguous], broken: program.getSyntacticDiagnostics(file).map(told) };
}

// The literals of a file that name modules, each with whether it is required.
function references(file) {
  const found = [];
  const visit = (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      found.push([node.moduleSpecifier, false]);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      found.push([node.argument.literal, false]);
    } else if (ts.isExternalModuleReference(node)) {
      found.push([node.expression, true]);
    } else if (ts.isCallExpression(node) && node.arguments.length && ts.isStringLiteralLike(node.arguments[0])) {
      const callee = node.expression.getText(file);
      if (/^(import|require|(vi|jest)\.\w+)$/.test(callee)) found.push([node.arguments[0], callee === 'require']);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function told({ messageText }) {
  return ts.flattenDiagnosticMessageText(messageText, ' ');
}
