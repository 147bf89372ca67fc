import { z } from 'zod';

/** Where the next page begins: after this row, newest first. */
export interface PagePosition {
  readonly receivedAtUnixMs: number;
  readonly requestId: string;
}

const position = z.tuple([z.number().int().min(0).max(253_402_300_799_999), z.string().min(1).max(255)]);

export function encodePageToken({ receivedAtUnixMs, requestId }: PagePosition): string {
  return Buffer.from(JSON.stringify([receivedAtUnixMs, requestId])).toString('base64url');
}

/** Null when the text is not a token of ours. */
export function decodePageToken(token: string): PagePosition | null {
  try {
    const [receivedAtUnixMs, requestId] = position.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
    return { receivedAtUnixMs, requestId };
  } catch {
    return null;
  }
}
