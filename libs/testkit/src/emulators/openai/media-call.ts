import type { z } from 'zod';
import type { Fault } from '../faults/fault';
import { firstIssue } from '../server/first-issue';
import type { ChatCall, Checked, PreparedAnswer } from '../server/vendor-wire';
import { invalidField, openAiErrorDocument, openAiRefusal } from './openai-refusals';

/** A body by its schema, or the refusal that names the field. */
export function checkMediaBody<Body>(schema: z.ZodType<Body>, given: unknown): Checked<Body> {
  const parsed = schema.safeParse(given, { reportInput: true });
  if (parsed.success) return { value: parsed.data };
  const issue = firstIssue(parsed.error);
  return { refusal: invalidField(`invalid '${issue.path}': ${issue.message}`, issue.path || null) };
}

/** The parts of an answer that differ from call to call. */
export type MediaAnswerParts = Pick<PreparedAnswer, 'whole' | 'emissions'> &
  Partial<Pick<PreparedAnswer, 'promptTokens' | 'completionTokens' | 'units' | 'contentType' | 'isPiecemeal'>>;

export function mediaCall(
  body: { readonly model: string },
  stream: boolean,
  answer: (sequence: number, fault: Fault) => MediaAnswerParts,
): Checked<ChatCall> {
  return {
    value: {
      model: body.model,
      stream,
      answer: (fault, sequence) => ({
        id: `media-emulator${String(sequence).padStart(6, '0')}`,
        promptTokens: 0,
        completionTokens: 0,
        reasoningTokens: 0,
        cachedTokens: 0,
        cacheWriteTokens: 0,
        errorEvent: (code) =>
          `event: error\ndata: ${JSON.stringify({ type: 'error', ...(openAiErrorDocument(openAiRefusal(500, code)) as object) })}\n\n`,
        ...answer(sequence, fault),
      }),
    },
  };
}

export function sseEvent(data: { readonly type: string } & Readonly<Record<string, unknown>>): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}
