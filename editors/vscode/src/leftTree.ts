import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Range as ServerRange } from 'vscode-languageclient/node';
import { counted } from './words';

type Verdict = 'verified' | 'unverified' | 'blocked';

export interface Finding {
  readonly uri: string;
  readonly range: ServerRange;
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'information';
  readonly status: Verdict | null;
  /** When its fix is made: always, in a fix of the whole workspace, or on request. */
  readonly fix: 'always' | 'workspace-fix' | 'unsafe' | null;
  readonly message: string;
  readonly package: string;
  /** The number of what blocks it among the causes. */
  readonly cause: number | null;
}

/** What the server answers to `workflow-ls.status`. */
export interface Status {
  readonly stopped?: true;
  readonly total: number;
  readonly files: number;
  readonly findings: readonly Finding[];
  readonly causes: readonly { readonly reason: string; readonly remedy: string }[];
}

export type Grouping = 'cause' | 'package' | 'file';

/** A row of the tree: a finding, or what some have in common. */
export interface Row {
  readonly label: string;
  readonly detail: string;
  readonly icon: vscode.ThemeIcon;
  readonly tooltip?: string;
  /** What a screen reader says of it. */
  readonly spoken: string;
  readonly finding?: Finding;
  /** The file of the row. */
  readonly uri?: vscode.Uri;
  readonly rows: readonly Row[];
}

/** What becomes of a finding; "can be fixed" is what Fix All in Workspace does, and nothing else. */
const SECTIONS: readonly (readonly [string, string, (finding: Finding) => boolean])[] = [
  ['can be fixed', 'wand', (finding) => isFixed(finding) && finding.status !== 'unverified'],
  ['can be fixed, but not checked', 'question', (finding) => isFixed(finding) && finding.status === 'unverified'],
  ['can be fixed on request, one by one', 'lightbulb', ({ status, fix }) => status !== 'blocked' && fix === 'unsafe'],
  ['to be done by hand', 'tools', ({ status, fix }) => status !== 'blocked' && fix === null],
];

export function isFixed({ status, fix }: Finding): boolean {
  return status !== 'blocked' && (fix === 'always' || fix === 'workspace-fix');
}

/** The rows of the tree: each finding once. */
export function rowsOf(status: Status, grouping: Grouping): readonly Row[] {
  if (grouping === 'file') return filesOf(status.findings);
  if (grouping === 'package') {
    const packages = [...groupBy(status.findings, (finding) => finding.package)].sort(([one], [other]) => one.localeCompare(other));
    return packages.map(([name, findings]) => groupOf(name || 'no package', 'package', findings));
  }
  const blocked = status.findings.filter((finding) => finding.status === 'blocked');
  const causes = [...groupBy(blocked, ({ cause }) => cause)].sort(([, one], [, other]) => other.length - one.length);
  return [
    ...SECTIONS.map(([title, icon, belongs]) => ({ title, icon, findings: status.findings.filter(belongs) }))
      .filter(({ findings }) => findings.length > 0)
      .map(({ title, icon, findings }) => groupOf(title, icon, findings)),
    ...causes.map(([number, findings]) => {
      const cause = number === null ? undefined : status.causes[number];
      if (cause === undefined) return groupOf('blocked', 'circle-slash', findings);
      return groupOf(briefly(cause.reason), 'circle-slash', findings, `Blocked: ${sentences(cause)}`, plain(cause.reason));
    }),
  ];
}

function groupOf(label: string, icon: string, findings: readonly Finding[], tooltip?: string, inFull = label): Row {
  // The number first: a long label is cut off at its end.
  const spoken = `${counted(findings.length, 'finding')}: ${inFull}`;
  return { label: `${findings.length}  ${label}`, detail: '', icon: new vscode.ThemeIcon(icon), rows: filesOf(findings), tooltip: tooltip ?? label, spoken };
}

function filesOf(findings: readonly Finding[]): readonly Row[] {
  return [...groupBy(findings, ({ uri }) => uri)].map(([text, found]) => {
    const uri = vscode.Uri.parse(text);
    const name = vscode.workspace.asRelativePath(uri);
    const folder = path.posix.dirname(name);
    return {
      label: path.posix.basename(name),
      detail: folder === '.' ? `${found.length}` : `${found.length}  ${folder}`,
      icon: vscode.ThemeIcon.File,
      spoken: `${name}: ${counted(found.length, 'finding')}`,
      uri,
      rows: found.map(leafOf),
    };
  });
}

function leafOf(finding: Finding): Row {
  // A message names the specifier first; that of a blocked fix ends with what blocks it.
  const [, specifier] = /`([^`]+)`/.exec(finding.message) ?? [];
  return {
    label: specifier ?? plain(finding.message),
    detail: `${finding.rule} [Ln ${finding.range.start.line + 1}]`,
    icon: new vscode.ThemeIcon(finding.severity === 'information' ? 'info' : finding.severity),
    tooltip: finding.message,
    spoken: `Line ${finding.range.start.line + 1}, ${finding.severity}: ${plain(finding.message)}`,
    finding,
    rows: [],
  };
}

/** What the title of the view says. */
export function headOf(status: Status): string {
  const fixable = status.findings.filter(isFixed).length;
  return `${counted(status.total, 'finding')} in ${counted(status.files, 'file')}, ${fixable} can be fixed`;
}

function sentences({ reason, remedy }: { readonly reason: string; readonly remedy: string }): string {
  return remedy === '' ? `${plain(reason)}.` : `${plain(reason)}.\n${remedy[0]?.toUpperCase()}${plain(remedy.slice(1))}.`;
}

/** A reason with the ends of its paths and specifiers only: a side bar has room for some thirty characters. */
function briefly(reason: string): string {
  return plain(reason).replace(/[\w@.*-]+(?:\/[\w@.*-]+)+/g, (name) => {
    const parts = name.split('/');
    const last = parts.pop() ?? '';
    const end = last.startsWith('index.') ? `${parts.pop()}/${last}` : last;
    const short = `…/${end}`;
    return parts.length > 1 && parts[0] !== '.' && short.length < name.length ? short : name;
  });
}

/** A sentence without the backquotes around code, for places that show no Markdown. */
function plain(text: string): string {
  return text.replaceAll('`', '');
}

function groupBy<T, K>(items: Iterable<T>, key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
