import { costOfCall, type ModelCatalog } from '@gateway/catalog';
import type { StartFrame } from '@gateway/contracts';
import { type Deployment, estimateTokensFromBytes, type NanoUsd, NO_USAGE } from '@gateway/domain';
import { ORDINARY_ANSWER_TOKENS } from '@gateway/routing';
import type { AnswerMeter, AnswerTotal } from '@gateway/wire-formats';
import type { Admission } from '../calls/arrived-call';

/** Enough tokens that a price of less than a nano-USD each is told exactly. */
const MANY_TOKENS = 1_000_000;

export interface MeteredCall {
  readonly deployment: Deployment;
  readonly providerModel: string;
  readonly promptTokens: number;
  /** Of the answer, where that was said. */
  readonly maxOutputTokens?: number;
}

/** A meter for whoever answers a call. */
export function meterFor(
  catalog: ModelCatalog,
  { check, estimatedPromptTokens: promptTokens }: Admission,
): (start: StartFrame) => CallMeter {
  return ({ deployment: id, providerModel }) => {
    const deployment = catalog.findDeployment(id);
    const { maxOutputTokens } = check;
    if (deployment === undefined) return new CallMeter(null, promptTokens);
    const model = providerModel ?? deployment.providerModel;
    return new CallMeter({ deployment, providerModel: model, promptTokens, maxOutputTokens }, promptTokens);
  };
}

/**
 * What one answer costs by our own count, reckoned from two prices that are looked up once: nothing but a multiplication
 * for each piece of it.
 */
export class CallMeter implements AnswerMeter {
  total: AnswerTotal | null = null;
  readonly estimatedNanoUsd: NanoUsd | null;
  private readonly ofPrompt: NanoUsd | null;
  private readonly ofManyTokens: NanoUsd;

  /** Null: nobody knows the price. */
  constructor(
    call: MeteredCall | null,
    readonly promptTokens: number,
  ) {
    this.ofPrompt = call && costWith(call, 0);
    const many = call && costWith(call, MANY_TOKENS);
    this.ofManyTokens = Math.max(0, (many ?? 0) - (this.ofPrompt ?? 0));
    this.estimatedNanoUsd = call && costWith(call, Math.min(call.maxOutputTokens ?? Infinity, ORDINARY_ANSWER_TOKENS));
  }

  soFarNanoUsd(generatedBytes: number): NanoUsd | null {
    if (this.ofPrompt === null) return null;
    const tokens = estimateTokensFromBytes(generatedBytes);
    return this.ofPrompt + Math.floor((tokens * this.ofManyTokens) / MANY_TOKENS);
  }
}

function costWith({ deployment, providerModel, promptTokens }: MeteredCall, completionTokens: number): NanoUsd | null {
  const usage = { ...NO_USAGE, promptTokens, completionTokens };
  return costOfCall({ deployment, providerModel, usage, atUnixMs: Date.now() })?.nanoUsd ?? null;
}
