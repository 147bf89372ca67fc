import type { ChatWire, FailureClass, ProviderFailure } from '@gateway/domain';
import type { ProviderResponseHead } from '../chat-adapter';
import { classOfCode, classOfPhrase, classOfStatus } from './failure-evidence';
import { classOfGoogleDetails } from './google-error-details';
import { awsErrorName, type ErrorBody, readErrorBody } from './read-error-body';
import { redactProviderText } from './redact-provider-text';
import { retryAfterMs } from './retry-after';

export const LONGEST_FAILURE_MESSAGE = 500;

/** Wires with one error document, and one set of words. */
const OPENAIS: ReadonlySet<ChatWire> = new Set(['openai-responses', 'openai-completions', 'mistral-fim']);

/**
 * An error response → one of the closed set, with what the provider said about it. Pure, and never throws, whatever
 * the bytes. The provider's code outranks its words, its words outrank the status: a 429 may mean "wait", "pay" or
 * "shorten the prompt", and only the first is cured by waiting.
 */
export function classifyFailure(head: ProviderResponseHead, body: string, spoken: ChatWire): ProviderFailure {
  const wire = OPENAIS.has(spoken) ? 'openai-chat' : spoken;
  const said = withHeader(readErrorBody(body), head);
  const waitMs = retryAfterMs(head.headers) ?? said.google?.retryAfterMs;
  const providerCode = nameOfFailure(said, wire);
  const param = safeName(said.param) ?? paramInMessage(said.message, wire);
  return {
    class: classOf(said, head.status, wire),
    message: messageOf(said, head.status),
    status: head.status,
    ...(providerCode !== undefined && { providerCode }),
    ...(param !== undefined && { param }),
    ...(waitMs !== undefined && { retryAfterMs: waitMs }),
  };
}

function classOf(said: ErrorBody, status: number, wire: ChatWire): FailureClass {
  return (
    (said.google && classOfGoogleDetails(said.google, status)) ??
    classOfCode(said.code) ??
    (said.message === null ? null : classOfPhrase(said.message, status, wire)) ??
    // A general type (`not_found_error`) says less than the sentence beside it.
    classOfCode(said.type) ??
    classOfStatus(status)
  );
}

/** AWS names the error in a header; not every body repeats it. */
function withHeader(said: ErrorBody, { headers }: ProviderResponseHead): ErrorBody {
  const code = said.code ?? awsErrorName(headers['x-amzn-errortype']);
  return code === said.code ? said : { ...said, code };
}

/** Gemini's `code` without details is the HTTP status again; its `status` is the name. */
function nameOfFailure(said: ErrorBody, wire: ChatWire): string | undefined {
  const code = wire === 'gemini-generate' && /^\d+$/.test(said.code ?? '') ? null : said.code;
  return safeName(code) ?? safeName(said.type);
}

function messageOf(said: ErrorBody, status: number): string {
  const text = said.message === null ? '' : redactProviderText(said.message);
  const message = text === '' ? `The provider answered ${status}.` : `The provider answered ${status}: ${text}`;
  if (message.length <= LONGEST_FAILURE_MESSAGE) return message;
  // Not in the middle of a surrogate pair: half a character is not valid UTF-8.
  return `${message.slice(0, LONGEST_FAILURE_MESSAGE - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Codes and field paths are short words; anything else in their place is not shown, since it may be anything. */
function safeName(value: string | null): string | undefined {
  if (value === null || !/^[A-Za-z0-9_.[\]$:/-]{1,100}$/.test(value)) return undefined;
  return redactProviderText(value) === value ? value : undefined;
}

/** Anthropic has no `param` field; it begins the sentence with the path: "messages.0.content: Field required". */
function paramInMessage(message: string | null, wire: ChatWire): string | undefined {
  if (wire !== 'anthropic-messages' || message === null) return undefined;
  return safeName(/^([a-z_]+(?:\.[a-z0-9_]+)*): /.exec(message)?.[1] ?? null);
}
