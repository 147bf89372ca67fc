import type { ChatRequest } from '@gateway/domain';
import type { ParameterLosses } from './parameter-losses';

/** A wire's words for tiers, by the hub's, which are OpenAI's. */
export type TierWords = Readonly<Record<string, string>>;

/** Asked for. OpenAI's `priority` is Anthropic's `auto`: the better tier where there is room on it (docs of both). */
export const ANTHROPIC_TIERS: TierWords = { default: 'standard_only', priority: 'auto' };
/** Said by an answer. */
export const ANTHROPIC_USED_TIERS: TierWords = { default: 'standard', priority: 'priority', batch: 'batch' };
/** Of the Gemini API and its own client (`ServiceTier` of @google/genai 2.32). */
export const GEMINI_TIERS: TierWords = { default: 'standard', flex: 'flex', priority: 'priority' };
/** Vertex AI says it with the usage instead (`TrafficType`). */
export const VERTEX_TRAFFIC: TierWords = {
  default: 'ON_DEMAND',
  flex: 'ON_DEMAND_FLEX',
  priority: 'ON_DEMAND_PRIORITY',
};
/** `ServiceTierType` of @aws-sdk/client-bedrock-runtime. */
export const BEDROCK_TIERS: TierWords = {
  default: 'default',
  flex: 'flex',
  priority: 'priority',
  reserved: 'reserved',
};

/** What the hub calls a wire's tier; undefined for what the wire itself does not know, too. */
export function hubTier(words: TierWords, said: unknown): string | undefined {
  return Object.keys(words).find((tier) => words[tier] === said);
}

/** The wire's word for the tier that is asked for; undefined where nothing is to be said. */
export function encodeTier(request: ChatRequest, words: TierWords, losses: ParameterLosses): string | undefined {
  const { serviceTier } = request;
  if (serviceTier === undefined) return undefined;
  const word = words[serviceTier];
  if (word === undefined) losses.reportSetting('serviceTier', `this provider has no tier like "${serviceTier}".`);
  return word;
}

/** The member of a part of an answer that says which tier it is; none where the provider does not say it. */
export function usedTier(tier: string | undefined): { readonly serviceTier?: string } {
  return tier === undefined ? {} : { serviceTier: tier };
}
