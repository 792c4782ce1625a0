import { expect, mock, test } from 'bun:test';

// unverified: `mock.module` of Bun, which must end where the import ends
mock.module('@shared/workflow/streams/kit', () => ({ openStream: () => ({ publish: () => undefined }) }));

test('a shared document is published', async () => {
  const { share } = await import('./unverified-stream');
  expect(share('lease.pdf')).toBe(undefined);
});
