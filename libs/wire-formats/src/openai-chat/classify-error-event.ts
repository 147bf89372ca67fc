import { type FailureClass, isRecord, type ProviderFailure } from '@gateway/domain';
import { ProviderStreamError } from '../malformed-response';

type Evidence = readonly [pattern: RegExp, failureClass: FailureClass];

/**
 * What an error inside a 200 answer calls itself: OpenAI's published codes and types, and the words of servers that
 * follow it. Tried in order on `code`, then `type`; narrower words stand first.
 */
const BY_NAME: readonly Evidence[] = [
  [/insufficient_quota|quota_reached|billing|payment|credit/, 'quota-exhausted'],
  [/rate_limit|too_many_requests|throttl/, 'rate-limited'],
  [/context_length|string_above_max_length/, 'context-window'],
  [/content_filter|content_policy|moderation/, 'content-filter'],
  [/overloaded|unavailable|engine_overloaded|capacity/, 'overloaded'],
  [/timeout|timed_out/, 'timeout'],
  [/invalid_api_key|authentication|permission|unauthorized/, 'auth'],
  [/model_not_found|not_found/, 'model-not-found'],
  [/server_error|internal|api_error|upstream/, 'server-error'],
  [/invalid/, 'bad-request'],
];

/** Servers such as vLLM and OpenRouter put the HTTP status into `code`. */
const BY_STATUS: ReadonlyMap<number, FailureClass> = new Map([
  [400, 'bad-request'],
  [401, 'auth'],
  [402, 'quota-exhausted'],
  [403, 'auth'],
  [404, 'model-not-found'],
  [408, 'timeout'],
  [413, 'context-window'],
  [422, 'bad-request'],
  [429, 'rate-limited'],
  [503, 'overloaded'],
  [504, 'timeout'],
  [529, 'overloaded'],
]);

/** `error` is what stood under that key: an object, or a text in the servers that know no better. */
export function streamErrorOf(error: unknown): ProviderStreamError {
  const fields = isRecord(error) ? error : {};
  const status = statusOf(fields.code) ?? statusOf(fields.status);
  const names = [fields.code, fields.type].filter(isName);
  const providerCode = names[0];
  const failure: ProviderFailure = {
    class: classOf(names, status),
    // The provider's text stays out: it may quote the prompt or a key.
    message: `The provider ended the answer with an error (${providerCode ?? status ?? 'unknown'}).`,
    ...(status !== undefined && { status }),
    ...(providerCode !== undefined && { providerCode }),
    ...(typeof fields.param === 'string' && { param: fields.param }),
  };
  return new ProviderStreamError(failure);
}

function classOf(names: readonly string[], status: number | undefined): FailureClass {
  for (const name of names) {
    const evidence = BY_NAME.find(([pattern]) => pattern.test(name.toLowerCase()));
    if (evidence) return evidence[1];
  }
  return BY_STATUS.get(status ?? 0) ?? 'server-error';
}

/** A short machine word, not a sentence: safe to show. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.:-]{1,64}$/.test(value) && statusOf(value) === undefined;
}

function statusOf(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && status >= 400 && status <= 599 ? status : undefined;
}
