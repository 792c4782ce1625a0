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
  /** The questions so far, and how many of them there have to be until the answer is that of now. */
  private asked = 0;
  private needed = 1;
  private disposed = false;

  /** `counted` hears when `counting` changes. */
  constructor(private readonly counted: () => void) {
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
      const question = ++this.asked;
      const answer = next(resultIds, token, report);
      void Promise.resolve(answer).then((answered) => this.answered(question, answered != null && !token.isCancellationRequested), () => undefined);
      return answer;
    },
    workspace: {
      didChangeWatchedFile: (event, next) => {
        this.wake();
        return next(event);
      },
    },
  };

  /** Whether no answer is there yet to a question that was asked since the start, or since `recount`. */
  get counting(): boolean {
    return this.needed > 0;
  }

  recount(): void {
    this.needed = this.asked + 1;
    this.wake();
    this.counted();
  }

  private answered(question: number, complete: boolean): void {
    if (this.disposed || !this.counting || !complete || question < this.needed) return;
    this.needed = 0;
    this.counted();
  }

  dispose(): void {
    this.disposed = true;
    vscode.Disposable.from(...this.listening).dispose();
  }

  private wake(): void {
    this.rounds = ROUNDS;
  }
}
