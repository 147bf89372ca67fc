import type { ChatRequest } from '@gateway/domain';
import { encodeThinking as encodeClaudeThinking } from '../anthropic-messages/encode-thinking';
import type { EncodeRequestOptions } from '../chat-wire-codec';
import type { ParameterLosses } from '../parameter-losses';
import type { ModelTraits } from './model-traits';

export interface ConverseThinking {
  /** Set where thinking counts towards the limit, so that there must be one. */
  readonly maxTokens?: number;
  /** For `additionalModelRequestFields`. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** For `outputConfig`. */
  readonly effort?: string;
}

const NOTHING: ConverseThinking = { fields: {} };
const EFFORTS: ReadonlyMap<string, string> = new Map([
  ['minimal', 'low'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['xhigh', 'high'],
]);

export interface ThinkingTask {
  readonly options: EncodeRequestOptions;
  readonly traits: ModelTraits;
  readonly losses: ParameterLosses;
}

/** Reasoning settings → the model's own way to be asked for it; each maker has another. */
export function encodeThinking(request: ChatRequest, { options, traits, losses }: ThinkingTask): ConverseThinking {
  const { effort } = request.reasoning ?? {};
  if (request.reasoning === undefined) return NOTHING;
  if (traits.thinking === 'claude') {
    const { maxTokens, thinking, effort: named } = encodeClaudeThinking(request, options, losses);
    const needsLimit = thinking?.type === 'enabled';
    return {
      ...(needsLimit && { maxTokens }),
      fields: thinking === undefined ? {} : { thinking },
      ...(named !== undefined && { effort: named }),
    };
  }
  if (effort === undefined || effort === 'none') return NOTHING;
  const word = EFFORTS.get(effort);
  if (traits.thinking === null || word === undefined) {
    losses.reportSetting('effort', `The model "${options.model}" has no such setting.`);
    return NOTHING;
  }
  if (traits.thinking === 'effort') return { fields: { reasoning_effort: word } };
  return { fields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: word } } };
}
