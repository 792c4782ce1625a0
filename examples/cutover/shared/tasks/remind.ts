// The core asks the workflow code: the cut rewrites it, and lists it for a person to decide.
import { start } from '../workflow/runtime/client';

export const remind = () => start('remind');
