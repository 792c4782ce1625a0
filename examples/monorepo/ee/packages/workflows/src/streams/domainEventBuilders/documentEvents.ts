import { EVENT_VERSION, EventName, type StreamEvent } from '../eventNames';

export interface DocumentFiled {
  document: string;
  folder: string;
}

export function documentFiled(payload: DocumentFiled): StreamEvent<DocumentFiled> {
  return { name: EventName.DocumentFiled, version: EVENT_VERSION, payload };
}
