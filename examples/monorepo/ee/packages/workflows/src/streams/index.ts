export * from './eventNames';
export { invoiceSent } from './domainEventBuilders/invoiceEvents';
// proxy: one name that has not moved yet
export { documentShared } from '../../../../../shared/workflow/streams/domainEventBuilders/documentEvents';
export * from '@alga-psa/shared/core/actors';
