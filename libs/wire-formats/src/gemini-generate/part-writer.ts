import type { StreamPart } from '@gateway/domain';
import { toolInputOf } from '../tool-input';
import type { GeminiPart } from './encode-part';
import { GroundingWriter } from './grounding-writer';
import { clientSignatureOf, geminiSignatureOf } from './thought-signature';

/** Parts that belong to one block of an answer. */
export type BlockPart = Extract<StreamPart, { readonly block: number }>;

interface OpenCall {
  readonly start: Extract<StreamPart, { readonly type: 'tool-call-start' }>;
  argumentsText: string;
}

/** The blocks of one choice → parts of its candidate, as soon as they can be written: calls only go whole. */
export class PartWriter {
  readonly #calls = new Map<number, OpenCall>();
  /** Blocks of thoughts that had words. */
  readonly #worded = new Set<number>();
  readonly #grounding = new GroundingWriter();

  push(part: BlockPart): GeminiPart | null {
    this.#grounding.take(part);
    switch (part.type) {
      case 'text-delta':
      case 'refusal-delta':
        return { text: part.text };
      case 'reasoning-delta':
        this.#worded.add(part.block);
        return { text: part.text, thought: true };
      case 'reasoning-end':
        return this.#sign(part);
      case 'tool-call-start':
        this.#calls.set(part.block, { start: part, argumentsText: '' });
        return null;
      case 'tool-call-delta': {
        const call = this.#calls.get(part.block);
        if (call) call.argumentsText += part.argumentsText;
        return null;
      }
      case 'tool-call-end':
        return this.#writeCall(part.block);
      default:
        return null;
    }
  }

  /** Calls that were never ended, at the end of the choice. */
  end(): GeminiPart[] {
    return [...this.#calls.keys()].map((block) => this.#writeCall(block)).filter((part) => part !== null);
  }

  /** What stands beside the content of a candidate that is over. */
  beside(): Record<string, unknown> {
    const groundingMetadata = this.#grounding.metadata();
    return groundingMetadata === null ? {} : { groundingMetadata };
  }

  /** Gemini's signature of a text is no thought: it stands beside the text. */
  #sign(part: Extract<StreamPart, { readonly type: 'reasoning-end' }>): GeminiPart | null {
    const thoughtSignature = clientSignatureOf(part);
    if (thoughtSignature === undefined) return null;
    const isOfText = !this.#worded.has(part.block) && geminiSignatureOf(part.signature) !== null;
    return { text: '', ...(!isOfText && { thought: true }), thoughtSignature };
  }

  #writeCall(block: number): GeminiPart | null {
    const call = this.#calls.get(block);
    if (call === undefined) return null;
    this.#calls.delete(block);
    const { id, name, signature } = call.start;
    return {
      functionCall: { id, name, args: toolInputOf(call.argumentsText) },
      ...(signature !== undefined && { thoughtSignature: signature }),
    };
  }
}
