import * as vscode from 'vscode';
import type { Server } from './server';
import { counted } from './words';

/** What the diagnostics of the server have as their source. */
export const SOURCE = 'workflow-ls';
const QUIET = 100; // milliseconds to wait for more changes

/** How many findings of each rule there are. */
type Count = ReadonlyMap<string, number>;

/** The item in the status bar: how many findings of the workspace are open. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('workflow-ls.status', vscode.StatusBarAlignment.Left, 40);
  private readonly files = new Map<string, Count>();
  private readonly listening: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private everFound = false;

  constructor(private readonly server: Server) {
    this.item.name = 'Workflow Imports';
    this.listening = [
      server.onDidChangeState(() => this.countAll()),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        uris.forEach((uri) => this.count(uri));
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.show(), QUIET);
      }),
    ];
    this.countAll();
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.listening, this.item).dispose();
  }

  /** The event about new diagnostics comes a while after they are there. */
  private countAll(): void {
    this.files.clear();
    for (const [uri] of vscode.languages.getDiagnostics()) this.count(uri);
    this.show();
  }

  private count(uri: vscode.Uri): void {
    // A finding has a rule; what has none is a mistake in workflow-ls.json.  A file that was never saved is not of the workspace.
    const found = (uri.scheme === 'file' ? vscode.languages.getDiagnostics(uri) : []).filter(({ source, code }) => source === SOURCE && code !== undefined && code !== 'mapping');
    if (found.length === 0) {
      this.files.delete(uri.toString());
      return;
    }
    const byRule = new Map<string, number>();
    for (const { code } of found) {
      const rule = String(typeof code === 'object' ? code.value : code);
      byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
    }
    this.files.set(uri.toString(), byRule);
  }

  private show(): void {
    const { item, server } = this;
    item.backgroundColor = undefined;
    if (server.state === 'failed') {
      item.text = '$(warning) Workflow Imports';
      item.tooltip = `${server.problem?.message ?? 'The server of Workflow Imports is not running.'} Click to see its log.`;
      item.command = 'workflow-ls.editor.showOutput';
      item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
      item.show();
      return;
    }
    const total = sum([...this.files.values()].flatMap((rules) => [...rules.values()]));
    this.everFound ||= total > 0;
    item.command = 'workflow-ls.editor.showStatus';
    if (server.state === 'starting') {
      item.text = '$(sync~spin) Workflow Imports';
      item.tooltip = 'The server of Workflow Imports is starting.';
      item.command = 'workflow-ls.editor.showOutput';
    } else if (server.counting) {
      item.text = '$(sync~spin) Workflow imports: counting…';
      item.tooltip = 'The findings of this workspace are being counted.';
    } else {
      const where = countsClosedFiles() ? '' : ' in open files';
      item.text = total > 0 ? `$(arrow-swap) ${counted(total, 'workflow finding')}${where}` : '$(check) Workflow imports';
      item.tooltip = this.tooltip(total);
    }
    // Most workspaces hold no workflow imports, and need not see an item that says so.
    if (server.state === 'starting' || (server.state === 'running' && (this.everFound || server.counting))) item.show();
    else item.hide();
  }

  private tooltip(total: number): vscode.MarkdownString {
    const rules = new Map<string, number>();
    for (const byRule of this.files.values()) {
      for (const [rule, count] of byRule) rules.set(rule, (rules.get(rule) ?? 0) + count);
    }
    const where = countsClosedFiles() ? 'in this workspace' : 'in open files; closed ones are not checked (`workflow-ls.workspaceDiagnostics`)';
    const head = total > 0 ? `**${counted(total, 'finding')}** ${where}` : '**Nothing is left to move**';
    const rows = [...rules].sort((a, b) => b[1] - a[1]).map(([rule, count]) => `| \`${rule}\` | ${count} |`);
    const table = rows.length > 0 ? ['', '| rule | findings |', '|---|---:|', ...rows] : [];
    return new vscode.MarkdownString([head, ...table, '', 'Click for the list.'].join('\n'));
  }
}

function countsClosedFiles(): boolean {
  return vscode.workspace.getConfiguration('workflow-ls').get<boolean>('workspaceDiagnostics', true);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
