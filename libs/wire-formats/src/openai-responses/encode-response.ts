import type { StreamPart } from '@gateway/domain';
import type { EncodeContext } from '../chat-wire-codec';
import { NO_EVENTS, ResponseWriter } from './response-writer';

/** Folds parts into the wire's whole answer. */
export function encodeResponse(parts: readonly StreamPart[], context: EncodeContext): unknown {
  const writer = new ResponseWriter(context, NO_EVENTS);
  for (const part of parts) writer.push(part);
  return writer.end();
}
