export * from './runtime';
export * from './streams/eventNames';
