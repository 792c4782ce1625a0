// A barrel with a name of its own: the legacy one is merged into it.
export * from '../../../../../shared/workflow/runtime';
export { pause } from './pause';
