import { z } from 'zod';
import { flag, text } from '../yaml-values';

/**
 * Values of settings that have no effect yet. They are only checked, never used, so `os.environ/NAME` may stand for
 * anything, whether it is set or not. Every schema's error is the end of the sentence "… must be …".
 */

/** Of several forms, one whose pattern does not fit is none: without `abort` its complaint would be the only one heard. */
function writtenAs(pattern: RegExp): z.ZodType {
  return z.string().regex(pattern, { abort: true });
}

const reference = writtenAs(/^os\.environ\//);

function orReference(schema: z.ZodType, expected: string): z.ZodType {
  return z.union([schema, reference], { error: expected });
}

const NUMBER_TEXT = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;
const WHOLE_TEXT = /^\d{1,15}$/;

function numberLike(expected: string, plain: z.ZodType, written: RegExp): z.ZodType {
  return z.union([plain, writtenAs(written), reference], { error: expected });
}

export const anyNumber = numberLike('a number', z.number(), NUMBER_TEXT);
export const secondsValue = numberLike('a number of seconds, 0 or more', z.number().min(0), NUMBER_TEXT);
export const usdValue = numberLike('an amount in USD, 0 or more', z.number().min(0), NUMBER_TEXT);
export const shareValue = numberLike('a number from 0 to 1', z.number().min(0).max(1), NUMBER_TEXT);
export const countValue = numberLike('a whole number, 0 or more', z.int().min(0), WHOLE_TEXT);
export const flagValue = orReference(flag, 'true or false');
export const textValue: z.ZodType = text;
/** As YAML may have parsed it: a password of digits is a number there. */
export const scalarValue: z.ZodType = z.union([z.string(), z.number(), z.boolean()], { error: 'text' });
export const textsValue: z.ZodType = z.union([z.array(scalarValue, { error: 'a list of texts' }), text], {
  error: 'a list of texts',
});
export const mappingValue: z.ZodType = z.record(z.string(), z.unknown(), { error: 'a mapping' });
export const textMapValue: z.ZodType = z.record(z.string(), z.union([scalarValue, z.null()]), {
  error: 'a mapping of names to texts',
});
/** `30s`, `15m`, `24h`, `30d`, `1mo`, or seconds. */
export const durationValue = z.union([z.int().min(0), writtenAs(/^\d+\s?(s|m|h|d|w|mo|y)?$/), reference], {
  error: 'a duration such as 30s, 15m, 24h or 30d',
});

export function wordValue<const Words extends readonly [string, ...string[]]>(...words: Words): z.ZodType {
  return orReference(z.enum(words), `one of ${words.join(', ')}`);
}

export function listOf(item: z.ZodType, of: string): z.ZodType {
  return z.array(item, { error: `a list of ${of}` });
}

export function mapOf(item: z.ZodType, of: string): z.ZodType {
  return z.record(z.string(), item, { error: `a mapping of ${of}` });
}

/** One of two forms. */
export function either(expected: string, first: z.ZodType, second: z.ZodType): z.ZodType {
  return z.union([first, second], { error: expected });
}

/** A mapping with these keys and no others. */
export function closed(shape: z.ZodRawShape): z.ZodType {
  return z.strictObject(shape, { error: 'a mapping' });
}

/** A mapping that has further keys, which depend on what it is for. */
export function open(shape: z.ZodRawShape): z.ZodType {
  return z.looseObject(shape, { error: 'a mapping' });
}
