import * as vscode from 'vscode';

/**
 * Where the messages between client and server are written: a channel of its own, made when it is first needed.
 *
 * The client traces only to a channel whose log level is Trace; the level of this one follows `workflow-ls.trace.server`.
 */
export class TraceChannel implements vscode.LogOutputChannel {
  readonly name = 'Workflow Imports (Messages)';
  private channel: vscode.OutputChannel | undefined;
  private readonly levels = new vscode.EventEmitter<vscode.LogLevel>();
  private readonly listening: vscode.Disposable;
  readonly onDidChangeLogLevel = this.levels.event;

  constructor() {
    this.listening = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('workflow-ls.trace.server')) this.levels.fire(this.logLevel);
    });
  }

  get logLevel(): vscode.LogLevel {
    const wanted = vscode.workspace.getConfiguration('workflow-ls').get<string>('trace.server', 'off');
    return wanted === 'off' ? vscode.LogLevel.Off : vscode.LogLevel.Trace;
  }

  trace(message: string, ...args: unknown[]): void {
    this.appendLine([new Date().toISOString(), message, ...args].join(' '));
  }

  readonly debug = this.trace;
  readonly info = this.trace;
  readonly warn = this.trace;

  error(error: string | Error, ...args: unknown[]): void {
    this.trace(String(error), ...args);
  }

  append(value: string): void {
    this.open().append(value);
  }

  appendLine(value: string): void {
    this.open().appendLine(value);
  }

  replace(value: string): void {
    this.open().replace(value);
  }

  clear(): void {
    this.channel?.clear();
  }

  show(): void {
    this.open().show(true);
  }

  hide(): void {
    this.channel?.hide();
  }

  dispose(): void {
    this.listening.dispose();
    this.levels.dispose();
    this.channel?.dispose();
  }

  private open(): vscode.OutputChannel {
    this.channel ??= vscode.window.createOutputChannel(this.name);
    return this.channel;
  }
}
