export * from './persistence';
export * from './runtime';
export * from './streams';
export * from './types';
export * from './workers';
// proxy: the root still borrows this surface from the legacy tree
export * from '../../../../shared/workflow/expression-authoring';
