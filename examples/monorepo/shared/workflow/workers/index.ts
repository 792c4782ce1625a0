import type { StreamEvent } from '../streams';

export type Handler = (event: StreamEvent) => void;

export function startWorker(handler: Handler): { feed(event: StreamEvent): void } {
  return { feed: handler };
}
