import type { Bus } from '@gateway/bus';
import type { GatewaySnapshot } from '@gateway/config';
import {
  type ConfigurationState,
  type ConfigurationVersion,
  counterOf,
  type InstanceReport,
  subjects,
} from '@gateway/contracts';
import { ROUTING_DEFAULTS } from '@gateway/domain';
import { createMetrics, SILENT_LOGGER } from '@gateway/telemetry';
import { eventually, MemoryBucket } from '@gateway/testkit';
import * as fc from 'fast-check';
import { HealthRegistry } from '../health/health-registry';
import { ConfigurationStore } from './configuration-store';
import { followConfiguration, type PrepareConfiguration } from './follow-configuration';

const NAMES = subjects('t');

const snapshot = (counter: number): GatewaySnapshot => ({
  version: `${counter}-0123456789ab`,
  publishedAtUnixMs: counter,
  source: 'test',
  deployments: [
    { id: `d${counter}`, modelGroup: `group-${counter}`, provider: 'mock', providerModel: 'm', pool: 'mock' },
  ],
  aliases: {},
  routing: ROUTING_DEFAULTS,
  maxBodyBytes: 1,
});

/** NATS KV in memory, and a config-sync that writes whatever it is told. */
function aPublisher() {
  const buckets = new Map<string, MemoryBucket>();
  const bucket = (name: string): MemoryBucket => {
    const known = buckets.get(name) ?? new MemoryBucket();
    buckets.set(name, known);
    return known;
  };
  const bus = { subjects: NAMES, keyValue: async (name: string) => bucket(name) } as unknown as Bus;
  const store = new ConfigurationStore({ states: bucket(NAMES.configBucket), parts: bucket(NAMES.configPartsBucket) });
  const write = async (change: (state: ConfigurationState) => ConfigurationState): Promise<void> => {
    const { state, revision } = await store.read();
    await store.write(change(state), revision);
  };
  const version = async (counter: number): Promise<ConfigurationVersion> => ({
    ...snapshot(counter),
    sourceDigest: '',
    content: await store.writeContent(snapshot(counter)),
    changes: null,
  });
  return {
    bus,
    parts: bucket(NAMES.configPartsBucket),
    write,
    version,
    async inForce(counter: number) {
      const inForce = await version(counter);
      await write((state) => ({ ...state, counter, inForce, candidate: null }));
    },
    async candidate(counter: number) {
      const candidate = await version(counter);
      await write((state) => ({ ...state, counter, candidate }));
    },
    rubbish: () => bucket(NAMES.configBucket).put('state', Buffer.from('no state')),
    async report(): Promise<InstanceReport | null> {
      const entry = await bucket(NAMES.instancesBucket).get('router.router-1');
      return entry && (JSON.parse(Buffer.from(entry.bytes).toString('utf8')) as InstanceReport);
    },
  };
}

async function follow(publisher: ReturnType<typeof aPublisher>, prepare: PrepareConfiguration = () => () => undefined) {
  const metrics = createMetrics({ service: 'router', processMetrics: false });
  const health = new HealthRegistry(
    SILENT_LOGGER,
    (() => {
      let now = 0;
      return () => (now += 1_000);
    })(),
  );
  const context = { name: 'router' as const, instanceId: 'router-1', logger: SILENT_LOGGER, metrics, health };
  const follower = await followConfiguration(context, publisher.bus, prepare);
  const versionIs = (counter: number | null) =>
    eventually(`version ${counter}`, () => counterOf(follower.current()?.version ?? null) === (counter ?? 0));
  return { follower, health, metrics, versionIs };
}

