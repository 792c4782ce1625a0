import { equal } from 'node:assert/strict';
import { mock, test } from 'node:test';

// verified: `mock.module` of node:test, by relative path like the import that it stands for
mock.module('../../../shared/workflow/workers', {
  namedExports: { startWorker: () => ({ feed: () => undefined }) },
});

test('nothing arrives from a worker that does nothing', async () => {
  const { listen } = await import('./index');
  const inbox: never[] = [];
  listen(inbox);
  equal(inbox.length, 0);
});
