import type { z } from 'zod';
import { firstIssue } from '../server/first-issue';
import type { Checked } from '../server/vendor-wire';
import { invalidField } from './mistral-refusals';

/** A body by its closed schema, or the refusal that names the field as the vendor does. */
export function checkMistralBody<Body>(schema: z.ZodType<Body>, given: unknown): Checked<Body> {
  const parsed = schema.safeParse(given, { reportInput: true });
  if (parsed.success) return { value: parsed.data };
  const { path, message, unknownField } = firstIssue(parsed.error);
  const type = unknownField === undefined ? 'value_error' : 'extra_forbidden';
  const words = unknownField === undefined ? message : 'Extra inputs are not permitted';
  return { refusal: invalidField(path, type, words) };
}
