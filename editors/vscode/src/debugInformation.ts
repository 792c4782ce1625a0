import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Server } from './server';

const PATIENCE = 10_000; // milliseconds until what is known without the server has to do

/** Put what a bug report needs on the clipboard, as JSON; where the server gives no answer, what is known without it. */
export async function copyDebugInformation(context: vscode.ExtensionContext, server: Server): Promise<void> {
  const described = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: 'Workflow Imports: collecting debug information' },
    () => server.describe(PATIENCE),
  );
  const information = {
    editor: {
      name: vscode.env.appName,
      version: vscode.version,
      remote: vscode.env.remoteName ?? null,
      platform: `${process.platform}-${process.arch}`,
      node: process.versions.node,
    },
    extension: {
      version: context.extension.packageJSON.version,
      directory: context.extensionPath,
      log: path.join(context.logUri.fsPath, `${server.log.name}.log`),
    },
    workspace: {
      folders: (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString()),
      trusted: vscode.workspace.isTrusted,
    },
    server: described,
  };
  await vscode.env.clipboard.writeText(`${JSON.stringify(information, null, 2)}\n`);
  const without = described.answer === undefined ? ', without what only the server knows: it did not answer' : '';
  void vscode.window.showInformationMessage(`Workflow Imports: the debug information is on the clipboard${without}.`);
}
