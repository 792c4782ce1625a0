// blocked: boundary, by relative path (the text never says "shared/workflow")
import { openTasks } from '../workflow/persistence';
// blocked: boundary, by specifier
import type { Task } from '@alga-psa/shared/workflow/types';
// core-imports-ee: the core imports EE code, once by package and once by alias.
import { createEngine } from '@alga-psa/workflows/runtime';
import { Designer } from '@ee/designer';

export function overdue(now: Date): Task[] {
  return openTasks().filter((task) => task.due < now);
}

export const preview = (title: string) => [createEngine().run({ id: 'preview', title }), Designer({ title })];
