// verified: `import x = require()`
import streams = require('@shared/workflow/streams');

// verified: `require`
const { EVENT_VERSION } = require('@shared/workflow/streams/eventNames');

// verified: `require.resolve`
export const source: string = require.resolve('@shared/workflow/streams');

export const digest = (names: string[]) => `${streams.SYSTEM_ACTOR.id} v${EVENT_VERSION}: ${names.join(', ')}`;
