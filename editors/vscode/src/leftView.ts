import * as vscode from 'vscode';
import { type Grouping, headOf, type Row, rowsOf, type Status } from './leftTree';
import type { Server } from './server';
import { SOURCE } from './statusBar';

const VIEW = 'workflow-ls.left';
const GROUPING = 'workflow-ls.grouping';
const QUIET = 500; // milliseconds to wait for more changes

/** The view of what is left in the workspace, by cause, package or file. */
export class LeftView implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly view: vscode.TreeView<Row>;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly listening: vscode.Disposable[];
  private status: Status | undefined;
  private rows: readonly Row[] = [];
  private outdated = true;
  private timer: NodeJS.Timeout | undefined;
  /** What is under way; questions take turns. */
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly server: Server,
    private readonly memory: vscode.Memento,
  ) {
    this.view = vscode.window.createTreeView(VIEW, { treeDataProvider: this, showCollapseAll: true });
    this.group(this.grouping);
    this.listening = [
      this.view,
      this.view.onDidChangeVisibility(() => this.update()),
      server.onDidChangeState(() => this.wake()),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        const isOurs = uris.some((uri) => vscode.languages.getDiagnostics(uri).some(({ source }) => source === SOURCE));
        if (isOurs || this.status?.findings.some(({ uri }) => uris.some((changed) => changed.toString() === vscode.Uri.parse(uri).toString()))) this.wake();
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.listening, this.changed).dispose();
  }

  /** Bring the view to the front. */
  async show(): Promise<void> {
    await vscode.commands.executeCommand(`${VIEW}.focus`);
    // A server that was stopped, or switched off: the user sees so, and can start it.
    if (this.server.state !== 'running') await this.server.ask('workflow-ls.status');
    this.refresh();
  }

  refresh(): void {
    this.outdated = true;
    this.update();
  }

  /** Group the findings anew. */
  group(grouping: Grouping): void {
    void this.memory.update(GROUPING, grouping);
    void vscode.commands.executeCommand('setContext', GROUPING, grouping);
    this.draw(grouping);
  }

  getChildren(row?: Row): Row[] {
    return [...(row?.rows ?? this.rows)];
  }

  getTreeItem(row: Row): vscode.TreeItem {
    const isLeaf = row.finding !== undefined;
    const item = new vscode.TreeItem(row.label, isLeaf ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Collapsed);
    item.description = row.detail;
    item.iconPath = row.icon;
    item.accessibilityInformation = { label: row.spoken };
    if (row.uri !== undefined) item.resourceUri = row.uri;
    if (row.tooltip !== undefined) item.tooltip = row.tooltip;
    if (row.finding !== undefined) {
      const { uri, range } = row.finding;
      const selection = new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
      item.command = { command: 'vscode.open', title: 'Open', arguments: [vscode.Uri.parse(uri), { selection }] };
    }
    return item;
  }

  private get grouping(): Grouping {
    return this.memory.get<Grouping>(GROUPING, 'cause');
  }

  private wake(): void {
    this.outdated = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.update(), QUIET);
  }

  private update(): void {
    if (!this.outdated || !this.view.visible) return;
    if (this.server.state !== 'running' || this.server.counting) {
      this.view.message = this.server.state === 'failed' ? 'The server of Workflow Imports is not running.' : 'Counting…';
      return;
    }
    this.outdated = false;
    this.turn = this.turn.then(async () => {
      const status = await this.server.askQuietly<Status>('workflow-ls.status');
      if (status === undefined || status.stopped) this.outdated = true;
      else {
        this.status = status;
        this.draw(this.grouping);
      }
    });
  }

  private draw(grouping: Grouping): void {
    const { status } = this;
    if (status === undefined) return;
    this.rows = rowsOf(status, grouping);
    this.view.message = status.total > 0 ? headOf(status) : 'No workflow import is left to move in this workspace.';
    this.view.badge = status.total > 0 ? { value: status.total, tooltip: headOf(status) } : undefined;
    this.changed.fire();
  }
}
