import { setImmediate } from 'node:timers/promises';
import type { Bus } from '@gateway/bus';
import type { GatewaySnapshot } from '@gateway/config';
import { counterOf, type InstanceReport, subjects } from '@gateway/contracts';
import {
  type ConfigurationFollower,
  ConfigurationStore,
  followConfiguration,
  VersionShelf,
} from '@gateway/service-kit';
import { createMetrics, SILENT_LOGGER } from '@gateway/telemetry';
import { eventually, MemoryBucket } from '@gateway/testkit';
import fc from 'fast-check';
import { ConfigurationPublisher } from '../configuration-publisher';
import { RollOut } from './roll-out';
import { VersionWriter } from './version-writer';

const NAMES = subjects('t');
/** Workers refuse what has it. */
const REFUSED = 'refused-by-workers';

/** The same id with another content each time, so that a mixture can be told from one version. */
const document = (content: string): string => `model_list:
  - model_name: ${content}
    litellm_params: { model: openai/${content} }
    model_info: { id: same-id }
router_settings: { model_group_alias: { alias: ${content} } }
`;

/** NATS KV whose watchers hear of the same change at different times, in the order of changes. */
class SlowKv {
  private readonly buckets = new Map<string, MemoryBucket>();
  private queue: Promise<void> = Promise.resolve();
  private turn = 0;

  constructor(private readonly pauses: readonly number[]) {}

  bucket(name: string): MemoryBucket {
    const known = this.buckets.get(name) ?? new MemoryBucket((run) => this.later(run));
    this.buckets.set(name, known);
    return known;
  }

  bus(): Bus {
    return { subjects: NAMES, keyValue: async (name: string) => this.bucket(name) } as unknown as Bus;
  }

  set failure(failure: Error | null) {
    for (const bucket of this.buckets.values()) bucket.failure = failure;
  }

  private later(run: () => void): void {
    this.queue = this.queue.then(async () => {
      this.turn += 1;
      const pauses = this.pauses[this.turn % this.pauses.length] ?? 0;
      for (let pause = 0; pause < pauses; pause += 1) await setImmediate();
      run();
    });
  }
}

/** A service that derives its state from the configuration as edges, routers and workers do. */
class Instance {
  readonly shelf = new VersionShelf<GatewaySnapshot>({
    keepMs: () => 600_000,
    sizeOf: () => 1,
    mostKept: 1_000,
    nowMs: () => performance.now(),
  });
  readonly counters: number[] = [];
  private follower: ConfigurationFollower | null = null;

  constructor(readonly name: 'edge-api' | 'router' | 'provider-workers') {}

  async start(kv: SlowKv, buildPauses: number): Promise<void> {
    const metrics = createMetrics({ service: this.name, processMetrics: false });
    const health = { add: () => undefined } as never;
    const context = { name: this.name, instanceId: this.name, logger: SILENT_LOGGER, metrics, health };
    this.follower = await followConfiguration(context, kv.bus(), async (snapshot) => {
      for (let pause = 0; pause < buildPauses; pause += 1) await setImmediate();
      if (this.name === 'provider-workers' && contentOf(snapshot) === REFUSED) throw new Error('cannot serve it');
      this.shelf.prepare(snapshot.version, snapshot);
      return () => {
        this.counters.push(counterOf(snapshot.version));
        this.shelf.use(snapshot.version, snapshot);
      };
    });
  }

  async stop(): Promise<void> {
    await this.follower?.stop();
  }
}

function contentOf(snapshot: GatewaySnapshot | null | undefined): string {
  return snapshot?.deployments[0]?.providerModel ?? 'nothing';
}

async function startConfigSync(kv: SlowKv) {
  const store = await ConfigurationStore.open(kv.bus());
  const nothing = () => undefined;
  const rollOut = new RollOut({
    store,
    watchInstances: (listener) =>
      kv.bucket(NAMES.instancesBucket).watch('>', ({ key, bytes }) => {
        listener(key, bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as InstanceReport));
      }),
    observer: { inForce: nothing, refused: nothing, passedOver: nothing, failed: nothing },
    historySize: 3,
    patienceMs: 60_000,
    nowUnixMs: Date.now,
    nowMs: () => performance.now(),
  });
  await rollOut.start();
  const publisher = new ConfigurationPublisher({
    source: 'gateway.yaml',
    environment: {},
    knownProviders: ['openai'],
    encryptionKey: null,
    storedCredentials: async () => new Map(),
    listedPrices: async () => ({ ok: true, rows: [] }),
    storedModels: async () => [],
    writer: new VersionWriter({ store, rollOut, encryptionKey: null, nowUnixMs: Date.now }),
    observer: { published: nothing, refused: nothing },
    nowUnixMs: Date.now,
  });
  return { publisher, rollOut, offer: (text: string) => publisher.offer({ kind: 'text', text }) };
}

