// Lists every module reference in the given files, as the TypeScript compiler's parser sees them.
// In: a JSON array of file names.  Out: a JSON object, file name -> references, with offsets in UTF-8 bytes.
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const MOCK_ROOTS = new Set(['vi', 'jest', 'vitest']);
const MOCK_METHODS = new Set(
  (
    'mock doMock unmock doUnmock dontMock deepUnmock setMock unstable_mockModule unstable_unmockModule ' +
    'importActual importMock requireActual requireMock createMockFromModule genMockFromModule'
  ).split(' '),
);

const files = JSON.parse(readFileSync(0, 'utf8'));
const answer = {};
for (const file of files) answer[file] = referencesIn(file);
process.stdout.write(JSON.stringify(answer));

function referencesIn(file) {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const javascript = ts.isSourceFileJS(source);
  const creators = new Set(['createRequire']);
  const requires = new Set(['require']);
  const found = new Map();

  const add = (literal, form, details) => {
    // A string that the parser had to close itself, or one over several lines, names nothing.
    if (literal.isUnterminated || /[\r\n]/.test(literal.getText(source))) return;
    const start = literal.getStart(source);
    found.set(start, { start: start + 1, end: literal.end - 1, text: literal.text, form, ...details });
  };

  const visit = (node) => {
    if (javascript) node.jsDoc?.forEach(visit);
    declaration(node, add, source);
    if (ts.isImportSpecifier(node) && node.propertyName?.text === 'createRequire') creators.add(node.name.text);
    const [variable, value] = ts.isBinaryExpression(node) ? [node.left, node.right] : [node.name, node.initializer];
    if (variable && value && ts.isIdentifier(variable) && isCreator(ts.skipOuterExpressions(value), creators)) {
      requires.add(variable.text);
    }
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && node.arguments?.length) {
      const literal = ts.skipOuterExpressions(node.arguments[0]);
      const form = ts.isStringLiteralLike(literal) ? callForm(node, requires, creators) : undefined;
      if (form) add(literal, form);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);

  const references = [...found.values()];
  for (const list of [source.referencedFiles, source.typeReferenceDirectives]) {
    for (const { pos, end, fileName } of list) {
      references.push({ start: pos, end, text: fileName, form: 'reference', type_only: true, whole: true, names: [] });
    }
  }
  return inBytes(text, references);
}

function declaration(node, add, source) {
  const statement = { start: node.getStart(source), end: node.end };
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    add(node.moduleSpecifier, 'import', { ...importClause(node.importClause), statement });
  } else if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
    add(node.moduleSpecifier, 'export', { ...exportClause(node), statement });
  } else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
    const { expression } = node.moduleReference;
    const details = { names: [], whole: true, type_only: node.isTypeOnly, statement };
    if (ts.isStringLiteral(expression)) add(expression, 'import-equals', details);
  } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const { literal } = node.argument;
    const details = { ...qualified(node.qualifier), type_only: true };
    if (ts.isStringLiteral(literal)) add(literal, node.flags & ts.NodeFlags.JSDoc ? 'jsdoc-import' : 'import-type', details);
  } else if (node.kind === ts.SyntaxKind.JSDocImportTag && ts.isStringLiteral(node.moduleSpecifier)) {
    const { names, whole } = importClause(node.importClause);
    const types = names.map(([name, local]) => [name, local, true]);
    add(node.moduleSpecifier, 'jsdoc-import', { names: types, whole, type_only: true });
  } else if (ts.isModuleDeclaration(node) && ts.isStringLiteral(node.name)) {
    add(node.name, 'declare-module', { names: [], whole: true, type_only: true });
  }
}

function importClause(clause) {
  if (!clause) return { names: [], whole: true, type_only: false };
  const type_only = clause.isTypeOnly;
  const names = clause.name ? [['default', clause.name.text, type_only]] : [];
  const bindings = clause.namedBindings;
  if (bindings && ts.isNamedImports(bindings)) {
    for (const { name, propertyName, isTypeOnly } of bindings.elements) {
      names.push([(propertyName ?? name).text, name.text, type_only || isTypeOnly]);
    }
  }
  return { names, whole: !names.length || (!!bindings && ts.isNamespaceImport(bindings)), type_only };
}

