import type { ProviderEntry } from '../provider-entry';
import { FAL_IMAGE_EDITS, FAL_IMAGE_GENERATIONS } from './fal-images';

export const FAL_ENTRY: ProviderEntry = {
  prefix: 'fal_ai',
  displayName: 'fal',
  defaultBaseUrl: 'https://fal.run',
  apiKeyVariables: ['FAL_AI_API_KEY', 'FAL_KEY'],
  baseUrlVariables: ['FAL_AI_API_BASE'],
  chat: null,
  operations: { 'image-generations': FAL_IMAGE_GENERATIONS, 'image-edits': FAL_IMAGE_EDITS },
};
