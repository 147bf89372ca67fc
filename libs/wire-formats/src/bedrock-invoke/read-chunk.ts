import { EXCEPTION_MARK } from '../aws-event-stream/event-stream-framing';
import { streamErrorOf } from '../bedrock-converse/classify-stream-error';
import { MalformedResponse } from '../malformed-response';
import { parseEventData } from '../sse/parse-event-data';
import type { SseEvent } from '../sse/sse-event';

/**
 * An event of InvokeModelWithResponseStream → the document of the model's maker inside it; null for events of other
 * kinds, which may come later.
 * @throws ProviderStreamError for an exception; MalformedResponse for a chunk without content
 */
export function readChunk({ event, data }: SseEvent): Buffer | null {
  if (event.startsWith(EXCEPTION_MARK)) throw streamErrorOf(event.slice(EXCEPTION_MARK.length), data);
  if (event !== 'chunk') return null;
  const { bytes } = parseEventData(data);
  if (typeof bytes !== 'string') throw new MalformedResponse('a chunk has no bytes');
  return Buffer.from(bytes, 'base64');
}
