import { randomBytes } from 'node:crypto';
import type { Bus } from '@gateway/bus';
import { decodeSnapshotParts, encodeSnapshotParts, type GatewaySnapshot } from '@gateway/config';
import {
  CONFIGURATION_KEY,
  type ConfigurationState,
  type ConfigurationVersion,
  counterOf,
  NO_CONFIGURATION,
} from '@gateway/contracts';

/** The parts of the bus's `KeyValueBucket` that are needed here. */
export interface ConfigurationBucket {
  get(key: string): Promise<{ readonly bytes: Uint8Array; readonly revision: number } | null>;
  put(key: string, bytes: Uint8Array): Promise<number>;
  putIf(key: string, bytes: Uint8Array, revision: number | null): Promise<boolean>;
  watch(keyPattern: string, listener: (entry: WatchedEntry) => void): Promise<() => void>;
  keys(): Promise<readonly string[]>;
  erase(firstToken: string): Promise<void>;
}

interface WatchedEntry {
  readonly key: string;
  readonly bytes: Uint8Array | null;
  readonly revision: number;
}

/** The state of the roll-out as it was read; `revision` is for writing what follows from it. */
export interface ReadState {
  readonly state: ConfigurationState;
  /** Null where there was none. */
  readonly revision: number | null;
}

/** Two steps, since the bytes may come later, and what they say may never be good. */
export interface FetchedContent {
  /** Rejects when the bytes are no snapshot. */
  decode(): Promise<GatewaySnapshot>;
}

export interface ConfigurationBuckets {
  readonly states: Pick<ConfigurationBucket, 'get' | 'putIf' | 'watch'>;
  readonly parts: Pick<ConfigurationBucket, 'get' | 'put' | 'keys' | 'erase'>;
}

/** Versions of the configuration in NATS KV: which there are, and what is in them. */
export class ConfigurationStore {
  constructor(private readonly buckets: ConfigurationBuckets) {}

  static async open(bus: Pick<Bus, 'keyValue' | 'subjects'>): Promise<ConfigurationStore> {
    const states = await bus.keyValue(bus.subjects.configBucket);
    return new ConfigurationStore({ states, parts: await bus.keyValue(bus.subjects.configPartsBucket) });
  }

  /** What is stored but no state is as good as none: the next one replaces it. */
  async read(): Promise<ReadState> {
    const entry = await this.buckets.states.get(CONFIGURATION_KEY);
    if (!entry) return NOTHING_READ;
    return tryRead(entry.bytes, entry.revision) ?? { ...NOTHING_READ, revision: entry.revision };
  }

  /** False when somebody else has written since `revision`. */
  write(state: ConfigurationState, revision: number | null): Promise<boolean> {
    return this.buckets.states.putIf(CONFIGURATION_KEY, Buffer.from(JSON.stringify(state)), revision);
  }

  /** The present state and every later one; null for what cannot be read, or was there and is gone. */
  watch(listener: (read: ReadState | null) => void): Promise<() => void> {
    return this.buckets.states.watch(CONFIGURATION_KEY, ({ bytes, revision }) => {
      listener(bytes && tryRead(bytes, revision));
    });
  }

  /** The content of a version; null when it is no longer kept. Rejects when it cannot be fetched now. */
  async readContent(version: ConfigurationVersion): Promise<FetchedContent | null> {
    const { key, parts: count } = version.content;
    const parts: Uint8Array[] = [];
    for (let number = 0; number < count; number += 1) {
      const part = await this.buckets.parts.get(`${key}.${number}`);
      if (part === null) return null;
      parts.push(part.bytes);
    }
    return { decode: () => decodeSnapshotParts(parts, version) };
  }

  /** Under a key that nothing else has, so that two writers of the same version cannot mix theirs. */
  async writeContent(snapshot: GatewaySnapshot): Promise<ConfigurationVersion['content']> {
    const key = `${snapshot.version}-${randomBytes(4).toString('hex')}`;
    const parts = await encodeSnapshotParts(snapshot);
    for (const [number, part] of parts.entries()) await this.buckets.parts.put(`${key}.${number}`, part);
    return { key, parts: parts.length };
  }

  /**
   * Removes contents that no state names and none can come to name. One that is being written has a number above the
   * counter; when it does not get that number, it is written again under another.
   */
  async sweep(): Promise<void> {
    const keys = new Set((await this.buckets.parts.keys()).map((key) => key.slice(0, key.lastIndexOf('.'))));
    const { state } = await this.read();
    const named = [state.inForce, state.candidate, ...state.history].map((version) => version?.content.key);
    for (const key of keys) {
      if (counterOf(key) <= state.counter && !named.includes(key)) await this.buckets.parts.erase(key);
    }
  }
}

const NOTHING_READ: ReadState = { state: NO_CONFIGURATION, revision: null };

function readState(bytes: Uint8Array): ConfigurationState {
  const value = JSON.parse(Buffer.from(bytes).toString('utf8')) as ConfigurationState;
  if (!Number.isSafeInteger(value?.counter) || !Array.isArray(value.history)) {
    throw new SyntaxError('the stored value is no state of a configuration');
  }
  return value;
}

function tryRead(bytes: Uint8Array, revision: number): ReadState | null {
  try {
    return { state: readState(bytes), revision };
  } catch {
    return null;
  }
}
