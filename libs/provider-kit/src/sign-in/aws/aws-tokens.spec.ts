// No I/O: AWS's library is a list of promises, the clock stands.
import type { ProviderFailure } from '@gateway/domain';
import { FakeClock } from '@gateway/testkit';
import { AwsTokenSources } from './aws-token-sources';
import type { LoadedAwsCredentials } from './load-aws-credentials';

const KEYS = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
const HOUR_MS = 3_600_000;

function scene() {
  const clock = new FakeClock();
  const waiting: { resolve: (loaded: LoadedAwsCredentials) => void; reject: (error: Error) => void }[] = [];
  const seen = { loads: 0, changes: 0 };
  const sources = new AwsTokenSources({
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
  const gives = async (lifetimeMs: number | null, credentials = KEYS): Promise<void> => {
    const expiresAtUnixMs = lifetimeMs === null ? null : clock.now() + lifetimeMs;
    waiting.shift()?.resolve({ credentials, expiresAtUnixMs });
    await settle();
  };
  const fails = async (error: Error): Promise<void> => {
    waiting.shift()?.reject(error);
    await settle();
  };
  return { clock, sources, seen, gives, fails, settle };
}

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

describe('B5 credentials of AWS', () => {
  it('are looked for at once, once for equal callers, and waited for by whoever comes earlier', async () => {
    const { sources, seen, gives } = scene();
    const tokens = sources.of({ profile: 'a' });
    expect(sources.of({ profile: 'a' })).toBe(tokens);
    expect(sources.of({ profile: 'b' })).not.toBe(tokens);
    expect([seen.loads, tokens.current(), tokens.missing]).toEqual([2, null, null]);
    const outcomes: (ProviderFailure | null)[] = [];
    tokens.obtain((failure) => outcomes.push(failure));
    await gives(HOUR_MS);
    expect([outcomes, tokens.current(), seen.changes]).toEqual([[null], KEYS, 0]);
  });

  it('are renewed before they end, and after a quarter of an hour where they have no end', async () => {
    const { clock, sources, seen, gives } = scene();
    const tokens = sources.of({});
    await gives(null);
    clock.advance(11 * 60_000);
    expect([tokens.current(), seen.loads]).toEqual([KEYS, 1]);
    clock.advance(2 * 60_000);
    expect([tokens.current(), seen.loads]).toEqual([KEYS, 2]);
    const others = { ...KEYS, accessKeyId: 'OTHER' };
    await gives(HOUR_MS, others);
    expect(tokens.current()).toBe(others);
  });

  it('that are nowhere are missing, which is said once, and looked for again until they are there', async () => {
    const { clock, sources, seen, gives, fails } = scene();
    const tokens = sources.of({});
    await fails(named('CredentialsProviderError', 'Could not load credentials from any providers\nstack'));
    expect(tokens.missing).toBe('no AWS credentials: Could not load credentials from any providers');
    expect(seen).toEqual({ loads: 1, changes: 1 });
    clock.advance(15_000);
    // What another service says may quote a token: only its name is told.
    await fails(named('AccessDenied', 'token eyJhbGciOi is not allowed'));
    expect(tokens.missing).toBe('no AWS credentials: AccessDenied');
    expect(seen).toEqual({ loads: 2, changes: 1 });
    clock.advance(15_000);
    await gives(HOUR_MS);
    expect([tokens.missing, tokens.current(), seen.changes]).toEqual([null, KEYS, 2]);
  });

  it('outlive a renewal that fails: what is at hand is not missing', async () => {
    const { clock, sources, seen, gives, fails } = scene();
    const tokens = sources.of({});
    await gives(HOUR_MS);
    clock.advance(HOUR_MS - 200_000);
    expect(tokens.current()).toBe(KEYS);
    await fails(new Error('away'));
    expect([tokens.current(), tokens.missing, seen.changes]).toEqual([KEYS, null, 0]);
  });

  it('are not waited for forever: a service that is silent is none', async () => {
    const { clock, sources, settle } = scene();
    const tokens = sources.of({});
    const outcomes: (ProviderFailure | null)[] = [];
    tokens.obtain((failure) => outcomes.push(failure));
    clock.advance(20_000);
    await settle();
    expect(outcomes).toMatchObject([{ class: 'auth', message: 'no AWS credentials: nobody answered in time' }]);
    expect(tokens.missing).toContain('nobody answered');
  });

  it('of callers no configuration names any more are looked for no more', async () => {
    const { clock, sources, seen, fails } = scene();
    const tokens = sources.of({});
    sources.forgetUnused();
    expect(sources.of({})).toBe(tokens);
    sources.forgetUnused();
    sources.forgetUnused();
    await fails(new Error('none'));
    clock.advance(60_000);
    expect(seen).toEqual({ loads: 1, changes: 0 });
    expect(sources.of({})).not.toBe(tokens);
  });
});
