import type { ProviderEntry } from '../provider-entry';
import { ELEVENLABS_SPEECH } from './elevenlabs-speech';
import { ELEVENLABS_TRANSCRIPTIONS } from './elevenlabs-transcriptions';

export const ELEVENLABS_ENTRY: ProviderEntry = {
  prefix: 'elevenlabs',
  displayName: 'ElevenLabs',
  defaultBaseUrl: 'https://api.elevenlabs.io',
  apiKeyVariables: ['ELEVENLABS_API_KEY'],
  baseUrlVariables: ['ELEVENLABS_API_BASE'],
  chat: null,
  operations: { speech: ELEVENLABS_SPEECH, transcriptions: ELEVENLABS_TRANSCRIPTIONS },
};
