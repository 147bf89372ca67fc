import { isRecord, NO_USAGE, type Usage, type UsageUnit, type UsageUnits } from '@gateway/domain';

const MS_PER_SECOND = 1_000;

/** What the tokens of an answer are where the provider does not say. */
export type OutputKind = 'text' | 'image' | 'audio';

/**
 * The `usage` of OpenAI's image and audio answers → the hub's: tokens with their kinds, or the length of the sound. Null
 * when it is neither. Missing and odd figures count as 0.
 */
export function decodeMediaUsage(raw: unknown, output: OutputKind): Usage | null {
  if (!isRecord(raw)) return null;
  if (raw.type === 'duration') return typeof raw.seconds === 'number' ? heardFor(raw.seconds, raw) : null;
  if (typeof raw.input_tokens !== 'number' && typeof raw.output_tokens !== 'number') return null;
  const input = fieldsOf(raw.input_tokens_details ?? raw.input_token_details);
  const made = raw.output_tokens_details ?? raw.output_token_details;
  const completionTokens = countOf(raw.output_tokens);
  const kinds = isRecord(made) ? made : { [`${output}_tokens`]: completionTokens };
  return {
    ...NO_USAGE,
    promptTokens: countOf(raw.input_tokens),
    completionTokens,
    cachedPromptTokens: countOf(input.cached_tokens),
    units: unitsOf({
      audioInputTokens: countOf(input.audio_tokens),
      imageInputTokens: countOf(input.image_tokens),
      audioOutputTokens: countOf(kinds.audio_tokens),
      imageOutputTokens: countOf(kinds.image_tokens),
    }),
    raw,
  };
}

/** The usage of so many seconds of sound. */
export function heardFor(seconds: number, raw?: unknown): Usage {
  return { ...NO_USAGE, units: unitsOf({ audioInputMs: countOf(seconds * MS_PER_SECOND) }), raw };
}

/** Without what there was nothing of. */
export function unitsOf(counts: Readonly<Partial<Record<UsageUnit, number | undefined>>>): UsageUnits {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined && count > 0));
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.round(value) : 0;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
