import type * as vscode from 'vscode';

/** What those who look for the server, or set it up, write to. */
export type Log = Pick<vscode.LogOutputChannel, 'info' | 'warn' | 'error'>;

const MOST = 100; // lines that are kept

/** Writes to the extension's log, and keeps the last lines of one search for the server. */
export class SearchLog implements Log {
  private readonly kept: string[] = [];

  constructor(private readonly log: Log) {}

  get lines(): readonly string[] {
    return this.kept;
  }

  info(message: string): void {
    this.log.info(message);
    this.keep(message);
  }

  warn(message: string): void {
    this.log.warn(message);
    this.keep(message);
  }

  error(message: string | Error): void {
    this.log.error(message);
    this.keep(message instanceof Error ? message.message : message);
  }

  private keep(line: string): void {
    this.kept.push(line);
    if (this.kept.length > MOST) this.kept.shift();
  }
}
