import * as fc from 'fast-check';
import { anySecret, type SecretSample } from './__fixtures__/any-secret';
import { MAX_FIELD_BYTES } from './clean-text';
import { createLogger, type LoggerOptions } from './create-logger';
import type { LogFields } from './logger';

function recorded(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const logger = createLogger({
    service: 'edge-api',
    instance: 'edge-1',
    level: 'debug',
    format: 'json',
    write: (line) => lines.push(line),
    ...options,
  });
  return { logger, lines, entry: (index = 0): Record<string, unknown> => JSON.parse(lines[index] ?? '{}') };
}

/** Every place of a log call where a value can end up. */
const placements: readonly ((secret: SecretSample) => readonly [LogFields, string])[] = [
  ({ text }) => [{}, `failed with ${text} given`],
  ({ text }) => [{ note: text }, 'message'],
  ({ text }) => [{ deep: { list: [{ inner: text }] } }, 'message'],
  ({ text }) => [{ [text]: 1 }, 'message'],
  ({ text }) => [{ error: new Error(text) }, 'message'],
  ({ text }) => [{ error: new Error('outer', { cause: new Error(text) }) }, 'message'],
  ({ text }) => [{ error: new AggregateError([new Error(text)], 'many') }, 'message'],
  ({ text }) => [{ error: Object.assign(new Error('http'), { config: { headers: { x: text } } }) }, 'message'],
  ({ text }) => [{ error: Object.assign(new Error('http'), { code: text }) }, 'message'],
  ({ hidden }) => [{ headers: { authorization: hidden, 'X-Api-Key': hidden, cookie: [hidden] } }, 'message'],
  ({ hidden }) => [{ options: { apiKey: hidden, masterKey: hidden, password: { value: hidden } } }, 'message'],
  ({ text }) => [{ map: new Map([['key', text]]), set: new Set([text]) }, 'message'],
  ({ text }) => [{ thrown: Symbol(text) }, 'message'],
];

