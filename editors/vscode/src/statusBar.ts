import * as vscode from 'vscode';
import type { Server } from './server';

/** What the diagnostics of the server have as their source. */
export const SOURCE = 'workflow-ls';
const SETTLE = 100; // milliseconds to wait for more changes

interface Count {
  /** Warnings and errors. */
  readonly open: number;
  readonly byRule: ReadonlyMap<string, number>;
}

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
      server.onDidChangeState(() => this.show()),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        uris.forEach((uri) => this.count(uri));
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.show(), SETTLE);
      }),
    ];
    for (const [uri] of vscode.languages.getDiagnostics()) this.count(uri);
    this.show();
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.listening, this.item).dispose();
  }

  private count(uri: vscode.Uri): void {
    const found = vscode.languages.getDiagnostics(uri).filter((diagnostic) => diagnostic.source === SOURCE);
    if (found.length === 0) {
      this.files.delete(uri.toString());
      return;
    }
    const byRule = new Map<string, number>();
    for (const diagnostic of found) {
      const { code } = diagnostic;
      const rule = String(typeof code === 'object' ? code.value : (code ?? 'configuration'));
      byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
    }
    const open = found.filter((diagnostic) => diagnostic.severity <= vscode.DiagnosticSeverity.Warning).length;
    this.files.set(uri.toString(), { open, byRule });
  }

  private show(): void {
    const { item, server } = this;
    item.backgroundColor = undefined;
    if (server.state === 'failed') {
      item.text = '$(warning) Workflow Imports';
      item.tooltip = 'The server of Workflow Imports is not running. Click to see why.';
      item.command = 'workflow-ls.editor.showOutput';
      item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
      item.show();
      return;
    }
    const total = sum([...this.files.values()].map((count) => count.open));
    this.everFound ||= total > 0;
    item.command = 'workflow-ls.editor.showStatus';
    if (server.state === 'starting') {
      item.text = '$(sync~spin) Workflow Imports';
      item.tooltip = 'The server of Workflow Imports is starting.';
      item.command = 'workflow-ls.editor.showOutput';
    } else {
      item.text = total > 0 ? `$(arrow-swap) ${total} workflow import${total > 1 ? 's' : ''}` : '$(check) Workflow imports';
      item.tooltip = this.tooltip(total);
    }
    // Most workspaces hold no workflow imports, and need not see an item that says so.
    if (server.state === 'starting' || this.everFound) item.show();
    else item.hide();
  }

  private tooltip(total: number): vscode.MarkdownString {
    const rules = new Map<string, number>();
    for (const { byRule } of this.files.values()) {
      for (const [rule, count] of byRule) rules.set(rule, (rules.get(rule) ?? 0) + count);
    }
    const head = total > 0 ? `**${total} open** in this workspace` : '**Nothing is left to move**';
    const rows = [...rules].sort((a, b) => b[1] - a[1]).map(([rule, count]) => `| \`${rule}\` | ${count} |`);
    const table = rows.length > 0 ? ['', '| rule | findings |', '|---|---:|', ...rows] : [];
    return new vscode.MarkdownString([head, ...table, '', 'Click for the list.'].join('\n'));
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
