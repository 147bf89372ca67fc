// No I/O: Google's library is a list of promises, the clock stands.
import type { ProviderFailure } from '@gateway/domain';
import { FakeClock } from '@gateway/testkit';
import type { LookedUpToken } from '../looked-up-tokens';
import type { GoogleCaller } from './google-caller';
import { GoogleSignInError } from './google-sign-in-error';
import { GoogleTokenSources } from './google-token-sources';

const HOUR_MS = 3_600_000;
const DEFAULT: GoogleCaller = { type: 'default' };
const FILE: GoogleCaller = { type: 'file', path: '/key.json' };

function scene() {
  const clock = new FakeClock();
  const waiting: { resolve: (loaded: LookedUpToken<string>) => void; reject: (error: unknown) => void }[] = [];
  const seen = { loads: 0, changes: 0 };
  const sources = new GoogleTokenSources({
    nowMs: clock.now,
    unixMs: clock.now,
    after: (delayMs, run) => void clock.setTimeout(run, delayMs),
    onAvailability: () => {
      seen.changes += 1;
    },
    load: () => {
      seen.loads += 1;
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
  });
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const gives = async (token: string): Promise<void> => {
    waiting.shift()?.resolve({ token, expiresAtUnixMs: clock.now() + HOUR_MS });
    await settle();
  };
  const fails = async (error: unknown): Promise<void> => {
    waiting.shift()?.reject(error);
    await settle();
  };
  return { clock, sources, seen, gives, fails, settle };
}

const answered = (status: number, error: string) =>
  Object.assign(new Error('quotes a secret'), { name: 'GaxiosError', response: { status, data: { error } } });

describe('B5 tokens of Google', () => {
  it('are fetched at once, once for equal callers however many wait, and renewed before they end', async () => {
    const { clock, sources, seen, gives } = scene();
    const tokens = sources.of(FILE);
    expect(sources.of({ ...FILE })).toBe(tokens);
    const outcomes: (ProviderFailure | null)[] = [];
    for (let index = 0; index < 20; index++) tokens.obtain((failure) => outcomes.push(failure));
    await gives('first');
    expect([outcomes, seen.loads, tokens.current()]).toEqual([new Array(20).fill(null), 1, 'first']);
    clock.advance(HOUR_MS - 299_000);
    expect([tokens.current(), seen.loads]).toEqual(['first', 2]);
    await gives('second');
    expect([tokens.current(), tokens.missing]).toEqual(['second', null]);
  });

  it('are given up when they are refused', async () => {
    const { clock, sources, gives } = scene();
    const tokens = sources.of(FILE);
    await gives('first');
    clock.advance(10_000);
    tokens.refuse('first');
    expect(tokens.current()).toBeNull();
  });

  it('are missing on a machine without a metadata server after two seconds, and looked for again', async () => {
    const { clock, sources, seen, gives, settle } = scene();
    const tokens = sources.of(DEFAULT);
    const outcomes: (ProviderFailure | null)[] = [];
    tokens.obtain((failure) => outcomes.push(failure));
    clock.advance(2_000);
    await settle();
    expect(outcomes).toMatchObject([{ class: 'auth' }]);
    expect(tokens.missing).toContain('vertex_credentials (or VERTEXAI_CREDENTIALS or GOOGLE_APPLICATION_CREDENTIALS)');
    expect(seen).toEqual({ loads: 1, changes: 1 });
    clock.advance(15_000);
    expect(seen.loads).toBe(2);
    await gives('late');
    expect(tokens.missing).not.toBeNull();
  });

  it.each([
    [answered(400, 'invalid_grant'), 'auth', 'status 400, invalid_grant'],
    [answered(401, 'quotes a secret'), 'auth', 'status 401, no reason given'],
    [answered(503, 'unavailable'), 'server-error', 'status 503'],
    [answered(429, 'slow_down'), 'server-error', 'status 429'],
    [Object.assign(new Error('secret'), { code: 'ERR_OSSL_UNSUPPORTED' }), 'auth', 'the private key cannot be used'],
    [Object.assign(new Error('secret'), { code: 'ECONNREFUSED' }), 'connect', 'could not be reached'],
    [Object.assign(new Error('fetch failed: secret'), { config: {} }), 'connect', 'could not be reached'],
    [new Error('no private_key: secret'), 'auth', 'not complete'],
    ['secret', 'auth', 'not complete'],
  ] as const)(
    'that are not given are a failure of the request, and the deployment stays: %s',
    async (error, name, words) => {
      const { sources, seen, fails } = scene();
      const tokens = sources.of(FILE);
      const outcomes: (ProviderFailure | null)[] = [];
      tokens.obtain((failure) => outcomes.push(failure));
      await fails(error);
      expect(outcomes).toMatchObject([{ class: name, message: expect.stringContaining(words) }]);
      expect(outcomes[0]?.message).not.toContain('secret');
      expect([tokens.missing, seen.changes]).toEqual([null, 0]);
    },
  );

  it('are missing where a file is', async () => {
    const { sources, fails } = scene();
    const tokens = sources.of(FILE);
    await fails(new GoogleSignInError('the file /key.json cannot be read'));
    expect(tokens.missing).toBe('no Google credentials: the file /key.json cannot be read');
  });
});
