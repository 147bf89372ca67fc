import type { ChatRequest } from '@gateway/domain';
import type { ParameterLosses } from '../parameter-losses';

/** Only these models take a level; every other one refuses anything but yes and no (Ollama's guide to thinking). */
const TAKES_LEVELS = /gpt-oss/;

const LEVELS: ReadonlyMap<string, string> = new Map([
  ['minimal', 'low'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['xhigh', 'high'],
  ['max', 'high'],
]);

/** Reasoning settings → `think`; undefined when nothing was said, which leaves the choice to the model. */
export function encodeThinking(
  request: ChatRequest,
  model: string,
  losses: ParameterLosses,
): boolean | string | undefined {
  const { effort, budgetTokens } = request.reasoning ?? {};
  if (effort === undefined && budgetTokens === undefined) return undefined;
  if (effort === 'none') return false;
  // How many tokens a model thinks cannot be said; that it thinks can.
  if (budgetTokens !== undefined) losses.noteSetting('budgetTokens');
  return TAKES_LEVELS.test(model) ? (LEVELS.get(effort ?? '') ?? true) : true;
}
