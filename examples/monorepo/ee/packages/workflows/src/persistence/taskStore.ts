// proxy: the whole module, which the exports map does not show on its own
export * from '../../../../../shared/workflow/persistence/taskStore';
