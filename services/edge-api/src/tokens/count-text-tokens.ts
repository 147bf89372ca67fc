import { join } from 'node:path';
import { CountingThread } from './counting-thread';

/** LiteLLM's word for what counts here, whatever the model. */
export const TOKENIZER_TYPE = 'openai_tokenizer';

const thread = new CountingThread(join(__dirname, 'token-thread.js'));

/** Tokens of texts for a model, counted beside the event loop. See `tokenize`. */
export function countTextTokens(model: string, texts: readonly string[]): Promise<number> {
  return thread.count(model, texts);
}
