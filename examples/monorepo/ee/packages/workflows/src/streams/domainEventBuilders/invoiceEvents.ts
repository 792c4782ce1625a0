import { EVENT_VERSION, EventName, type StreamEvent } from '../eventNames';

export interface InvoiceSent {
  invoice: string;
  total: number;
}

export function invoiceSent(payload: InvoiceSent): StreamEvent<InvoiceSent> {
  return { name: EventName.InvoiceSent, version: EVENT_VERSION, payload };
}
