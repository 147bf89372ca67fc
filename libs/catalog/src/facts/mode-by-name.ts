/** LiteLLM's words for what a model does. */
type Mode =
  | 'chat'
  | 'completion'
  | 'embedding'
  | 'moderation'
  | 'rerank'
  | 'image_generation'
  | 'audio_speech'
  | 'audio_transcription';

/** Names by which makers tell such models apart; first match counts, and what matches nothing chats. */
const NAMES: readonly (readonly [pattern: RegExp, mode: Mode])[] = [
  [/^(?:ft:)?(?:gpt-3\.?5-turbo-instruct|davinci-002|babbage-002)/, 'completion'],
  [/embed|^(?:bge|e5|gte|voyage)-/i, 'embedding'],
  [/moderation/i, 'moderation'],
  [/rerank/i, 'rerank'],
  [/dall-e|gpt-image|stable-diffusion|flux|imagen/i, 'image_generation'],
  [/^tts-|-tts\b|text-to-speech/i, 'audio_speech'],
  [/whisper|transcribe|speech-to-text/i, 'audio_transcription'],
];

/** What a model is for, as far as its name tells, for models that no source knows. */
export function modeByName(providerModel: string): Mode {
  const name = providerModel.slice(providerModel.lastIndexOf('/') + 1);
  return NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? 'chat';
}
