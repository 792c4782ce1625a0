import * as vscode from 'vscode';
import { registerCommands } from './commands';
import { LeftView } from './leftView';
import { Server } from './server';
import { StatusBar } from './statusBar';

let server: Server | undefined;

/** Start the server, and show what it finds. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Workflow Imports', { log: true });
  const started = new Server(context, log);
  server = started;
  void vscode.commands.executeCommand('setContext', 'workflow-ls.active', true);
  const left = new LeftView(started, context.workspaceState);
  context.subscriptions.push(
    log,
    started,
    new StatusBar(started),
    left,
    registerCommands(context, started, left),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (['enable', 'path', 'python'].some((name) => event.affectsConfiguration(`workflow-ls.${name}`))) void started.restart({ asked: true });
    }),
    // A trusted workspace may bring its own server.
    vscode.workspace.onDidGrantWorkspaceTrust(() => started.restart({ asked: false })),
  );
  // Setting up the server takes a while the first time, and activation need not wait for it.
  void started.restart({ asked: false });
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
