import type { FailureClass } from '@gateway/domain';

/** What a failure before the first content allows. */
export interface RetryRule {
  /** Another call to the same deployment may help. */
  readonly again: boolean;
  /** Another deployment may help. */
  readonly elsewhere: boolean;
}

const GIVE_UP: RetryRule = { again: false, elsewhere: false };
const ELSEWHERE: RetryRule = { again: false, elsewhere: true };
const ANYWHERE: RetryRule = { again: true, elsewhere: true };

export const RETRY_TABLE: Readonly<Record<FailureClass, RetryRule>> = {
  connect: ANYWHERE,
  timeout: ANYWHERE,
  'rate-limited': ANYWHERE,
  overloaded: ANYWHERE,
  'server-error': ANYWHERE,
  'malformed-response': ANYWHERE,
  interrupted: ANYWHERE,
  // The same deployment would say the same again.
  'quota-exhausted': ELSEWHERE,
  auth: ELSEWHERE,
  'model-not-found': ELSEWHERE,
  // The request itself is at fault: every provider would refuse it.
  'bad-request': GIVE_UP,
  'context-window': GIVE_UP,
  'content-filter': GIVE_UP,
  // Nobody waits for the answer any more.
  cancelled: GIVE_UP,
  deadline: GIVE_UP,
};
