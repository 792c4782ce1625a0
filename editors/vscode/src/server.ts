import { mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import {
  CloseAction,
  DocumentDiagnosticRequest,
  ErrorAction,
  type Executable,
  type ExecuteCommandParams,
  ExecuteCommandRequest,
  type LanguageClient,
  type LanguageClientOptions,
  LSPErrorCodes,
  ResponseError,
  RevealOutputChannelOn,
  TransportKind,
  WorkDoneProgress,
  WorkDoneProgressCancelNotification,
  type WorkDoneProgressReport,
} from 'vscode-languageclient/node';
import { openingPlaces } from './actions';
import { besideOthers, isTypeScriptThere } from './beside';
import { QuietClient, ServerCommands } from './client';
import { findServer, type Program } from './finding';
import { removeWithExtension } from './kept';
import LANGUAGES from './languages.json';
import { Polling } from './polling';
import { Problem, restart } from './problem';
import { SearchLog } from './searchLog';
import { ShownProblem } from './shownProblem';
import { lookAround } from './surroundings';
import { TraceChannel } from './trace';
import { Typing } from './typing';

/** The command behind the link that a hover has. */
const FIX_REFERENCE = 'workflow-ls.fixReference';
const DEBUG_INFORMATION = 'workflow-ls.debugInformation';
const MANIFESTS = ['**/workflow-ls.json', '**/package.json', '**/{ts,js}config*.json'];

const REJECTED = -32097; // how a pending request is answered when the connection closes
/** The commands of this extension that ask the server for a command. */
const EDITOR_COMMANDS: Readonly<Record<string, string>> = {
  'workflow-ls.fixFile': 'workflow-ls.editor.fixFile',
  'workflow-ls.fixWorkspace': 'workflow-ls.editor.fixWorkspace',
  'workflow-ls.previewWorkspace': 'workflow-ls.editor.previewWorkspace',
  'workflow-ls.showMapping': 'workflow-ls.editor.showMapping',
};
const TOO_LATE = Symbol('too late');
const PATIENCE = 700; // milliseconds after which the user sees that work is under way

const MOST_ENDS = 4; // after how many ends of the server within the span it is not started again by itself
const SPAN = 3 * 60_000;
const PAUSE = 500; // milliseconds before it is started again; doubled each time

export type ServerState = 'starting' | 'running' | 'stopped' | 'failed';

/** What is known of the server, for a bug report. */
export interface Described {
  readonly enabled: boolean;
  readonly state: ServerState;
  /** The program that was started last, with its arguments. */
  readonly started: readonly string[] | undefined;
  /** Where it was looked for, and what came of it. */
  readonly search: readonly string[];
  /** How often it ended by itself lately. */
  readonly ended: number;
  /** Why there is no server, or no answer of it. */
  readonly problem: string | undefined;
  /** What it says of itself. */
  readonly answer: unknown;
}

/** The language server: found, started, stopped, asked. */
export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private current: ServerState = 'stopped';
  /** What is under way; starts and stops take turns. */
  private turn: Promise<void> = Promise.resolve();
  private readonly trace = new TraceChannel();
  private polling: Polling | undefined;
  private readonly typing = new Typing((document) => this.diagnose(document));
  /** An edit of the server is about to be made, or shown. */
  private readonly applying = new vscode.EventEmitter<void>();
  /** When the server ended without being asked to, lately. */
  private ends: number[] = [];
  private last: Problem | undefined;
  private search: SearchLog | undefined;
  private started: readonly string[] | undefined;
  private readonly shown: ShownProblem;
  /** A lens, a link and the like ask for these. */
  private readonly commands = new ServerCommands((command, args) => this.ask(command, ...args));
  private readonly changed = new vscode.EventEmitter<ServerState>();
  readonly onDidChangeState = this.changed.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    readonly log: vscode.LogOutputChannel,
  ) {
    this.shown = new ShownProblem(context.globalStorageUri.fsPath);
  }

  get state(): ServerState {
    return this.current;
  }

  /** Why there is no server. */
  get problem(): Problem | undefined {
    return this.current === 'failed' ? this.last : undefined;
  }

  /** Whether findings are still being counted: the number so far is not that of the workspace. */
  get counting(): boolean {
    return this.current === 'starting' || (this.current === 'running' && this.polling?.counting === true);
  }

  /**
   * Start the server, or start it anew; only stop it where the user has switched it off.
   *
   * The user sees what goes wrong.  Where nobody `asked`, a problem that was shown before, in any window, is not shown again.
   */
  restart({ asked }: { asked: boolean }): Promise<void> {
    this.turn = this.turn.then(async () => {
      this.ends = [];
      await this.close();
      if (isEnabled()) await this.open(asked);
    });
    return this.turn;
  }

  /** Stop the server for good: the window goes, and can show nothing of what goes wrong. */
  stop(): Promise<void> {
    this.turn = this.turn.then(() => this.close()).catch(() => undefined);
    return this.turn;
  }

  dispose(): void {
    this.polling?.dispose();
    this.typing.dispose();
    this.applying.dispose();
    this.commands.dispose();
    this.trace.dispose();
    this.changed.dispose();
  }

  /** Have the server execute a command; undefined if there is no answer, and the user sees why. */
  async ask<T>(command: string, ...args: unknown[]): Promise<T | undefined> {
    const client = await this.running();
    return client === undefined ? undefined : this.request<T>(client, { command, arguments: args });
  }

  /** As `ask`, but nothing is shown: neither that there is no answer, nor the progress. */
  async askQuietly<T>(command: string): Promise<T | undefined> {
    const { client } = this;
    if (this.current !== 'running' || client === undefined) return undefined;
    const params = { command, arguments: [], workDoneToken: `${command}.${Date.now()}` };
    return client.sendRequest(ExecuteCommandRequest.type, params).catch((error: unknown) => {
      this.log.warn(`${command}: ${error}`);
      return undefined;
    }) as Promise<T | undefined>;
  }

  /**
   * What is known of the server, with its own account of itself if it gives one within so many milliseconds.
   *
   * Nothing is started for it, and nothing is shown.
   */
  async describe(patience: number): Promise<Described> {
    const before = Date.now();
    await Promise.race([this.turn, sleep(patience)]);
    const { client } = this;
    let problem = this.problem?.message;
    let answer: unknown;
    if (this.current === 'running' && client !== undefined) {
      const late = new vscode.CancellationTokenSource();
      const asked = client.sendRequest(ExecuteCommandRequest.type, { command: DEBUG_INFORMATION, arguments: [] }, late.token).catch((error: unknown) => {
        problem = error instanceof Error ? error.message : String(error);
      });
      const left = Math.max(1000, patience - (Date.now() - before));
      answer = await Promise.race([asked, sleep(left, TOO_LATE)]);
      if (answer === TOO_LATE) {
        late.cancel();
        answer = undefined;
        problem = `The server did not answer within ${Math.round(left / 1000)} seconds.`;
      }
    }
    return {
      enabled: isEnabled(),
      state: this.current,
      started: this.started,
      search: this.search?.lines ?? [],
      ended: this.ends.length,
      problem,
      answer,
    };
  }

  /** As `ask`; if it takes a while, a notification shows the progress, and has a button to stop. */
  async askAtLength<T>(title: string, command: string, ...args: unknown[]): Promise<T | undefined> {
    const client = await this.running();
    if (client === undefined) return undefined;
    const workDoneToken = `${command}.${Date.now()}`;
    let last: WorkDoneProgressReport | undefined;
    let show = (_: WorkDoneProgressReport): void => undefined;
    const listening = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
      if (value.kind === 'report') show((last = value));
    });
    // Listened to from the start: the edit may come while the notification is about to be shown.
    let applies = (): void => undefined;
    const applying = new Promise<void>((resolve) => (applies = resolve));
    const hearing = this.applying.event(applies);
    const params = { command, arguments: args, workDoneToken };
    const answer = this.request<T>(client, params).finally(() => vscode.Disposable.from(listening, hearing).dispose());
    if ((await Promise.race([answer, applying, sleep(PATIENCE, PATIENCE)])) !== PATIENCE) return answer;
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: `Workflow Imports: ${title}`, cancellable: true },
      async (progress, stop) => {
        let done = 0;
        show = ({ percentage = done, message }) => {
          progress.report({ increment: Math.max(0, percentage - done), ...(message && { message }) });
          done = Math.max(done, percentage);
        };
        if (last !== undefined) show(last);
        const stopping = stop.onCancellationRequested(() =>
          client.sendNotification(WorkDoneProgressCancelNotification.type, { token: workDoneToken }),
        );
        // While the user looks at a preview, nothing is under way.
        await Promise.race([answer, applying]).finally(() => stopping.dispose());
      },
    );
    return answer;
  }

  /** The URI of a document as the server knows it. */
  uriOf(uri: vscode.Uri): string {
    return this.client?.code2ProtocolConverter.asUri(uri) ?? uri.toString();
  }

  private async request<T>(client: LanguageClient, params: ExecuteCommandParams & { workDoneToken?: string }): Promise<T | undefined> {
    try {
      return (await client.sendRequest(ExecuteCommandRequest.type, params)) as T;
    } catch (error) {
      const answered = error instanceof ResponseError && error.code !== REJECTED;
      if (answered && error.code !== LSPErrorCodes.RequestCancelled) throw error;
      const ended = 'The server of Workflow Imports ended before it answered, and is started again.';
      const again = 'Try Again';
      void vscode.window.showWarningMessage(ended, again).then((chosen) => {
        if (chosen !== again) return;
        const own = EDITOR_COMMANDS[params.command];
        void (own === undefined ? vscode.commands.executeCommand(params.command, ...(params.arguments ?? [])) : vscode.commands.executeCommand(own));
      });
      return undefined;
    }
  }

  private async running(): Promise<LanguageClient | undefined> {
    if (!isEnabled()) {
      const enable = 'Enable';
      const chosen = await vscode.window.showInformationMessage('Workflow Imports is switched off (`workflow-ls.enable`).', enable);
      if (chosen !== enable) return undefined;
      await vscode.workspace.getConfiguration('workflow-ls').update('enable', true, vscode.workspace.workspaceFolders === undefined);
      void this.restart({ asked: true });
    } else if (this.current === 'failed' || this.current === 'stopped') void this.restart({ asked: true });
    await this.turn;
    return this.current === 'running' ? this.client : undefined;
  }

  private async open(asked: boolean): Promise<void> {
    this.become('starting');
    let client: LanguageClient | undefined;
    try {
      this.started = undefined;
      this.search = new SearchLog(this.log);
      const around = lookAround(this.context, this.search);
      await mkdir(around.storage, { recursive: true });
      await removeWithExtension(around.extension, around.storage);
      const program = await findServer(around);
      this.started = [program.command, ...program.args];
      this.log.info(`Starting ${this.started.join(' ')}`);
      this.addToTerminals(program.directory);
      const polling = new Polling(
        () => this.changed.fire(this.current),
        async () => created.tookIn(),
      );
      const created = this.createClient(program, around.storage, polling);
      this.polling = polling;
      this.client = client = created;
      await client.start();
      if (this.client !== client) return; // it has ended already
      this.log.info(`The server is running (version ${client.initializeResult?.serverInfo?.version ?? 'unknown'})`);
      await this.shown.clear();
      this.become('running');
    } catch (error) {
      if (client !== undefined) {
        this.lost(client, error instanceof Error ? error.message : String(error));
        return;
      }
      const problem =
        error instanceof Problem ? error : new Problem(`Workflow Imports could not start its server: ${error instanceof Error ? error.message : error}.`, restart);
      if (!(error instanceof Problem)) this.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      await this.fail(problem, asked);
    }
  }

  /** Let terminals find the program that the extension brings, after all that the user has on PATH. */
  private addToTerminals(directory: string | undefined): void {
    const variables = this.context.environmentVariableCollection;
    variables.clear();
    if (directory === undefined) return;
    variables.description = 'Adds the command line `workflow-ls`.';
    variables.append('PATH', `${path.delimiter}${directory}`);
  }

  /** The server ended, and nobody asked it to: it is started again, unless it ends all the time. */
  private lost(client: LanguageClient, why: string): void {
    if (client !== this.client) return;
    this.client = undefined;
    this.polling?.dispose();
    const now = Date.now();
    this.ends = [...this.ends.filter((end) => now - end < SPAN), now];
    this.log.error(`The server ended: ${why}`);
    if (this.ends.length > MOST_ENDS) {
      void this.fail(new Problem(`The server of Workflow Imports ended ${this.ends.length} times within three minutes, so it is not started again by itself.`, restart), true);
      return;
    }
    this.become('starting');
    const pause = PAUSE * 2 ** (this.ends.length - 1);
    this.turn = this.turn.then(async () => {
      await client.dispose(2000).catch(() => undefined);
      await sleep(pause);
      if (this.client === undefined && this.current === 'starting') await this.open(false);
    });
  }

  private async fail(problem: Problem, asked: boolean): Promise<void> {
    this.last = problem;
    this.become('failed');
    this.log.error(problem.message);
    if (!asked && (await this.shown.has(problem.message))) return;
    await this.shown.add(problem.message);
    void vscode.window.showErrorMessage(problem.message, problem.remedy.title).then((chosen) => {
      if (chosen !== undefined) void problem.remedy.run();
    });
  }

  private async close(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.polling?.dispose();
    this.become('stopped');
    try {
      await client?.dispose(2000);
    } catch (error) {
      this.log.warn(`The server did not stop as asked: ${error}`);
    }
  }

  private createClient(program: Program, cwd: string, polling: Polling): QuietClient {
    const executable: Executable = {
      command: program.command,
      args: [...program.args],
      transport: TransportKind.stdio,
      options: { cwd },
    };
    const options: LanguageClientOptions = {
      documentSelector: [
        ...['file', 'untitled'].flatMap((scheme) => LANGUAGES.map((language) => ({ scheme, language }))),
        ...MANIFESTS.map((pattern) => ({ scheme: 'file', pattern })),
      ],
      outputChannel: this.log,
      traceOutputChannel: this.trace,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: {
        hoverCommandLinks: true,
        hoverBelowFindings: true,
        resolveEdits: true,
        besideTypescript: isTypeScriptThere(),
        checksJson: true,
        showsSummary: true,
      },
      markdown: { isTrusted: { enabledCommands: [FIX_REFERENCE] }, supportHtml: false },
      diagnosticPullOptions: { onChange: true, onSave: true },
      middleware: {
        ...polling.middleware,
        ...besideOthers(),
        ...openingPlaces,
        provideDiagnostics: (document, previous, token, next) =>
          polling.middleware.provideDiagnostics(document, previous, token, (...asked) => this.typing.provideDiagnostics(...asked, next)),
        workspace: {
          ...polling.middleware.workspace,
          handleApplyEdit: (params, next) => {
            this.applying.fire();
            return polling.middleware.workspace.handleApplyEdit(params, next);
          },
        },
      },
    };
    // The id is the section that the client reads `trace.server` from.
    const client: QuietClient = new QuietClient('workflow-ls', 'Workflow Imports', executable, {
      ...options,
      initializationFailedHandler: () => false,
      // The client's own way would restart it up to five times, and then say so without a way out.
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          queueMicrotask(() => this.lost(client, 'its connection closed'));
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    });
    client.registerFeature(this.commands);
    return client;
  }

  private diagnose(document: vscode.TextDocument): void {
    const feature = this.client?.getFeature(DocumentDiagnosticRequest.method);
    feature?.getProvider(document)?.onDidChangeDiagnosticsEmitter.fire();
  }

  private become(state: ServerState): void {
    this.current = state;
    this.changed.fire(state);
  }
}

function isEnabled(): boolean {
  return vscode.workspace.getConfiguration('workflow-ls').get<boolean>('enable', true);
}
