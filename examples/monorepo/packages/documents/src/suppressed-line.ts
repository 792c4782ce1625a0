// workflow-ls-ignore deprecated-import: the audit log moves with the archive service
import { EventName } from '@shared/workflow/streams/eventNames';
// workflow-ls-ignore deprecated-import: unused, the line below imports nothing that is deprecated
import type { Task } from '@alga-psa/workflows/types';

export const logLine = (task: Task) => `${EventName.DocumentFiled} ${task.id}`;
