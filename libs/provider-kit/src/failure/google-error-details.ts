import { type FailureClass, isRecord } from '@gateway/domain';

/** What the `details` of a google.rpc.Status say (google/rpc/error_details.proto). */
export interface GoogleErrorDetails {
  /** `ErrorInfo.reason`, e.g. `API_KEY_INVALID`. */
  readonly reason: string | null;
  /** `QuotaFailure`: names of the quotas that are used up, e.g. `GenerateRequestsPerDayPerProjectPerModel-FreeTier`. */
  readonly quotaIds: readonly string[];
  /** `BadRequest`: the first field at fault. */
  readonly field: string | null;
  /** `RetryInfo.retry_delay`, e.g. `34.5s`. */
  readonly retryAfterMs: number | undefined;
}

const ACCESS_REASON = /^(?:API_KEY_|ACCESS_TOKEN_|CREDENTIALS_|ACCOUNT_STATE_|CONSUMER_|SERVICE_DISABLED|IAM_)/;

/** Null unless `details` is a list of typed messages. Never throws. */
export function readGoogleDetails(details: unknown): GoogleErrorDetails | null {
  if (!Array.isArray(details)) return null;
  const messages = details.filter(isTyped);
  if (messages.length === 0) return null;
  const ofType = (name: string) => messages.find((message) => message['@type'].endsWith(`google.rpc.${name}`));
  return {
    reason: textOf(ofType('ErrorInfo')?.reason),
    quotaIds: recordsIn(ofType('QuotaFailure')?.violations).flatMap(({ quotaId }) => textOf(quotaId) ?? []),
    field: textOf(recordsIn(ofType('BadRequest')?.fieldViolations)[0]?.field),
    retryAfterMs: durationMs(ofType('RetryInfo')?.retryDelay),
  };
}

/**
 * The class by the details, or null. The sentence of a 429 is the same for every quota ("You exceeded your current
 * quota, please check your plan and billing details"): only the quota's name tells whether a wait of seconds helps.
 */
export function classOfGoogleDetails(details: GoogleErrorDetails, status: number): FailureClass | null {
  if (details.reason !== null && ACCESS_REASON.test(details.reason)) return 'auth';
  if (status !== 429 || (details.quotaIds.length === 0 && details.retryAfterMs === undefined)) return null;
  return details.quotaIds.some((quotaId) => /PerDay|PerMonth/i.test(quotaId)) ? 'quota-exhausted' : 'rate-limited';
}

interface TypedMessage extends Record<string, unknown> {
  readonly '@type': string;
}

function isTyped(value: unknown): value is TypedMessage {
  return isRecord(value) && typeof value['@type'] === 'string';
}

function recordsIn(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A protobuf duration in JSON: seconds with up to nine decimals and an `s`. */
function durationMs(value: unknown): number | undefined {
  const [, seconds] = typeof value === 'string' ? (/^(\d{1,7}(?:\.\d{1,9})?)s$/.exec(value) ?? []) : [];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
}
