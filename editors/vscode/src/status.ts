import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Range as ServerRange } from 'vscode-languageclient/node';
import type { Server } from './server';
import { counted } from './words';

type Verdict = 'verified' | 'unverified' | 'blocked';

interface Finding {
  readonly uri: string;
  readonly range: ServerRange;
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'information';
  readonly status: Verdict | null;
  /** When its fix is made: always, in a fix of the whole workspace, or on request. */
  readonly fix: 'always' | 'workspace-fix' | 'unsafe' | null;
  readonly message: string;
}

/** What the server answers to `workflow-ls.status`. */
interface Status {
  readonly stopped?: true;
  readonly total: number;
  readonly files: number;
  readonly findings: readonly Finding[];
}

interface Entry extends vscode.QuickPickItem {
  readonly run?: () => unknown;
}

const ICONS = { error: '$(error)', warning: '$(warning)', information: '$(info)' };
/** What becomes of a finding; "can be fixed" is what Fix All in Workspace does, and nothing else. */
const SECTIONS: readonly (readonly [string, (finding: Finding) => boolean])[] = [
  ["can't be fixed yet", ({ status }) => status === 'blocked'],
  ['can be fixed', (finding) => isFixed(finding) && finding.status !== 'unverified'],
  ['can be fixed, but not checked', (finding) => isFixed(finding) && finding.status === 'unverified'],
  ['can be fixed on request, one by one', ({ status, fix }) => status !== 'blocked' && fix === 'unsafe'],
  ['to be done by hand', ({ status, fix }) => status !== 'blocked' && fix === null],
];

function isFixed({ status, fix }: Finding): boolean {
  return status !== 'blocked' && (fix === 'always' || fix === 'workspace-fix');
}

/** Show what is left in the workspace, as a list to search and to jump from. */
export async function showStatus(server: Server): Promise<void> {
  const status = await server.askAtLength<Status>('counting', 'workflow-ls.status');
  if (status === undefined || status.stopped) return;
  if (status.total === 0) {
    void vscode.window.showInformationMessage('No workflow import is left to move in this workspace.');
    return;
  }
  const groups = SECTIONS.map(([title, belongs]) => ({ title, findings: status.findings.filter(belongs) })).filter(
    (group) => group.findings.length > 0,
  );
  const fixable = status.findings.filter(isFixed).length;
  const entries: Entry[] = [
    ...(fixable > 0 ? [command('$(wand) Fix All in Workspace', 'workflow-ls.editor.fixWorkspace')] : []),
    command('$(list-unordered) Show Problems', 'workbench.actions.view.problems'),
    ...groups.flatMap(({ title, findings }) => [
      { label: `${title}: ${findings.length}`, kind: vscode.QuickPickItemKind.Separator },
      ...findings.map(entry),
    ]),
  ];
  const chosen = await vscode.window.showQuickPick(entries, {
    title: `Workflow Imports: ${counted(status.total, 'finding')} in ${counted(status.files, 'file')}, ${fixable} can be fixed`,
    placeHolder: 'Type a file, a folder, a rule or a specifier, and choose a finding to go there',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  await chosen?.run?.();
}

function command(label: string, id: string): Entry {
  return { label, run: () => vscode.commands.executeCommand(id) };
}

function entry(finding: Finding): Entry {
  const uri = vscode.Uri.parse(finding.uri);
  const { start, end } = finding.range;
  const selection = new vscode.Range(start.line, start.character, end.line, end.character);
  // A message names the specifier first; that of a blocked fix ends with what stands in its way.
  const [, specifier = ''] = /`([^`]+)`/.exec(finding.message) ?? [];
  const [, reason] = finding.status === 'blocked' ? (/^[^:]*: (.+)$/s.exec(finding.message) ?? []) : [];
  return {
    label: `${ICONS[finding.severity]} ${path.posix.basename(uri.path)}:${start.line + 1}  ${specifier}`,
    description: `${path.posix.dirname(vscode.workspace.asRelativePath(uri))}  ${finding.rule}`,
    detail: reason ?? finding.message,
    run: () => vscode.window.showTextDocument(uri, { selection }),
  };
}
