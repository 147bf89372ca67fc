import { randomBytes } from 'node:crypto';
import type { BudgetClaim, BudgetHold, BudgetShortage, BudgetState } from '@gateway/domain';
import type { RedisClient } from '../redis';
import { TurnBatch } from '../turn-batch';
import { type BudgetScripts, budgetScripts } from './budget-scripts';

/** What is reserved for one provider call, against all of its budgets or none. Amounts are nano-USD. */
export interface BudgetAsk {
  /** `REQUEST:ATTEMPT`. */
  readonly call: string;
  /** Reserved calls may still be given up; a dispatched one may be on a provider's bill. */
  readonly mode: 'reserve' | 'dispatch';
  readonly amountNanoUsd: number;
  readonly claims: readonly BudgetClaim[];
  /** What the ledger has just said of some of them. */
  readonly states?: readonly BudgetState[];
}

export interface BudgetDenial {
  readonly claim: BudgetClaim;
  readonly spentNanoUsd: number;
  /** Of calls under way. */
  readonly heldNanoUsd: number;
}

export type BudgetAnswer =
  | { readonly outcome: 'held'; readonly holds: readonly BudgetHold[] }
  /** The ledger must be asked first. */
  | { readonly outcome: 'short'; readonly shortages: readonly BudgetShortage[] }
  | { readonly outcome: 'denied'; readonly denial: BudgetDenial }
  /** The call has been settled or withdrawn: it must not be made (again). */
  | { readonly outcome: 'over' };

/** A call that is over in Redis, or may be, and that the ledger has not confirmed. */
export interface UnconfirmedCall {
  readonly call: string;
  readonly isProvisional: boolean;
  readonly amountNanoUsd: number;
  readonly ageMs: number;
}

export interface BudgetInspection {
  readonly epoch: string;
  readonly version: number;
  readonly confirmedNanoUsd: number;
  readonly heldNanoUsd: number;
  readonly provisionalNanoUsd: number;
  readonly spentNanoUsd: number;
  readonly unconfirmed: readonly UnconfirmedCall[];
}

export interface BudgetStoreOptions {
  readonly redis: RedisClient;
  /** Before all keys. */
  readonly namespace: string;
  /** How long a call is believed to be under way of which nobody says so. Default: 30 s. */
  readonly leaseMs?: number;
  /** For tests. */
  readonly scripts?: BudgetScripts;
}

const LEASE_MS = 30_000;
/** A question that reached Redis's sockets is answered or lost long before, however long Redis itself was stopped. */
const WITHDRAWN_MS = 120_000;
/** So long an exhausted budget refuses without asking the ledger again. */
const BELIEVED_MS = 1_000;
const SCRIPTS = budgetScripts();
const FIRST_STATE_FIELDS = 6;

/** As the script names them. */
type StepName = 'R' | 'D' | 'K' | 'S' | 'X' | 'V';
/** What the script says of one step. */
type StepAnswer = number | readonly (string | number)[];

interface BudgetStep {
  readonly name: StepName;
  readonly call: string;
  readonly amountNanoUsd: number;
  readonly budgets: readonly { readonly name: string }[];
  /** For each budget: its limit, or its epoch. */
  readonly words: readonly (string | number)[];
  readonly states?: readonly BudgetState[];
}

interface StepResult {
  readonly answer: StepAnswer;
  /** Of each budget. */
  readonly epochs: readonly string[];
}

/**
 * The money that Redis lets calls reserve: within what the ledger granted to this life of its memory, and never beyond.
 * What is asked in one turn of the event loop is one round trip and one script. Each method rejects when Redis is away.
 */
export class BudgetStore {
  private readonly scripts: BudgetScripts;
  private readonly leaseMs: number;
  private readonly steps = new TurnBatch<BudgetStep, StepResult>((steps) => this.runAll(steps));

  constructor(private readonly options: BudgetStoreOptions) {
    this.scripts = options.scripts ?? SCRIPTS;
    this.leaseMs = options.leaseMs ?? LEASE_MS;
  }

  async reserve({ call, mode, amountNanoUsd, claims, states }: BudgetAsk): Promise<BudgetAnswer> {
    const { answer, epochs } = await this.steps.ask({
      name: mode === 'dispatch' ? 'D' : 'R',
      call,
      amountNanoUsd,
      budgets: claims,
      words: claims.map(({ maxNanoUsd }) => maxNanoUsd),
      states,
    });
    return readAnswer(answer, claims, epochs);
  }

  /** False when the books on this call are closed: whoever makes it must stop. */
  async renew(call: string, holds: readonly BudgetHold[]): Promise<boolean> {
    const { answer } = await this.steps.ask({ ...stepOf(call, holds), name: 'K' });
    return answer === 0;
  }

  /** What a dispatched call cost, as far as its worker knows; the ledger's word comes with `confirm`. */
  async settle(call: string, costNanoUsd: number, holds: readonly BudgetHold[]): Promise<void> {
    await this.steps.ask({ ...stepOf(call, holds), name: 'S', amountNanoUsd: costNanoUsd });
  }

  /** The call is not made after all. Does nothing to one that was dispatched. */
  async release(call: string, holds: readonly BudgetHold[]): Promise<void> {
    await this.steps.ask({ ...stepOf(call, holds), name: 'X' });
  }

