// verified: the package's own name, from a legacy specifier
import type { Task } from '@shared/workflow/types';
// verified: the package's own name, from a relative path
import { saveTask } from '../../../../../shared/workflow/persistence/taskStore';

export interface ApprovalPolicy {
  approvers: string[];
}

export function approve(task: Task, by: string, policy: ApprovalPolicy): boolean {
  saveTask({ ...task, assignee: by });
  return task.assignee === by || policy.approvers.includes(by);
}
