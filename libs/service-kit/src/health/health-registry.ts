import type { Logger } from '@gateway/telemetry';

export interface HealthCheck {
  readonly name: string;
  /** Without a hard dependency the service cannot do its work; without a soft one it does less. */
  readonly hard: boolean;
  /** Well when it returns (or resolves to) anything but `false` and does not throw. */
  readonly check: () => unknown;
}

export type HealthStatus = 'ok' | 'degraded' | 'unavailable' | 'draining';

export interface HealthReport {
  readonly status: HealthStatus;
  /** Names and outcomes only: why a check failed is in the log, not on a public route. */
  readonly checks: Readonly<Record<string, { readonly status: 'ok' | 'failed'; readonly hard: boolean }>>;
}

const CHECK_TIMEOUT_MS = 1_000;
/** Probes may come from many sides at once; dependencies are asked at most this often. */
const CACHE_MS = 500;

/** Whether this process can do its work, from checks that each part of it adds. */
export class HealthRegistry {
  private readonly checks: HealthCheck[] = [];
  private readonly lastOutcome = new Map<string, boolean>();
  private cached: { readonly takenAtMs: number; readonly outcomes: Promise<Map<string, boolean>> } | null = null;
  private draining = false;

  /** `now` counts milliseconds from anywhere. */
  constructor(
    private readonly logger: Logger,
    private readonly now: () => number = () => performance.now(),
  ) {}

  add(check: HealthCheck): void {
    if (this.checks.some(({ name }) => name === check.name)) {
      throw new Error(`there already is a health check named ${check.name}`);
    }
    this.checks.push(check);
    this.cached = null;
  }

  /** From now on every report says `draining`. */
  startDraining(): void {
    this.draining = true;
  }

  /** At most 500 ms old, and answered within about a second whatever the dependencies do. */
  async report(): Promise<HealthReport> {
    const now = this.now();
    if (this.cached === null || now - this.cached.takenAtMs >= CACHE_MS) {
      this.cached = { takenAtMs: now, outcomes: this.runChecks() };
    }
    const outcomes = await this.cached.outcomes;
    const checks: Record<string, HealthReport['checks'][string]> = {};
    let status: HealthStatus = 'ok';
    for (const { name, hard } of this.checks) {
      const well = outcomes.get(name) ?? false;
      checks[name] = { status: well ? 'ok' : 'failed', hard };
      if (!well && hard) status = 'unavailable';
      else if (!well && status === 'ok') status = 'degraded';
    }
    return { status: this.draining ? 'draining' : status, checks };
  }

  private async runChecks(): Promise<Map<string, boolean>> {
    const results = await Promise.all(
      this.checks.map(async (check): Promise<[string, boolean]> => {
        const failure = await runWithin(check.check, CHECK_TIMEOUT_MS);
        this.logChange(check, failure);
        return [check.name, failure === null];
      }),
    );
    return new Map(results);
  }

  private logChange(check: HealthCheck, failure: { readonly reason: unknown } | null): void {
    const before = this.lastOutcome.get(check.name);
    this.lastOutcome.set(check.name, failure === null);
    const fields = { check: check.name, hard: check.hard };
    // Before it was ever well, a check says that the service is still starting, which is nothing to warn of.
    if (failure !== null && before === undefined) this.logger.info(fields, 'waiting for a health check');
    if (failure !== null && before === true) {
      this.logger.warn({ ...fields, error: failure.reason }, 'health check fails');
    }
    if (failure === null && before === false) this.logger.info(fields, 'health check is well');
  }
}

async function runWithin(check: HealthCheck['check'], timeoutMs: number): Promise<{ readonly reason: unknown } | null> {
  let timer: NodeJS.Timeout | undefined;
  const overrun = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    const outcome = await Promise.race([(async () => check())(), overrun]);
    return outcome === false ? { reason: 'not ready' } : null;
  } catch (reason) {
    return { reason };
  } finally {
    clearTimeout(timer);
  }
}
