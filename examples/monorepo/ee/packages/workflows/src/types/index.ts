// proxy: the whole module
export * from '../../../../../shared/workflow/types';
