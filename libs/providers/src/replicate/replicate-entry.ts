import type { ProviderEntry } from '../provider-entry';
import { REPLICATE_CHAT_ADAPTER } from './replicate-chat';
import { REPLICATE_IMAGES } from './replicate-images';

export const REPLICATE_ENTRY: ProviderEntry = {
  prefix: 'replicate',
  displayName: 'Replicate',
  defaultBaseUrl: 'https://api.replicate.com/v1',
  apiKeyVariables: ['REPLICATE_API_KEY', 'REPLICATE_API_TOKEN'],
  baseUrlVariables: ['REPLICATE_API_BASE'],
  chat: REPLICATE_CHAT_ADAPTER,
  operations: { 'image-generations': REPLICATE_IMAGES },
};
