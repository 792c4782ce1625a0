export { default as RunModel, runKey } from './runModel';
export * from './taskStore';
