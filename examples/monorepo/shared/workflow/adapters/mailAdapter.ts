import type { Task } from '../types';

export default function mailAdapter(task: Task): string {
  return `Please look at "${task.title}" by ${task.due.toDateString()}.`;
}
