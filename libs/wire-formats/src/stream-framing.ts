import type { SseEvent } from './sse/sse-event';

/** How a wire puts the events of a stream into bytes. Whatever it is, an event has a name and a text. */
export interface StreamFraming {
  /** What the content type of a streamed answer contains. */
  readonly contentType: string;
  createSplitter(): FrameSplitter;
}

/** Bytes in, whole events out; one per stream, and any chunking gives the same events. */
export interface FrameSplitter {
  /** @throws MalformedResponse when the bytes cannot be events, or one is larger than anybody sends. */
  push(chunk: Buffer): readonly SseEvent[];
  /** The bytes are over; what is left of a frame is dropped. Whether the stream was complete is the decoder's to say. */
  end(): void;
}
