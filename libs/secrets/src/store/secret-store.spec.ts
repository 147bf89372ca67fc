import type { SecretReference, SecretSettings } from '@gateway/config';
import { FakeClock } from '@gateway/testkit';
import fc from 'fast-check';
import { SecretReadError } from '../secret-read-error';
import { type SecretObserver, SecretStore } from './secret-store';

const LIFETIME_MS = 300_000;
const TIMEOUT_MS = 5_000;
const STEP_MS = 500;

const reference = (name: string, field: string | null = null): SecretReference => ({
  kind: 'kept',
  keeper: 'aws_secret_manager',
  name,
  field,
});

/** A store over a keeper in memory, under a clock that stands still. */
function aStore(environment: Record<string, string> = {}) {
  const clock = new FakeClock();
  const kept = new Map<string, string | Error>();
  const reads: string[] = [];
  const lines: Parameters<SecretObserver['read']>[] = [];
  let changes = 0;
  const scene = { isSilent: false, mostAtOnce: 0, underWay: 0 };
  const backend = {
    async read(name: string, signal: AbortSignal): Promise<string> {
      reads.push(name);
      scene.underWay += 1;
      scene.mostAtOnce = Math.max(scene.mostAtOnce, scene.underWay);
      if (scene.isSilent) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await Promise.resolve();
      scene.underWay -= 1;
      const found = kept.get(name) ?? new SecretReadError('absent', 'there is no such secret');
      if (found instanceof Error) throw found;
      return found;
    },
  };
  const store = new SecretStore({
    backends: {
      aws_secret_manager: backend,
      hashicorp_vault: backend,
      google_secret_manager: null,
      'os.file': backend,
    },
    environment,
    lifetimeMs: LIFETIME_MS,
    timeoutMs: TIMEOUT_MS,
    clock: {
      nowMs: clock.now,
      unixMs: clock.now,
      after: (delayMs, run) => {
        const id = clock.setTimeout(run, delayMs);
        return () => clock.clearTimeout(id);
      },
      random: () => 0.5,
    },
    observer: { read: (...line) => void lines.push(line), counted: () => undefined },
    onChange: () => {
      changes += 1;
    },
  });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 40; turn++) await Promise.resolve();
  };
  // In steps, so that a read comes to its end before the time it may take is over.
  const pass = async (ms: number): Promise<void> => {
    await settle();
    for (let leftMs = ms; leftMs > 0; leftMs -= STEP_MS) {
      clock.advance(Math.min(leftMs, STEP_MS));
      await settle();
    }
  };
  const textOf = (...of: Parameters<typeof reference>): string | null => {
    const found = store.under(undefined).lookUp(reference(...of));
    return found.ok ? found.value : null;
  };
  let inUse = store.under(undefined);
  const use = (settings: SecretSettings): void => {
    inUse = store.under(settings);
  };
  const lookUpNow = (of: SecretReference) => inUse.lookUp(of);
  const refuse = (of: SecretReference): void => inUse.refuse([of]);
  return {
    store,
    use,
    lookUpNow,
    refuse,
    isKept: (of: SecretReference) => inUse.isKept(of),
    kept,
    reads,
    lines,
    scene,
    pass,
    textOf,
    changes: () => changes,
    clock,
  };
}

