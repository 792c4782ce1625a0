// verified: `@import` in JSDoc
/** @import { StreamEvent } from '@shared/workflow/streams/eventNames' */

/**
 * verified: `import()` in JSDoc
 * @param {import('@shared/workflow/types').Task} task
 * @param {StreamEvent} event
 */
export function describe(task, event) {
  return `${task.title} after ${event.name}`;
}
