import type { StreamPart } from '@gateway/domain';
import type { StreamRelay } from '../../chat-wire-codec';
import { parseSseEvent } from '../../sse/parse-sse-event';
import { SplitSseEvents } from '../../sse/split-sse-events';
import { createStreamDecoder } from '../create-stream-decoder';
import { createStreamEncoder } from '../create-stream-encoder';

export function decodeStream(chunks: readonly Buffer[]): StreamPart[] {
  const splitter = new SplitSseEvents();
  const decoder = createStreamDecoder();
  const parts: StreamPart[] = [];
  for (const bytes of chunks.flatMap((chunk) => splitter.push(chunk))) {
    const event = parseSseEvent(bytes);
    if (event !== null) parts.push(...decoder.push(event));
  }
  parts.push(...decoder.end());
  return parts;
}

export function encodeStream(parts: readonly StreamPart[], wantsUsage = true): string {
  const encoder = createStreamEncoder({ model: 'client-model', wantsUsage });
  return parts.map((part) => encoder.push(part)).join('') + encoder.end();
}

export function relayStream(relay: StreamRelay, chunks: readonly Buffer[]): string {
  const splitter = new SplitSseEvents();
  const events = chunks.flatMap((chunk) => splitter.push(chunk));
  return Buffer.concat(events.map((event) => relay.push(event))).toString();
}

/** The JSON of every data line that is not the terminator. */
export function chunksOf(stream: string): Record<string, unknown>[] {
  const events = new SplitSseEvents().push(Buffer.from(stream)).map(parseSseEvent);
  const datas = events.map((event) => event?.data).filter((data) => data !== undefined && data !== '[DONE]');
  return datas.map((data) => JSON.parse(data!) as Record<string, unknown>);
}
