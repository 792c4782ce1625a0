// Just enough of Vitest, Jest, Bun and Node for `tsc` to check this example without an install.

type Test = (title: string, body: () => unknown) => void;
interface Expectation {
  toBe(expected: unknown): void;
  toEqual(expected: unknown): void;
  toContain(expected: unknown): void;
  toHaveLength(expected: number): void;
}

declare module 'vitest' {
  export const describe: Test;
  export const it: Test;
  export function expect(actual: unknown): Expectation;
  export const vi: {
    mock(path: string, factory?: (importOriginal: <T>() => Promise<T>) => unknown): void;
    mock<T>(module: Promise<T>, factory?: (importOriginal: () => Promise<T>) => Partial<T> | Promise<Partial<T>>): void;
    doMock(path: string, factory?: () => unknown): void;
    unmock(path: string): void;
    importActual<T>(path: string): Promise<T>;
    importMock<T>(path: string): Promise<T>;
  };
}

declare module 'node:test' {
  export const test: Test;
  export const mock: { module(specifier: string, options?: { namedExports?: object }): void };
}

declare module 'bun:test' {
  export const test: Test;
  export function expect(actual: unknown): Expectation;
  export const mock: { module(specifier: string, factory: () => object): void };
}

declare module 'node:assert/strict' {
  export function equal(actual: unknown, expected: unknown): void;
}

declare module 'node:fs' {
  export function readFileSync(path: string, encoding: 'utf8'): string;
}

declare module 'node:module' {
  export function createRequire(from: string): (id: string) => any;
}

declare const jest: {
  mock(path: string, factory?: () => unknown): typeof jest;
  doMock(path: string, factory?: () => unknown): typeof jest;
  unmock(path: string): typeof jest;
  dontMock(path: string): typeof jest;
  setMock(path: string, exports: unknown): typeof jest;
  requireActual<T = any>(path: string): T;
  requireMock<T = any>(path: string): T;
  createMockFromModule<T = any>(path: string): T;
};
declare const test: Test;
declare function expect(actual: unknown): Expectation;

declare const require: { (id: string): any; resolve(id: string): string };
declare const console: { info(...values: unknown[]): void };
interface ImportMeta {
  url: string;
  resolve(specifier: string): string;
}

/** Loads a module inside the server's sandbox; `workflow-ls.json` names it as a callee. */
declare function loadModule<T>(specifier: string): Promise<T>;

declare namespace JSX {
  interface IntrinsicElements {
    [element: string]: unknown;
  }
}