describe('createLogger', () => {
  it('N3 never writes anything that looks like a secret, wherever it is in the call', () => {
    fc.assert(
      fc.property(anySecret, fc.constantFrom(...placements), (secret, place) => {
        for (const format of ['json', 'pretty'] as const) {
          const { logger, lines } = recorded({ format, colours: false });
          logger.error(...place(secret));
          logger.child(place(secret)[0]).info({}, 'from a child');
          expect(lines).toHaveLength(2);
          expect(lines.join('')).not.toContain(secret.hidden);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('N3 never throws and always writes exactly one line of valid JSON', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.anything({ withBigInt: true, withDate: true, withMap: true })),
        fc.string(),
        (fields, message) => {
          const { logger, lines, entry } = recorded();
          logger.info(fields, message);
          expect(lines).toHaveLength(1);
          expect(lines[0]!.indexOf('\n')).toBe(lines[0]!.length - 1);
          expect(entry().msg).not.toBeUndefined();
        },
      ),
      { numRuns: 500 },
    );
  });

  it('N3 writes who, when, what and the trace', () => {
    const { logger, entry } = recorded();
    logger.warn({ trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16), attempts: 2 }, 'slow');
    expect(entry()).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: 'warn',
      service: 'edge-api',
      instance: 'edge-1',
      trace_id: 'a'.repeat(32),
      span_id: 'b'.repeat(16),
      attempts: 2,
      msg: 'slow',
    });
  });

  it('keeps fields from replacing the fixed ones of the line', () => {
    const { logger, entry } = recorded();
    logger.info({ service: 'forged', level: 'forged', msg: 'forged', time: 'forged', instance: 'forged' }, 'x');
    expect(entry()).toMatchObject({
      service: 'edge-api',
      level: 'info',
      msg: 'x',
      instance: 'edge-1',
      field_service: 'forged',
    });
    expect(entry().time).not.toBe('forged');
  });

  it('strips control characters, so that a value can neither forge a line nor paint the terminal', () => {
    const { logger, lines, entry } = recorded({ format: 'json' });
    logger.info({ model: 'a\u001b[31mred\nb\u0000c\u202edef' }, 'one\ntwo');
    expect(entry()).toMatchObject({ model: 'a[31mred bcdef', msg: 'one two' });
    expect(lines).toHaveLength(1);
  });

  it('cuts a large field at 8 KB of UTF-8 and says so', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('x', 'é', '漢', '😀'),
        fc.integer({ min: 1, max: 40_000 }),
        fc.nat({ max: 3 }),
        (character, count, offset) => {
          const { logger, entry } = recorded();
          const text = '.'.repeat(offset) + character.repeat(count);
          logger.info({ text }, 'm');
          const written = String(entry().text);
          expect(Buffer.byteLength(written)).toBeLessThanOrEqual(MAX_FIELD_BYTES);
          expect(written.includes('\ufffd')).toBe(false);
          if (Buffer.byteLength(text) <= MAX_FIELD_BYTES) expect(written).toBe(text);
          else expect(written.endsWith('…[cut]')).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('never shows half a secret at the place where a huge text is cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 65_400, max: 65_600 }), (position) => {
        const { logger, lines } = recorded();
        // Secrets before it shrink, so that the end of what was scanned comes within the 8 KB that are shown.
        const filler = `password=${'f'.repeat(6_000)} `.repeat(20).slice(0, position);
        logger.info({ text: `${filler} postgres://gateway:hunter2hunter2@db/x` }, 'm');
        expect(lines[0]).not.toContain('hunter2h');
      }),
    );
  });

  it('shows an error with its stack, cause and code, and nothing that a client library hung on it', () => {
    const { logger, entry } = recorded();
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', port: 5432 });
    const error = Object.assign(new TypeError('no database', { cause }), { config: { url: 'x' }, request: { a: 1 } });
    logger.error({ error }, 'failed');
    const written = entry().error as Record<string, unknown>;
    expect(written).toMatchObject({
      name: 'TypeError',
      message: 'no database',
      cause: { message: 'refused', code: 'ECONNREFUSED', port: 5432 },
    });
    expect(Object.keys(written).sort()).toEqual(['cause', 'message', 'name', 'stack']);
    expect(String(written.stack)).toContain('create-logger.spec');
  });

  it('ends on cycles, depth, bulk and getters that throw', () => {
    const { logger, lines } = recorded();
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    let deep: unknown = 'bottom';
    for (let level = 0; level < 12; level++) deep = { deep };
    const bulk = Array.from({ length: 5_000 }, () => ({ a: [1, 2, 3] }));
    logger.info({ deep, cycle, bulk }, 'first');
    logger.info(
      Object.defineProperty({}, 'bad', {
        enumerable: true,
        get: () => {
          throw new Error('no');
        },
      }),
      'second',
    );
    expect(lines).toHaveLength(2);
    expect(lines[0]!.length).toBeLessThan(20_000);
    expect(lines[0]).toContain('[deep]');
    expect(lines[0]).not.toContain('bottom');
  });

  it('writes nothing below its level', () => {
    const { logger, lines } = recorded({ level: 'warn' });
    logger.debug({}, 'a');
    logger.info({}, 'b');
    logger.warn({}, 'c');
    expect(lines).toHaveLength(1);
    expect([logger.isEnabled('info'), logger.isEnabled('warn')]).toEqual([false, true]);
    expect(recorded({ level: 'silent' }).logger.isEnabled('error')).toBe(false);
  });

  it('N7 writes lines for people on request', () => {
    const { logger, lines } = recorded({ format: 'pretty', colours: false });
    logger.info({ port: 8080, tags: ['a'] }, 'ready');
    logger.error({ error: new Error('boom') }, 'broken');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INFO {2}edge-api ready port=8080 tags=\["a"\]\n$/);
    expect(lines[1]).toMatch(/ERROR edge-api broken\n {4}Error: boom\n {8}at /);
  });
});
