import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

const ROUNDS = 3; // of polling after a change: what is under way when the first one is sent is caught by the next

/**
 * Lets the client ask for the findings of closed files only while they may have changed.
 *
 * It would ask every two seconds, and in a large workspace each answer keeps the server busy for half a second.  The
 * server knows only what it is told: documents, files, folders and settings that change.
 */
export class Polling implements vscode.Disposable {
  private rounds = ROUNDS;
  private readonly listening: vscode.Disposable[];

  constructor() {
    const wake = (): void => this.wake();
    const { workspace } = vscode;
    this.listening = [
      ...[workspace.onDidOpenTextDocument, workspace.onDidCloseTextDocument, workspace.onDidSaveTextDocument].map((event) =>
        event((document) => document.uri.scheme === 'file' && wake()),
      ),
      workspace.onDidChangeTextDocument(({ document }) => document.uri.scheme === 'file' && wake()),
      workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('workflow-ls') && wake()),
      workspace.onDidChangeWorkspaceFolders(wake),
      vscode.window.tabGroups.onDidChangeTabs(wake),
    ];
  }

  readonly middleware: Middleware = {
    provideWorkspaceDiagnostics: (resultIds, token, report, next) => {
      if (this.rounds === 0) return { items: [] }; // nothing to report means nothing has changed
      this.rounds -= 1;
      return next(resultIds, token, report);
    },
    workspace: {
      didChangeWatchedFile: (event, next) => {
        this.wake();
        return next(event);
      },
    },
  };

  dispose(): void {
    vscode.Disposable.from(...this.listening).dispose();
  }

  private wake(): void {
    this.rounds = ROUNDS;
  }
}
