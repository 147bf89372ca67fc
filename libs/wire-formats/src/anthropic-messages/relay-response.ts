import { isRecord } from '@gateway/domain';
import type { RelayedResponse, RelayOptions } from '../chat-wire-codec';
import { asBuffer } from '../json-bytes/as-buffer';
import { MalformedResponse } from '../malformed-response';
import { decodeUsage } from './convert-usage';
import { spliceModel } from './splice-model';
import { finishReasonOf } from './stop-reason';

/** A whole answer's own bytes with the model name written over; parsed once to read it, never written anew. */
export function relayResponse(body: Uint8Array, options: RelayOptions): RelayedResponse {
  const json = asBuffer(body);
  const message = parseMessage(json);
  return {
    bytes: spliceModel(json, [0, json.length], options.model),
    usage: isRecord(message.usage) ? decodeUsage(message.usage) : null,
    finishReason: typeof message.stop_reason === 'string' ? finishReasonOf(message.stop_reason) : null,
  };
}

function parseMessage(json: Buffer): Record<string, unknown> {
  let message: unknown;
  try {
    message = JSON.parse(json.toString('utf8'));
  } catch (cause) {
    throw new MalformedResponse('the answer is not JSON', { cause });
  }
  if (!isRecord(message) || !Array.isArray(message.content)) {
    throw new MalformedResponse('the answer is not a message with a list of content blocks');
  }
  return message;
}