describe('followConfiguration', () => {
  it('L3 is not ready until the first good snapshot, and ready from then on', async () => {
    const publisher = aPublisher();
    const { follower, health, versionIs } = await follow(publisher);
    expect(follower.current()).toBeNull();
    expect((await health.report()).status).toBe('unavailable');
    await publisher.rubbish();
    expect((await health.report()).status).toBe('unavailable');
    await publisher.inForce(1);
    await versionIs(1);
    expect((await health.report()).status).toBe('ok');
    await publisher.rubbish();
    expect([(await health.report()).status, follower.current()]).toEqual(['ok', snapshot(1)]);
    await follower.stop();
  });

  it('L3 has the version in force when it resolves, and says so', async () => {
    const publisher = aPublisher();
    await publisher.inForce(7);
    const { follower } = await follow(publisher);
    expect(follower.current()).toEqual(snapshot(7));
    const told = () => publisher.report().then((report) => report?.version === snapshot(7).version);
    await eventually('the report', told);
    await follower.stop();
    expect(await publisher.report()).toBeNull();
  });

  it('L3 judges a candidate without using it, and what it has built for that is used when it comes into force', async () => {
    const publisher = aPublisher();
    const seen: string[] = [];
    const { follower, versionIs } = await follow(publisher, async ({ version }) => {
      seen.push(`prepared ${version}`);
      return () => void seen.push(`used ${version}`);
    });
    const verdictOn = (counter: number) =>
      eventually(`the verdict on ${counter}`, async () => {
        const verdict = (await publisher.report())?.verdict;
        return verdict?.version === snapshot(counter).version ? verdict : null;
      });
    await publisher.inForce(1);
    await versionIs(1);
    await publisher.candidate(2);
    expect((await verdictOn(2)).refusedFor).toBeNull();
    expect(seen).toEqual(
      ['prepared', 'used'].map((what) => `${what} ${snapshot(1).version}`).concat(`prepared ${snapshot(2).version}`),
    );
    expect((await publisher.report())?.version).toBe(snapshot(1).version);
    await publisher.write((state) => ({ ...state, inForce: state.candidate, candidate: null }));
    await versionIs(2);
    expect(seen.slice(3)).toEqual([`used ${snapshot(2).version}`]);
    await follower.stop();
  });

  it('L3 refuses what it cannot prepare and what is no snapshot, says why, and keeps what it has', async () => {
    const publisher = aPublisher();
    const { follower, versionIs } = await follow(publisher, ({ version }) => {
      if (counterOf(version) === 2) throw new Error('a secret of exports is missing');
      return () => undefined;
    });
    const refusal = (why: RegExp) =>
      eventually(`a refusal for ${why}`, async () => why.test((await publisher.report())?.verdict?.refusedFor ?? ''));
    await publisher.inForce(1);
    await versionIs(1);
    await publisher.candidate(2);
    await refusal(/a secret of exports is missing/);
    const candidate = await publisher.version(3);
    await publisher.parts.put(`${candidate.content.key}.0`, Buffer.from('no part'));
    await publisher.write((state) => ({ ...state, counter: 3, candidate }));
    await refusal(/header check/);
    // Also where others have taken it in force.
    await publisher.inForce(2);
    await refusal(/a secret of exports is missing/);
    expect(follower.current()).toEqual(snapshot(1));
    await publisher.inForce(4);
    await versionIs(4);
    await follower.stop();
  });

  it('L3 tries again to fetch what it could not, and lets go of it when something later is there', async () => {
    const publisher = aPublisher();
    const { follower, versionIs } = await follow(publisher);
    const inForce = await publisher.version(1);
    publisher.parts.failure = new Error('NATS is away');
    await publisher.write((state) => ({ ...state, counter: 1, inForce }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(follower.current()).toBeNull();
    publisher.parts.failure = null;
    await versionIs(1);
    const lost = await publisher.version(2);
    await publisher.parts.erase(lost.content.key);
    await publisher.write((state) => ({ ...state, counter: 2, inForce: lost }));
    await new Promise((resolve) => setImmediate(resolve));
    await publisher.inForce(3);
    await versionIs(3);
    await follower.stop();
  });

  it('L3 always ends with the last version in force that it can take, whatever came before', async () => {
    const event = fc.record({
      counter: fc.integer({ min: 1, max: 9 }),
      kind: fc.constantFrom('candidate', 'in force', 'rubbish'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 8 }), async (events) => {
        const publisher = aPublisher();
        const used: number[] = [];
        const { follower } = await follow(publisher, async ({ version }) => {
          const counter = counterOf(version);
          if (counter > 6) throw new Error('cannot take it');
          await new Promise((resolve) => setImmediate(resolve));
          return () => void used.push(counter);
        });
        for (const { kind, counter } of events) {
          if (kind === 'candidate') await publisher.candidate(counter);
          else if (kind === 'in force') await publisher.inForce(counter);
          else await publisher.rubbish();
        }
        await publisher.inForce(5);
        await eventually('the last one', () => used.at(-1) === 5);
        expect(used.filter((counter) => counter > 6)).toEqual([]);
        expect(follower.current()).toEqual(snapshot(5));
        await follower.stop();
      }),
      { numRuns: 30 },
    );
  });

  it('N4 keeps the metric label to the configured groups and counts refusals', async () => {
    const publisher = aPublisher();
    const { follower, metrics, versionIs } = await follow(publisher, ({ version }) => {
      if (counterOf(version) === 4) throw new Error('no');
      return () => undefined;
    });
    await publisher.inForce(3);
    await versionIs(3);
    const family = metrics.counter({ name: 'c_total', help: 'x', labels: ['model'] });
    for (const model of ['group-3', 'group-4']) family.labelled({ model }).increment();
    await publisher.candidate(4);
    await eventually('the refusal', async () => (await publisher.report())?.verdict?.refusedFor === 'no');
    const text = await metrics.render();
    expect(text).toMatch(/c_total\{model="group-3",.*\} 1/);
    expect(text).toMatch(/c_total\{model="other",.*\} 1/);
    expect(text).toMatch(/gateway_config_version\{.*\} 3/);
    expect(text).toMatch(/gateway_config_refused_total\{.*\} 1/);
    await follower.stop();
  });
});
