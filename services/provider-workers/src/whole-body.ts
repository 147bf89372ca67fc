import { MalformedResponse } from '@gateway/wire-formats';
import { MAX_WHOLE_ANSWER_BYTES } from './answer-reader';

/** Collects a body up to the limit. */
export class WholeBody {
  private readonly chunks: Buffer[] = [];
  private size = 0;

  /** @throws MalformedResponse over the limit. */
  push(chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > MAX_WHOLE_ANSWER_BYTES) throw new MalformedResponse('the answer is larger than 32 MB');
    this.chunks.push(chunk);
  }

  bytes(): Buffer {
    return this.chunks.length === 1 && this.chunks[0] ? this.chunks[0] : Buffer.concat(this.chunks, this.size);
  }
}
