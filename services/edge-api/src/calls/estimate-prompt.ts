import { estimateTokensFromBytes } from '@gateway/domain';

/** Encoded images and files: what they cost has nothing to do with how long their text is. */
const NOT_TEXT: ReadonlySet<string> = new Set([...['url', 'data', 'file_data', 'image_url', 'encrypted_content']]);
/** Role and separators of one message, in tokens, on the vendors' tokenizers. */
const TOKENS_AROUND_MESSAGE = 3;

/**
 * Tokens of a prompt, roughly: for routing, and for booking a call whose provider never told. Counts the text of the
 * messages, the system prompt and the tools, of the input or prompt, or of a query and its documents; walks at most as deep as admission lets a body be.
 */
export function estimatePromptTokens(body: unknown): number {
  const { messages, system, tools, input, instructions, prompt, query, documents } = body as Record<string, unknown>;
  const count = Array.isArray(messages) ? messages.length : 0;
  const chars =
    textChars(messages) +
    textChars(system) +
    textChars(tools) +
    textChars(input) +
    textChars(instructions) +
    textChars(prompt) +
    textChars(query) +
    textChars(documents);
  return estimateTokensFromBytes(chars) + count * TOKENS_AROUND_MESSAGE + tokensGiven(input);
}

/** Clients of embeddings may send tokens instead of text: a list of numbers, or several. */
function tokensGiven(input: unknown): number {
  if (!Array.isArray(input)) return 0;
  return typeof input[0] === 'number' ? input.length : input.reduce<number>((sum, one) => sum + tokensGiven(one), 0);
}

function textChars(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + textChars(item), 0);
  let chars = 0;
  for (const key in value) {
    if (!NOT_TEXT.has(key)) chars += textChars((value as Record<string, unknown>)[key]);
  }
  return chars;
}
