import type { Logger } from '@gateway/telemetry';

export interface DrainStep {
  readonly name: string;
  readonly run: () => void | Promise<void>;
  readonly order: number;
}

/** Conventional places in the sequence; any number is allowed. */
export const DRAIN_ORDER = {
  /** Stop taking new work: unsubscribe, leave queue groups. */
  intake: 100,
  /** Let running work finish: streams, batches. */
  work: 200,
  /** Hand over what is buffered: spools, outboxes. */
  buffers: 300,
  /** Close connections that the steps before needed: NATS, PostgreSQL, Redis. */
  connections: 400,
} as const;

/** Steps to take before a process may end, by ascending order; steps of equal order run together. */
export class DrainSequence {
  private readonly steps: DrainStep[] = [];

  add(step: DrainStep): void {
    this.steps.push(step);
  }

  /** Runs all steps. Resolves `true` when all ended well within `timeoutMs` in total; never rejects. */
  async run(timeoutMs: number, logger: Logger): Promise<boolean> {
    const deadlineUnixMs = Date.now() + timeoutMs;
    const orders = [...new Set(this.steps.map((step) => step.order))].sort((first, second) => first - second);
    let clean = true;
    for (const order of orders) {
      const group = this.steps.filter((step) => step.order === order);
      const outcomes = await Promise.all(group.map((step) => runStep(step, deadlineUnixMs, logger)));
      clean &&= outcomes.every(Boolean);
    }
    return clean;
  }
}

async function runStep(step: DrainStep, deadlineUnixMs: number, logger: Logger): Promise<boolean> {
  // Late steps are still begun: closing a connection is worth a try even when streams took all the time.
  const leftMs = Math.max(deadlineUnixMs - Date.now(), 0);
  let timer: NodeJS.Timeout | undefined;
  const overrun = new Promise<'overrun'>((resolve) => {
    timer = setTimeout(() => resolve('overrun'), leftMs);
  });
  try {
    const work = Promise.resolve(step.run()).then(() => 'done' as const);
    if ((await Promise.race([work, overrun])) === 'done') return true;
    logger.warn({ step: step.name }, 'drain step ran out of time');
    work.catch((error: unknown) => logger.error({ error, step: step.name }, 'drain step failed late'));
  } catch (error) {
    logger.error({ error, step: step.name }, 'drain step failed');
  } finally {
    clearTimeout(timer);
  }
  return false;
}
