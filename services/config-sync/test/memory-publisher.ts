import { counterOf } from '@gateway/contracts';
import { ConfigurationStore } from '@gateway/service-kit';
import { MemoryBucket } from '@gateway/testkit';
import { ConfigurationPublisher, type PublisherOptions } from '../src/configuration-publisher';
import { RollOut } from '../src/roll-out/roll-out';
import { VersionWriter } from '../src/roll-out/version-writer';

/** NATS KV in memory. */
export class MemoryKv {
  readonly states = new MemoryBucket();
  readonly parts = new MemoryBucket();
  readonly store = new ConfigurationStore(this);

  set failure(failure: Error | null) {
    this.states.failure = failure;
    this.parts.failure = failure;
  }

  async state() {
    return (await this.store.read()).state;
  }

  async snapshot() {
    const { inForce } = await this.state();
    const content = inForce && (await this.store.readContent(inForce));
    return content ? content.decode() : null;
  }
}

/** A config-sync in front of KV that is in memory; no instance runs, so that nobody is waited for. */
export async function openMemoryPublisher(kv = new MemoryKv(), changes: Partial<PublisherOptions> = {}) {
  const news: string[] = [];
  const { store } = kv;
  const rollOut = new RollOut({
    store,
    watchInstances: async () => () => undefined,
    observer: {
      inForce: () => undefined,
      refused: () => undefined,
      passedOver: () => undefined,
      failed: () => undefined,
    },
    historySize: 4,
    patienceMs: 1_000,
    nowUnixMs: () => 1_000,
    nowMs: () => 0,
  });
  await rollOut.start();
  const encryptionKey = changes.encryptionKey ?? null;
  const publisher = new ConfigurationPublisher({
    source: 'gateway.yaml',
    environment: {},
    knownProviders: ['openai'],
    encryptionKey,
    storedCredentials: async () => new Map(),
    listedPrices: async () => ({ ok: true, rows: [] }),
    storedModels: async () => [],
    writer: new VersionWriter({ store, rollOut, encryptionKey, nowUnixMs: () => 1_000 }),
    observer: {
      published: (published) => {
        const version = 'snapshot' in published ? published.snapshot.version : published.version;
        news.push(`${published.kind} ${counterOf(version)}`);
      },
      refused: (problems) => news.push(`refused ${problems.length}`),
    },
    nowUnixMs: () => 1_000,
    ...changes,
  });
  const offer = (text: string) => publisher.offer({ kind: 'text', text });
  return { publisher, kv, news, offer };
}
