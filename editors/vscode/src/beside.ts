import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

const TYPESCRIPT = 'vscode.typescript-language-features';

/** Whether the editor's own extension for TypeScript is on. */
export function isTypeScriptThere(): boolean {
  return vscode.extensions.getExtension(TYPESCRIPT) !== undefined;
}

/**
 * Keeps the server from answering what another extension answers, such as that for TypeScript.
 *
 * A definition is the server's only where nobody else has one.  Links are left out: the editor underlines them for good,
 * and Ctrl+click goes to the definition as well.
 */
export function besideOthers(): Middleware {
  /** The places where the others are being asked. */
  const asking = new Set<string>();
  return {
    provideDefinition: async (document, position, token, next) => {
      const place = `${document.uri} ${position.line}:${position.character}`;
      if (asking.has(place)) return undefined;
      const own = await next(document, position, token);
      if (own == null || (Array.isArray(own) && own.length === 0) || token.isCancellationRequested) return own;
      asking.add(place);
      try {
        const others = await vscode.commands.executeCommand<unknown[]>('vscode.executeDefinitionProvider', document.uri, position);
        return others.length > 0 ? undefined : own;
      } finally {
        asking.delete(place);
      }
    },
    provideDocumentLinks: () => undefined,
  };
}
