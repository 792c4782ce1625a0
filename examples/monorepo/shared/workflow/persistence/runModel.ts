import { openTasks } from './taskStore';

export interface RunRow {
  id: string;
  startedAt: Date;
}

export function runKey(id: string): string {
  return `run:${id}`;
}

export default class RunModel {
  private readonly runs = new Map<string, RunRow>();

  get waiting(): number {
    return openTasks().length;
  }

  start(id: string): RunRow {
    const run = { id, startedAt: new Date() };
    this.runs.set(runKey(id), run);
    return run;
  }
}
