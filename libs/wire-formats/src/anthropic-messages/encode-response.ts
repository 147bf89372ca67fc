import type { StreamPart } from '@gateway/domain';
import { NO_USAGE } from '@gateway/domain';
import type { EncodeContext } from '../chat-wire-codec';
import { clientToolCallId } from '../signed-tool-call-id';
import { toolInputOf } from '../tool-input';
import { encodeCitation } from './citations';
import { encodeUsage } from './convert-usage';
import { stopReasonOf } from './stop-reason';

/** What is gathered of one block until all its deltas are in. */
interface GatheredBlock {
  readonly kind: 'text' | 'reasoning' | 'refusal' | 'tool-call';
  readonly id: string;
  readonly name: string;
  text: string;
  signature: string;
  redactedData: string | undefined;
  readonly citations: Record<string, unknown>[];
}

/** Parts → a whole message. The wire has room for one answer: parts of other choices than 0 are left out. */
export function encodeResponse(parts: readonly StreamPart[], context: EncodeContext): unknown {
  const blocks = gatherBlocks(parts);
  const start = parts.find((part) => part.type === 'response-start');
  const finish = parts.find((part) => part.type === 'finish' && part.choice === 0);
  const usage = parts.find((part) => part.type === 'usage');
  const reason = finish?.type === 'finish' ? finish.reason : { unified: 'other' as const, raw: null };
  const stopSequence = finish?.type === 'finish' ? finish.stopSequence : undefined;
  return {
    id: start?.type === 'response-start' ? start.id : '',
    type: 'message',
    role: 'assistant',
    model: context.model,
    content: blocks.map(encodeBlock),
    stop_reason: stopReasonOf(reason, {
      hasToolCall: blocks.some((block) => block.kind === 'tool-call'),
      hasRefusal: blocks.some((block) => block.kind === 'refusal'),
      stopSequence,
    }),
    stop_sequence: stopSequence ?? null,
    usage: encodeUsage(usage?.type === 'usage' ? usage.usage : NO_USAGE),
  };
}

function gatherBlocks(parts: readonly StreamPart[]): GatheredBlock[] {
  const byNumber = new Map<number, GatheredBlock>();
  for (const part of parts) {
    if (!('block' in part) || part.choice !== 0) continue;
    const block = byNumber.get(part.block);
    switch (part.type) {
      case 'text-start':
      case 'reasoning-start':
      case 'refusal-start':
        byNumber.set(part.block, newBlock(part.type.slice(0, -'-start'.length) as GatheredBlock['kind']));
        break;
      case 'tool-call-start':
        byNumber.set(part.block, newBlock('tool-call', { id: clientToolCallId(part), name: part.name }));
        break;
      case 'tool-call-delta':
        if (block) block.text += part.argumentsText;
        break;
      case 'reasoning-end':
        if (block) {
          block.signature = part.signature ?? '';
          block.redactedData = part.redactedData;
        }
        break;
      case 'citation':
        block?.citations.push(encodeCitation(part.citation));
        break;
      case 'text-delta':
      case 'reasoning-delta':
      case 'refusal-delta':
        if (block) block.text += part.text;
    }
  }
  return [...byNumber.values()];
}

function newBlock(kind: GatheredBlock['kind'], call?: { readonly id: string; readonly name: string }): GatheredBlock {
  const { id, name } = call ?? { id: '', name: '' };
  return { kind, id, name, text: '', signature: '', redactedData: undefined, citations: [] };
}

function encodeBlock(block: GatheredBlock): Record<string, unknown> {
  switch (block.kind) {
    case 'tool-call':
      return { type: 'tool_use', id: block.id, name: block.name, input: toolInputOf(block.text) };
    case 'reasoning':
      if (block.redactedData !== undefined) return { type: 'redacted_thinking', data: block.redactedData };
      return { type: 'thinking', thinking: block.text, signature: block.signature };
    default:
      return { type: 'text', text: block.text, ...(block.citations.length > 0 && { citations: block.citations }) };
  }
}
