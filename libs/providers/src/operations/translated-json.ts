import type { Usage } from '@gateway/domain';
import { MalformedResponse } from '@gateway/wire-formats';
import type { TranslatedAnswer } from './whole-answer-reader';

/** A provider's JSON → the client's. @throws MalformedResponse when it is no JSON, and what `translate` throws. */
export function translatedJson(
  bytes: Buffer,
  translate: (document: unknown) => { readonly document: unknown; readonly usage: Usage | null },
): TranslatedAnswer {
  const { document, usage } = translate(parse(bytes));
  return { bytes: Buffer.from(JSON.stringify(document)), usage };
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new MalformedResponse('the answer is not JSON', { cause });
  }
}
