// no finding: a look-alike, which is another module
import { LABELS } from '@shared/workflow-labels';
// verified: the columns count the receipt as one code point
/* 🧾 */ import { EventName } from '@shared/workflow/streams/eventNames';

export const subject = (name: EventName) => (name === EventName.InvoiceSent ? LABELS.invoice : LABELS.document);
