export type StepOutcome = 'done' | 'waiting' | 'failed';

export interface Step {
  id: string;
  title: string;
}

/** A step that waits for a person. */
export interface Task extends Step {
  due: Date;
  assignee?: string;
}
