export enum EventName {
  InvoiceSent = 'invoice.sent',
  DocumentFiled = 'document.filed',
  DocumentShared = 'document.shared',
}

export const EVENT_VERSION = 1;

export interface StreamEvent<Payload = unknown> {
  name: EventName;
  version: number;
  payload: Payload;
}
