// What every window with TypeScript loads: little, and it does nothing where there is no reason to.
import * as vscode from 'vscode';
import type * as Main from './main';
import { CONFIGURATION, reasonFor } from './reason';

/** What this extension's package.json has. */
interface Manifest {
  readonly activationEvents: readonly string[];
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

const CONTAINS = 'workspaceContains:';
let main: typeof Main | undefined;

/** Start where there is a reason to; else once there is one, or once the user runs a command. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const { activationEvents, contributes } = context.extension.packageJSON as Manifest;
  const markers = activationEvents.filter((event) => event.startsWith(CONTAINS)).map((event) => event.slice(CONTAINS.length));
  if (await isWanted(vscode.workspace.workspaceFolders, markers)) return start(context);
  const waiting: vscode.Disposable[] = [];
  const wake = (): void => {
    if (main !== undefined) return;
    vscode.Disposable.from(...waiting).dispose();
    start(context);
  };
  waiting.push(
    ...contributes.commands.map(({ command }) =>
      vscode.commands.registerCommand(command, () => {
        wake();
        return vscode.commands.executeCommand(command);
      }),
    ),
    vscode.workspace.onDidChangeWorkspaceFolders(async ({ added }) => {
      if (await isWanted(added, markers)) wake();
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

async function isWanted(folders: readonly vscode.WorkspaceFolder[] | undefined, markers: readonly string[]): Promise<boolean> {
  const onDisk = (folders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const reasons = await Promise.all(onDisk.map(({ uri }) => reasonFor(uri.fsPath, markers)));
  return reasons.some((reason) => reason !== undefined);
}
