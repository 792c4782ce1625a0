// verified: and every line of this file still ends in CR LF
import type { Task } from '@shared/workflow/types';

export const subjectOf = (task: Task) => `To do: ${task.title}`;