function exportClause({ exportClause: clause, isTypeOnly: type_only }) {
  if (!clause || ts.isNamespaceExport(clause)) return { names: [], whole: true, type_only };
  const names = clause.elements.map(({ name, propertyName, isTypeOnly }) => [
    (propertyName ?? name).text,
    name.text,
    type_only || isTypeOnly,
  ]);
  return { names, whole: !names.length, type_only };
}

function qualified(qualifier) {
  if (!qualifier) return { names: [], whole: true };
  while (ts.isQualifiedName(qualifier)) qualifier = qualifier.left;
  return { names: [[qualifier.text, null, true]], whole: false };
}

function callForm(node, requires, creators) {
  const callee = node.expression;
  if (callee.kind === ts.SyntaxKind.ImportKeyword) {
    let argument = node;
    while (ts.isAsExpression(argument.parent) || ts.isSatisfiesExpression(argument.parent)) argument = argument.parent;
    const { parent } = argument;
    const isFirst = ts.isCallExpression(parent) && parent.arguments[0] === argument;
    return isFirst && callForm(parent, requires, creators) === 'mock' ? 'mock' : 'dynamic-import';
  }
  if (ts.isMetaProperty(callee) && callee.name.text === 'defer') return 'dynamic-import';
  if (isCreator(callee, creators)) return 'require';
  if (ts.isPropertyAccessExpression(callee) && callee.name.text === 'resolve' && isCreator(callee.expression, creators)) {
    return 'resolve';
  }
  const name = dotted(callee);
  if (!name) return undefined;
  const [root, method, ...rest] = name.split('.');
  if (requires.has(name)) return 'require';
  if (name === 'import.meta.resolve' || (requires.has(root) && method === 'resolve' && !rest.length)) return 'resolve';
  if (MOCK_ROOTS.has(root) && MOCK_METHODS.has(method) && !rest.length) return 'mock';
  if (/^(\w+\.)?mock\.module$/.test(name)) return 'mock';
  return undefined;
}

function isCreator(node, creators) {
  return ts.isCallExpression(node) && creators.has(dotted(node.expression)?.split('.').pop());
}

// The dotted name of an expression; a call on `jest` is `jest`.
function dotted(node) {
  if (ts.isIdentifier(node)) return node.text;
  if (node.kind === ts.SyntaxKind.ThisKeyword) return 'this';
  if (ts.isMetaProperty(node)) return 'import.' + node.name.text;
  if (!ts.isPropertyAccessExpression(node)) return undefined;
  let object = node.expression;
  let chain = object;
  while (ts.isCallExpression(chain) && ts.isPropertyAccessExpression(chain.expression)) chain = chain.expression.expression;
  if (chain !== object && ts.isIdentifier(chain) && MOCK_ROOTS.has(chain.text)) object = chain;
  const before = dotted(object);
  return before && before + '.' + node.name.text;
}

// TypeScript counts UTF-16 units.
function inBytes(text, references) {
  const offsets = new Set(references.flatMap(({ start, end, statement: s }) => (s ? [start, end, s.start, s.end] : [start, end])));
  const bytes = new Map();
  let [unit, byte] = [0, 0];
  for (const offset of [...offsets].sort((a, b) => a - b)) {
    byte += Buffer.byteLength(text.slice(unit, offset));
    unit = offset;
    bytes.set(offset, byte);
  }
  return references
    .map(({ start, end, statement, ...rest }) => ({
      ...rest,
      start: bytes.get(start),
      end: bytes.get(end),
      statement: statement ? [bytes.get(statement.start), bytes.get(statement.end)] : null,
    }))
    .sort((a, b) => a.start - b.start);
}
