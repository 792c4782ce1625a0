import type { StreamEvent } from './eventNames';

export interface Stream {
  publish(event: StreamEvent): void;
}

export function openStream(topic: string): Stream {
  return { publish: (event) => console.info(topic, event.name) };
}
