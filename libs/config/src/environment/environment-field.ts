import type { z } from 'zod';

/** One environment variable: how its text becomes a value, and what people are told about it. */
export interface EnvironmentField<Value> {
  readonly variable: string;
  /** From the variable's text, which is never empty, to the value. */
  readonly schema: z.ZodType<Value, string>;
  readonly description: string;
  /** What a valid value looks like; the second half of every error sentence "… must be …". */
  readonly expected: string;
  /** Never printed, not even in errors. */
  readonly secret: boolean;
  /** The text that stands in when the variable is unset or empty. */
  readonly default?: string;
  /** For a default that is not a constant, said in words in the documentation. */
  readonly defaultInWords?: string;
  readonly presence: 'required' | 'optional' | 'defaulted';
}

interface FieldDescription<Value> {
  readonly schema: z.ZodType<Value, string>;
  readonly description: string;
  readonly expected: string;
  readonly secret?: boolean;
}

/** A variable the service cannot start without. */
export function required<Value>(variable: string, field: FieldDescription<Value>): EnvironmentField<Value> {
  return { secret: false, ...field, variable, presence: 'required' };
}

/** A variable whose absence means that something is switched off or derived. */
export function optional<Value>(
  variable: string,
  field: FieldDescription<Value> & { readonly defaultInWords?: string },
): EnvironmentField<Value | undefined> {
  return { secret: false, ...field, variable, presence: 'optional' };
}

/** A variable with a constant default, given as the text one would write into the environment. */
export function defaulted<Value>(
  variable: string,
  field: FieldDescription<Value> & { readonly default: string },
): EnvironmentField<Value> {
  return { secret: false, ...field, variable, presence: 'defaulted' };
}
