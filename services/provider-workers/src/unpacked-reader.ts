import type { FinishReason, StreamPacking, Usage } from '@gateway/domain';
import { STREAM_PACKINGS } from '@gateway/wire-formats';
import type { AnswerReader } from './answer-reader';

/** A stream that comes inside another container: its events are taken out and read as if they had come by themselves. */
export class UnpackedReader implements AnswerReader {
  private readonly unpack: (chunk: Buffer) => Buffer;

  constructor(
    private readonly events: AnswerReader,
    packing: StreamPacking,
  ) {
    this.unpack = STREAM_PACKINGS[packing].createUnpacker();
  }

  push(chunk: Buffer): Uint8Array[] {
    const bytes = this.unpack(chunk);
    return bytes.length > 0 ? this.events.push(bytes) : [];
  }

  end(): Uint8Array[] {
    return this.events.end();
  }

  get encoding(): AnswerReader['encoding'] {
    return this.events.encoding;
  }

  get hasContent(): boolean {
    return this.events.hasContent;
  }

  get usage(): Usage | null {
    return this.events.usage;
  }

  get finishReason(): FinishReason | null {
    return this.events.finishReason;
  }

  get generatedBytes(): number {
    return this.events.generatedBytes;
  }
}
