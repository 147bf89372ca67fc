/** Where the `ConfigurationState` is in its bucket. */
export const CONFIGURATION_KEY = 'state';

/** An instance whose entry was not refreshed for so long is not waited for. */
export const INSTANCE_TTL_MS = 10_000;

/** One version of the configuration that was given to the services. */
export interface ConfigurationVersion {
  /** `<counter>-<first digits of the hash of what it means>`. */
  readonly version: string;
  readonly publishedAtUnixMs: number;
  /** For people: where it came from. */
  readonly source: string;
  /** Hash of the document as it was read: while a rollback is in force, a source that still has it is not published. */
  readonly sourceDigest: string;
  /** Its snapshot: so many parts under `<key>.<number from 0>` of the parts bucket. */
  readonly content: { readonly key: string; readonly parts: number };
  /** Against the version before it; null for the first. */
  readonly changes: ConfigurationChanges | null;
  /** The version whose content it has again: a rollback, which stays until the source changes. */
  readonly restores?: string;
}

/** Names only: values may be secret. Lists are cut; the counts are whole. */
export interface ConfigurationChanges {
  readonly added: NamedChanges;
  readonly removed: NamedChanges;
  readonly changed: NamedChanges;
  /** Names of settings, such as `routing.retries`. */
  readonly settings: readonly string[];
}

interface NamedChanges {
  readonly count: number;
  /** Deployments as `<model group> (<deployment id>)`. */
  readonly names: readonly string[];
}

export interface RefusedConfiguration {
  readonly version: string;
  readonly atUnixMs: number;
  /** One line for each instance that refused. */
  readonly reasons: readonly string[];
}

/**
 * The whole state of the roll-out, in one key that changes by compare-and-set, so that whatever dies in between, and
 * however many config-syncs there are, one order of events is what happened.
 */
export interface ConfigurationState {
  /** The highest number ever given to a version; only grows. */
  readonly counter: number;
  readonly inForce: ConfigurationVersion | null;
  /** What the instances are to judge; in force once none refuses it. */
  readonly candidate: ConfigurationVersion | null;
  /** What was in force, the newest (which is) first. */
  readonly history: readonly ConfigurationVersion[];
  /** The last candidate that was not taken; null once a later one was. */
  readonly refused: RefusedConfiguration | null;
}

export const NO_CONFIGURATION: ConfigurationState = {
  counter: 0,
  inForce: null,
  candidate: null,
  history: [],
  refused: null,
};

/** What a running instance says of itself in the instances bucket. */
export interface InstanceReport {
  readonly service: string;
  readonly instance: string;
  /** The version it works by; null before the first. */
  readonly version: string | null;
  readonly sinceUnixMs: number;
  /** On the newest version that it was asked to judge, or could not take. */
  readonly verdict?: { readonly version: string; readonly refusedFor: string | null };
}

/** The number in a version; 0 for none. */
export function counterOf(version: string | null): number {
  return Number.parseInt(version ?? '', 10) || 0;
}
