import { FILE_PIECE_BYTES } from '@gateway/contracts';

/** Makes pieces of a file's size out of chunks of any size. */
export class PieceCutter {
  private chunks: Uint8Array[] = [];
  private held = 0;

  /** Bytes that are in no piece yet. */
  get heldBytes(): number {
    return this.held;
  }

  /** The chunk is kept, not copied. */
  add(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.chunks.push(chunk);
    this.held += chunk.length;
  }

  /** A full piece; null when there is none yet. */
  takeFull(): Buffer | null {
    return this.held < FILE_PIECE_BYTES ? null : this.take(FILE_PIECE_BYTES);
  }

  /** The last piece; null when there is nothing left. Only after `takeFull` gave all it had. */
  takeRest(): Buffer | null {
    return this.held === 0 ? null : this.take(this.held);
  }

  private take(bytes: number): Buffer {
    const [only, ...others] = this.chunks;
    // A large result comes in one chunk, of which many pieces are made.
    const all = others.length === 0 ? asBuffer(only ?? Buffer.alloc(0)) : Buffer.concat(this.chunks, this.held);
    this.held -= bytes;
    this.chunks = this.held === 0 ? [] : [all.subarray(bytes)];
    return all.subarray(0, bytes);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
