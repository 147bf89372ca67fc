import type { StreamPart } from '@gateway/domain';
import type { ChatWireCodec, ProviderWireCodec } from '../../chat-wire-codec';
import { SplitSseEvents } from '../../sse/split-sse-events';

/** Bytes cut at the given places → whole events. Throws when something is left over at the end. */
export function eventsOf(bytes: Buffer, cuts: readonly number[] = []): Buffer[] {
  const splitter = new SplitSseEvents();
  const events = chunksOf(bytes, cuts).flatMap((chunk) => splitter.push(chunk));
  if (splitter.end() !== null) throw new Error('bytes after the last event');
  return events;
}

/** A provider's stream, cut into chunks at the given places, as parts. */
export function decodeStream(codec: ProviderWireCodec, bytes: Buffer, cuts: readonly number[] = []): StreamPart[] {
  const splitter = codec.framing.createSplitter();
  const decoder = codec.createStreamDecoder();
  const parts: StreamPart[] = [];
  for (const chunk of chunksOf(bytes, cuts)) {
    for (const event of splitter.push(chunk)) parts.push(...decoder.push(event));
  }
  splitter.end();
  return [...parts, ...decoder.end()];
}

/** Parts as the client's stream. */
export function encodeStream(codec: ChatWireCodec, parts: readonly StreamPart[], model = 'client-model'): Buffer {
  const encoder = codec.createStreamEncoder({ model, wantsUsage: true });
  return Buffer.from(parts.map((part) => encoder.push(part)).join('') + encoder.end());
}

/** Copies, as a socket's chunks are. */
function chunksOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((left, right) => left - right);
  return [...places, bytes.length].map((end, index) => Buffer.from(bytes.subarray(places[index - 1] ?? 0, end)));
}
