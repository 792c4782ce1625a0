import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import {
  type Executable,
  ExecuteCommandRequest,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
  TransportKind,
  WorkDoneProgress,
  WorkDoneProgressCancelNotification,
  type WorkDoneProgressReport,
} from 'vscode-languageclient/node';
import { findServer, type Program } from './finding';
import { Polling } from './polling';
import { Problem } from './problem';
import { lookAround } from './surroundings';
import { TraceChannel } from './trace';

/** The command behind the link that a hover has. */
const FIX_REFERENCE = 'workflow-ls.fixReference';
const LANGUAGES = ['typescript', 'typescriptreact', 'javascript', 'javascriptreact'];
const MANIFESTS = ['**/workflow-ls.json', '**/package.json', '**/{ts,js}config*.json'];

const PATIENCE = 700; // milliseconds after which the user is told that work is under way

export type ServerState = 'starting' | 'running' | 'stopped' | 'failed';

/** The language server: found, started, stopped, asked. */
export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private current: ServerState = 'stopped';
  /** What is under way; starts and stops take turns. */
  private turn: Promise<void> = Promise.resolve();
  private readonly trace = new TraceChannel();
  private polling: Polling | undefined;
  private readonly changed = new vscode.EventEmitter<ServerState>();
  readonly onDidChangeState = this.changed.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    readonly log: vscode.LogOutputChannel,
  ) {}

  get state(): ServerState {
    return this.current;
  }

  /** Start the server, or start it anew.  What goes wrong is told to the user. */
  restart(): Promise<void> {
    this.turn = this.turn.then(async () => {
      await this.close();
      await this.open();
    });
    return this.turn;
  }

  /** Stop the server for good: the window goes, and nobody can be told of what goes wrong. */
  stop(): Promise<void> {
    this.turn = this.turn.then(() => this.close()).catch(() => undefined);
    return this.turn;
  }

  dispose(): void {
    this.polling?.dispose();
    this.trace.dispose();
    this.changed.dispose();
  }

  /** Have the server execute a command; undefined if there is no server, which the user was told. */
  async ask<T>(command: string, ...args: unknown[]): Promise<T | undefined> {
    const client = await this.running();
    return client?.sendRequest(ExecuteCommandRequest.type, { command, arguments: args }) as Promise<T> | undefined;
  }

  /** As `ask`; if it takes a while, a notification tells of the progress, and has a button to stop. */
  async askAtLength<T>(title: string, command: string, ...args: unknown[]): Promise<T | undefined> {
    const client = await this.running();
    if (client === undefined) return undefined;
    const workDoneToken = `${command}.${Date.now()}`;
    let last: WorkDoneProgressReport | undefined;
    let tell = (_: WorkDoneProgressReport): void => undefined;
    const listening = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
      if (value.kind === 'report') tell((last = value));
    });
    const params = { command, arguments: args, workDoneToken };
    const answer = client.sendRequest(ExecuteCommandRequest.type, params).finally(() => listening.dispose());
    if ((await Promise.race([answer, sleep(PATIENCE, PATIENCE)])) !== PATIENCE) return answer as Promise<T>;
    return vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: `Workflow Imports: ${title}`, cancellable: true },
      async (progress, stop) => {
        let done = 0;
        tell = ({ percentage = done, message }) => {
          progress.report({ increment: percentage - done, ...(message && { message }) });
          done = percentage;
        };
        if (last !== undefined) tell(last);
        const stopping = stop.onCancellationRequested(() =>
          client.sendNotification(WorkDoneProgressCancelNotification.type, { token: workDoneToken }),
        );
        return (answer as Promise<T>).finally(() => stopping.dispose());
      },
    );
  }

  /** The URI of a document as the server knows it. */
  uriOf(uri: vscode.Uri): string {
    return this.client?.code2ProtocolConverter.asUri(uri) ?? uri.toString();
  }

  private async running(): Promise<LanguageClient | undefined> {
    if (this.current === 'failed' || this.current === 'stopped') void this.restart();
    await this.turn;
    return this.current === 'running' ? this.client : undefined;
  }

  private async open(): Promise<void> {
    this.become('starting');
    try {
      const around = lookAround(this.context, this.log);
      await mkdir(around.storage, { recursive: true });
      const program = await findServer(around);
      this.log.info(`Starting ${[program.command, ...program.args].join(' ')}`);
      this.polling = new Polling();
      this.client = this.createClient(program, around.storage, this.polling);
      await this.client.start();
      this.log.info(`The server is running (version ${this.client.initializeResult?.serverInfo?.version ?? 'unknown'})`);
      this.become('running');
    } catch (error) {
      this.become('failed');
      if (error instanceof Problem) tell(error, this.log);
      else this.log.error(`The server did not start: ${error instanceof Error ? error.stack : error}`);
    }
  }

  private async close(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.polling?.dispose();
    if (client === undefined) return;
    try {
      await client.dispose(2000);
    } catch (error) {
      this.log.warn(`The server did not stop as asked: ${error}`);
    }
    this.become('stopped');
  }

  private createClient(program: Program, cwd: string, polling: Polling): LanguageClient {
    const executable: Executable = {
      command: program.command,
      args: [...program.args],
      transport: TransportKind.stdio,
      options: { cwd },
    };
    const options: LanguageClientOptions = {
      documentSelector: [
        ...LANGUAGES.map((language) => ({ scheme: 'file', language })),
        ...MANIFESTS.map((pattern) => ({ scheme: 'file', pattern })),
      ],
      outputChannel: this.log,
      traceOutputChannel: this.trace,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: { hoverCommandLinks: true, resolveEdits: true },
      markdown: { isTrusted: { enabledCommands: [FIX_REFERENCE] }, supportHtml: false },
      diagnosticPullOptions: { onChange: true, onSave: true },
      middleware: polling.middleware,
    };
    // The id is the section that the client reads `trace.server` from.
    const client = new LanguageClient('workflow-ls', 'Workflow Imports', executable, options);
    client.onDidChangeState(({ newState }) => {
      if (client !== this.client || this.current === 'starting') return;
      if (newState === State.Running) this.become('running');
      if (newState === State.Starting) this.become('starting');
      if (newState === State.Stopped) this.become('failed'); // nobody asked it to
    });
    return client;
  }

  private become(state: ServerState): void {
    this.current = state;
    this.changed.fire(state);
  }
}

function tell(problem: Problem, log: vscode.LogOutputChannel): void {
  log.error(problem.message);
  void vscode.window.showErrorMessage(problem.message, problem.remedy.title).then((chosen) => {
    if (chosen !== undefined) void problem.remedy.run();
  });
}

