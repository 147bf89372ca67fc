import type { GatewaySnapshot } from '@gateway/config';
import { type ConfigurationState, type ConfigurationVersion, counterOf } from '@gateway/contracts';
import { gatewayConfigRefusedTotal, gatewayConfigVersion } from '@gateway/telemetry';
import type { ServiceContext } from '../service-context';
import type { ConfigurationStore, FetchedContent } from './configuration-store';
import { describeSnapshot } from './describe-snapshot';
import type { ApplyConfiguration, PrepareConfiguration } from './follow-configuration';
import type { InstanceAnnouncer } from './instance-announcer';

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

export interface FollowerPorts {
  readonly prepare: PrepareConfiguration;
  readonly store: Pick<ConfigurationStore, 'watch' | 'readContent'>;
  readonly announcer: Pick<InstanceAnnouncer, 'say' | 'current' | 'stop'>;
}

/** A version that was looked at: what takes it into use, or why it cannot be. */
type Judged =
  | { readonly version: string; readonly snapshot: GatewaySnapshot; readonly apply: ApplyConfiguration }
  | { readonly version: string; readonly refusedFor: string };

/** Takes what is in force as soon as it is, and judges candidates; one thing after the other, always by the newest state. */
export class SnapshotFollower {
  private snapshot: GatewaySnapshot | null = null;
  private newest: ConfigurationState | null = null;
  /** Of the version in force and the candidate: what is built for one need not be built again when it becomes the other. */
  private judged: readonly Judged[] = [];
  private working: Promise<void> = Promise.resolve();
  private isWorking = false;
  private stopWatching: () => void = () => undefined;
  private stopped = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly context: Pick<ServiceContext, 'logger' | 'metrics'>,
    private readonly ports: FollowerPorts,
  ) {}

  current(): GatewaySnapshot | null {
    return this.snapshot;
  }

  async start(): Promise<void> {
    const { store, announcer } = this.ports;
    this.stopWatching = await store.watch((read) => {
      if (read) this.follow(read.state);
      else
        this.context.logger.warn(
          { version: this.held },
          'there is no published configuration to be read; keeping the last one',
        );
    });
    await announcer.say(announcer.current);
    await this.working;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.stopWatching();
    this.wake();
    await this.ports.announcer.stop();
  }

  private get held(): string | null {
    return this.snapshot?.version ?? null;
  }

  private follow(state: ConfigurationState): void {
    this.newest = state;
    this.wake();
    if (!this.isWorking) this.working = this.catchUp();
  }

  private async catchUp(): Promise<void> {
    this.isWorking = true;
    let done: ConfigurationState | null = null;
    for (let waitMs = FIRST_WAIT_MS; done !== this.newest && !this.stopped; ) {
      const state: ConfigurationState | null = this.newest;
      try {
        if (state) await this.takeOver(state);
        done = state;
        waitMs = FIRST_WAIT_MS;
      } catch (error) {
        this.context.logger.warn({ error }, 'the configuration cannot be fetched yet');
        if (state === this.newest) await this.pause(waitMs);
        waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
      }
    }
    this.isWorking = false;
  }

  private async takeOver({ inForce, candidate }: ConfigurationState): Promise<void> {
    this.judged = this.judged.filter(({ version }) => [inForce?.version, candidate?.version].includes(version));
    if (inForce && inForce.version !== this.held) {
      const judged = await this.judge(inForce);
      if ('apply' in judged) this.apply(judged);
      else await this.tell(judged);
    }
    if (candidate && candidate.version !== this.held) await this.tell(await this.judge(candidate));
  }

  private apply({ snapshot, apply }: Extract<Judged, { readonly snapshot: GatewaySnapshot }>): void {
    const { metrics, logger } = this.context;
    // First: what applies it makes series under the names of its models.
    metrics.setKnownModels(snapshot.deployments.map(({ modelGroup }) => modelGroup));
    apply();
    this.snapshot = snapshot;
    gatewayConfigVersion(metrics).labelled({}).set(counterOf(snapshot.version));
    logger.info(describeSnapshot(snapshot), 'configuration in force');
    // Nobody waits for this one: who has heard that the version is in force may find an instance still saying the one before.
    void this.ports.announcer.say({ version: snapshot.version, sinceUnixMs: Date.now() });
  }

  private async tell(judged: Judged): Promise<void> {
    const { announcer } = this.ports;
    const { version, sinceUnixMs } = announcer.current;
    const refusedFor = 'refusedFor' in judged ? judged.refusedFor : null;
    await announcer.say({ version, sinceUnixMs, verdict: { version: judged.version, refusedFor } });
  }

  /** Rejects when its content cannot be fetched now. */
  private async judge(version: ConfigurationVersion): Promise<Judged> {
    const known = this.judged.find((judged) => judged.version === version.version);
    if (known) return known;
    const content = await this.ports.store.readContent(version);
    // Of a version that is no longer kept: a later state is on its way.
    if (content === null) throw new Error(`the content of version ${version.version} is not there`);
    const judged = await this.prepare(version.version, content);
    this.judged = [...this.judged, judged];
    return judged;
  }

  private async prepare(version: string, content: FetchedContent): Promise<Judged> {
    try {
      const snapshot = await content.decode();
      return { version, snapshot, apply: await this.ports.prepare(snapshot) };
    } catch (error) {
      return this.refuse(version, error);
    }
  }

  private refuse(version: string, error: unknown): Judged {
    const { metrics, logger } = this.context;
    gatewayConfigRefusedTotal(metrics).labelled({}).increment();
    logger.error(
      { error, config_version: version, version: this.held },
      'configuration refused; keeping the last good one',
    );
    return { version, refusedFor: error instanceof Error ? error.message : String(error) };
  }

  private pause(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
