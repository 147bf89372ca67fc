import type { RedisClient } from '../redis';
import { TurnBatch } from '../turn-batch';
import { COUNT_SHARERS, RENEW, STEPS } from './quota-scripts';

/** What may be used of one thing; absent: without limit. */
export interface QuotaLimits {
  /** In any window. */
  readonly calls?: number;
  /** In any window. */
  readonly tokens?: number;
  /** At once. */
  readonly places?: number;
}

export interface Quota {
  /** What is limited. */
  readonly name: string;
  readonly limits: QuotaLimits;
}

export interface QuotaAsk<Asked extends Quota = Quota> {
  /** All that the call counts for. */
  readonly quotas: readonly Asked[];
  /** Unique among all who share them. */
  readonly call: string;
  /** Counted until `settle` knows better. More than a limit counts as the limit, or it would never be served. */
  readonly tokens: number;
}

export interface QuotaRefusal<Asked extends Quota = Quota> {
  readonly quota: Asked;
  readonly limit: keyof QuotaLimits;
  /** There may be room then. */
  readonly retryAfterMs: number;
}

/** What is left of a quota; of a limit that it does not have: nothing that means anything. */
export interface QuotaLeft {
  readonly calls: number;
  /** Until the oldest call stops counting. */
  readonly callsResetMs: number;
  readonly tokens: number;
  /** Until the tokens of the oldest call stop counting. */
  readonly tokensResetMs: number;
  readonly places: number;
}

export interface QuotaAnswer<Asked extends Quota = Quota> {
  /** Null: it was taken, of every quota. Else nothing was; of several refusals it is the one that lasts longest. */
  readonly refusal: QuotaRefusal<Asked> | null;
  /** In the order of the quotas, with this call counted where it was taken. */
  readonly left: readonly QuotaLeft[];
}

export interface QuotaStoreOptions {
  readonly redis: RedisClient;
  /** Before all keys. */
  readonly namespace: string;
  /** Default: a minute. */
  readonly windowMs?: number;
  /** How long a place is held that nobody renews. Default: 10 s. */
  readonly leaseMs?: number;
}

/** Renewed twice in it, with time to spare. */
const LEASE_MS = 10_000;
const LIMITS = [null, 'calls', 'tokens', 'places'] as const;
/** In the answer of the script, before the figures of the quotas, and for each of them. */
const HEAD = 3;
const FIGURES = 6;
/** Of them, when the quota's hash was made. */
const MADE = 5;

interface QuotaStep {
  /** As the script names them: take, look, settle. */
  readonly name: 'T' | 'L' | 'S';
  readonly ask: QuotaAsk;
  readonly used: number;
}

/** Where a call was counted. */
interface Counted {
  /** The start of a piece of the window. */
  readonly piece: number;
  /** When the hash of each quota was made. */
  readonly made: readonly number[];
}

/** Of what was taken and not settled. */
const COUNTED = new WeakMap<QuotaAsk, Counted>();

type StepAnswer = readonly number[];

/**
 * Limits that everybody keeps together, in Redis: sliding windows of calls and tokens, and places that come back by
 * themselves when their holder dies. What is asked in one turn of the event loop is one round trip and one script. Each method
 * rejects when Redis is away.
 */
export class QuotaStore {
  private readonly windowMs: number;
  private readonly leaseMs: number;
  private readonly steps = new TurnBatch<QuotaStep, StepAnswer>((steps) => this.runAll(steps));

  constructor(private readonly options: QuotaStoreOptions) {
    this.windowMs = options.windowMs ?? 60_000;
    this.leaseMs = options.leaseMs ?? LEASE_MS;
  }

  /** All that the limits demand, or nothing and why. */
  async take<Asked extends Quota>(ask: QuotaAsk<Asked>): Promise<QuotaAnswer<Asked>> {
    return readAnswer(ask.quotas, await this.steps.ask({ name: 'T', ask, used: 0 }));
  }

  /** What `take` would say; takes nothing. */
  async look<Asked extends Quota>(ask: QuotaAsk<Asked>): Promise<QuotaAnswer<Asked>> {
    return readAnswer(ask.quotas, await this.steps.ask({ name: 'L', ask, used: 0 }));
  }

