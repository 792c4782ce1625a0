// blocked: the canonical module is this file, and the root's exports come back to it
import { startWorker as startLegacyWorker, type Handler } from '../../../../../shared/workflow/workers';

export type { Handler };

export function startWorker(handler: Handler) {
  console.info('worker started by @alga-psa/workflows');
  return startLegacyWorker(handler);
}
