import { expect, it, vi } from 'vitest';
import { start } from '@shared/workflow/runtime/client';

vi.mock('../../lib/clock', () => ({ now: () => 0 }));

it('starts in a day', () => expect(start('remind')).toBe(86_400_000));
