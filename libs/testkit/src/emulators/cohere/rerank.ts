import { z } from 'zod';
import { relevanceOf } from '../answer/relevance';
import { wholeAnswer } from '../answer/whole-answer';
import { firstIssue } from '../server/first-issue';
import type { ChatCall, Checked } from '../server/vendor-wire';
import { invalidRequest } from './cohere-refusals';

const fields = {
  model: z.string().min(1),
  query: z.string().min(1),
  documents: z.array(z.string().min(1)).min(1).max(10_000),
  top_n: z.int().min(1).optional(),
  max_tokens_per_doc: z.int().min(1).optional(),
  priority: z.int().min(0).max(999).optional(),
};
const open = z.looseObject(fields);
const closed = z.strictObject(fields);

/** A search is one query with up to so many documents. */
const DOCUMENTS_PER_SEARCH = 100;

/** `POST /v2/rerank`. Searches are charged, tokens are not. */
export function readRerank(given: unknown, rejectUnknownFields: boolean): Checked<ChatCall> {
  const parsed = (rejectUnknownFields ? closed : open).safeParse(given, { reportInput: true });
  if (!parsed.success) {
    const issue = firstIssue(parsed.error);
    return { refusal: invalidRequest(`${issue.path}: ${issue.message}`) };
  }
  const { model, query, documents, top_n } = parsed.data;
  const ranked = documents
    .map((document, index) => ({ index, relevance_score: relevanceOf(query, document) }))
    .sort((left, right) => right.relevance_score - left.relevance_score);
  return {
    value: {
      model,
      stream: false,
      answer: (_fault, sequence) => {
        const id = `cohere-emulator-${String(sequence).padStart(6, '0')}`;
        const search_units = Math.ceil(documents.length / DOCUMENTS_PER_SEARCH);
        const meta = { api_version: { version: '2' }, billed_units: { search_units } };
        const answer = wholeAnswer(id, 0, () => ({ id, results: ranked.slice(0, top_n), meta }));
        return { ...answer, units: { searchUnits: search_units } };
      },
    },
  };
}
