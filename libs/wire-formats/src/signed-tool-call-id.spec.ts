import fc from 'fast-check';
import { clientToolCallId, parseClientToolCallId } from './signed-tool-call-id';

it('brings a signature there and back in letters both wires take, whatever the id', () => {
  const call = fc.record({
    id: fc.oneof(fc.stringMatching(/^[a-zA-Z0-9_-]{1,30}$/), fc.constantFrom('a__thought__b', '__thought__x')),
    signature: fc.base64String({ minLength: 4, maxLength: 600 }),
  });
  fc.assert(
    fc.property(call, (signed) => {
      const clientId = clientToolCallId(signed);
      expect(clientId).toMatch(/^[a-zA-Z0-9_-]+$/);
      expect(parseClientToolCallId(clientId)).toEqual(signed);
    }),
  );
});

it('leaves the ids of unsigned calls alone', () => {
  expect(clientToolCallId({ id: 'call_1' })).toBe('call_1');
  expect(parseClientToolCallId('call_1')).toEqual({ id: 'call_1' });
  expect(parseClientToolCallId('__thought__x')).toEqual({ id: '__thought__x' });
});
