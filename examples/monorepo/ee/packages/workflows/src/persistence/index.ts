export { RunModel, runKey, type RunRecord } from './runModel';
export { openTasks, saveTask } from './taskStore';
