import * as vscode from 'vscode';
import { type DiagnosticProviderMiddleware, vsdiag } from 'vscode-languageclient/node';

const PAUSE = 2000; // milliseconds after the last key until it counts as typed

/** A diagnostic as the client makes it: with what the server says of it besides. */
type WithData = vscode.Diagnostic & { readonly data?: { readonly replacement?: string | null } };

/**
 * Hides what is wrong with a specifier or a name while it is being typed: a part of one is always wrong.
 *
 * What can be replaced at once is shown.  All is shown once the cursor leaves the place, the file is saved, or no key
 * comes for a while.
 */
export class Typing implements vscode.Disposable {
  private document: vscode.TextDocument | undefined;
  private line = -1;
  /** What is hidden of the document. */
  private held: vscode.Range[] = [];
  /** The version of the document that these ranges are in. */
  private version = -1;
  /** The documents that are shown without what was hidden: the server takes the editor to have it. */
  private readonly reduced = new WeakSet<vscode.TextDocument>();
  private timer: NodeJS.Timeout | undefined;
  private readonly listening: vscode.Disposable[];

  /** `again` requests the diagnostics of a document anew. */
  constructor(private readonly again: (document: vscode.TextDocument) => void) {
    this.listening = [
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges: [first, ...others] }) => {
        if (first === undefined || document !== vscode.window.activeTextEditor?.document) return;
        // A line that is pasted is there whole.
        if (others.length > 0 || first.text.includes('\n') || !first.range.isSingleLine) return this.show();
        if (document !== this.document) this.show();
        this.document = document;
        this.line = first.range.start.line;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.show(), PAUSE);
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
        if (textEditor.document !== this.document) return;
        if (selections.some(({ active }) => active.line !== this.line)) this.show();
        // A key moves the cursor before there are ranges of the text that it makes.
        else if (this.version === textEditor.document.version && this.held.length > 0 && !this.held.some((range) => selections.some(({ active }) => range.contains(active)))) this.show();
      }),
      vscode.workspace.onDidSaveTextDocument((document) => document === this.document && this.show()),
      vscode.window.onDidChangeActiveTextEditor(() => this.show()),
    ];
  }

  readonly provideDiagnostics: NonNullable<DiagnosticProviderMiddleware['provideDiagnostics']> = async (document, previous, token, next) => {
    const isReduced = 'uri' in document && this.reduced.delete(document);
    const report = await next(document, isReduced ? undefined : previous, token);
    return report != null && document === this.document ? this.filter(report, document) : report;
  };

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.listening).dispose();
  }

  private filter(report: vsdiag.DocumentDiagnosticReport, document: vscode.TextDocument): vsdiag.DocumentDiagnosticReport {
    if (report.kind !== vsdiag.DocumentDiagnosticReportKind.full) return report;
    const { items } = report;
    const editor = vscode.window.activeTextEditor;
    const cursors = editor?.document === document ? editor.selections.map(({ active }) => active) : [];
    const isHeld = ({ data, range }: WithData): boolean =>
      data?.replacement == null && range.start.line <= this.line && this.line <= range.end.line && cursors.some((cursor) => range.contains(cursor));
    this.held = items.filter(isHeld).map(({ range }) => range);
    this.version = document.version;
    if (this.held.length === 0) return report;
    this.reduced.add(document);
    return { ...report, items: items.filter((item) => !isHeld(item)) };
  }

  private show(): void {
    clearTimeout(this.timer);
    const { document } = this;
    this.document = undefined;
    this.line = -1;
    if (document !== undefined && this.held.length > 0) this.again(document);
    this.held = [];
  }
}
