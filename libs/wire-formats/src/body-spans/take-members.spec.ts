import fc from 'fast-check';
import { takeMembers } from './take-members';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const value = fc.oneof(fc.integer(), fc.string(), fc.constant({ a: [1, '}'] }), fc.constant(null));
const bodies = fc.tuple(
  fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), value), { selector: ([name]) => name }),
  fc.nat(2),
);

describe('A8 members taken out of a body', () => {
  it('are always those named, and the rest stays as it was', () => {
    fc.assert(
      fc.property(bodies, fc.subarray(NAMES), ([members, indent], names) => {
        const text = JSON.stringify(Object.fromEntries(members), null, indent);
        const { body, taken } = takeMembers(Buffer.from(text), new Set(names));
        const isNamed = ([name]: readonly [string, unknown]) => names.includes(name);
        expect(taken).toEqual(Object.fromEntries(members.filter(isNamed)));
        const rest: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
        expect(rest).toEqual(Object.fromEntries(members.filter((member) => !isNamed(member))));
      }),
    );
  });

  it('leave the very bytes of a body that has none', () => {
    const bytes = Buffer.from('{ "a" : 1.0 }');
    expect(takeMembers(bytes, new Set(['b'])).body).toBe(bytes);
    const rest = takeMembers(Buffer.from('{"stream":true, "a" : 1.0, "b":1}'), new Set(['stream', 'b'])).body;
    expect(Buffer.from(rest).toString()).toBe('{"a" : 1.0}');
  });

  it('are found under a name with escapes, and taken as often as they stand there', () => {
    const { body, taken } = takeMembers(Buffer.from('{"\\u0062":1,"a":2,"b":3}'), new Set(['b']));
    expect([Buffer.from(body).toString(), taken]).toEqual(['{"a":2}', { b: 3 }]);
  });
});
