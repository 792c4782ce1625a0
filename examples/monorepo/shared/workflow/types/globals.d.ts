/** What a page may learn about the run that opened it; a global, so it is referenced and not imported. */
interface WorkflowWindow {
  run?: string;
}
