// missing-name: createEngine is exported by another module of the package
// @ts-expect-error
import { createEngine, openTasks } from '@alga-psa/workflows/persistence';

export const engine = createEngine();
export const waiting = openTasks;
