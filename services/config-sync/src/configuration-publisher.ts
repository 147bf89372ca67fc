import { unpricedDeployments } from '@gateway/catalog';
import {
  type EnvironmentSource,
  formatProblem,
  type GatewayConfig,
  hasLiteralSecrets,
  parseGatewayConfig,
  type StoredCredentials,
} from '@gateway/config';
import type { FileContent } from './file-content';
import { describeUnpriced } from './prices/describe-unpriced';
import { type ListedPrices, withListedPrices } from './prices/listed-prices';
import { digestOf } from './roll-out/digest-of';
import type { Published, VersionWriter } from './roll-out/version-writer';

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
  readonly writer: VersionWriter;
  readonly observer: PublisherObserver;
  readonly nowUnixMs: () => number;
}

/** Turns file contents into published versions: only good ones, only changed ones, each with a higher counter. */
export class ConfigurationPublisher {
  /** Why the newest content is not in force; empty when it is. */
  lastError = '';
  private queue: Promise<void> = Promise.resolve();
  private credentialUsers: ReadonlyMap<string, readonly string[]> = new Map();

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

  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.queue.then(work);
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private async take(content: FileContent): Promise<void> {
    const { source, environment, knownProviders, encryptionKey } = this.options;
    if (content.kind === 'unreadable') return this.refuse([`${source} ${content.reason}`]);
    const storedCredentials = await this.storedCredentials(content.text);
    const parsed = parseGatewayConfig(content.text, {
      fileName: source,
      included: content.included,
      environment,
      knownProviders,
      storedCredentials,
    });
    if (!parsed.ok) return this.refuse(parsed.problems.map(formatProblem));
    if (hasLiteralSecrets(parsed.config) && encryptionKey === null) {
      return this.refuse([
        `${source} holds API keys or secret headers, and LLM_GATEWAY_ENCRYPTION_KEY is not set; write os.environ/NAME instead, or set that variable for config-sync and provider-workers`,
      ]);
    }
    const prices = await this.listedPrices();
    if (!prices.ok) return this.refuse([prices.reason]);
    const config = withListedPrices(parsed.config, prices.rows);
    const warnings = [...parsed.warnings.map(formatProblem), ...this.unpriced(config)];
    let published: Published;
    try {
      published = await this.options.writer.publish(config, { source, digest: digestOf(content) });
    } catch (error) {
      if (error instanceof RangeError) return this.refuse([`${source}: ${error.message}`]);
      this.lastError = `${source} is good but could not be published: ${error instanceof Error ? error.message : String(error)}`;
      throw error;
    }
    this.credentialUsers = parsed.credentialUsers;
    this.conclude(published, warnings);
  }

  private conclude(published: Published, warnings: readonly string[]): void {
    if (published.kind === 'refused') {
      this.lastError = published.reasons.map((reason) => `version ${published.version}: ${reason}`).join('\n');
      return;
    }
    this.lastError = '';
    this.options.observer.published(published, warnings);
  }

  private async storedCredentials(text: string): Promise<StoredCredentials> {
    // A file that names no credential is published whether or not there is a database.
    if (!text.includes('litellm_credential_name')) return new Map();
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
