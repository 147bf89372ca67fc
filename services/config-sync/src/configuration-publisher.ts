import { unpricedDeployments } from '@gateway/catalog';
import {
  type EnvironmentSource,
  formatProblem,
  type GatewayConfig,
  hasLiteralSecrets,
  type ParsedConfig,
  parseGatewayConfig,
  type StoredCredentials,
  type StoredModelEntry,
  storedModelName,
} from '@gateway/config';
import type { FileContent } from './file-content';
import { describeUnpriced } from './prices/describe-unpriced';
import { type ListedPrices, withListedPrices } from './prices/listed-prices';
import { digestOf } from './roll-out/digest-of';
import type { Published, VersionWriter } from './roll-out/version-writer';

/** What became of stored models that were tried. */
export type Attempted =
  | { readonly kind: 'in force' | 'overtaken'; readonly version: string }
  | { readonly kind: 'refused'; readonly version: string; readonly reasons: readonly string[] }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] }
  | { readonly kind: 'not ready'; readonly reason: string };

/** `changed`: the one that must be served with the others, where it is not taken out. */
export type AttemptModels = (models: readonly StoredModelEntry[], changed: string | null) => Promise<Attempted>;

/** What happened, for logs and metrics. */
export interface PublisherObserver {
  published(published: Published, warnings: readonly string[]): void;
  refused(problems: readonly string[], versionInForce: string | null): void;
}

export interface PublisherOptions {
  /** For people: the path of the file. */
  readonly source: string;
  readonly environment: EnvironmentSource;
  readonly knownProviders: readonly string[];
  readonly encryptionKey: Uint8Array | null;
  /** Credentials kept outside the file; asked for only when a file names any. Rejects when they cannot be read now. */
  readonly storedCredentials: () => Promise<StoredCredentials>;
  /** Prices kept outside the file. Rejects when they cannot be read now. */
  readonly listedPrices: () => Promise<ListedPrices>;
  /** Models kept outside the file. Rejects when they cannot be read now. */
  readonly storedModels: () => Promise<readonly StoredModelEntry[]>;
  readonly writer: VersionWriter;
  readonly observer: PublisherObserver;
  readonly nowUnixMs: () => number;
}

type Composed =
  | { readonly ok: true; readonly config: GatewayConfig; readonly warnings: readonly string[]; readonly users: Users }
  | { readonly ok: false; readonly problems: readonly string[] };

type Users = Extract<ParsedConfig, { readonly ok: true }>['credentialUsers'];

/** Turns file contents into published versions: only good ones, only changed ones, each with a higher counter. */
export class ConfigurationPublisher {
  /** Why the newest content is not in force; empty when it is. */
  lastError = '';
  private queue: Promise<void> = Promise.resolve();
  private credentialUsers: Users = new Map();
  /** What was offered last, good or not. */
  private content: FileContent | null = null;

  constructor(private readonly options: PublisherOptions) {}

  get source(): string {
    return this.options.source;
  }

  /** The model groups of the last accepted file that name this credential. */
  usersOf(credential: string): readonly string[] {
    return this.credentialUsers.get(credential) ?? [];
  }

  /**
   * Publishes the content when it is good and means something new. A bad one changes nothing but `lastError`.
   * Contents are taken one after the other. Rejects only when the store fails; the content may be offered again then.
   */
  offer(content: FileContent): Promise<void> {
    return this.inTurn(() => this.take(content));
  }

  /** Publishes what an earlier version was. @throws UnknownVersion, and as `offer` does */
  rollBack(version: string): Promise<void> {
    return this.inTurn(async () => this.conclude(await this.options.writer.restore(version), []));
  }

