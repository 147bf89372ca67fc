import type { StreamPart } from '@gateway/domain';
import { clientToolCallId } from '../signed-tool-call-id';
import { encodeCitation } from './citations';
import { sseEvent } from './sse-event-text';

/** Parts that belong to one block of an answer. */
export type BlockPart = Extract<StreamPart, { readonly block: number }>;

/**
 * Writes block parts as `content_block_*` events. The wire's indices count from 0 without gaps and only one block is
 * open at a time; parts of a block that opened while another one is open wait until that one is closed.
 */
export class BlockEncoder {
  #nextIndex = 0;
  #openBlock: number | null = null;
  #waiting: BlockPart[] = [];
  /**
   * A reasoning block is announced with its first delta, not with its start: only its end tells whether it is
   * `redacted_thinking`, which has another kind of start.
   */
  #isAnnounced = true;

  push(part: BlockPart): string {
    if (this.#openBlock !== null && this.#openBlock !== part.block) {
      this.#waiting.push(part);
      return '';
    }
    this.#openBlock = part.block;
    const text = this.#write(part);
    return this.#openBlock === null ? text + this.#writeWaiting() : text;
  }

  /** Closes what is open, so that the answer is well formed even if a block was never ended. */
  closeAll(): string {
    let text = '';
    while (this.#openBlock !== null) text += this.#announceThinking() + this.#close() + this.#writeWaiting();
    return text;
  }

  #writeWaiting(): string {
    if (this.#waiting.length === 0) return '';
    const waiting = this.#waiting;
    this.#waiting = [];
    let text = '';
    for (const part of waiting) text += this.push(part);
    return text;
  }

  #write(part: BlockPart): string {
    switch (part.type) {
      case 'text-start':
      case 'refusal-start':
        return this.#start({ type: 'text', text: '' });
      case 'reasoning-start':
        this.#isAnnounced = false;
        return '';
      case 'tool-call-start':
        return this.#start({ type: 'tool_use', id: clientToolCallId(part), name: part.name, input: {} });
      case 'text-delta':
      case 'refusal-delta':
        return this.#delta('text_delta', 'text', part.text);
      case 'citation':
        return sseEvent('content_block_delta', {
          index: this.#nextIndex,
          delta: { type: 'citations_delta', citation: encodeCitation(part.citation) },
        });
      case 'reasoning-delta':
        return this.#announceThinking() + this.#delta('thinking_delta', 'thinking', part.text);
      case 'tool-call-delta':
        return this.#delta('input_json_delta', 'partial_json', part.argumentsText);
      case 'reasoning-end':
        return this.#endReasoning(part.signature, part.redactedData);
      case 'text-end':
      case 'refusal-end':
      case 'tool-call-end':
        return this.#close();
    }
  }

  #endReasoning(signature: string | undefined, redactedData: string | undefined): string {
    if (redactedData === undefined) return this.#announceThinking() + this.#sign(signature) + this.#close();
    const thinking = this.#isAnnounced ? this.#sign(signature) + this.#close() : '';
    this.#isAnnounced = true;
    return thinking + this.#start({ type: 'redacted_thinking', data: redactedData }) + this.#close();
  }

  #announceThinking(): string {
    if (this.#isAnnounced) return '';
    this.#isAnnounced = true;
    return this.#start({ type: 'thinking', thinking: '', signature: '' });
  }

  #sign(signature: string | undefined): string {
    return signature === undefined ? '' : this.#delta('signature_delta', 'signature', signature);
  }

  #start(contentBlock: Record<string, unknown>): string {
    return sseEvent('content_block_start', { index: this.#nextIndex, content_block: contentBlock });
  }

  /** The one event written per token, so it is put together by hand. */
  #delta(type: string, field: string, text: string): string {
    const delta = `{"type":"${type}","${field}":${JSON.stringify(text)}}`;
    const data = `{"type":"content_block_delta","index":${this.#nextIndex},"delta":${delta}}`;
    return `event: content_block_delta\ndata: ${data}\n\n`;
  }

  #close(): string {
    const text = sseEvent('content_block_stop', { index: this.#nextIndex });
    this.#nextIndex++;
    this.#openBlock = null;
    return text;
  }
}
