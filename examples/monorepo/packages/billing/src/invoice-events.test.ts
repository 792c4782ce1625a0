import { describe, expect, it, vi } from 'vitest';
import { announce, waitingInvoices } from './invoice-events';

// verified: ends on the same barrel as the import that it stands for
vi.mock('@shared/workflow/persistence/taskStore', () => ({
  openTasks: () => [{ id: '7', title: 'invoice.sent', due: new Date(0) }],
}));

// verified: `importOriginal` with a type argument, whose form the grammar marks as an error
vi.mock('@alga-psa/shared/workflow/streams/eventNames', async (importOriginal) => ({
  ...(await importOriginal<typeof import('@alga-psa/shared/workflow/streams/eventNames')>()),
  EVENT_VERSION: 2,
}));

// verified: `vi.mock(import())`
vi.mock(import('@shared/workflow/streams/domainEventBuilders/invoiceEvents'), async (importOriginal) => ({
  ...(await importOriginal()),
}));

// mock-mismatch: nothing here loads this module under this specifier.
vi.mock('@alga-psa/workflows/services', () => ({ scheduleReminder: () => undefined }));

describe('invoice events', () => {
  it('lists waiting invoices', () => {
    expect(waitingInvoices()).toHaveLength(1);
  });

  it('can be mocked later, and for real', async () => {
    // verified: `doMock`, `unmock`, `importActual`, `importMock`
    vi.doMock('@shared/workflow/streams', () => ({ SYSTEM_ACTOR: { kind: 'system', id: 'test' } }));
    vi.unmock('@shared/workflow/streams');
    const actual = await vi.importActual<{ EVENT_VERSION: number }>('@shared/workflow/streams/eventNames');
    const mocked = await vi.importMock<{ EVENT_VERSION: number }>('@shared/workflow/streams/eventNames');
    expect(actual.EVENT_VERSION).toBe(mocked.EVENT_VERSION);
    expect(announce({ invoice: '7', total: 12 })).toContain('invoice.sent');
  });
});
