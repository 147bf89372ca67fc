import type { ChatRequest } from '@gateway/domain';
import type { EncodeRequestOptions } from '../chat-wire-codec';
import type { ParameterLosses } from '../parameter-losses';
import { budgetOfEffort, outputEffortOf, thinkingStyleOf } from './thinking-effort';

export interface EncodedThinking {
  readonly maxTokens: number;
  readonly thinking?: Record<string, unknown>;
  /** For `output_config.effort`. */
  readonly effort?: string;
}

const MIN_BUDGET_TOKENS = 1024;

/** Reasoning settings → `thinking`, `output_config.effort` and the `max_tokens` that leaves room for both. */
export function encodeThinking(
  request: ChatRequest,
  options: EncodeRequestOptions,
  losses: ParameterLosses,
): EncodedThinking {
  const maxTokens = request.maxOutputTokens ?? options.defaultMaxOutputTokens;
  const { effort, budgetTokens } = request.reasoning ?? {};
  if (budgetTokens !== undefined) return withBudget(request, maxTokens, budgetTokens);
  if (effort === undefined) return { maxTokens };
  const style = thinkingStyleOf(options.model);
  // Newer models think unless told not to; the oldest do not know the field.
  if (effort === 'none') return { maxTokens, ...(style !== 'none' && { thinking: { type: 'disabled' } }) };
  const budget = budgetOfEffort(effort);
  if (budget === undefined) {
    losses.reportSetting('effort', `Anthropic models have no effort "${effort}".`);
    return { maxTokens };
  }
  if (style === 'none') {
    losses.reportSetting('effort', `The model "${options.model}" cannot think before it answers.`);
    return { maxTokens };
  }
  if (style === 'adaptive') {
    const thinking = forcesTool(request) ? {} : { thinking: { type: 'adaptive' } };
    return { maxTokens, ...thinking, effort: outputEffortOf(effort) };
  }
  const fitting = budgetWithin(request.maxOutputTokens, budget);
  if (fitting === undefined || forcesTool(request) || isInUnsignedToolLoop(request)) {
    losses.noteSetting('effort');
    return { maxTokens };
  }
  return withBudget(request, maxTokens, fitting);
}

/** The API refuses thinking together with a choice that forces a tool; the choice is the stronger wish. */
function forcesTool(request: ChatRequest): boolean {
  return request.toolChoice?.type === 'required' || request.toolChoice?.type === 'tool';
}

/**
 * With a budget the API wants the assistant turn of a tool loop to begin with the thinking it signed, which a client on
 * another wire cannot have kept. Refusing would break the second turn of a conversation whose first one worked, so the
 * effort is left out for the rest of the loop.
 */
function isInUnsignedToolLoop(request: ChatRequest): boolean {
  const content = request.messages.findLast((message) => message.role === 'assistant')?.content ?? [];
  const isSigned = content.some(
    (part) => part.type === 'reasoning' && (part.signature !== undefined || part.redactedData !== undefined),
  );
  return content.some((part) => part.type === 'tool-call') && !isSigned;
}

/** An effort is a wish: the client's own limit comes first, with half of it kept for the answer where possible. */
function budgetWithin(clientLimit: number | undefined, budget: number): number | undefined {
  if (clientLimit === undefined) return budget;
  if (clientLimit <= MIN_BUDGET_TOKENS) return undefined;
  return Math.max(MIN_BUDGET_TOKENS, Math.min(budget, Math.floor(clientLimit / 2)));
}

function withBudget(request: ChatRequest, maxTokens: number, budgetTokens: number): EncodedThinking {
  const thinking = { type: 'enabled', budget_tokens: budgetTokens };
  return { maxTokens: roomFor(request, maxTokens, budgetTokens), thinking };
}

/** Thinking counts towards `max_tokens`. A limit of our own choosing is raised by what thinking may take. */
function roomFor(request: ChatRequest, maxTokens: number, budgetTokens: number): number {
  return request.maxOutputTokens === undefined ? maxTokens + budgetTokens : maxTokens;
}
