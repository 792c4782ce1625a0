export * from '../../../../../shared/workflow/streams/eventNames';
