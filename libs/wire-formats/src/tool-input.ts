import { isRecord } from '@gateway/domain';

/**
 * The hub keeps arguments as the text the model wrote; this wire wants an object. Text that is not a JSON object is
 * wrapped under the key Anthropic's guide to fine-grained tool streaming names for handing invalid JSON back to the
 * model, and unwrapped on the way in, so that it is never taken for arguments and never lost.
 */
const INVALID_JSON_KEY = 'INVALID_JSON';

export function toolInputOf(argumentsText: string): Record<string, unknown> {
  if (argumentsText === '') return {};
  try {
    const input: unknown = JSON.parse(argumentsText);
    if (isRecord(input)) return input;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { [INVALID_JSON_KEY]: argumentsText };
}

export function argumentsTextOf(input: unknown): string {
  if (!isRecord(input)) return JSON.stringify(input ?? {});
  const wrapped = input[INVALID_JSON_KEY];
  if (typeof wrapped === 'string' && Object.keys(input).length === 1) return wrapped;
  return JSON.stringify(input);
}
