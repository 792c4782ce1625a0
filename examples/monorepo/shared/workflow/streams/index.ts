export * from './eventNames';
export { invoiceSent } from './domainEventBuilders/invoiceEvents';
export { documentShared } from './domainEventBuilders/documentEvents';
export * from '@shared/core/actors';
