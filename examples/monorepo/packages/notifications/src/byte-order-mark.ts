import type { Step } from '@shared/workflow/types'; // verified: and the byte order mark stays

export const titleOf = (step: Step) => step.title;
