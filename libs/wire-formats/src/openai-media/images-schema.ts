import { z } from 'zod';
import { filledText, formCount, formFile, formFlag, formText } from './form-values';

/** OpenAI's own limits. */
const MOST_IMAGES = 10;
const MOST_SOURCES = 16;
const MOST_PARTIAL_IMAGES = 3;

const text = z.string();

/**
 * `POST /v1/images/generations` (field names and types of OpenAI's API reference). Sizes, qualities and formats are the
 * models' own words, and new ones come: only their types are checked. Unknown fields are allowed.
 */
export const imageGenerationsSchema = z.looseObject({
  model: text.min(1),
  prompt: text.min(1),
  n: z.int().min(1).max(MOST_IMAGES).nullish(),
  size: text.nullish(),
  quality: text.nullish(),
  style: text.nullish(),
  response_format: z.enum(['url', 'b64_json']).nullish(),
  background: text.nullish(),
  output_format: text.nullish(),
  output_compression: z.int().min(0).max(100).nullish(),
  moderation: text.nullish(),
  stream: z.boolean().nullish(),
  partial_images: z.int().min(0).max(MOST_PARTIAL_IMAGES).nullish(),
  user: text.nullish(),
});

/** `POST /v1/images/edits`, a form: one `image`, or several as `image[]`. */
export const imageEditsSchema = z.looseObject({
  model: filledText,
  image: z.union([formFile, z.array(formFile).min(1).max(MOST_SOURCES)]),
  prompt: filledText,
  mask: formFile.optional(),
  n: formCount.min(1).max(MOST_IMAGES).optional(),
  size: formText.optional(),
  quality: formText.optional(),
  response_format: z.enum(['url', 'b64_json']).optional(),
  background: formText.optional(),
  output_format: formText.optional(),
  output_compression: formCount.min(0).max(100).optional(),
  input_fidelity: formText.optional(),
  stream: formFlag.optional(),
  partial_images: formCount.min(0).max(MOST_PARTIAL_IMAGES).optional(),
  user: formText.optional(),
});
