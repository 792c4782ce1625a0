import type { Step, StepOutcome } from '../../types';

export function traceStep(step: Step): StepOutcome {
  console.info(`step ${step.id}: ${step.title}`);
  return step.title ? 'done' : 'failed';
}