describe('SecretStore', () => {
  it('E2 reads in the background, once for all who ask, and tells when it knows', async () => {
    const { kept, reads, pass, textOf, changes, lookUpNow } = aStore();
    kept.set('openai', 'sk-1\n');
    expect(lookUpNow(reference('openai'))).toEqual({ ok: false, reason: 'aws_secret_manager/openai is being read' });
    expect(textOf('openai')).toBeNull();
    await pass(0);
    expect(textOf('openai')).toBe('sk-1');
    expect(reads).toEqual(['openai']);
    await pass(20);
    expect(changes()).toBe(1);
  });

  it('E2 picks fields of one document with one read', async () => {
    const { kept, reads, pass, textOf, lookUpNow } = aStore();
    kept.set('keys', JSON.stringify({ a: 'sk-a', n: 7, account: { type: 'x' }, none: null }));
    for (const field of ['a', 'n']) textOf('keys', field);
    await pass(0);
    expect([textOf('keys', 'a'), textOf('keys', 'n'), textOf('keys', 'account')]).toEqual([
      'sk-a',
      '7',
      '{"type":"x"}',
    ]);
    for (const field of ['none', 'absent', 'toString', '__proto__']) {
      const reason = `aws_secret_manager/keys has no field ${field}`;
      expect(lookUpNow(reference('keys', field))).toEqual({ ok: false, reason });
    }
    expect(reads).toEqual(['keys']);
  });

  it('L2 reads again before the lifetime is over, and gives the new value', async () => {
    const { kept, reads, pass, textOf, changes } = aStore();
    kept.set('openai', 'sk-1');
    textOf('openai');
    await pass(20);
    kept.set('openai', 'sk-2');
    await pass(LIFETIME_MS * 0.7 - 21);
    expect([reads.length, textOf('openai')]).toEqual([1, 'sk-1']);
    await pass(LIFETIME_MS * 0.2);
    expect([reads.length, textOf('openai')]).toEqual([2, 'sk-2']);
    await pass(20);
    expect(changes()).toBe(2);
  });

  it('L2 keeps the old value while the keeper is away, says so once, and goes on asking', async () => {
    const { store, kept, reads, lines, pass, textOf } = aStore();
    kept.set('openai', 'sk-1');
    textOf('openai');
    await pass(0);
    kept.set('openai', new SecretReadError('unreachable', 'nobody answered'));
    for (let minute = 0; minute < 30; minute++) await pass(60_000);
    expect(textOf('openai')).toBe('sk-1');
    expect(reads.length).toBeGreaterThan(10);
    const told = lines.filter(([, { news, reason }]) => news && reason !== null);
    expect(told).toEqual([['aws_secret_manager/openai', expect.objectContaining({ outcome: 'failed', isKept: true })]]);
    expect(store.describe()).toMatchObject([{ current: 0, stale: 1, missing: 0, lastError: 'nobody answered' }]);
    kept.set('openai', 'sk-2');
    await pass(60_000);
    expect(textOf('openai')).toBe('sk-2');
    expect(store.describe()).toMatchObject([{ current: 1, stale: 0, lastError: null }]);
  });

  it('L2 finds a secret that comes late', async () => {
    const { kept, pass, textOf, changes, lookUpNow } = aStore();
    const lookUp = () => lookUpNow(reference('late'));
    lookUp();
    await pass(20);
    expect(lookUp()).toEqual({ ok: false, reason: 'aws_secret_manager/late: there is no such secret' });
    expect(changes()).toBe(1);
    await pass(600_000);
    kept.set('late', 'sk-late');
    await pass(60_000);
    expect(textOf('late')).toBe('sk-late');
  });

  it('L2 ends a read that does not end by itself, and start-up does not wait for it for ever', async () => {
    const { store, scene, pass, textOf, lookUpNow } = aStore();
    scene.isSilent = true;
    textOf('openai');
    let isSettled = false;
    void store.settled(3_000).then(() => {
      isSettled = true;
    });
    await pass(2_999);
    expect(isSettled).toBe(false);
    await pass(1);
    expect(isSettled).toBe(true);
    await pass(TIMEOUT_MS);
    expect(lookUpNow(reference('openai'))).toMatchObject({
      reason: expect.stringContaining('no answer within 5000'),
    });
  });

  it('L2 a refused secret is read again at once, but not again and again', async () => {
    const { kept, reads, pass, textOf, refuse } = aStore();
    kept.set('openai', 'sk-1');
    textOf('openai');
    await pass(30_000);
    kept.set('openai', 'sk-2');
    for (let time = 0; time < 5; time++) refuse(reference('openai'));
    await pass(0);
    expect([reads.length, textOf('openai')]).toEqual([2, 'sk-2']);
    for (let second = 0; second < 20; second++) {
      refuse(reference('openai'));
      await pass(1_000);
    }
    expect(reads.length).toBeLessThanOrEqual(4);
  });

  it('L2 reads at most eight at once', async () => {
    const { kept, reads, scene, pass, textOf } = aStore();
    const names = Array.from({ length: 50 }, (_, index) => `secret-${index}`);
    for (const name of names) kept.set(name, `sk-${name}`);
    for (const name of names) textOf(name);
    for (let turn = 0; turn < 10; turn++) await pass(0);
    expect(names.map((name) => textOf(name))).toEqual(names.map((name) => `sk-${name}`));
    expect([scene.mostAtOnce, reads.length]).toEqual([8, 50]);
  });

  it('lets go of what nobody looks up any more', async () => {
    const { store, kept, reads, pass, textOf } = aStore();
    for (const name of ['old', 'new']) kept.set(name, 'sk');
    for (const name of ['old', 'new']) textOf(name);
    const secrets = store.under(undefined);
    secrets.lookUp(reference('new'));
    store.keepOnly(secrets);
    await pass(0);
    expect(store.describe()).toMatchObject([{ current: 1 }]);
    const before = reads.length;
    await pass(LIFETIME_MS);
    expect(reads.slice(before)).toEqual(['new']);
    store.close();
    await pass(LIFETIME_MS * 2);
    expect(reads.length).toBe(before + 1);
  });

  it('never says what is kept, whatever happens', async () => {
    const canary = 'canary-5e1f';
    const step = fc.constantFrom(
      `${canary}`,
      `{"a":"${canary}"}`,
      new Error(canary),
      new SecretReadError('refused', 'not for us'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const { store, kept, lines, pass, lookUpNow } = aStore();
        const said: unknown[] = [];
        for (const found of steps) {
          kept.set('openai', found);
          for (const field of [null, 'a', 'b']) {
            const answer = lookUpNow(reference('openai', field));
            if (!answer.ok) said.push(answer.reason);
          }
          await pass(10_000);
          said.push(store.describe());
        }
        expect(JSON.stringify([said, lines])).not.toContain(canary);
      }),
      { numRuns: 30 },
    );
  });
});

