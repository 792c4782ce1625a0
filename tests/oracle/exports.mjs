// Lists what modules export, and what each name means to a module that imports it, as the compiler's checker has it.
// In: a list of workspaces { files, modules }.  Out: for each workspace, for each module, null for what is no module,
// else an object: name -> [value, type], or null for a name that leads nowhere.
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { ROOT, virtualHost } from './virtual.mjs';

const { SymbolFlags } = ts;
const workspaces = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(workspaces.map(answer)));

function answer({ files, modules }) {
  const options = {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ESNext,
    jsx: ts.JsxEmit.Preserve,
    allowJs: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    noLib: true,
    types: [],
  };
  const roots = modules.map((path) => `${ROOT}/${path}`);
  const program = ts.createProgram(roots, options, virtualHost(files));
  const checker = program.getTypeChecker();
  const exported = roots.map((root) => {
    const symbol = checker.getSymbolAtLocation(program.getSourceFile(root));
    return symbol && checker.getExportsOfModule(symbol).map(({ name }) => name);
  });
  // Whether a name is a type only depends on the whole way to it, which the checker tells for an import of it.
  const probes = {};
  modules.forEach((path, index) => {
    const names = (exported[index] ?? []).map((name, place) => `${JSON.stringify(name)} as p${place}`);
    probes[`probe${index}.ts`] = `import { ${names.join(', ')} } from ${JSON.stringify('./' + path)};`;
  });
  const host = virtualHost({ ...files, ...probes });
  const probed = ts.createProgram([...roots, ...Object.keys(probes).map((path) => `${ROOT}/${path}`)], options, host, program);
  return modules.map((path, index) => exported[index] && meanings(probed, `${ROOT}/probe${index}.ts`, exported[index]));
}

function meanings(program, probe, names) {
  const checker = program.getTypeChecker();
  const bindings = program.getSourceFile(probe).statements[0].importClause?.namedBindings.elements ?? [];
  return Object.fromEntries(names.map((name, place) => [name, meaning(checker, bindings[place])]));
}

function meaning(checker, binding) {
  const alias = checker.getSymbolAtLocation(binding.name);
  const target = checker.getAliasedSymbol(alias);
  if (checker.isUnknownSymbol(target)) return null;
  const value = Boolean(target.flags & SymbolFlags.Value) && !checker.getTypeOnlyAliasDeclaration(alias);
  // A function with properties counts as a namespace for the checker, and holds no types.
  const isNamespace = target.declarations?.some((node) => ts.isModuleDeclaration(node) || ts.isSourceFile(node));
  return [value, Boolean(target.flags & SymbolFlags.Type) || Boolean(isNamespace)];
}
