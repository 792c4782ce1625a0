import type { Task } from '../types';

export class ApprovalPolicy {
  constructor(readonly approvers: string[]) {}
}

export function approve(task: Task, by: string, policy: { approvers: string[] }): boolean {
  return task.assignee === by || policy.approvers.includes(by);
}