describe('os.environ/NAME with a key management system', () => {
  const variable = (name: string): SecretReference => ({ kind: 'variable', name });

  it('B1 is asked of the manager first, and of the environment when that has none', async () => {
    const { kept, pass, use, lookUpNow } = aStore({ ONLY_HERE: 'mine', BOTH: 'mine' });
    use({ manager: 'aws_secret_manager', hostedKeys: null, primarySecretName: null });
    kept.set('BOTH', 'theirs');
    const all = () => ['BOTH', 'ONLY_HERE', 'NOWHERE'].map((name) => lookUpNow(variable(name)));
    expect(all().every(({ ok }) => !ok)).toBe(true);
    await pass(0);
    expect(all()).toEqual([
      { ok: true, value: 'theirs' },
      { ok: true, value: 'mine' },
      { ok: false, reason: 'NOWHERE is not set, and aws_secret_manager/NOWHERE: there is no such secret' },
    ]);
  });

  it('B1 is asked for hosted keys only, and without a system not at all', async () => {
    const { kept, reads, pass, use, lookUpNow, isKept } = aStore({ A: 'mine', B: 'mine' });
    kept.set('A', 'theirs');
    expect(lookUpNow(variable('A'))).toEqual({ ok: true, value: 'mine' });
    use({ manager: 'aws_secret_manager', hostedKeys: ['A'], primarySecretName: null });
    for (const name of ['A', 'B']) lookUpNow(variable(name));
    await pass(0);
    expect(['A', 'B'].map((name) => lookUpNow(variable(name)))).toEqual([
      { ok: true, value: 'theirs' },
      { ok: true, value: 'mine' },
    ]);
    expect(reads).toEqual(['A']);
    expect([isKept(variable('A')), isKept(variable('B'))]).toEqual([true, false]);
  });

  it('B1 takes all names from the primary secret, and Vault’s from the field `key`', async () => {
    const { kept, reads, pass, use, lookUpNow } = aStore();
    kept.set('prod', '{"A":"1","B":"2"}');
    kept.set('A', '{"key":"from vault"}');
    use({ manager: 'aws_secret_manager', hostedKeys: null, primarySecretName: 'prod' });
    for (const name of ['A', 'B']) lookUpNow(variable(name));
    await pass(0);
    expect(['A', 'B'].map((name) => lookUpNow(variable(name)))).toEqual([
      { ok: true, value: '1' },
      { ok: true, value: '2' },
    ]);
    expect(reads).toEqual(['prod']);
    use({ manager: 'hashicorp_vault', hostedKeys: null, primarySecretName: null });
    lookUpNow(variable('A'));
    await pass(0);
    expect(lookUpNow(variable('A'))).toEqual({ ok: true, value: 'from vault' });
  });

  it('says which source is not configured here', async () => {
    const { pass, lookUpNow } = aStore();
    const google: SecretReference = { kind: 'kept', keeper: 'google_secret_manager', name: 'x', field: null };
    lookUpNow(google);
    await pass(0);
    expect(lookUpNow(google)).toMatchObject({ reason: expect.stringContaining('is not configured here') });
  });
});
