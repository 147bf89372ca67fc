import type { ProviderEntry } from '../provider-entry';
import { DEEPGRAM_SPEECH } from './deepgram-speech';
import { DEEPGRAM_TRANSCRIPTIONS } from './deepgram-transcriptions';

export const DEEPGRAM_ENTRY: ProviderEntry = {
  prefix: 'deepgram',
  displayName: 'Deepgram',
  defaultBaseUrl: 'https://api.deepgram.com/v1',
  apiKeyVariables: ['DEEPGRAM_API_KEY'],
  baseUrlVariables: ['DEEPGRAM_API_BASE'],
  chat: null,
  operations: { speech: DEEPGRAM_SPEECH, transcriptions: DEEPGRAM_TRANSCRIPTIONS },
};
