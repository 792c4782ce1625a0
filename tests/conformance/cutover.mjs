// Lists the module references of a workspace with the eyes of the TypeScript compiler.
// In: { root, files }.  Out: for each file, its references: { kind, specifier, resolved, names }, where `resolved` is the
// path of the file below the root, or null, and `names` maps each name that is asked for to the file that declares it,
// or to null where the module does not export it.
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const input = JSON.parse(fs.readFileSync(0, 'utf8'));
const root = fs.realpathSync(input.root);
const fixed = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  target: ts.ScriptTarget.ES2022,
  jsx: ts.JsxEmit.Preserve,
  allowJs: true,
  noLib: true,
  types: [],
};

const configs = new Map();
function optionsFor(directory) {
  if (!configs.has(directory)) configs.set(directory, findOptions(directory));
  return configs.get(directory);
}

// The nearest configuration decides; at the root, that is the base that the others extend.
function findOptions(directory) {
  const names = directory === root ? ['tsconfig.json', 'tsconfig.base.json'] : ['tsconfig.json'];
  const file = names.map((name) => path.join(directory, name)).find((name) => fs.existsSync(name));
  if (file) {
    const { config } = ts.readConfigFile(file, ts.sys.readFile);
    const parsed = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, directory, {}, file);
    return { ...parsed.options, ...fixed };
  }
  return directory === root ? fixed : optionsFor(path.dirname(directory));
}

const host = ts.createCompilerHost(fixed);
const resolve = (specifier, file) =>
  ts.resolveModuleName(specifier, file, optionsFor(path.dirname(file)), host).resolvedModule;
host.resolveModuleNameLiterals = (literals, file) =>
  literals.map((literal) => ({ resolvedModule: resolve(literal.text, file) }));

const program = ts.createProgram(input.files.map((file) => path.join(root, file)), fixed, host);
const checker = program.getTypeChecker();
const below = (file) => path.relative(root, fs.realpathSync(file));

const MOCKS = /^(vi|vitest|jest|mock)\.\w+$/;

function references(file) {
  const found = [];
  const add = (kind, literal, names = []) => found.push({ kind, literal, names });
  const visit = (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      add(ts.isImportDeclaration(node) ? 'import' : 'export', node.moduleSpecifier, names(node));
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add('type', node.argument.literal);
    } else if (ts.isExternalModuleReference(node)) {
      add('import-equals', node.expression);
    } else if (ts.isCallExpression(node) && node.arguments.length && ts.isStringLiteralLike(node.arguments[0])) {
      const callee = node.expression.getText(file);
      if (/^(import|require|require\.resolve|import\.meta\.resolve)$/.test(callee) || MOCKS.test(callee)) {
        add(callee, node.arguments[0]);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function names(node) {
  const clause = ts.isImportDeclaration(node) ? node.importClause : node;
  const bindings = ts.isImportDeclaration(node) ? clause?.namedBindings : node.exportClause;
  const listed = bindings && (ts.isNamedImports(bindings) || ts.isNamedExports(bindings)) ? [...bindings.elements] : [];
  const result = listed.map((element) => ({ name: (element.propertyName ?? element.name).text, local: element.name.text }));
  return ts.isImportDeclaration(node) && clause?.name ? [{ name: 'default', local: clause.name.text }, ...result] : result;
}

function declaredIn(module, name) {
  const symbol = module && checker.getSymbolAtLocation(module);
  const found = symbol && checker.getExportsOfModule(symbol).find((one) => one.escapedName === name);
  if (!found) return null;
  const target = found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
  const declaration = target.declarations?.[0];
  return declaration ? below(declaration.getSourceFile().fileName) : '?';
}

const answer = {};
for (const name of input.files) {
  const file = program.getSourceFile(path.join(root, name));
  answer[name] = references(file).map(({ kind, literal, names: asked }) => {
    const resolved = resolve(literal.text, file.fileName);
    const module = resolved && program.getSourceFile(resolved.resolvedFileName);
    return {
      kind,
      specifier: literal.text,
      resolved: resolved ? below(resolved.resolvedFileName) : null,
      names: Object.fromEntries(asked.map((one) => [one.local, declaredIn(module, one.name)])),
    };
  });
}
process.stdout.write(JSON.stringify(answer));
