import type { IncomingMessage } from 'node:http';

/** Calls back once with the body, or with null when it is larger than allowed. Never calls back when cut off. */
export function readBody(request: IncomingMessage, maxBytes: number, done: (body: Buffer | null) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
  });
  request.on('end', () => done(size > maxBytes ? null : Buffer.concat(chunks, size)));
  // A client that leaves while sending has not asked for anything yet.
  request.on('error', () => request.destroy());
}
