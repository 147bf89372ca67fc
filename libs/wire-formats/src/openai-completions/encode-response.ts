import type { StreamPart } from '@gateway/domain';
import type { EncodeContext } from '../chat-wire-codec';
import { encodeUsage } from '../openai-chat/convert-usage';
import { completionFrame, echoedPrompt } from './completion-frame';
import { encodeFinishReason } from './finish-reason';

interface Choice {
  text: string;
  finishReason: string;
}

/** Folds parts into the wire's whole answer; thoughts have no place on it. */
export function encodeResponse(parts: readonly StreamPart[], context: EncodeContext): unknown {
  const choices = new Map<number, Choice>();
  let start = { id: '', createdUnixS: 0 };
  let usage: Record<string, unknown> | null = null;
  for (const part of parts) {
    if (part.type === 'response-start') start = part;
    else if (part.type === 'usage') usage = encodeUsage(part.usage);
    else {
      const choice = choices.get(part.choice) ?? { text: echoedPrompt(context), finishReason: 'stop' };
      choices.set(part.choice, choice);
      if (part.type === 'text-delta' || part.type === 'refusal-delta') choice.text += part.text;
      else if (part.type === 'finish') choice.finishReason = encodeFinishReason(part.reason);
    }
  }
  return {
    ...completionFrame(start, context),
    choices: [...choices]
      .sort(([left], [right]) => left - right)
      .map(([index, { text, finishReason }]) => ({ text, index, logprobs: null, finish_reason: finishReason })),
    ...(usage !== null && { usage }),
  };
}
