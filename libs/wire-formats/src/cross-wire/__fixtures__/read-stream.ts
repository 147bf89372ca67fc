import type { StreamPart } from '@gateway/domain';
import type { ChatWireCodec, ProviderWireCodec } from '../../chat-wire-codec';
import { parseSseEvent } from '../../sse/parse-sse-event';
import { SplitSseEvents } from '../../sse/split-sse-events';

/** Bytes cut at the given places → whole events. Throws when something is left over at the end. */
export function eventsOf(bytes: Buffer, cuts: readonly number[] = []): Buffer[] {
  const splitter = new SplitSseEvents();
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((left, right) => left - right);
  const events: Buffer[] = [];
  let start = 0;
  for (const end of [...places, bytes.length]) {
    events.push(...splitter.push(Buffer.from(bytes.subarray(start, end))));
    start = end;
  }
  if (splitter.end() !== null) throw new Error('bytes after the last event');
  return events;
}

/** A provider's stream, cut into chunks at the given places, as parts. */
export function decodeStream(codec: ProviderWireCodec, bytes: Buffer, cuts: readonly number[] = []): StreamPart[] {
  const decoder = codec.createStreamDecoder();
  const parts: StreamPart[] = [];
  for (const bytesOfEvent of eventsOf(bytes, cuts)) {
    const event = parseSseEvent(bytesOfEvent);
    if (event !== null) parts.push(...decoder.push(event));
  }
  return [...parts, ...decoder.end()];
}

/** Parts as the client's stream. */
export function encodeStream(codec: ChatWireCodec, parts: readonly StreamPart[], model = 'client-model'): Buffer {
  const encoder = codec.createStreamEncoder({ model, wantsUsage: true });
  return Buffer.from(parts.map((part) => encoder.push(part)).join('') + encoder.end());
}
