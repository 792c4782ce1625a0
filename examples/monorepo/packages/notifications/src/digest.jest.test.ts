import { digest } from './digest.cjs';

// verified: every call of Jest that takes a module's path
jest.mock('@shared/workflow/streams');
jest.doMock('@shared/workflow/streams', () => ({ SYSTEM_ACTOR: { id: 'test' } }));
jest.setMock('@shared/workflow/streams/eventNames', { EVENT_VERSION: 2 });
jest.unmock('@shared/workflow/streams');
jest.dontMock('@shared/workflow/streams/eventNames');

test('a digest names its version', () => {
  const { EVENT_VERSION } = jest.requireActual('@shared/workflow/streams/eventNames');
  const { SYSTEM_ACTOR } = jest.requireMock('@shared/workflow/streams');
  const { EventName } = jest.createMockFromModule('@shared/workflow/streams/eventNames');
  expect(digest([EventName.InvoiceSent])).toContain(`${SYSTEM_ACTOR.id} v${EVENT_VERSION}`);
});
