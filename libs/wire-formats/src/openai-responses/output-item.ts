import type { Citation } from '@gateway/domain';
import { clientToolCallId, type SignedToolCall } from '../signed-tool-call-id';
import { encodeAnnotation } from './annotations';
import { type SealedReasoning, sealReasoning } from './sealed-reasoning';

type Json = Record<string, unknown>;

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** One block of an answer on its way to being an output item. */
export interface OutputBlock {
  readonly kind: 'text' | 'refusal' | 'reasoning' | 'tool-call';
  readonly id: string;
  /** Its place in `output`. */
  readonly index: number;
  /** What was said so far, or the arguments. */
  text: string;
  readonly call?: SignedToolCall & { readonly name: string };
  sealed?: SealedReasoning;
  readonly citations: Citation[];
  readonly logprobs: Json[];
}

/** The prefixes OpenAI's ids have; it checks them when an item is sent back. */
export const ID_PREFIX: Readonly<Record<OutputBlock['kind'], string>> = {
  text: 'msg',
  refusal: 'msg',
  reasoning: 'rs',
  'tool-call': 'fc',
};

/** The item as it is added: nothing is in it yet. */
export function emptyItem(block: OutputBlock): Json {
  if (block.kind === 'reasoning') return { id: block.id, type: 'reasoning', summary: [] };
  if (block.kind === 'tool-call') return functionCall(block, '', 'in_progress');
  return message(block.id, [], 'in_progress');
}

export function finishedItem(block: OutputBlock, status: ItemStatus): Json {
  switch (block.kind) {
    case 'reasoning': {
      const sealed = sealReasoning(block.sealed ?? {});
      return {
        id: block.id,
        type: 'reasoning',
        summary: block.text === '' ? [] : [summaryPart(block.text)],
        ...(sealed !== undefined && { encrypted_content: sealed }),
      };
    }
    case 'tool-call':
      return functionCall(block, block.text, status);
    case 'text':
    case 'refusal':
      return message(block.id, [finishedPart(block)], status);
  }
}

/** A text's or refusal's part as it is added: nothing is in it yet. */
export function emptyPart(kind: OutputBlock['kind']): Json {
  return kind === 'refusal'
    ? { type: 'refusal', refusal: '' }
    : { type: 'output_text', annotations: [], logprobs: [], text: '' };
}

export function finishedPart(block: OutputBlock): Json {
  const { kind, text } = block;
  if (kind === 'refusal') return { type: 'refusal', refusal: text };
  return { type: 'output_text', annotations: annotationsOf(block), logprobs: block.logprobs, text };
}

export function annotationsOf({ citations, text }: OutputBlock): Json[] {
  return citations.map((citation) => encodeAnnotation(citation, text.length));
}

export function summaryPart(text: string): Json {
  return { type: 'summary_text', text };
}

function message(id: string, content: readonly Json[], status: ItemStatus): Json {
  return { id, type: 'message', status, role: 'assistant', content };
}

function functionCall({ id, call }: OutputBlock, args: string, status: ItemStatus): Json {
  return {
    id,
    type: 'function_call',
    status,
    arguments: args,
    call_id: clientToolCallId(call ?? { id: '' }),
    name: call?.name ?? '',
  };
}
