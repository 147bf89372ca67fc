import type { ProviderResponseHead } from '../chat-adapter';

/** Beyond this a wait is not a retry any more. */
const LONGEST_MS = 7 * 24 * 3_600_000;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * How long the provider asks us to wait, in milliseconds; undefined when it does not say. In this order:
 * `retry-after-ms` (Azure, OpenAI), `retry-after` in seconds or as a date, then the reset headers of the limit that is
 * used up. Dates are measured from the response's own `date` header, so that no clock is needed and a wrong one does
 * not matter.
 */
export function retryAfterMs(headers: ProviderResponseHead['headers']): number | undefined {
  return (
    inRange(numberOf(headers['retry-after-ms'])) ??
    inRange(waitOf(headers['retry-after'], headers)) ??
    inRange(resetMs(headers))
  );
}

/**
 * OpenAI and Groq: `x-ratelimit-reset-{requests,tokens}` as `1s`, `6m0s`, `20ms`; OpenRouter: `x-ratelimit-reset` as a
 * Unix time in milliseconds. Of the two limits the one with nothing left counts; if neither says so it is the tokens,
 * since a request may need more than the few that remain.
 */
function resetMs(headers: ProviderResponseHead['headers']): number | undefined {
  const waits = ['requests', 'tokens'].map((limit) => ({
    waitMs: waitOf(headers[`x-ratelimit-reset-${limit}`], headers),
    isUsedUp: headers[`x-ratelimit-remaining-${limit}`]?.trim() === '0',
  }));
  const usedUp = waits.flatMap((limit) => (limit.isUsedUp && limit.waitMs !== undefined ? [limit.waitMs] : []));
  if (usedUp.length > 0) return Math.max(...usedUp);
  return waits[1]?.waitMs ?? waits[0]?.waitMs ?? waitOf(headers['x-ratelimit-reset'], headers);
}

/** `12`, `1.5`, `1h2m3.5s`, a Unix time, or an HTTP date → milliseconds from the response on. */
function waitOf(value: string | undefined, headers: ProviderResponseHead['headers']): number | undefined {
  const text = value?.trim();
  if (!text) return undefined;
  const number = numberOf(text);
  if (number !== undefined) {
    if (number < 1e9) return number * 1000;
    return sinceResponse(number < 1e11 ? number * 1000 : number, headers);
  }
  return durationMs(text) ?? sinceResponse(Date.parse(text), headers);
}

function durationMs(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
    totalMs += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  }
  return totalMs;
}

function sinceResponse(unixMs: number, headers: ProviderResponseHead['headers']): number | undefined {
  const respondedAtUnixMs = Date.parse(headers.date ?? '');
  return Math.max(0, unixMs - respondedAtUnixMs);
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

/** Also drops the NaN of a date that is none. */
function inRange(ms: number | undefined): number | undefined {
  return ms !== undefined && ms >= 0 ? Math.ceil(Math.min(ms, LONGEST_MS)) : undefined;
}
