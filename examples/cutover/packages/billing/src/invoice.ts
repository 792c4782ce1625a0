import { REMINDED } from '@shared/workflow/streams/eventNames';
import { start, REMINDED as event } from '@shared/workflow';

export const due = () => [start('remind'), REMINDED, event];
