import { vi } from 'vitest';
import { due } from './invoice';

vi.mock('@shared/workflow/streams/eventNames', () => ({ REMINDED: 'mocked' }));

due();
