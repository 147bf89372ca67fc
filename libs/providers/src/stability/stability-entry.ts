import type { ProviderEntry } from '../provider-entry';
import { STABILITY_IMAGE_EDITS, STABILITY_IMAGE_GENERATIONS } from './stability-images';

export const STABILITY_ENTRY: ProviderEntry = {
  prefix: 'stability',
  displayName: 'Stability AI',
  defaultBaseUrl: 'https://api.stability.ai',
  apiKeyVariables: ['STABILITY_API_KEY'],
  baseUrlVariables: ['STABILITY_API_BASE'],
  chat: null,
  operations: { 'image-generations': STABILITY_IMAGE_GENERATIONS, 'image-edits': STABILITY_IMAGE_EDITS },
};
