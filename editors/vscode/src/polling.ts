import * as vscode from 'vscode';
import type { Middleware, ProvideWorkspaceDiagnosticSignature, vsdiag } from 'vscode-languageclient/node';

const NO_FILE = vscode.Uri.from({ scheme: 'workflow-ls', path: 'count' });
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
  /** Ends the question that is under way. */
  private held: vscode.CancellationTokenSource | undefined;

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
      return this.ask(resultIds, token, report, next);
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
    // The server may hold it for as long as nothing changes.
    this.held?.cancel();
  }

  private async ask(
    resultIds: vsdiag.PreviousResultId[],
    token: vscode.CancellationToken,
    report: vsdiag.ResultReporter,
    next: ProvideWorkspaceDiagnosticSignature,
  ): Promise<vsdiag.WorkspaceDiagnosticReport> {
    this.rounds -= 1;
    const question = ++this.asked;
    const held = new vscode.CancellationTokenSource();
    const passing = token.onCancellationRequested(() => held.cancel());
    this.held = held;
    try {
      // A question is held where the result ids are those of the last answer.  One that decides the count is to be answered.
      const known = this.counting ? [...resultIds, { uri: NO_FILE, value: `${question}` }] : resultIds;
      const answer = await next(known, held.token, report);
      if (answer != null && !held.token.isCancellationRequested) this.answered(question);
      return answer ?? { items: [] };
    } catch (error) {
      if (!held.token.isCancellationRequested || token.isCancellationRequested) throw error;
      return { items: [] }; // the client asks again
    } finally {
      passing.dispose();
      if (this.held === held) this.held = undefined;
    }
  }

  private answered(question: number): void {
    if (this.disposed || !this.counting || question < this.needed) return;
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