interface Served {
  readonly version: string;
  /** By the edge, the router and the worker. */
  readonly contents: readonly string[];
}

/** One request, with time between the stages; each asks for the version that the request began with. */
async function request([edge, router, worker]: readonly Instance[], pauses: number): Promise<Served> {
  const began = edge?.shelf.current ?? null;
  const version = began?.version ?? '';
  const contents = [contentOf(began)];
  for (const stage of [router, worker]) {
    for (let pause = 0; pause < pauses; pause += 1) await setImmediate();
    contents.push(contentOf(stage?.shelf.of(version) ?? stage?.shelf.current));
  }
  return { version, contents };
}

const edit = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c', 'd').map((content) => ({ kind: 'good' as const, content })) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('', 'model_list: 17', document('x').slice(0, 40), 'null')
      .map((text) => ({ kind: 'bad' as const, text })),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'refused' as const }) },
  { weight: 1, arbitrary: fc.nat(3).map((back) => ({ kind: 'rollback' as const, back })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'outage' as const }) },
);

const history = fc.record({
  edits: fc.array(edit, { minLength: 1, maxLength: 8 }),
  /** By whom, where two config-syncs run. */
  turns: fc.array(fc.nat(1), { minLength: 1, maxLength: 8 }),
  pauses: fc.array(fc.nat(4), { minLength: 1, maxLength: 7 }),
  buildPauses: fc.tuple(fc.nat(6), fc.nat(6), fc.nat(6)),
});

/** Runs the edits with requests beside them; what every request was served by, and what the instances ended with. */
async function play({ edits, turns, pauses, buildPauses }: typeof history extends fc.Arbitrary<infer T> ? T : never) {
  const kv = new SlowKv(pauses);
  const instances = [new Instance('edge-api'), new Instance('router'), new Instance('provider-workers')];
  for (const [index, instance] of instances.entries()) await instance.start(kv, buildPauses[index] ?? 0);
  const syncs = [await startConfigSync(kv), await startConfigSync(kv)];
  await syncs[0]?.offer(document('first'));
  await eventually('the first version', () => instances.every(({ shelf }) => contentOf(shelf.current) === 'first'));
  const served: Promise<Served>[] = [];
  let isOver = false;
  const asking = (async () => {
    for (let turn = 0; !isOver; turn += 1) {
      served.push(request(instances, turn % 4));
      await setImmediate();
    }
  })();
  for (const [index, step] of edits.entries()) {
    const which = turns[index % turns.length] ?? 0;
    const sync = syncs[which]!;
    if (step.kind === 'good') await sync.offer(document(step.content));
    else if (step.kind === 'bad') await sync.offer(step.text);
    else if (step.kind === 'refused') await sync.offer(document(REFUSED));
    else if (step.kind === 'rollback') {
      const earlier = sync.rollOut.state.history[step.back];
      if (earlier) await sync.publisher.rollBack(earlier.version).catch(() => undefined);
    } else if (step.kind === 'restart') {
      // In the middle: what it has begun, the other one ends.
      const begun = sync.offer(document(`begun-${index}`)).catch(() => undefined);
      await setImmediate();
      await sync.rollOut.stop();
      syncs[which] = await startConfigSync(kv);
      await syncs[which]?.offer(document(`begun-${index}`));
      void begun;
    } else {
      kv.failure = new Error('NATS is away');
      await sync.offer(document('during-an-outage')).catch(() => undefined);
      await setImmediate();
      kv.failure = null;
      await sync.offer(document('during-an-outage'));
    }
  }
  await syncs[0]?.offer(document('last'));
  await eventually('the last version', () => instances.every(({ shelf }) => contentOf(shelf.current) === 'last'));
  isOver = true;
  await asking;
  const all = await Promise.all(served);
  for (const instance of instances) await instance.stop();
  for (const { rollOut } of syncs) await rollOut.stop();
  return { served: all, instances };
}

describe('Property 5: model and config hot reload', () => {
  it('Property 5: model and config hot reload: no sequence of edits, good or bad, ever leaves two requests seeing a mixture of two versions', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (given) => {
        const { served, instances } = await play(given);
        const contentsOf = new Map<string, string>();
        for (const { version, contents } of served) {
          expect(new Set(contents).size).toBe(1);
          const content = contents[0] ?? '';
          // What an instance refuses, and what is no good document, serves nobody.
          expect(content).not.toBe(REFUSED);
          expect(content).not.toBe('x');
          // A version means one content, whoever has asked and whenever.
          expect(contentsOf.get(version) ?? content).toBe(content);
          contentsOf.set(version, content);
        }
        const numbers = [...contentsOf.keys()].map(counterOf);
        expect(new Set(numbers).size).toBe(numbers.length);
        for (const { counters } of instances) expect(counters).toEqual([...new Set(counters)].sort((a, b) => a - b));
      }),
      { numRuns: 15 },
    );
  });
});