  /** While `work` is under way nothing else is published: it may try other stored models beside the present content. */
  change<Result>(work: (attempt: AttemptModels) => Promise<Result>): Promise<Result> {
    return this.inTurn(() => work((models, changed) => this.attempt(models, changed)));
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.queue.then(work);
    this.queue = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  private async take(content: FileContent): Promise<void> {
    this.content = content;
    const models = await this.storedModels();
    const composed = await this.compose(content, models);
    if (!composed.ok) return this.refuse(composed.problems);
    const { source } = this.options;
    let published: Published;
    try {
      published = await this.options.writer.publish(composed.config, { source, digest: digestOf(content, models) });
    } catch (error) {
      if (error instanceof RangeError) return this.refuse([`${source}: ${error.message}`]);
      this.lastError = `${source} is good but could not be published: ${error instanceof Error ? error.message : String(error)}`;
      throw error;
    }
    this.credentialUsers = composed.users;
    this.conclude(published, composed.warnings);
  }

  /** Whatever comes of it but success leaves this as it was: whoever asked is told, and it is not the file's fault. */
  private async attempt(models: readonly StoredModelEntry[], changed: string | null): Promise<Attempted> {
    const { content } = this;
    const { source, writer } = this.options;
    if (content === null) return { kind: 'not ready', reason: 'the configuration was not read yet' };
    const composed = await this.compose(content, models);
    if (!composed.ok) return { kind: 'invalid', problems: composed.problems };
    if (changed !== null && !composed.config.deployments.some(({ deployment }) => deployment.id === changed)) {
      return {
        kind: 'invalid',
        problems: composed.warnings.filter((text) => text.startsWith(storedModelName(changed))),
      };
    }
    try {
      const published = await writer.publish(composed.config, { source, digest: digestOf(content, models) });
      if (published.kind === 'refused' || published.kind === 'overtaken') return published;
      this.credentialUsers = composed.users;
      this.conclude(published, composed.warnings);
      return { kind: 'in force', version: 'snapshot' in published ? published.snapshot.version : published.version };
    } catch (error) {
      if (error instanceof RangeError) return { kind: 'invalid', problems: [error.message] };
      return { kind: 'not ready', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Everything that is published, checked as a whole. Rejects when a part of it cannot be read now. */
  private async compose(content: FileContent, storedModels: readonly StoredModelEntry[]): Promise<Composed> {
    const { source, environment, knownProviders, encryptionKey } = this.options;
    if (content.kind === 'unreadable') return { ok: false, problems: [`${source} ${content.reason}`] };
    const storedCredentials = await this.storedCredentials(content.text, storedModels);
    const parsed = parseGatewayConfig(content.text, {
      fileName: source,
      included: content.included,
      environment,
      knownProviders,
      storedCredentials,
      storedModels,
    });
    if (!parsed.ok) return { ok: false, problems: parsed.problems.map(formatProblem) };
    if (hasLiteralSecrets(parsed.config) && encryptionKey === null) {
      const problem = `${source} holds API keys or secret headers, and LLM_GATEWAY_ENCRYPTION_KEY is not set; write os.environ/NAME instead, or set that variable for config-sync and provider-workers`;
      return { ok: false, problems: [problem] };
    }
    const prices = await this.listedPrices();
    if (!prices.ok) return { ok: false, problems: [prices.reason] };
    const config = withListedPrices(parsed.config, prices.rows);
    const warnings = [...parsed.warnings.map(formatProblem), ...this.unpriced(config)];
    return { ok: true, config, warnings, users: parsed.credentialUsers };
  }

  private conclude(published: Published, warnings: readonly string[]): void {
    if (published.kind === 'refused') {
      this.lastError = published.reasons.map((reason) => `version ${published.version}: ${reason}`).join('\n');
      return;
    }
    this.lastError = '';
    this.options.observer.published(published, warnings);
  }

  private async storedModels(): Promise<readonly StoredModelEntry[]> {
    try {
      return await this.options.storedModels();
    } catch (error) {
      this.lastError = `the stored models cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      throw error;
    }
  }

  private async storedCredentials(text: string, models: readonly StoredModelEntry[]): Promise<StoredCredentials> {
    // A file that names no credential is published whether or not there is a database.
    const named = 'litellm_credential_name';
    if (!text.includes(named) && !JSON.stringify(models).includes(named)) return new Map();
    try {
      return await this.options.storedCredentials();
    } catch (error) {
      this.lastError = `${this.options.source} names credentials, and the stored ones cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      throw error;
    }
  }

  private async listedPrices(): Promise<ListedPrices> {
    try {
      return await this.options.listedPrices();
    } catch (error) {
      this.lastError = `the stored prices cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      throw error;
    }
  }

  private unpriced({ deployments }: GatewayConfig): string[] {
    const without = unpricedDeployments(
      deployments.map(({ deployment }) => deployment),
      this.options.nowUnixMs(),
    );
    return without.length === 0 ? [] : [`${this.options.source}: ${describeUnpriced(without)}`];
  }

  private refuse(problems: readonly string[]): void {
    this.lastError = problems.join('\n');
    this.options.observer.refused(problems, this.options.writer.versionInForce);
  }
}
