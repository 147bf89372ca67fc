import {
  type EnvironmentSource,
  formatSecretReference,
  type ReferenceLookup,
  type ResolvedSecret,
  SECRET_KEEPERS,
  type SecretKeeper,
  type SecretReference,
  type SecretSettings,
} from '@gateway/config';
import type { SecretSourceState } from '@gateway/contracts';
import type { SecretBackend } from '../secret-backend';
import { SecretReadError } from '../secret-read-error';
import { HeldSecret, type ReadOutcome } from './held-secret';
import { ReadLimiter } from './read-limiter';
import type { StoreClock } from './store-clock';

/** What comes together is told together. */
const NEWS_TOGETHER_MS = 20;
const READS_AT_ONCE = 8;
/** Links are swapped without a word; looking at a small file costs nothing. */
const FILES_LIFETIME_MS = 10_000;

type KeptReference = Extract<SecretReference, { readonly kind: 'kept' }>;

/** Secrets as one configuration means them. */
export interface KeptSecrets {
  /** What was looked up so far, by its reference without a field. */
  readonly used: ReadonlySet<string>;
  /** What a reference stands for at this moment. */
  readonly lookUp: ReferenceLookup;
  /** Whether a manager or a file has the say over it, and not the environment. */
  isKept(reference: SecretReference): boolean;
  /** A provider did not take what these stand for: they are looked at again at once, though not again and again. */
  refuse(references: readonly SecretReference[]): void;
}

/** What happens, for metrics and logs; names only. */
export interface SecretObserver {
  /** `news`: not what was told last of this secret. */
  read(
    secret: string,
    what: {
      readonly source: SecretKeeper;
      readonly outcome: ReadOutcome;
      readonly news: boolean;
      readonly reason: string | null;
      readonly isKept: boolean;
    },
  ): void;
  counted(states: readonly SecretSourceState[]): void;
}

export interface SecretStoreOptions {
  /** Null for one that is not configured here. */
  readonly backends: Readonly<Record<SecretKeeper, SecretBackend | null>>;
  readonly environment: EnvironmentSource;
  readonly lifetimeMs: number;
  readonly timeoutMs: number;
  readonly clock: StoreClock;
  readonly observer: SecretObserver;
  /** A secret has another value, or there is one now, or it turned out that there is none. */
  readonly onChange: () => void;
}

/**
 * The secrets of a process. Looking one up never waits: what is known is given at once, and what is not is read in the
 * background, again and again, so that a secret that was exchanged, or came late, is found without a restart.
 */
export class SecretStore {
  private readonly held = new Map<string, { readonly keeper: SecretKeeper; readonly secret: HeldSecret }>();
  private readonly limiter = new ReadLimiter(READS_AT_ONCE);
  private hasNews = false;
  private isClosed = false;
  private readonly settling = new Set<() => void>();

  constructor(private readonly options: SecretStoreOptions) {}

  /** The secrets as a configuration with these settings means them. */
  under(settings: SecretSettings | undefined): KeptSecrets {
    const used = new Set<string>();
    const lookUp: ReferenceLookup = (reference) => {
      const kept = keptBehind(reference, settings);
      if (kept !== null) used.add(titleOf(kept));
      return this.lookUp(reference, kept);
    };
    return {
      used,
      lookUp,
      isKept: (reference) => keptBehind(reference, settings) !== null,
      refuse: (references) => {
        for (const reference of references) {
          const kept = keptBehind(reference, settings);
          if (kept) this.held.get(titleOf(kept))?.secret.refuse();
        }
      },
    };
  }

  /** Whether anything that is wanted is read for the first time, or was and nobody has been told. */
  get isReading(): boolean {
    return this.hasNews || [...this.held.values()].some(({ secret }) => secret.isPending);
  }

  /** From now on only what was looked up here is read again. */
  keepOnly({ used }: KeptSecrets): void {
    for (const [title, { secret }] of this.held) {
      if (used.has(title)) continue;
      secret.close();
      this.held.delete(title);
    }
    this.count();
  }

