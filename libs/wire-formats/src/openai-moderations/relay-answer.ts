import { isRecord, type Usage } from '@gateway/domain';
import { type BodyEdit, spliceBody } from '../body-spans/splice-body';
import { asBuffer } from '../json-bytes/as-buffer';
import { visitTopLevelMembers } from '../json-bytes/visit-top-level-members';
import { MalformedResponse } from '../malformed-response';
import { decodeUsage } from '../openai-chat/convert-usage';
import { parseAnswer } from '../openai-chat/parse-answer';

export interface RelayedModerations {
  readonly bytes: Uint8Array;
  /** Null where the provider counts nothing: OpenAI's moderations are free. */
  readonly usage: Usage | null;
}

/**
 * The answer of a provider that speaks OpenAI's moderations wire: its own bytes, with its own categories, and the
 * client's model name in them. `flagged` is added where a provider (Mistral) leaves it to the reader to look through the
 * categories, because clients decide by it.
 * @throws MalformedResponse when there are no results; ProviderStreamError when it is an error under a 2xx status.
 */
export function relayModerations(body: Uint8Array, options: { readonly model: string }): RelayedModerations {
  const json = asBuffer(body);
  const answer = parseAnswer(json.toString('utf8'));
  const results = resultsOf(answer);
  const isFlagged = results.every((result) => typeof result.flagged === 'boolean');
  const edits: BodyEdit[] = [];
  visitTopLevelMembers(json, (key, [start, end]) => {
    if (key === 'model') edits.push({ start, end, text: JSON.stringify(options.model) });
    else if (key === 'results' && !isFlagged)
      edits.push({
        start,
        end,
        text: JSON.stringify(results.map((result) => ({ ...result, flagged: isAny(result) }))),
      });
  });
  return { bytes: spliceBody(json, edits), usage: decodeUsage(answer.usage) };
}

type Result = Readonly<Record<string, unknown>> & { readonly categories: Readonly<Record<string, unknown>> };

function resultsOf({ results }: Readonly<Record<string, unknown>>): readonly Result[] {
  if (!Array.isArray(results) || !results.every((result) => isRecord(result) && isRecord(result.categories)))
    throw new MalformedResponse('the provider answered with something that has no moderation results');
  return results as Result[];
}

function isAny({ categories }: Result): boolean {
  return Object.values(categories).includes(true);
}
