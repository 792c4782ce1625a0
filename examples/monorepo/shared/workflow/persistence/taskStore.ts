import type { Task } from '../types';

const tasks = new Map<string, Task>();

export function saveTask(task: Task): void {
  tasks.set(task.id, task);
}

export function openTasks(): Task[] {
  return [...tasks.values()];
}