  /** The call is over: its places are free, and its tokens are what it used; null when it was not made after all. */
  async settle(ask: QuotaAsk, usedTokens: number | null): Promise<void> {
    if (usedTokens !== null && ask.quotas.every(hasCallsOnly)) return;
    await this.steps.ask({ name: 'S', ask, used: usedTokens === null ? -1 : Math.ceil(usedTokens) });
  }

  /** What was asked for in this turn is on its way. */
  flush(): void {
    this.steps.send();
  }

  /** Holds the places of these calls for another lease. */
  async renew({ name, limits }: Quota, calls: readonly string[]): Promise<void> {
    const { redis } = this.options;
    await RENEW.run(redis, [`${this.baseOf(name)}:places`], [this.leaseMs, limits.places ?? 0, ...calls]);
  }

  /** How many share these limits, the asker included, who counts for one lease. */
  async countSharers(who: string): Promise<number> {
    const { redis, namespace } = this.options;
    return (await COUNT_SHARERS.run(redis, [`${namespace}:quota:sharers`], [this.leaseMs, who])) as number;
  }

  private async runAll(steps: readonly QuotaStep[]): Promise<readonly StepAnswer[]> {
    const keys: string[] = [];
    const numbers = new Map<string, number>();
    const numberOf = (name: string): number => {
      const known = numbers.get(name);
      if (known !== undefined) return known;
      keys.push(`${this.baseOf(name)}:used`, `${this.baseOf(name)}:places`);
      numbers.set(name, numbers.size + 1);
      return numbers.size;
    };
    const values: (string | number)[] = [this.windowMs, this.leaseMs];
    for (const step of steps) addStep(values, step, numberOf);
    const told = (await STEPS.run(this.options.redis, keys, values)) as [number, ...StepAnswer[]];
    const [piece, ...answers] = told;
    steps.forEach(({ name, ask }, index) => {
      const answer = answers[index] as StepAnswer;
      if (name === 'T' && answer[0] === 0) COUNTED.set(ask, { piece, made: madeOf(ask, answer) });
    });
    return answers;
  }

  /** All in one slot of a Redis cluster: one script touches several. */
  private baseOf(name: string): string {
    return `{${this.options.namespace}:quota}:${name}`;
  }
}

function addStep(
  values: (string | number)[],
  { name, ask, used }: QuotaStep,
  numberOf: (name: string) => number,
): void {
  const { call, tokens, quotas } = ask;
  const counted = COUNTED.get(ask);
  values.push(name, call, Math.ceil(tokens), used, quotas.length, counted?.piece ?? 0);
  for (let at = 0; at < quotas.length; at += 1) {
    const { name: quota, limits } = quotas[at] as Quota;
    const { calls = -1, tokens: most = -1, places = -1 } = limits;
    values.push(numberOf(quota), calls, most, places, counted?.made[at] ?? 0);
  }
}

function madeOf({ quotas }: QuotaAsk, answer: StepAnswer): number[] {
  return quotas.map((_quota, index) => answer[HEAD + index * FIGURES + MADE] ?? 0);
}

function hasCallsOnly({ limits }: Quota): boolean {
  return limits.tokens === undefined && limits.places === undefined;
}

function readAnswer<Asked extends Quota>(quotas: readonly Asked[], told: readonly number[]): QuotaAnswer<Asked> {
  const [quota = 0, limit = 0, waitMs = 0] = told;
  const refused = quotas[quota - 1];
  const named = LIMITS[limit];
  const retryAfterMs = Math.max(1, Math.ceil(waitMs));
  return {
    refusal: refused && named ? { quota: refused, limit: named, retryAfterMs } : null,
    left: quotas.map(({ limits }, index) => readLeft(limits, told, HEAD + index * FIGURES)),
  };
}

function readLeft(limits: QuotaLimits, told: readonly number[], at: number): QuotaLeft {
  return {
    calls: leftOf(limits.calls, told[at]),
    callsResetMs: told[at + 1] ?? 0,
    tokens: leftOf(limits.tokens, told[at + 2]),
    tokensResetMs: told[at + 3] ?? 0,
    places: leftOf(limits.places, told[at + 4]),
  };
}

/** Never less than nothing, whatever was used. */
export function leftOf(limit = 0, used = 0): number {
  return Math.max(0, limit - used);
}
