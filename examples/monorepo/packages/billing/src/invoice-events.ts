// verified: one-to-one
import { invoiceSent, type InvoiceSent } from '@shared/workflow/streams/domainEventBuilders/invoiceEvents';
// verified: one-to-one, through a chain of `export *`
import { EventName, type StreamEvent } from '@alga-psa/shared/workflow/streams/eventNames';
// verified: one-to-one, a default export
import sortedJson from '@shared/workflow/bundle/sortedJson';
// verified: enclosing barrel, since nothing admits ./persistence/taskStore
import { openTasks } from '@shared/workflow/persistence/taskStore';
// verified: the root, since nothing admits ./expression-authoring
import { listPaths } from '@shared/workflow/expression-authoring';
// verified: a chain of `export *` across packages
import { SYSTEM_ACTOR as actor } from '@shared/workflow/streams';

export function announce(invoice: InvoiceSent): string {
  const event: StreamEvent = invoiceSent(invoice);
  return sortedJson({ ...event, actor, paths: listPaths(invoice) });
}

export const waitingInvoices = () => openTasks().filter((task) => task.title === EventName.InvoiceSent);
