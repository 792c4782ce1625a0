// workflow-ls-ignore-file deprecated-import: frozen until the old archive is switched off
import { EVENT_VERSION } from '@shared/workflow/streams/eventNames';
import type { Task } from '@shared/workflow/types';

export const archiveName = (task: Task) => `${task.id}-v${EVENT_VERSION}.zip`;