  /**
   * Nobody will make the call, though it may have been reserved or dispatched, or yet be: the answer to `reserve` was not
   * heard. Only for whoever asked that.
   */
  async withdraw(call: string, budgets: readonly { readonly name: string }[]): Promise<void> {
    await this.steps.ask({ name: 'V', call, amountNanoUsd: 0, budgets, words: budgets.map(() => '') });
  }

  /** What was asked for in this turn is on its way. */
  flush(): void {
    this.steps.send();
  }

  /** What the ledger has booked, the costs of these calls included. */
  async confirm(state: Omit<BudgetState, 'leftNanoUsd'>, calls: readonly string[]): Promise<void> {
    await this.scripts.CONFIRM.run(this.options.redis, this.keysOf([state.name]), [...fieldsOf(state), ...calls]);
  }

  /** Null when Redis knows nothing of the budget. */
  async inspect(name: string): Promise<BudgetInspection | null> {
    const found = (await this.scripts.INSPECT.run(this.options.redis, this.keysOf([name]), [])) as string[];
    if (found.length === 0) return null;
    const [epoch = '', ...rest] = found;
    const [version = 0, confirmed = 0, held = 0, provisional = 0, spent = 0] = rest.slice(0, 5).map(Number);
    const unconfirmed: UnconfirmedCall[] = [];
    for (let at = FIRST_STATE_FIELDS; at < found.length; at += 4) {
      unconfirmed.push({
        call: found[at] ?? '',
        isProvisional: found[at + 1] === 'P',
        amountNanoUsd: Number(found[at + 2]),
        ageMs: Number(found[at + 3]),
      });
    }
    return {
      epoch,
      version,
      confirmedNanoUsd: confirmed,
      heldNanoUsd: held,
      provisionalNanoUsd: provisional,
      spentNanoUsd: spent,
      unconfirmed,
    };
  }

  private async runAll(steps: readonly BudgetStep[]): Promise<readonly StepResult[]> {
    const numbers = new Map<string, number>();
    const values: (string | number)[] = [epochNumber(), this.leaseMs, BELIEVED_MS, WITHDRAWN_MS];
    for (const step of steps) addStep(values, step, numbers);
    const keys = this.keysOf([...numbers.keys()]);
    const told = (await this.scripts.STEPS.run(this.options.redis, keys, values)) as [string[], ...StepAnswer[]];
    const [epochs] = told;
    return steps.map(({ budgets }, index) => ({
      answer: told[index + 1] as StepAnswer,
      epochs: budgets.map(({ name }) => epochs[(numbers.get(name) ?? 0) - 1] ?? ''),
    }));
  }

  /** All in one slot of a Redis cluster: a call's budgets are one step. */
  private keysOf(names: readonly string[]): string[] {
    const base = `${this.options.namespace}:{budget}`;
    return names.flatMap((name) => [`${base}:${name}`, `${base}:${name}:leases`]);
  }
}

function addStep(values: (string | number)[], step: BudgetStep, numbers: Map<string, number>): void {
  const { name, call, amountNanoUsd, budgets, words, states = [] } = step;
  const numberOf = (budget: string): number => {
    const number = numbers.get(budget) ?? numbers.size + 1;
    numbers.set(budget, number);
    return number;
  };
  for (const state of states) {
    const limit = words[budgets.findIndex((budget) => budget.name === state.name)];
    if (limit === undefined) continue;
    values.push('L', call, 0, 1, numberOf(state.name), limit, ...fieldsOf(state), state.leftNanoUsd);
  }
  values.push(name, call, amountNanoUsd, budgets.length);
  for (let at = 0; at < budgets.length; at += 1) values.push(numberOf(budgets[at]?.name ?? ''), words[at] ?? '');
}

function stepOf(call: string, holds: readonly BudgetHold[]): Omit<BudgetStep, 'name'> {
  return { call, amountNanoUsd: 0, budgets: holds, words: holds.map(({ epoch }) => epoch) };
}

function epochNumber(): string {
  return randomBytes(6).toString('hex');
}

function fieldsOf(state: Omit<BudgetState, 'leftNanoUsd'>): (string | number)[] {
  const { epoch, version, grantedNanoUsd, confirmedNanoUsd, elsewhereNanoUsd, validUntilUnixMs } = state;
  return [epoch, version, grantedNanoUsd, confirmedNanoUsd, elsewhereNanoUsd, validUntilUnixMs];
}

function readAnswer(answer: StepAnswer, claims: readonly BudgetClaim[], epochs: readonly string[]): BudgetAnswer {
  if (answer === 0) {
    return { outcome: 'held', holds: claims.map(({ name }, index) => ({ name, epoch: epochs[index] ?? '' })) };
  }
  if (typeof answer === 'number') return { outcome: 'over' };
  const [code, ...rest] = answer;
  if (code === 2) {
    const [index, spent, held] = rest.map(Number);
    const claim = claims[(index ?? 1) - 1] as BudgetClaim;
    return { outcome: 'denied', denial: { claim, spentNanoUsd: spent ?? 0, heldNanoUsd: held ?? 0 } };
  }
  const shortages: BudgetShortage[] = [];
  for (let at = 0; at < rest.length; at += 3) {
    const claim = claims[Number(rest[at]) - 1] as BudgetClaim;
    shortages.push({ ...claim, epoch: String(rest[at + 1]), needNanoUsd: Number(rest[at + 2]) });
  }
  return { outcome: 'short', shortages };
}
