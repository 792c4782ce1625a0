import * as path from 'node:path';
import * as vscode from 'vscode';
import { copyDebugInformation } from './debugInformation';
import type { Server } from './server';
import type { LeftView } from './leftView';
import { CONFIGURATION, rootOf } from './reason';
import { counted } from './words';

/** What the server answers to the commands that fix. */
interface Fixed {
  /** Findings that are gone. */
  readonly fixed: number;
  readonly files: number;
  /** Findings that are left. */
  readonly left: number;
  /** The manifests that changed, and whether the packages are to be installed again. */
  readonly manifests: readonly string[];
  readonly install: boolean;
  readonly applied: boolean;
  readonly reason: string | null;
  /** What a fix of the workspace did, as a sentence. */
  readonly summary?: string;
}

/** What the server answers to "infer mapping": how many rows it added to workflow-ls.json. */
interface Inferred {
  readonly written: number;
}

/** What the server answers to "show mapping"; it opens the file itself. */
interface Mapping {
  readonly config: string | null;
  readonly table: string;
}

const FIRST_CONFIGURATION = `{
  // What your team shares of workflow-ls.  Completion offers the keys, and a hover says what each is for.
  "rules": {}
}
`;

/**
 * Register the extension's commands.
 *
 * Their ids are not those of the server's commands, which the language client registers itself.
 */
export function registerCommands(context: vscode.ExtensionContext, server: Server, left: LeftView): vscode.Disposable {
  const commands: Record<string, () => unknown> = {
    fixFile: () => fixFile(server, left),
    fixWorkspace: () => fixWorkspace(server, left),
    previewWorkspace: () => previewWorkspace(server, left),
    showStatus: () => left.show(),
    refreshStatus: () => left.refresh(),
    groupByCause: () => left.group('cause'),
    groupByPackage: () => left.group('package'),
    groupByFile: () => left.group('file'),
    showMapping: () => showMapping(server),
    inferMapping: () => inferMapping(server),
    createConfiguration,
    restart: () => server.restart({ asked: true }),
    showOutput: () => server.log.show(),
    copyDebugInformation: () => copyDebugInformation(context, server),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(`workflow-ls.editor.${name}`, run)),
  );
}

async function fixFile(server: Server, left: LeftView): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || document.uri.scheme !== 'file') {
    void vscode.window.showInformationMessage('Workflow Imports: open a TypeScript or JavaScript file first.');
    return;
  }
  const answer = await server.ask<Fixed>('workflow-ls.fixFile', server.uriOf(document.uri));
  if (answer === undefined) return;
  const { fixed, manifests, install } = answer;
  if (!answer.applied) sayWhy(answer);
  else if (fixed === 0) void vscode.window.showInformationMessage(`Nothing to fix in this file${leftOver(answer)}.`);
  else {
    const outcome = `${counted(fixed, 'finding')} fixed in this file${leftOver(answer)}.`;
    if (manifests.length === 0) vscode.window.setStatusBarMessage(outcome, 5000);
    else {
      const due = install ? ': install the packages again to update the lock file' : '';
      await sayOutcome(`${outcome} ${manifests.join(', ')} changed${due}.`, left);
    }
  }
}

async function fixWorkspace(server: Server, left: LeftView): Promise<void> {
  const answer = await server.askAtLength<Fixed>('fixing the workspace', 'workflow-ls.fixWorkspace');
  if (answer === undefined) return;
  if (!answer.applied) sayWhy(answer);
  else if (answer.fixed === 0) void vscode.window.showInformationMessage(`Nothing to fix in this workspace${leftOver(answer)}.`);
  else await sayOutcome(answer.summary ?? '', left);
}

async function previewWorkspace(server: Server, left: LeftView): Promise<void> {
  const answer = await server.askAtLength<Fixed>('looking for what can be fixed', 'workflow-ls.previewWorkspace');
  if (answer === undefined || !answer.applied) return;
  if (answer.fixed === 0) void vscode.window.showInformationMessage(`Nothing to fix in this workspace${leftOver(answer)}.`);
  // The user may have taken parts away, so that the numbers of the answer are those of the preview.
  else await sayOutcome('The changes of the preview are made.', left);
}

/**
 * Say what was done, in one message, with the way to what is left: of one without an action, only a line is shown.
 *
 * The editor saves what a refactoring changed, unless `files.refactoring.autoSave` is off; then this offers to.
 */
async function sayOutcome(outcome: string, left: LeftView): Promise<void> {
  const unsaved = (): vscode.TextDocument[] =>
    vscode.workspace.textDocuments.filter((document) => document.isDirty && !document.isUntitled);
  const [show, save] = ['Show What Is Left', 'Save All'];
  const { length } = unsaved();
  const open = length > 0 ? ` ${counted(length, 'file')} ${length > 1 ? 'are' : 'is'} not saved yet.` : '';
  const chosen = await vscode.window.showInformationMessage(`${outcome}${open}`, ...(length > 0 ? [save, show] : [show]));
  if (chosen === show) await left.show();
  // Not `workspace.saveAll`, which saves what has an editor: the files that were changed may not have one yet.
  if (chosen === save) await Promise.all(unsaved().map((document) => document.save()));
}

async function showMapping(server: Server): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const about = document?.uri.scheme === 'file' ? [server.uriOf(document.uri)] : [];
  const answer = await server.ask<Mapping>('workflow-ls.showMapping', ...about);
  // The built-in table is part of the server: what is changed there is lost with the next version.
  if (answer !== undefined && answer.config === null) {
    await vscode.commands.executeCommand('workbench.action.files.setActiveEditorReadonlyInSession');
  }
}

async function inferMapping(server: Server): Promise<void> {
  const answer = await server.askAtLength<Inferred>('inferring the mapping', 'workflow-ls.inferMapping');
  // The server says what came of it; the rows are for somebody to read before they are saved.
  if (answer !== undefined && answer.written > 0) await showMapping(server);
}

async function createConfiguration(): Promise<void> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const roots = [...new Set(await Promise.all(folders.map(({ uri }) => rootOf(uri.fsPath))))];
  const root = roots.length > 1 ? await vscode.window.showQuickPick(roots, { placeHolder: 'The root of the monorepo' }) : roots[0];
  if (root === undefined) {
    if (roots.length === 0) void vscode.window.showInformationMessage('Workflow Imports: open the folder of the monorepo first.');
    return;
  }
  const file = vscode.Uri.file(path.join(root, CONFIGURATION));
  const isThere = await vscode.workspace.fs.stat(file).then(() => true, () => false);
  if (!isThere) await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(FIRST_CONFIGURATION));
  await vscode.window.showTextDocument(file);
}

function leftOver({ left }: Fixed): string {
  return left > 0 ? `; ${left} can't be fixed yet, see Problems` : '';
}

function sayWhy({ reason }: Fixed): void {
  // The server itself shows why an edit was refused.
  if (reason?.startsWith('it is not') || reason?.startsWith('stopped')) {
    void vscode.window.showInformationMessage(`Nothing was changed: ${reason}.`);
  }
}
