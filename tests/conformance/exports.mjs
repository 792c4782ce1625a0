// Lists what modules export, what each name means to a module that imports it, and where it is declared, as the
// compiler's checker has it.
// In: a list of { files, modules } for workspaces in memory, { root, modules } for directories.  Out: for each
// workspace, for each module, null for what is no module, else an object: name -> [value, type, declared], or null for
// a name that leads nowhere.  `declared` are the paths of the declarations, each with what kind of place it is, if it
// is no ordinary one: "augmentation" (in a `declare module`), or "javascript".
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { below, ROOT, virtualHost } from './virtual.mjs';

const { SymbolFlags } = ts;
const workspaces = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(workspaces.map(answer)));

function answer({ files, root = ROOT, modules }) {
  const options = {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ESNext,
    jsx: ts.JsxEmit.Preserve,
    allowJs: true,
    maxNodeModuleJsDepth: 99,
    allowImportingTsExtensions: true,
    noEmit: true,
    noLib: true,
    types: [],
  };
  const roots = modules.map((path) => `${root}/${path}`);
  const host = files ? virtualHost(files) : diskHost(options);
  const program = ts.createProgram(roots, options, host);
  const checker = program.getTypeChecker();
  const exported = roots.map((path) => {
    const symbol = checker.getSymbolAtLocation(program.getSourceFile(path));
    return symbol && namesOf(program, checker, symbol);
  });
  // Whether a name is a type only depends on the whole way to it, which the checker tells for an import of it.
  const probes = new Map();
  modules.forEach((path, index) => {
    const names = (exported[index] ?? []).map((name, place) => `${JSON.stringify(name)} as p${place}`);
    const text = `import { ${names.join(', ')} } from ${JSON.stringify('./' + path)};`;
    probes.set(`${root}/probe${index}.ts`, text);
  });
  const probing = withFiles(host, probes);
  const probed = ts.createProgram([...roots, ...probes.keys()], options, probing, program);
  return modules.map((path, index) => exported[index] && meanings(probed, `${root}/probe${index}.ts`, exported[index], root));
}

// A symbol that is merged with another may bear that one's name, so names are asked for one by one.
function namesOf(program, checker, module) {
  const listed = checker.getExportsOfModule(module);
  const found = (name) => checker.tryGetMemberInModuleExports(name, module);
  const names = new Set([...module.exports.keys(), ...listed.map(({ name }) => name)]);
  if (listed.some((symbol) => found(symbol.name) !== symbol)) {
    for (const { symbol } of program.getSourceFiles()) symbol?.exports.forEach((_, name) => names.add(name));
  }
  return [...names].filter(found);
}

function diskHost(options) {
  const host = ts.createCompilerHost(options, true);
  const { getSourceFile } = host;
  const sources = new Map();
  host.getSourceFile = (path, ...rest) => {
    if (!sources.has(path)) sources.set(path, getSourceFile(path, ...rest));
    return sources.get(path);
  };
  return host;
}

function withFiles(host, texts) {
  return {
    ...host,
    fileExists: (path) => texts.has(path) || host.fileExists(path),
    readFile: (path) => texts.get(path) ?? host.readFile(path),
    getSourceFile(path, version, ...rest) {
      const text = texts.get(path);
      return text === undefined ? host.getSourceFile(path, version, ...rest) : ts.createSourceFile(path, text, version, true);
    },
  };
}

function meanings(program, probe, names, root) {
  const checker = program.getTypeChecker();
  const bindings = program.getSourceFile(probe).statements[0].importClause?.namedBindings.elements ?? [];
  return Object.fromEntries(names.map((name, place) => [name, meaning(checker, bindings[place], root)]));
}

function meaning(checker, binding, root) {
  const alias = checker.getSymbolAtLocation(binding.name);
  const target = checker.getAliasedSymbol(alias);
  if (checker.isUnknownSymbol(target)) return null;
  const value = Boolean(target.flags & SymbolFlags.Value) && !checker.getTypeOnlyAliasDeclaration(alias);
  // A function with properties counts as a namespace for the checker, and holds no types.
  const isNamespace = target.declarations?.some((node) => ts.isModuleDeclaration(node) || ts.isSourceFile(node));
  const declared = (target.declarations ?? []).map((node) => [below(node.getSourceFile().fileName, root), kindOf(node)]);
  return [value, Boolean(target.flags & SymbolFlags.Type) || Boolean(isNamespace), declared];
}

function kindOf(node) {
  if (ts.findAncestor(node, (each) => ts.isModuleDeclaration(each) && ts.isStringLiteral(each.name))) return 'augmentation';
  return ts.isSourceFileJS(node.getSourceFile()) ? 'javascript' : null;
}
