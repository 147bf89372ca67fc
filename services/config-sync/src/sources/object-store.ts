/** What one look at an object found. */
export type ObjectAnswer =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'object'; readonly bytes: Buffer; readonly tag: string }
  /** It is there and not for us. `reason` in words for people, such as "is larger than 5 bytes". */
  | { readonly kind: 'unusable'; readonly reason: string; readonly tag: string }
  /** There is no telling what it holds now; `reason` such as "does not exist". */
  | { readonly kind: 'away'; readonly reason: string };

/** One object of a store. */
export interface RemoteObject {
  /** Downloads it unless it still has the tag. Never rejects. */
  read(knownTag: string | null): Promise<ObjectAnswer>;
  /** Ends a look that is under way. */
  close(): void;
}

/** What a look may cost. */
export interface ReadLimits {
  /** For head and body together. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface Download {
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets go of a body that nobody reads. */
  readonly cancel: () => unknown;
  /** As the head says; 0 when it does not. */
  readonly length: number;
  readonly tag: string;
}

/** Reads a body of at most `maxBytes`; nothing of one whose head says that it is longer. Rejects when it ends too early. */
export async function download({ body, cancel, length, tag }: Download, maxBytes: number): Promise<ObjectAnswer> {
  const tooLarge: ObjectAnswer = { kind: 'unusable', reason: `is larger than ${maxBytes} bytes`, tag };
  if (length > maxBytes) {
    await cancel();
    return tooLarge;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) return tooLarge;
    chunks.push(chunk);
  }
  return { kind: 'object', bytes: Buffer.concat(chunks, size), tag };
}
