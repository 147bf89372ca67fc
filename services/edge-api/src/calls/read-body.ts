import type { IncomingMessage } from 'node:http';
import type { GatewayError } from '@gateway/domain';

export interface BodyReader {
  readonly maxBytes: number;
  /** The whole body. Not called when the client went away before its end. */
  onBody(body: Buffer): void;
  /** Too large; the rest is not read. */
  onRefused(error: GatewayError): void;
}

const EMPTY = Buffer.alloc(0);

/** Reads a request's body once, into memory, up to the limit. */
export function readBody(request: IncomingMessage, reader: BodyReader): void {
  let first: Buffer = EMPTY;
  let chunks: Buffer[] | null = null;
  let size = 0;
  let refused = false;
  request.on('data', (chunk: Buffer) => {
    if (refused) return;
    size += chunk.length;
    if (size > reader.maxBytes) {
      refused = true;
      first = EMPTY;
      chunks = null;
      request.pause();
      reader.onRefused(tooLarge(reader.maxBytes));
      return;
    }
    // Nearly every body comes in one piece.
    if (first.length === 0) first = chunk;
    else if (chunks === null) chunks = [first, chunk];
    else chunks.push(chunk);
  });
  request.on('end', () => {
    if (!refused) reader.onBody(chunks === null ? first : Buffer.concat(chunks, size));
  });
}

export function tooLarge(maxBytes: number): GatewayError {
  return { code: 'payload_too_large', message: `The request body is larger than the limit of ${maxBytes} bytes.` };
}
