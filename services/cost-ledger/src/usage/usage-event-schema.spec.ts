import { anAttemptRecord, aRequestRecord, aUsageEvent } from '@gateway/testkit';
import { attemptRecord, requestRecord, usage, usageEvent } from '../../test/usage-events';
import { usageEventSchema } from './usage-event-schema';

const parse = (event: unknown) => usageEventSchema.safeParse(event);

describe('usageEventSchema', () => {
  it('takes every event of the contract', () => {
    expect(parse(usageEvent('r', { attempt: attemptRecord(), request: requestRecord() })).success).toBe(true);
    expect(parse({ ...aUsageEvent(), attempt: anAttemptRecord(), request: aRequestRecord() }).success).toBe(true);
  });

  it('takes what a newer service may add', () => {
    const attempt = { ...attemptRecord(), failure: 'a-new-class', novelty: 1 };
    expect(parse({ ...usageEvent('r'), attempt, more: true }).success).toBe(true);
  });

  it('D2 keeps units, those of a newer service too, and leaves out what there was nothing of', () => {
    const units = { images: 2, characters: 0, ofTomorrow: 1.4, '\0': 5 } as never;
    const attempt = attemptRecord({ usage: usage(0, 0, { units }) });
    expect(usageEventSchema.parse(usageEvent('r', { attempt })).attempt?.usage.units).toEqual({
      images: 2,
      ofTomorrow: 1,
    });
    const none = usageEventSchema.parse(usageEvent('r', { attempt: attemptRecord() })).attempt;
    expect(none?.usage).not.toHaveProperty('units');
    const bad = attemptRecord({ usage: usage(0, 0, { units: { images: -1 } }) });
    expect(parse(usageEvent('r', { attempt: bad })).success).toBe(false);
  });

  it('mends what is no reason to lose money: fractions, a clock set back, absurd raw usage', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    for (const raw of [deep, 'x'.repeat(40_000)]) {
      const attempt = attemptRecord({ latencyMs: -3.4, usage: usage(1.6, 2, { raw }) });
      expect(usageEventSchema.parse(usageEvent('r', { attempt })).attempt).toMatchObject({
        latencyMs: 0,
        usage: { promptTokens: 2, raw: null },
      });
    }
  });

  it.each([
    ['nothing said', usageEvent('r')],
    ['no request id', usageEvent('', { attempt: attemptRecord() })],
    ['an endless request id', usageEvent('r'.repeat(256), { attempt: attemptRecord() })],
    ['a stranger', { ...usageEvent('r', { attempt: attemptRecord() }), source: 'stranger' }],
    ['no tokens', usageEvent('r', { attempt: attemptRecord({ usage: usage(Number.NaN, 0) }) })],
    ['negative tokens', usageEvent('r', { attempt: attemptRecord({ usage: usage(0, -1) }) })],
    ['more tokens than there are', usageEvent('r', { attempt: attemptRecord({ usage: usage(1e13, 0) }) })],
    ['an attempt in between', usageEvent('r', { attempt: attemptRecord({ attempt: 0.5 }) })],
    ['a time beyond the year 9999', usageEvent('r', { attempt: attemptRecord({ startedAtUnixMs: 1e15 }) })],
    ['a text', 'text'],
    ['null', null],
  ])('refuses %s', (_name, event) => {
    expect(parse(event).success).toBe(false);
  });
});
