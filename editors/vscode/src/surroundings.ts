import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Log } from './searchLog';

/** Where the extension runs, and what it may run there. */
export interface Surroundings {
  readonly log: Log;
  /** The extension's own folder. */
  readonly extension: string;
  /** A folder that is the extension's to keep things in, and that programs are run from. */
  readonly storage: string;
  /** The workspace's folders on disk. */
  readonly folders: readonly string[];
  readonly trusted: boolean;
  /** Whether programs of a directory may be run: not those of a workspace that the user does not trust. */
  mayRunFrom(directory: string): boolean;
}

export function lookAround(context: vscode.ExtensionContext, log: Log): Surroundings {
  const folders = (vscode.workspace.workspaceFolders ?? [])
    .filter((folder) => folder.uri.scheme === 'file')
    .map((folder) => folder.uri.fsPath);
  const trusted = vscode.workspace.isTrusted;
  return {
    log,
    extension: context.extensionPath,
    storage: context.globalStorageUri.fsPath,
    folders,
    trusted,
    mayRunFrom: (directory) => trusted || !folders.some((folder) => isInside(directory, folder)),
  };
}

function isInside(directory: string, folder: string): boolean {
  const way = path.relative(folder, directory);
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

/** The program that a setting names, as an absolute path where there is a workspace; undefined if it is empty. */
export function named(setting: 'path' | 'python', { folders: [folder] }: Surroundings): string | undefined {
  const configured = vscode.workspace.getConfiguration('workflow-ls').get<string>(setting, '').trim();
  if (configured === '') return undefined;
  // Replaced by functions, since `$` in a text to replace with has a meaning, and folders may have it in their names.
  const home = configured.replace(/^~(?=$|[\\/])/, () => os.homedir());
  const program = folder === undefined ? home : home.replaceAll('${workspaceFolder}', () => folder);
  return path.isAbsolute(program) || folder === undefined ? program : path.join(folder, program);
}
