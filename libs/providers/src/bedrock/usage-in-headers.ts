import type { Usage } from '@gateway/domain';
import type { ProviderResponseHead } from '@gateway/provider-kit';
import { bedrockUsageOf } from '@gateway/wire-formats';

/** InvokeModel counts whoever's model answers, in headers. Embeddings have no output. */
export function usageInHeaders({ headers }: ProviderResponseHead): Usage | null {
  const input = countIn(headers['x-amzn-bedrock-input-token-count']);
  return bedrockUsageOf(input, countIn(headers['x-amzn-bedrock-output-token-count']) ?? 0);
}

function countIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}
