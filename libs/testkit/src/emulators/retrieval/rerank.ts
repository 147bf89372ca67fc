import { z } from 'zod';
import { relevanceOf } from '../answer/relevance';
import { countTokens } from '../answer/token-counter';
import { wholeAnswer } from '../answer/whole-answer';
import { invalidField } from '../openai/openai-refusals';
import { firstIssue } from '../server/first-issue';
import type { ChatCall, Checked } from '../server/vendor-wire';

const common = { model: z.string().min(1), query: z.string().min(1) };
const text = z.string().min(1);

/** What each vendor takes, by its API's reference; unknown fields are refused. */
const BODIES = {
  jina: z.strictObject({
    ...common,
    documents: z.array(z.union([text, z.strictObject({ image: text })])).min(1),
    top_n: z.int().min(1).optional(),
    return_documents: z.boolean().default(true),
  }),
  voyage: z.strictObject({
    ...common,
    documents: z.array(text).min(1),
    top_k: z.int().min(1).optional(),
    return_documents: z.boolean().default(false),
    truncation: z.boolean().optional(),
  }),
} as const;

export type RetrievalVendor = keyof typeof BODIES;

/** `POST /v1/rerank` of Jina or Voyage: all the tokens read are charged, those of the query once for each document. */
export function readRerank(vendor: RetrievalVendor, given: unknown): Checked<ChatCall> {
  const parsed = BODIES[vendor].safeParse(given, { reportInput: true });
  if (!parsed.success) {
    const issue = firstIssue(parsed.error);
    return { refusal: invalidField(`invalid '${issue.path}': ${issue.message}`, issue.path || null) };
  }
  const body = parsed.data;
  const texts = body.documents.map((document) => (typeof document === 'string' ? document : document.image));
  const tokens = texts.reduce((sum, one) => sum + countTokens(one) + countTokens(body.query), 0);
  const limit = 'top_k' in body ? body.top_k : 'top_n' in body ? body.top_n : undefined;
  const ranked = texts
    .map((one, index) => ({
      index,
      relevance_score: relevanceOf(body.query, one),
      ...(body.return_documents && { document: vendor === 'jina' ? { text: one } : one }),
    }))
    .sort((left, right) => right.relevance_score - left.relevance_score)
    .slice(0, limit);
  const answer =
    vendor === 'jina'
      ? { model: body.model, usage: { total_tokens: tokens }, results: ranked }
      : { object: 'list', data: ranked, model: body.model, usage: { total_tokens: tokens } };
  return {
    value: {
      model: body.model,
      stream: false,
      answer: (_fault, sequence) => wholeAnswer(`${vendor}-emulator-${sequence}`, tokens, () => answer),
    },
  };
}