  /** Until every secret that is wanted was read or could not be, and that was told; but no longer than this. */
  settled(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.options.clock.after(withinMs, () => done());
      const look = (): void => {
        if (this.isClosed || !this.isReading) done();
      };
      const done = (): void => {
        cancel();
        this.settling.delete(look);
        resolve();
      };
      this.settling.add(look);
      look();
    });
  }

  /** One row for each keeper that anything is wanted of. */
  describe(): readonly SecretSourceState[] {
    return SECRET_KEEPERS.flatMap((source) => {
      const secrets = [...this.held.values()].flatMap(({ keeper, secret }) => (keeper === source ? [secret] : []));
      return secrets.length === 0 ? [] : [stateOf(source, secrets)];
    });
  }

  close(): void {
    this.isClosed = true;
    for (const { secret } of this.held.values()) secret.close();
    this.held.clear();
    this.lookSettled();
    for (const keeper of SECRET_KEEPERS) this.options.backends[keeper]?.close?.();
  }

  private lookUp(reference: SecretReference, kept: KeptReference | null): ResolvedSecret {
    if (kept === null) return this.ofEnvironment(reference.name, null);
    const found = this.ofKeeper(kept);
    if (found.ok || reference.kind === 'kept') return found;
    const { isPending } = this.holdFor(kept);
    // The environment has the last word only when the manager has had its own.
    return isPending ? found : this.ofEnvironment(reference.name, found.reason);
  }

  private ofEnvironment(name: string, otherwise: string | null): ResolvedSecret {
    const value = this.options.environment[name];
    if (value) return { ok: true, value };
    return { ok: false, reason: otherwise === null ? `${name} is not set` : `${name} is not set, and ${otherwise}` };
  }

  private ofKeeper(reference: KeptReference): ResolvedSecret {
    const secret = this.holdFor(reference);
    const value = secret.pick(reference.field);
    if (value !== null) return { ok: true, value };
    const title = titleOf(reference);
    if (secret.isPending) return { ok: false, reason: `${title} is being read` };
    if (!secret.hasValue) return { ok: false, reason: `${title}: ${secret.failure?.reason ?? 'it could not be read'}` };
    return {
      ok: false,
      reason: reference.field === null ? `${title} is empty` : `${title} has no field ${reference.field}`,
    };
  }

  private holdFor(reference: KeptReference): HeldSecret {
    const title = titleOf(reference);
    const known = this.held.get(title);
    if (known) return known.secret;
    const { keeper, name } = reference;
    const { lifetimeMs, timeoutMs, clock } = this.options;
    const secret: HeldSecret = new HeldSecret({
      lifetimeMs: keeper === 'os.file' ? Math.min(lifetimeMs, FILES_LIFETIME_MS) : lifetimeMs,
      timeoutMs,
      clock,
      load: (signal) => this.load(keeper, name, signal),
      onRead: (outcome, news) => this.onRead(title, secret, { source: keeper, outcome, news }),
    });
    this.held.set(title, { keeper, secret });
    return secret;
  }

  private load(keeper: SecretKeeper, name: string, signal: AbortSignal): Promise<string> {
    const backend = this.options.backends[keeper];
    if (backend === null) return Promise.reject(new SecretReadError('unusable', `${keeper} is not configured here`));
    return this.limiter.run(() => backend.read(name, signal));
  }

  private onRead(
    title: string,
    secret: HeldSecret,
    read: { readonly source: SecretKeeper; readonly outcome: ReadOutcome; readonly news: boolean },
  ): void {
    const { observer } = this.options;
    observer.read(title, { ...read, reason: secret.failure?.reason ?? null, isKept: secret.hasValue });
    this.count();
    if (read.news) this.tellNews();
    this.lookSettled();
  }

  private lookSettled(): void {
    for (const look of this.settling) look();
  }

  private count(): void {
    this.options.observer.counted(this.describe());
  }

  private tellNews(): void {
    if (this.hasNews) return;
    this.hasNews = true;
    this.options.clock.after(NEWS_TOGETHER_MS, () => {
      this.hasNews = false;
      if (!this.isClosed) this.options.onChange();
      this.lookSettled();
    });
  }
}

/** What a keeper has the say over; null for a variable of the environment. */
function keptBehind(reference: SecretReference, settings: SecretSettings | undefined): KeptReference | null {
  if (reference.kind === 'kept') return reference;
  if (settings === undefined) return null;
  const { manager: keeper, hostedKeys, primarySecretName: primary } = settings;
  if (hostedKeys !== null && !hostedKeys.includes(reference.name)) return null;
  if (primary !== null) return { kind: 'kept', keeper, name: primary, field: reference.name };
  return { kind: 'kept', keeper, name: reference.name, field: keeper === 'hashicorp_vault' ? 'key' : null };
}

/** One secret, whatever field of it is meant. */
function titleOf(reference: KeptReference): string {
  return formatSecretReference({ ...reference, field: null });
}

function stateOf(source: SecretKeeper, secrets: readonly HeldSecret[]): SecretSourceState {
  const count = (holds: (secret: HeldSecret) => boolean): number => secrets.filter(holds).length;
  const reads = secrets.flatMap(({ readAtUnixMs }) => readAtUnixMs ?? []);
  return {
    source,
    current: count(({ hasValue, failure }) => hasValue && failure === null),
    stale: count(({ hasValue, failure }) => hasValue && failure !== null),
    missing: count(({ hasValue }) => !hasValue),
    lastError: secrets.find(({ failure }) => failure !== null)?.failure?.reason ?? null,
    lastReadUnixMs: reads.length === 0 ? null : Math.max(...reads),
  };
}
