export * from './persistence';
export * from './streams';
export * from './types';
