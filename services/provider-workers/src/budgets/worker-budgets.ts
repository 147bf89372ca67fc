import { mostCostNanoUsd } from '@gateway/catalog';
import type { Envelope } from '@gateway/contracts';
import { type BudgetHold, type CallBudget, type GatewayError } from '@gateway/domain';
import { type BudgetDesk, type BudgetStore, type DeskAnswer, refuseUnpaid } from '@gateway/storage';
import type { AttemptPlan } from '../attempt';
import type { HeldMoney } from './held-money';

export interface WorkerBudgetsParts {
  readonly desk: Pick<BudgetDesk, 'hold'>;
  readonly store: Pick<BudgetStore, 'renew' | 'settle' | 'flush'>;
  /** Redis did not take a word on a call: its money stays held until the ledger has booked it. */
  onFault(error: unknown): void;
}

export interface FenceAnswer {
  onHeld(money: HeldMoney): void;
  onUnpaid(error: GatewayError): void;
}

/** A third of the lease (reliability.md §2.3). */
const RENEW_MS = 10_000;

interface Running extends HeldMoney {
  readonly call: string;
}

/** The fence before every provider call that has a budget: money is reserved for it and the call noted, or it is not made. */
export class WorkerBudgets {
  private readonly running = new Set<Running>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly parts: WorkerBudgetsParts) {
    this.timer = setInterval(() => this.renewAll(), RENEW_MS);
    this.timer.unref();
  }

  /** Before its connection is: what was said of calls is on its way. */
  close(): void {
    clearInterval(this.timer);
    this.parts.store.flush();
  }

  /** Reserves what this very call may cost at most, in place of what the edge reserved for it, if it did. */
  fence({ requestId }: Envelope, budget: CallBudget, plan: AttemptPlan, answer: FenceAnswer): void {
    const { step, served, number } = plan;
    const most = mostCostNanoUsd(served.deployment, step.providerModel, {
      bound: budget.bound,
      atUnixMs: Date.now(),
    });
    if (typeof most === 'string') {
      answer.onUnpaid(unpriced(step.deployment));
      return;
    }
    const call = `${requestId}:${number}`;
    void this.parts.desk
      .hold({ call, mode: 'dispatch', amountNanoUsd: most, claims: budget.claims })
      .then((said) => this.onAnswer(said, { call, most }, answer));
  }

  private onAnswer(said: DeskAnswer, asked: { call: string; most: number }, answer: FenceAnswer): void {
    if (said.outcome === 'held') answer.onHeld(this.money(asked.call, said.holds));
    else answer.onUnpaid(refuseUnpaid(said, asked.most));
  }

  private money(call: string, holds: readonly BudgetHold[]): HeldMoney {
    const { store, onFault } = this.parts;
    const money: Running = {
      call,
      holds,
      onLost: null,
      settle: (costNanoUsd) => {
        if (this.running.delete(money)) store.settle(call, costNanoUsd, holds).catch(onFault);
      },
    };
    this.running.add(money);
    return money;
  }

  /** When Redis does not hear it the calls go on: their money counts as spent until the ledger knows better. */
  private renewAll(): void {
    const { store, onFault } = this.parts;
    for (const money of this.running) {
      store.renew(money.call, money.holds).then((isKnown) => {
        if (!isKnown && this.running.delete(money)) money.onLost?.();
      }, onFault);
    }
  }
}

function unpriced(deployment: string): GatewayError {
  return {
    code: 'model_unpriced',
    message: `What deployment '${deployment}' costs at most is not known, and this key has a budget to keep.`,
  };
}
