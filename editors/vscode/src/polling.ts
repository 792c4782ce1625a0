import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ApplyWorkspaceEditParams, Middleware, ProvideWorkspaceDiagnosticSignature, vsdiag } from 'vscode-languageclient/node';

const NO_FILE = vscode.Uri.from({ scheme: 'workflow-ls', path: 'count' });
const ROUNDS = 3; // of polling after a change: what is under way when the first one is sent is caught by the next
const PATIENCE = 3000; // milliseconds to wait for the server to ask for its settings
const DECIDING = ['workflow-ls.rules', 'workflow-ls.workspaceDiagnostics']; // the settings that change the number

/**
 * Lets the client ask for the findings of closed files only while they may have changed.
 *
 * It would ask every two seconds, and in a large workspace each answer keeps the server busy for half a second.  The
 * server knows only what the client sends: documents, files, folders and settings that change.
 */
export class Polling implements vscode.Disposable {
  private rounds = ROUNDS;
  private readonly listening: vscode.Disposable[];
  /** The questions so far, and how many of them there have to be until the answer is that of now. */
  private asked = 0;
  private needed = 1;
  private disposed = false;
  /** The server has the settings of now. */
  private settings = new Signal();
  /** The questions about single documents that are under way. */
  private readonly pulls = new Set<Promise<unknown>>();
  /** Ends the question that is under way. */
  private held: vscode.CancellationTokenSource | undefined;

  /** `counted` hears when `counting` changes; `tookIn` resolves once the client has all findings that came so far. */
  constructor(
    private readonly counted: () => void,
    private readonly tookIn: () => Promise<void>,
  ) {
    const wake = (): void => this.wake();
    const { workspace } = vscode;
    this.listening = [
      ...[workspace.onDidOpenTextDocument, workspace.onDidCloseTextDocument, workspace.onDidSaveTextDocument].map((event) =>
        event((document) => document.uri.scheme === 'file' && wake()),
      ),
      workspace.onDidChangeTextDocument(({ document }) => document.uri.scheme === 'file' && wake()),
      workspace.onDidChangeConfiguration((event) => {
        if (DECIDING.some((name) => event.affectsConfiguration(name))) {
          this.settings = new Signal();
          this.recount();
        } else if (event.affectsConfiguration('workflow-ls')) wake();
      }),
      workspace.onDidChangeWorkspaceFolders(wake),
      vscode.window.tabGroups.onDidChangeTabs(wake),
    ];
  }

  readonly middleware = {
    provideWorkspaceDiagnostics: (resultIds, token, report, next) => {
      if (this.rounds === 0) return { items: [] }; // nothing to report means nothing has changed
      return this.ask(resultIds, token, report, next);
    },
    provideDiagnostics: async (document, previous, token, next) => {
      const answer = Promise.resolve(next(document, previous, token));
      this.pulls.add(answer);
      try {
        return await answer;
      } finally {
        this.pulls.delete(answer);
      }
    },
    workspace: {
      didChangeWatchedFile: (event, next) => {
        this.wake();
        return next(event);
      },
      configuration: async (params, token, next) => {
        const { settings } = this;
        const answer = await next(params, token);
        setImmediate(() => settings.give()); // once the answer is sent
        return answer;
      },
      handleApplyEdit: (params, next) => this.during(params, () => next(params, new vscode.CancellationTokenSource().token)),
    },
  } satisfies Middleware;

  /** Make an edit of the server: the number is that of before until there is an answer to a question of after. */
  private async during<T>({ edit }: ApplyWorkspaceEditParams, make: () => T): Promise<Awaited<T>> {
    // While the user looks at a preview, nothing changes.
    const isPreview = Object.values(edit.changeAnnotations ?? {}).some(({ needsConfirmation }) => needsConfirmation);
    if (!isPreview) {
      this.needed = Infinity;
      this.counted();
    }
    try {
      return await make();
    } finally {
      this.recount();
    }
  }

  /** Whether no answer is there yet to a question that was asked since the start, or since `recount`. */
  get counting(): boolean {
    return this.needed > 0;
  }

  /** What is known of closed files is outdated: the client requests it anew. */
  private recount(): void {
    if (this.disposed) return;
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
      await Promise.race([this.settings.given, sleep(PATIENCE)]);
      if (held.token.isCancellationRequested) return { items: [] };
      // A question is held where the result ids are those of the last answer.  One that decides the count is to be answered.
      const known = this.counting ? [...resultIds, { uri: NO_FILE, value: `${question}` }] : resultIds;
      const answer = await next(known, held.token, report);
      if (answer != null && !held.token.isCancellationRequested) void this.answered(question);
      return answer ?? { items: [] };
    } catch (error) {
      if (!held.token.isCancellationRequested || token.isCancellationRequested) throw error;
      return { items: [] }; // the client requests it again
    } finally {
      passing.dispose();
      if (this.held === held) this.held = undefined;
    }
  }

  private async answered(question: number): Promise<void> {
    if (question < this.needed) return;
    await this.tookIn();
    // The findings of what is open come with answers of their own, and a question may have been asked again meanwhile.
    for (let round = 0; round < ROUNDS && this.pulls.size > 0; round++) {
      await Promise.allSettled(this.pulls);
      await sleep(0);
    }
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

/** Something that was given once, and stays so. */
class Signal {
  give = (): void => undefined;
  readonly given = new Promise<void>((resolve) => (this.give = resolve));
}
