import type { ChatRequest } from '@gateway/domain';
import type { ParameterLosses } from '../parameter-losses';

type ThinkingStyle = 'none' | 'budget' | 'level' | 'level-of-pro';

/**
 * Which models take which way of asking, first match wins (Google's guide to thinking): before 2.5 none could think,
 * 2.5 takes a budget, later ones a level, of which the first 3 Pro knew two. Names without a version are taken for 2.5's
 * way, which later models still understand.
 */
const STYLES: readonly { readonly pattern: RegExp; readonly style: ThinkingStyle }[] = [
  { pattern: /gemini-(?:1|2\.0)|gemma/, style: 'none' },
  { pattern: /gemini-2/, style: 'budget' },
  { pattern: /gemini-3-pro/, style: 'level-of-pro' },
  { pattern: /gemini-(?:[3-9]|\d{2})/, style: 'level' },
];

interface Effort {
  /** As Google's own OpenAI endpoint translates efforts (its page on OpenAI compatibility). */
  readonly budgetTokens: number;
  readonly level: string;
  readonly levelOfPro: string;
}

const EFFORTS: ReadonlyMap<string, Effort> = new Map([
  ['minimal', { budgetTokens: 1024, level: 'minimal', levelOfPro: 'low' }],
  ['low', { budgetTokens: 1024, level: 'low', levelOfPro: 'low' }],
  ['medium', { budgetTokens: 8192, level: 'medium', levelOfPro: 'high' }],
  ['high', { budgetTokens: 24_576, level: 'high', levelOfPro: 'high' }],
  ['xhigh', { budgetTokens: 24_576, level: 'high', levelOfPro: 'high' }],
]);

/** What 2.5 models take at most; beyond it the API refuses the request. */
const LARGEST_BUDGET = { pro: 32_768, other: 24_576 } as const;
/** 2.5 Pro cannot be told not to think. */
const LEAST_BUDGET_OF_PRO = 128;

/** Reasoning settings → `thinkingConfig`. Who asks for thinking also gets to see it. */
export function encodeThinking(
  request: ChatRequest,
  model: string,
  losses: ParameterLosses,
): Record<string, unknown> | undefined {
  const { effort, budgetTokens } = request.reasoning ?? {};
  if (effort === undefined && budgetTokens === undefined) return undefined;
  const style = STYLES.find(({ pattern }) => pattern.test(model))?.style ?? 'budget';
  if (style === 'none') {
    if (effort !== 'none') {
      losses.reportSetting('effort', `The model "${model}" cannot think before it answers.`);
    }
    return undefined;
  }
  if (budgetTokens !== undefined) return withBudget({ model, losses }, budgetTokens);
  if (effort === 'none') return withoutThinking(style, model);
  const known = EFFORTS.get(effort ?? '');
  if (known === undefined) {
    losses.reportSetting('effort', `Gemini models have no effort "${effort}".`);
    return undefined;
  }
  if (style === 'budget') return { includeThoughts: true, thinkingBudget: known.budgetTokens };
  return { includeThoughts: true, thinkingLevel: style === 'level' ? known.level : known.levelOfPro };
}

interface BudgetContext {
  readonly model: string;
  readonly losses: ParameterLosses;
}

function withBudget({ model, losses }: BudgetContext, budgetTokens: number): Record<string, unknown> {
  const largest = model.includes('pro') ? LARGEST_BUDGET.pro : LARGEST_BUDGET.other;
  if (budgetTokens > largest) losses.noteSetting('budgetTokens');
  return { includeThoughts: true, thinkingBudget: Math.min(budgetTokens, largest) };
}

/** As little as the model can do, where it cannot do without. */
function withoutThinking(style: ThinkingStyle, model: string): Record<string, unknown> {
  if (style === 'level') return { thinkingLevel: model.includes('pro') ? 'low' : 'minimal' };
  if (style === 'level-of-pro') return { thinkingLevel: 'low' };
  return { thinkingBudget: model.includes('pro') ? LEAST_BUDGET_OF_PRO : 0 };
}
