import { buildSnapshot, fingerprintConfig, type GatewayConfig, type GatewaySnapshot } from '@gateway/config';
import type { ConfigurationState, ConfigurationVersion } from '@gateway/contracts';
import type { ConfigurationStore } from '@gateway/service-kit';
import { compareSnapshots } from './compare-snapshots';
import type { RollOut } from './roll-out';
import { sealAgain } from './seal-again';

/** What became of a document that was good. */
export type Published =
  | { readonly kind: 'in force' | 'unchanged'; readonly snapshot: GatewaySnapshot }
  /** A rollback is in force, and the source is as it was then. */
  | { readonly kind: 'pinned'; readonly version: string }
  /** Another config-sync, or a later document, was quicker. */
  | { readonly kind: 'overtaken'; readonly version: string }
  | { readonly kind: 'refused'; readonly version: string; readonly reasons: readonly string[] };

export interface VersionWriterOptions {
  readonly store: Pick<ConfigurationStore, 'writeContent' | 'readContent'>;
  readonly rollOut: Pick<RollOut, 'change' | 'fateOf' | 'nextCounter' | 'state'>;
  readonly encryptionKey: Uint8Array | null;
  readonly nowUnixMs: () => number;
}

export interface DocumentOrigin {
  /** For people. */
  readonly source: string;
  readonly digest: string;
}

type Target =
  | { readonly candidate: ConfigurationVersion }
  | { readonly unchanged: ConfigurationVersion }
  | { readonly pinned: ConfigurationVersion };

/** There is no such version to go back to; the message says which there are. */
export class UnknownVersion extends Error {}

const HASH_DIGITS = 12;

/** Gives numbers to contents and writes them as candidates: the same content is never published twice in a row. */
export class VersionWriter {
  /** Of the version whose content was needed last. */
  private known: GatewaySnapshot | null = null;
  /** Of the document that was offered last, in force or not. */
  private lastDigest: string | null = null;

  constructor(private readonly options: VersionWriterOptions) {}

  get versionInForce(): string | null {
    return this.options.rollOut.state.inForce?.version ?? null;
  }

  /** Resolves when it is in force or will not be. Rejects when that cannot be told now. */
  async publish(config: GatewayConfig, origin: DocumentOrigin): Promise<Published> {
    const hash = fingerprintConfig(config, this.options.encryptionKey).slice(0, HASH_DIGITS);
    this.lastDigest = origin.digest;
    const target = await this.options.rollOut.change<Target>(async (state) => {
      const { inForce, candidate } = state;
      if (inForce?.restores !== undefined && inForce.sourceDigest === origin.digest) {
        return { next: null, result: { pinned: inForce } };
      }
      if (inForce && hashOf(inForce) === hash) {
        return { next: settled(state, origin.digest), result: { unchanged: inForce } };
      }
      if (candidate && hashOf(candidate) === hash) return { next: null, result: { candidate } };
      const written = await this.write(config, { origin, hash, state });
      return { next: withCandidate(state, written), result: { candidate: written } };
    });
    if ('candidate' in target) return this.fateOf(target.candidate);
    if ('pinned' in target) return { kind: 'pinned', version: target.pinned.version };
    const snapshot = await this.contentOf(target.unchanged);
    const { version } = target.unchanged;
    return snapshot ? { kind: 'unchanged', snapshot } : { kind: 'overtaken', version };
  }

  /** The content of an earlier version as a new one, which stays until the source changes. @throws UnknownVersion */
  async restore(version: string): Promise<Published> {
    const candidate = await this.options.rollOut.change<ConfigurationVersion>(async (state) => {
      const earlier = findEarlier(state, version);
      const counter = this.options.rollOut.nextCounter(state);
      const content = await this.contentOf(earlier);
      if (content === null) throw new UnknownVersion(`the content of version ${earlier.version} is no longer kept`);
      const restored: ConfigurationVersion = {
        ...earlier,
        version: `${counter}-${hashOf(earlier)}`,
        publishedAtUnixMs: this.options.nowUnixMs(),
        sourceDigest: this.lastDigest ?? state.inForce?.sourceDigest ?? '',
        changes: await this.changesTo(content, state.inForce),
        restores: earlier.restores ?? earlier.version,
      };
      return { next: withCandidate(state, restored), result: restored };
    });
    return this.fateOf(candidate);
  }

