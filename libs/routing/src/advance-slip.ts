import type { AttemptNote, RoutingSlip } from '@gateway/contracts';
import type { ProviderFailure } from '@gateway/domain';
import { backoffMs } from './backoff';
import { RETRY_TABLE } from './retry-table';

export type Advance =
  /** Call the same deployment again after `waitMs`. */
  | { readonly action: 'retry'; readonly slip: RoutingSlip; readonly waitMs: number }
  /** Go to the step the slip's cursor now points at. */
  | { readonly action: 'next'; readonly slip: RoutingSlip }
  | { readonly action: 'give-up'; readonly slip: RoutingSlip };

export interface AdvanceInput {
  readonly failure: ProviderFailure;
  readonly attempt: number;
  /** Time left until the request's deadline. */
  readonly leftMs: number;
  readonly random: () => number;
}

/** Too little time for a call to be worth starting. */
const MIN_USEFUL_MS = 50;
/** Longest pause worth taking while another deployment could be asked right away. */
const MAX_WAIT_WITH_ALTERNATIVE_MS = 1_000;
/** Longest pause taken at all; beyond it the client gets the error with the provider's Retry-After (litellm.md §3.4). */
const MAX_WAIT_MS = 60_000;

/**
 * Decides what follows a failure that came before the first content. Pure: the slip given is not changed. Waiting is
 * only chosen when no other deployment is left to go to, or when the pause is short of what a hand-over could win.
 */
export function advanceSlip(slip: RoutingSlip, input: AdvanceInput): Advance {
  const { failure } = input;
  const step = slip.steps[slip.cursor];
  const noted: RoutingSlip = { ...slip, attempts: [...slip.attempts, noteOf(slip, input)] };
  if (!step || input.leftMs < MIN_USEFUL_MS) return { action: 'give-up', slip: noted };
  const rule = RETRY_TABLE[failure.class];
  const callsMade = noted.attempts.filter((note) => note.step === slip.cursor).length;
  const waitMs = backoffMs({
    failure: failure.class,
    callsMade,
    baseMs: step.backoffBaseMs,
    capMs: step.backoffCapMs,
    ...(failure.retryAfterMs !== undefined && { retryAfterMs: failure.retryAfterMs }),
    random: input.random,
  });
  const hasNext = slip.cursor + 1 < slip.steps.length;
  const longestWaitMs = Math.min(
    input.leftMs - MIN_USEFUL_MS,
    rule.elsewhere && hasNext ? MAX_WAIT_WITH_ALTERNATIVE_MS : MAX_WAIT_MS,
  );
  const mayStay = rule.again && callsMade < step.maxAttempts && waitMs <= longestWaitMs;
  if (mayStay) return { action: 'retry', slip: noted, waitMs };
  if (rule.elsewhere && hasNext) return { action: 'next', slip: { ...noted, cursor: slip.cursor + 1 } };
  return { action: 'give-up', slip: noted };
}

function noteOf(slip: RoutingSlip, input: AdvanceInput): AttemptNote {
  const { failure } = input;
  return {
    attempt: input.attempt,
    step: slip.cursor,
    deployment: slip.steps[slip.cursor]?.deployment ?? '',
    failure: failure.class,
    message: failure.message,
    ...(failure.status !== undefined && { status: failure.status }),
  };
}
