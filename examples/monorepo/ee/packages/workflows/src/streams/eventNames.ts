// proxy: the whole module
export * from '../../../../../shared/workflow/streams/eventNames';
