// blocked: side effect; wiring.test.ts expects this text
import '@shared/workflow/runtime';
// verified: namespace
import * as workflow from '@shared/workflow';
// verified: `type`, with attributes
import type { Task } from '@shared/workflow/types' with { 'resolution-mode': 'import' };
// verified: `defer`
import defer * as lazy from '@shared/workflow/streams';

// verified: `import('…').T`
type Engine = import('@shared/workflow/runtime').Engine;
// verified: `import('…').T<U>[]`
type Events = import('@shared/workflow/streams').StreamEvent<Task>[];
// verified: `typeof import('…')`
type Runtime = typeof import('@shared/workflow/runtime');

export async function start(tasks: Task[]): Promise<Events> {
  // verified: `import()`
  const runtime: Runtime = await import('@shared/workflow/runtime');
  // verified: `import()` with options
  const { EVENT_VERSION: version } = await import('@shared/workflow/streams', { with: {} });
  // verified: a template literal without substitutions
  const { startWorker } = await import(`@shared/workflow/workers`);
  // verified: a type argument, and a call that workflow-ls.json names
  const workers = await loadModule<typeof import('@shared/workflow/workers')>('@shared/workflow/workers');

  const engine: Engine = runtime.createEngine();
  const name = lazy.EventName.DocumentFiled;
  tasks.forEach((task) => engine.run(task) === 'waiting' && workflow.saveTask(task));
  [startWorker, workers.startWorker].forEach((begin) => begin((event) => console.info(event.name)));
  return tasks.map((payload) => ({ name, version, payload }));
}
