import { estimateTokensFromBytes, isRecord, type StreamPart, type Usage } from '@gateway/domain';
import type { EncodeContext } from '../chat-wire-codec';
import { encodeUsage } from '../openai-chat/convert-usage';
import { encodeResponse as encodeChat } from '../openai-chat/encode-response';
import { countedUsage, encodeCost } from './encode-cost';
import { generatedBytesOf } from './generated-bytes';

/** Folds parts into the canonical answer; its message is one that a client can send back. */
export function encodeResponse(parts: readonly StreamPart[], context: EncodeContext): unknown {
  const { id, created, choices } = encodeChat(parts, context) as ChatAnswer;
  const [choice] = choices;
  let usage: Usage | null = null;
  let version = '';
  let bytes = 0;
  for (const part of parts) {
    if (part.type === 'usage') usage = part.usage;
    else if (part.type === 'response-start') version = part.model;
    else bytes += generatedBytesOf(part);
  }
  const counted = countedUsage(usage, context.meter, estimateTokensFromBytes(bytes));
  return {
    id,
    object: 'gateway.chat',
    created,
    model: context.model,
    model_version: version || null,
    message: isRecord(choice) ? choice.message : null,
    finish_reason: isRecord(choice) ? choice.finish_reason : null,
    usage: usage === null ? null : encodeUsage(usage),
    cost: encodeCost(context.meter, counted),
  };
}

interface ChatAnswer {
  readonly id: string;
  readonly created: number;
  readonly choices: readonly unknown[];
}
