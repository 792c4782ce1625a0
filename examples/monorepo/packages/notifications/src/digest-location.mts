import { createRequire } from 'node:module';

// verified: `createRequire(…)(…)`
const { EventName } = createRequire(import.meta.url)('@shared/workflow/streams/eventNames');

// verified: `import.meta.resolve`
export const location = import.meta.resolve('@shared/workflow/streams');

export const names = Object.values(EventName);
