import { ANTHROPIC_COUNT } from '../count-tokens/count-dialects';
import { createCountTokens } from '../count-tokens/create-count-tokens';
import type { ProviderEntry } from '../provider-entry';
import { ANTHROPIC_ADAPTER } from './anthropic-adapter';

export const ANTHROPIC_ENTRY: ProviderEntry = {
  prefix: 'anthropic',
  displayName: 'Anthropic',
  defaultBaseUrl: 'https://api.anthropic.com',
  apiKeyVariables: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'],
  baseUrlVariables: ['ANTHROPIC_API_BASE', 'ANTHROPIC_BASE_URL'],
  chat: ANTHROPIC_ADAPTER,
  operations: createCountTokens(ANTHROPIC_COUNT),
};
