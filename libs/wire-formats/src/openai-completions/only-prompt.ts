import type { CompletionBody } from './request-schema';

/** The one text that is to be completed; null where there are several, none, or tokens. */
export function onlyPrompt(prompt: CompletionBody['prompt']): string | null {
  if (typeof prompt === 'string') return prompt;
  const [first, ...others] = prompt ?? [];
  return typeof first === 'string' && others.length === 0 ? first : null;
}
