// A workspace held in memory, for the compiler to look into.
import ts from 'typescript';

export const ROOT = '/workspace';

// `files` maps paths below the root to texts, `links` the paths of symbolic links to what they stand for.
export function virtualHost(files, links = {}) {
  const texts = new Map();
  const directories = new Set(['/', ROOT]);
  const add = (path) => {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) directories.add(path.slice(0, at));
  };
  for (const [path, text] of Object.entries(files)) {
    texts.set(`${ROOT}/${path}`, text);
    add(`${ROOT}/${path}`);
  }
  const targets = Object.entries(links).map(([from, to]) => [`${ROOT}/${from}`, `${ROOT}/${to}`]);
  for (const [from] of targets) add(from);
  const realpath = (path) => {
    for (let hop = 0; hop < 40; hop++) {
      const link = targets.find(([from]) => path === from || path.startsWith(`${from}/`));
      if (!link) break;
      path = link[1] + path.slice(link[0].length);
    }
    return path;
  };
  return {
    realpath,
    fileExists: (path) => texts.has(realpath(path)),
    readFile: (path) => texts.get(realpath(path)),
    directoryExists: (path) => directories.has(realpath(path.replace(/(?<=.)\/$/, ''))),
    getDirectories: () => [],
    readDirectory: () => [],
    getCurrentDirectory: () => ROOT,
    getCanonicalFileName: (path) => path,
    getDefaultLibFileName: () => '/lib.d.ts',
    getNewLine: () => '\n',
    useCaseSensitiveFileNames: () => true,
    writeFile: () => {},
    getSourceFile(path, languageVersion) {
      const text = this.readFile(path);
      return text === undefined ? undefined : ts.createSourceFile(path, text, languageVersion, true);
    },
  };
}

// A path as it is seen from the root of the workspace; null for nothing, and for what lies outside.
export const below = (path, root = ROOT) =>
  path === root ? '' : path?.startsWith(`${root}/`) ? path.slice(root.length + 1) : null;
