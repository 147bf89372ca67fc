import { z } from 'zod';
import { filledText, formFile, formFlag, formNumber, formText } from './form-values';

const text = z.string();

/** A voice by its name, or one of the account's own by its id. */
const voice = z.union([text.min(1), z.looseObject({ id: text.min(1) })]);

/** `POST /v1/audio/speech` (field names and types of OpenAI's API reference). Unknown fields are allowed. */
export const speechSchema = z.looseObject({
  model: text.min(1),
  input: text.min(1),
  voice,
  instructions: text.nullish(),
  response_format: text.nullish(),
  speed: z.number().min(0.25).max(4).nullish(),
  stream_format: z.enum(['sse', 'audio']).nullish(),
});

const shared = {
  model: filledText,
  file: formFile,
  prompt: formText.optional(),
  temperature: formNumber.min(0).max(1).optional(),
};
const formats = ['json', 'text', 'srt', 'verbose_json', 'vtt', 'diarized_json'] as const;

/** `POST /v1/audio/transcriptions`, a form. */
export const transcriptionsSchema = z.looseObject({
  ...shared,
  response_format: z.enum(formats).optional(),
  language: formText.optional(),
  stream: formFlag.optional(),
  timestamp_granularities: z.array(z.enum(['word', 'segment'])).optional(),
  include: z.array(formText).optional(),
});

/** `POST /v1/audio/translations`, a form. */
export const translationsSchema = z.looseObject({
  ...shared,
  response_format: z.enum(formats).optional(),
});