  private async fateOf(candidate: ConfigurationVersion): Promise<Published> {
    const { version } = candidate;
    const { rollOut } = this.options;
    const fate = await rollOut.fateOf(version);
    if (fate === 'refused') return { kind: 'refused', version, reasons: rollOut.state.refused?.reasons ?? [] };
    const snapshot = fate === 'in force' ? await this.contentOf(candidate) : null;
    return snapshot ? { kind: 'in force', snapshot } : { kind: 'overtaken', version };
  }

  private async write(
    config: GatewayConfig,
    {
      origin,
      hash,
      state,
    }: { readonly origin: DocumentOrigin; readonly hash: string; readonly state: ConfigurationState },
  ): Promise<ConfigurationVersion> {
    const { encryptionKey, nowUnixMs, store, rollOut } = this.options;
    const before = state.inForce && (await this.contentOf(state.inForce));
    const stamp = { version: `${rollOut.nextCounter(state)}-${hash}`, source: origin.source, nowUnixMs: nowUnixMs() };
    const seal = encryptionKey ? sealAgain(before, encryptionKey) : refuseToSeal;
    const snapshot = buildSnapshot(config, { ...stamp, seal });
    const content = await store.writeContent(snapshot);
    this.known = snapshot;
    return {
      version: snapshot.version,
      publishedAtUnixMs: snapshot.publishedAtUnixMs,
      source: origin.source,
      sourceDigest: origin.digest,
      content,
      changes: before && compareSnapshots(before, snapshot),
    };
  }

  private async changesTo(snapshot: GatewaySnapshot, inForce: ConfigurationVersion | null) {
    const before = inForce && (await this.contentOf(inForce));
    return before && compareSnapshots(before, snapshot);
  }

  /** Null when it is not kept or cannot be read: then there is nothing to compare with. */
  private async contentOf(version: ConfigurationVersion): Promise<GatewaySnapshot | null> {
    if (this.known?.version === version.version) return this.known;
    const content = await this.options.store.readContent(version);
    const snapshot = content && (await content.decode().catch(() => null));
    if (snapshot) this.known = snapshot;
    return snapshot;
  }
}

function refuseToSeal(): string {
  throw new Error('there is a secret to seal and no key'); // documents with one are refused before
}

function withCandidate(state: ConfigurationState, candidate: ConfigurationVersion): ConfigurationState {
  return { ...state, counter: Number.parseInt(candidate.version, 10), candidate };
}

/** What is in force is what the source says: nothing else is waited for, and no rollback holds any more. */
function settled(state: ConfigurationState, sourceDigest: string): ConfigurationState | null {
  const { inForce, candidate } = state;
  if (!inForce || (candidate === null && inForce.restores === undefined)) return null;
  const { restores: _over, ...version } = { ...inForce, sourceDigest };
  return { ...state, inForce: version, candidate: null };
}

function findEarlier({ history, inForce }: ConfigurationState, asked: string): ConfigurationVersion {
  const earlier = history.find(({ version }) => version === asked || version.startsWith(`${asked}-`));
  if (earlier && earlier.version !== inForce?.version) return earlier;
  if (earlier) throw new UnknownVersion(`version ${earlier.version} is in force`);
  const kept = history.map(({ version }) => version).slice(1);
  const which = kept.length === 0 ? 'there is none to go back to' : `those kept are ${kept.join(', ')}`;
  throw new UnknownVersion(`there is no version '${asked}'; ${which}`);
}

function hashOf({ version }: ConfigurationVersion): string {
  return version.slice(version.indexOf('-') + 1);
}
