import fc from 'fast-check';
import { decodeStreamControl, encodeStreamControl, type StreamControl } from './stream-control';

describe('stream control', () => {
  it('any credit and any cancel survives the wire', () => {
    const credit: fc.Arbitrary<StreamControl> = fc.record({
      type: fc.constant('credit' as const),
      consumedBytes: fc.maxSafeNat(),
      consumedMessages: fc.nat(0xffffffff),
    });
    const cancel: fc.Arbitrary<StreamControl> = fc.record({
      type: fc.constant('cancel' as const),
      reason: fc.constantFrom('client-gone', 'superseded', 'slow-consumer', 'gap', 'deadline', 'shutdown'),
    });
    const body: fc.Arbitrary<StreamControl> = fc.record({
      type: fc.constant('body' as const),
      offset: fc.nat(0xffffffff),
      bytes: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    });
    fc.assert(
      fc.property(fc.oneof(credit, cancel, body), (control) => {
        expect(decodeStreamControl(encodeStreamControl(control))).toEqual(control);
      }),
    );
  });

  it('anything else is refused', () => {
    for (const bytes of [[], [3], [1, 2], [2, 77]]) {
      expect(() => decodeStreamControl(Uint8Array.from(bytes))).toThrow('not a stream control message');
    }
  });
});
