// undeclared-dependency: this package's manifest does not declare @alga-psa/workflows.
import type { Task } from '@alga-psa/workflows/types';
// verified: for this one name, although the legacy module has another that the target lacks
import { scheduleReminder } from '@shared/workflow/services';

export const remindOf = (task: Task) => scheduleReminder(task.id, task.due);
