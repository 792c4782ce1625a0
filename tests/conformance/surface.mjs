// Compares a tree before and after `workflow-ls fix` with the eyes of the TypeScript compiler.
// In: { before, after, files, package }.  Out: one entry for each module reference whose specifier changed, with
// what it resolves to through the package's `exports` alone (no path alias) and the names that are missing there.
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const input = JSON.parse(fs.readFileSync(0, 'utf8'));
const options = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  target: ts.ScriptTarget.ES2022,
  jsx: ts.JsxEmit.Preserve,
  allowJs: true,
  noLib: true,
  types: [],
};

function references(file) {
  const found = [];
  const visit = (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      found.push({ kind: ts.isImportDeclaration(node) ? 'import' : 'export', literal: node.moduleSpecifier, names: names(node) });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      found.push({ kind: 'type', literal: node.argument.literal, names: node.qualifier ? [first(node.qualifier)] : [] });
    } else if (ts.isCallExpression(node) && node.arguments.length && ts.isStringLiteralLike(node.arguments[0])) {
      const callee = node.expression.getText(file);
      if (callee === 'import' || /^(vi|jest)\.\w+$/.test(callee)) {
        found.push({ kind: callee, literal: node.arguments[0], names: [] });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const first = (name) => (ts.isIdentifier(name) ? name.text : first(name.left));

function names(node) {
  const clause = ts.isImportDeclaration(node) ? node.importClause : node;
  const bindings = ts.isImportDeclaration(node) ? clause?.namedBindings : node.exportClause;
  const listed = bindings && (ts.isNamedImports(bindings) || ts.isNamedExports(bindings)) ? bindings.elements : [];
  const result = listed.map((element) => (element.propertyName ?? element.name).text);
  return ts.isImportDeclaration(node) && clause?.name ? ['default', ...result] : result;
}

const program = ts.createProgram(input.files.map((file) => path.join(input.after, file)), options);
const checker = program.getTypeChecker();
const parse = (root, file) =>
  ts.createSourceFile(file, fs.readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.ES2022, true);

const result = [];
for (const file of input.files) {
  const old = references(parse(input.before, file));
  const sourceFile = program.getSourceFile(path.join(input.after, file));
  const now = references(sourceFile);
  if (old.length !== now.length) throw new Error(`${file}: ${old.length} references became ${now.length}`);
  now.forEach((reference, index) => {
    const specifier = reference.literal.text;
    if (specifier === old[index].literal.text) return;
    const resolved = ts.resolveModuleName(specifier, sourceFile.fileName, options, ts.sys).resolvedModule;
    const target = resolved && program.getSourceFile(resolved.resolvedFileName);
    const symbol = target && checker.getSymbolAtLocation(target);
    const exported = new Set(symbol ? checker.getExportsOfModule(symbol).map((one) => one.name) : []);
    result.push({
      file,
      kind: reference.kind,
      old: old[index].literal.text,
      specifier,
      resolved: resolved ? path.relative(fs.realpathSync(input.after), fs.realpathSync(resolved.resolvedFileName)) : null,
      names: reference.names,
      missing: reference.names.filter((name) => !exported.has(name)),
    });
  });
}
process.stdout.write(JSON.stringify(result));
