// verified: a relative path into the legacy tree, to a key whose `dist` file is traced to its source
import { startWorker } from '../../../shared/workflow/workers';
// verified: the ending `/index.js` goes
import { EventName, type StreamEvent } from '@shared/workflow/streams/index.js';
// verified: the ending `.js` goes
import { EVENT_VERSION } from '@shared/workflow/streams/eventNames.js';
// verified: the ending `/index` goes
import type { Task } from '@shared/workflow/types/index';

export function listen(inbox: Task[]): (event: StreamEvent<Task>) => void {
  const worker = startWorker((event) => {
    if (event.name === EventName.DocumentFiled && event.version === EVENT_VERSION) inbox.push(event.payload as Task);
  });
  return (event) => worker.feed(event);
}
