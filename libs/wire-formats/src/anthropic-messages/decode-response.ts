import { isRecord, type StreamPart } from '@gateway/domain';
import { MalformedResponse } from '../malformed-response';
import { argumentsTextOf } from '../tool-input';
import { decodeCitations } from './citations';
import { decodeUsage } from './convert-usage';
import { finishReasonOf } from './stop-reason';

type Block = Readonly<Record<string, unknown>>;

/**
 * A whole answer → the parts its stream would have given. The wire has no creation time: `createdUnixS` is 0.
 * Blocks of server tools are left out, as in the stream decoder.
 * @throws MalformedResponse
 */
export function decodeResponse(body: unknown): StreamPart[] {
  if (!isRecord(body) || !Array.isArray(body.content)) {
    throw new MalformedResponse('the answer is not a message with a list of content blocks');
  }
  const parts: StreamPart[] = [
    { type: 'response-start', id: textOf(body.id), model: textOf(body.model), createdUnixS: 0 },
  ];
  let block = 0;
  for (const content of body.content) {
    if (!isRecord(content)) throw new MalformedResponse('a content block is not an object');
    const blockParts = decodeBlock(content, block);
    if (blockParts.length > 0) block++;
    parts.push(...blockParts);
  }
  const stopSequence = typeof body.stop_sequence === 'string' ? { stopSequence: body.stop_sequence } : {};
  parts.push({ type: 'finish', choice: 0, reason: finishReasonOf(body.stop_reason), ...stopSequence });
  if (isRecord(body.usage)) parts.push({ type: 'usage', usage: decodeUsage(body.usage) });
  return parts;
}

function decodeBlock(content: Block, block: number): StreamPart[] {
  const at = { choice: 0, block } as const;
  switch (content.type) {
    case 'text':
      return [
        { type: 'text-start', ...at },
        { type: 'text-delta', ...at, text: textOf(content.text) },
        ...decodeCitations(content.citations).map((citation) => ({ type: 'citation' as const, ...at, citation })),
        { type: 'text-end', ...at },
      ];
    case 'thinking': {
      const signature = textOf(content.signature);
      return [
        { type: 'reasoning-start', ...at },
        { type: 'reasoning-delta', ...at, text: textOf(content.thinking) },
        { type: 'reasoning-end', ...at, ...(signature !== '' && { signature }) },
      ];
    }
    case 'redacted_thinking':
      return [
        { type: 'reasoning-start', ...at },
        { type: 'reasoning-end', ...at, redactedData: textOf(content.data) },
      ];
    case 'tool_use':
      return [
        { type: 'tool-call-start', ...at, id: textOf(content.id), name: textOf(content.name) },
        { type: 'tool-call-delta', ...at, argumentsText: argumentsTextOf(content.input) },
        { type: 'tool-call-end', ...at },
      ];
    default:
      return [];
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
