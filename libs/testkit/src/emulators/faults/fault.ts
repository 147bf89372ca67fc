import { z } from 'zod';

const count = z.int().min(0);
const milliseconds = z.number().min(0);

/**
 * What an emulator is told to do differently for one request. `…AfterChunks` counts chunks that carry a token; an
 * answer shorter than that meets its fault just before its end. The last four fields are wishes, not faults.
 */
export const faultSchema = z.strictObject({
  /** Answer with this status and the vendor's error document; nothing is generated. */
  status: z.int().min(400).max(599).optional(),
  retryAfterS: z.number().min(0).optional(),
  /** Replaces the vendor's own code (OpenAI) or type (Anthropic). */
  errorCode: z.string().optional(),
  headerDelayMs: milliseconds.optional(),
  chunkDelayMs: milliseconds.optional(),
  /** Close the connection in the middle of the body. */
  cutAfterChunks: count.optional(),
  /** Send one event that is not JSON, then go on as if nothing had happened. */
  malformedAfterChunks: count.optional(),
  /** Stop sending, keep the connection open. */
  hangAfterChunks: count.optional(),
  /** Send the vendor's error event, then end the body. */
  errorEventAfterChunks: count.optional(),
  /** End the body in good order but without finish reason, usage and terminator. */
  truncateWithoutFinish: z.boolean().optional(),
  neverRespond: z.boolean().optional(),
  closeBeforeHeaders: z.boolean().optional(),
  /** Status 200 and no body. */
  emptyBody: z.boolean().optional(),
  /** Status 200 and an HTML page. */
  wrongContentType: z.boolean().optional(),
  answerTokens: count.optional(),
  reasoningTokens: count.optional(),
  cachedTokens: count.optional(),
  cacheWriteTokens: count.optional(),
  finishReason: z.string().optional(),
});

export type Fault = Readonly<z.infer<typeof faultSchema>>;

/** Which requests a fault is for. Counting starts when the rule is added. */
export const faultMatchSchema = z.strictObject({
  /** The model's whole name, or its beginning when it ends in `*`. */
  model: z.string().optional(),
  /** Leave out the matching requests before this one; 1 is the first. */
  nth: z.int().min(1).optional(),
  /** Then hit this many; without it, every one. */
  times: z.int().min(1).optional(),
});

export type FaultMatch = Readonly<z.infer<typeof faultMatchSchema>>;

export const faultRuleSchema = z.strictObject({ match: faultMatchSchema.default({}), fault: faultSchema });

export type FaultRule = z.infer<typeof faultRuleSchema>;
