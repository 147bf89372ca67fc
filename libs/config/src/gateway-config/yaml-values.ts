import { CLIENT_ACCESS_FIELDS, type ClientAccessRule, NANO_USD_PER_USD } from '@gateway/domain';
import { z } from 'zod';
import { LONGEST_TIMER_MS } from '../environment/environment-values';
import { readSecretReference } from '../secrets/secret-reference';
import { picoUsdPerToken } from './decimal-price';

/**
 * Values as YAML files hold them. A number or a flag may also be text, because that is what `os.environ/NAME` gives.
 * Every schema's error is the end of the sentence "… must be …".
 */

const NUMBER_TEXT = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

function number(expected: string, accept: (value: number) => boolean): z.ZodType<number> {
  return z
    .union([z.number(), z.string().regex(NUMBER_TEXT).transform(Number)], { error: expected })
    .refine(accept, { error: expected });
}

/** Seconds, as LiteLLM writes times, → whole milliseconds. */
export const seconds = number('a number of seconds above 0', (value) => {
  return value >= 0.001 && value * 1000 <= LONGEST_TIMER_MS;
}).transform((value) => Math.round(value * 1000));

export const secondsOrNone = number('a number of seconds, 0 or more', (value) => {
  return value >= 0 && value * 1000 <= LONGEST_TIMER_MS;
}).transform((value) => Math.round(value * 1000));

export const count = number('a whole number, 0 or more', (value) => Number.isSafeInteger(value) && value >= 0);

export const positiveCount = number('a whole number above 0', (value) => Number.isSafeInteger(value) && value > 0);

export const retries = number('a whole number from 0 to 100', (value) => {
  return Number.isInteger(value) && value >= 0 && value <= 100;
});

export const wholeNumber = number('a whole number', Number.isSafeInteger);

const API_VERSION = 'a version such as 2024-10-21, 2025-02-01-preview, v1, latest or preview';

/** Azure's: a date such as `2024-10-21` or `2025-02-01-preview`, or one of the words for its v1 API. YAML dates are text. */
export const apiVersion: z.ZodType<string> = z
  .string({ error: API_VERSION })
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { error: API_VERSION });

export const weight = number('a number, 0 or more', (value) => Number.isFinite(value) && value >= 0);

export const quality = number('a number', Number.isFinite);

export const weightAboveNone = number('a number above 0', (value) => Number.isFinite(value) && value > 0);

export const multiple = number('a number above 1', (value) => Number.isFinite(value) && value > 1);

export const share = number('a share, 0 or more: 0.1 is 10 %', (value) => value >= 0 && value <= 100);

export const partOfOne = number('a share from 0 to 1: 0.05 is 5 %', (value) => value >= 0 && value <= 1);

/** USD → whole nano-USD. */
export const usd = number('an amount in USD above 0, such as 0.05, at most 1000000', (value) => {
  return value * NANO_USD_PER_USD >= 1 && value <= 1_000_000;
}).transform((value) => Math.round(value * NANO_USD_PER_USD));

/** One of a few words. */
export function oneOf<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, { error: `one of ${words.join(', ')}` });
}

export const megabytes = number('a number of megabytes above 0, at most 1024', (value) => value > 0 && value <= 1024);

const TRUE_TEXT = /^(true|yes|on|1)$/i;
const FALSE_TEXT = /^(false|no|off|0)$/i;

export const flag: z.ZodType<boolean> = z.union(
  [
    z.boolean(),
    z
      .string()
      .regex(TRUE_TEXT)
      .transform(() => true),
    z
      .string()
      .regex(FALSE_TEXT)
      .transform(() => false),
  ],
  { error: 'true or false' },
);

export const text: z.ZodType<string> = z
  .string({ error: 'text' })
  .refine((value) => value.trim() !== '', { error: 'text that is not empty' });

/** A list of texts, or one text for a list of one. */
export const textList = z.union([z.array(text), text.transform((one) => [one])], { error: 'a list of texts' });

export const httpUrl: z.ZodType<string> = z.string({ error: 'an http:// or https:// URL' }).refine(
  (value) => {
    const url = URL.canParse(value) ? new URL(value) : null;
    return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && /^https?:\/\//i.test(value);
  },
  { error: 'an http:// or https:// URL' },
);

export const PRICE =
  'a price in USD per token, such as 1.5e-07: not negative, and at least one pico-USD (1e-12) unless 0';

const UNIT_PRICE = 'a price in USD, such as 0.006: not negative, and at least one pico-USD (1e-12) unless 0';

/** USD per token → whole pico-USD per token, exactly. */
export const price = priceIn(PRICE);
/** The same for anything else that is charged. */
export const unitPrice = priceIn(UNIT_PRICE);

function priceIn(expected: string) {
  return z.union([z.number(), z.string()], { error: expected }).transform((written, context) => {
    const pico = picoUsdPerToken(written);
    if (pico !== null) return pico;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });
}

/** What may stand between two dots of a NATS subject. */
export const subjectTokenText: z.ZodType<string> = z
  .string({ error: '1 to 64 letters, digits, - or _' })
  .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: '1 to 64 letters, digits, - or _' });

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const HEADERS = 'a mapping of header names to texts without line breaks';

export const headers = z
  .record(z.string(), z.union([z.string(), z.number().transform(String), z.boolean().transform(String)]), {
    error: HEADERS,
  })
  .refine(
    (value) => Object.entries(value).every(([name, content]) => HEADER_NAME.test(name) && HEADER_VALUE.test(content)),
    { error: HEADERS },
  );

export const bodyFields = z.record(z.string(), z.unknown(), { error: 'a mapping' });

const ACCESS_RULES =
  'a list of api_key, api_base, api_version and {api_base: "a regular expression"}, such as ["api_key"]';

const accessField = z
  .enum([...CLIENT_ACCESS_FIELDS, 'base_url'])
  .transform((name): ClientAccessRule => ({ field: name === 'base_url' ? 'api_base' : name }));

const ACCESS_PATTERN = 'A regular expression that all of the URL must match.';

const accessPattern = z
  .union([
    z.strictObject({ api_base: text.meta({ description: ACCESS_PATTERN }) }).transform(({ api_base }) => api_base),
    z.strictObject({ base_url: text.meta({ description: ACCESS_PATTERN }) }).transform(({ base_url }) => base_url),
  ])
  .refine(isRegularExpression)
  .transform((pattern): ClientAccessRule => ({ field: 'api_base', pattern }));

/** LiteLLM's `configurable_clientside_auth_params`. */
export const clientAccessRules = z.array(z.union([accessField, accessPattern], { error: ACCESS_RULES }), {
  error: ACCESS_RULES,
});

function isRegularExpression(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

const SECRET_REFERENCE =
  'a reference such as os.environ/NAME: the secret itself is looked up by the service that uses it';

/** A secret that never leaves the service that uses it. */
export const secretReference: z.ZodType<string> = z
  .string({ error: SECRET_REFERENCE })
  .refine((value) => readSecretReference(value).kind === 'reference', { error: SECRET_REFERENCE });
