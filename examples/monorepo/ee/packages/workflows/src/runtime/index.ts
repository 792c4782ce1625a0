import { SYSTEM_ACTOR } from '../streams';
import type { Step, StepOutcome } from '../types';
import { traceStep } from './internal/trace';

export class Engine {
  readonly actor = SYSTEM_ACTOR;

  run(step: Step): StepOutcome;
  run(steps: Step[]): StepOutcome[];
  run(work: Step | Step[]): StepOutcome | StepOutcome[] {
    return Array.isArray(work) ? work.map((step) => this.run(step)) : traceStep(work);
  }
}

export function createEngine(): Engine {
  return new Engine();
}
