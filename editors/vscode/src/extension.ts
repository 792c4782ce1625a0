// What every window with TypeScript loads: little, and it does nothing where there is no reason to.
import * as vscode from 'vscode';
import type * as Main from './main';
import { CONFIGURATION, reasonFor } from './reason';

let main: typeof Main | undefined;

/** Start where there is a reason to; else once there is one, or once the user runs a command. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  if (await isWanted(vscode.workspace.workspaceFolders)) return start(context);
  const waiting: vscode.Disposable[] = [];
  const wake = (): void => {
    if (main !== undefined) return;
    vscode.Disposable.from(...waiting).dispose();
    start(context);
  };
  const { commands } = context.extension.packageJSON.contributes as { commands: { command: string }[] };
  waiting.push(
    ...commands.map(({ command }) =>
      vscode.commands.registerCommand(command, () => {
        wake();
        return vscode.commands.executeCommand(command);
      }),
    ),
    vscode.workspace.onDidChangeWorkspaceFolders(async ({ added }) => {
      if (await isWanted(added)) wake();
    }),
  );
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, CONFIGURATION), false, true, true);
    waiting.push(watcher, watcher.onDidCreate(wake));
  }
  context.subscriptions.push(new vscode.Disposable(() => vscode.Disposable.from(...waiting).dispose()));
}

export async function deactivate(): Promise<void> {
  await main?.deactivate();
}

function start(context: vscode.ExtensionContext): void {
  main = require('./main.js') as typeof Main;
  main.activate(context);
}

async function isWanted(folders: readonly vscode.WorkspaceFolder[] | undefined): Promise<boolean> {
  const onDisk = (folders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const reasons = await Promise.all(onDisk.map(({ uri }) => reasonFor(uri.fsPath)));
  return reasons.some((reason) => reason !== undefined);
}
