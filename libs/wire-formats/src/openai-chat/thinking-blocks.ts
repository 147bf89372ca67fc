import { isRecord, type ReasoningPart, type StreamPart } from '@gateway/domain';

type Block = Record<string, unknown>;

/**
 * The wire's own word for thoughts, `reasoning_content`, has no room for the proof without which their provider does not
 * take them back. LiteLLM's `thinking_blocks` has: Anthropic's blocks, beside the words.
 */
export function encodeThinkingBlock({ text, signature, redactedData }: Omit<ReasoningPart, 'type'>): Block | null {
  if (redactedData !== undefined) return { type: 'redacted_thinking', data: redactedData };
  return signature === undefined ? null : { type: 'thinking', thinking: text, signature };
}

/** A message's `thinking_blocks`, returned by the client. */
export function decodeThinkingBlocks(blocks: readonly unknown[]): ReasoningPart[] {
  return blocks.filter(isRecord).flatMap(({ type, thinking, signature, data }): ReasoningPart[] => {
    if (type === 'redacted_thinking' && typeof data === 'string')
      return [{ type: 'reasoning', text: '', redactedData: data }];
    if (type !== 'thinking') return [];
    const text = typeof thinking === 'string' ? thinking : '';
    return [{ type: 'reasoning', text, ...(typeof signature === 'string' && signature !== '' && { signature }) }];
  });
}

/** The thoughts of one choice on their way to being blocks: a proof comes with their end. */
export class ThinkingWriter {
  readonly #texts = new Map<number, string>();

  /** The block that can be told now. */
  take(part: Extract<StreamPart, { readonly block: number }>): Block | null {
    if (part.type === 'reasoning-delta') this.#texts.set(part.block, (this.#texts.get(part.block) ?? '') + part.text);
    if (part.type !== 'reasoning-end') return null;
    const text = this.#texts.get(part.block) ?? '';
    this.#texts.delete(part.block);
    return encodeThinkingBlock({ text, signature: part.signature, redactedData: part.redactedData });
  }
}
