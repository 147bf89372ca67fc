import type { Usage } from '@gateway/domain';
import type { OperationReader, ProviderResponseHead } from '@gateway/provider-kit';
import { MalformedResponse } from '@gateway/wire-formats';

/** Largest answer that is read whole: two thousand long vectors as text come near. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

/** A client's answer, and what it cost. */
export interface TranslatedAnswer {
  readonly bytes: Uint8Array;
  /** Of an answer that is not its wire's JSON. */
  readonly contentType?: string;
  readonly usage: Usage | null;
}

/** Collects an answer that means nothing before its end, and hands it to `translate`. */
export class WholeAnswerReader implements OperationReader {
  hasContent = false;
  contentType: string | undefined;
  readonly generatedBytes = 0;
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private head: ProviderResponseHead | null = null;

  /** `usage` is what is owed for a call whose answer breaks off, or is refused after all. */
  constructor(
    private readonly translate: (body: Buffer, head: ProviderResponseHead | null) => TranslatedAnswer,
    public usage: Usage | null = null,
  ) {}

  onHead(head: ProviderResponseHead): void {
    this.head = head;
  }

  push(chunk: Buffer): Uint8Array[] {
    this.size += chunk.length;
    if (this.size > MAX_ANSWER_BYTES)
      throw new MalformedResponse(`the answer is larger than ${MAX_ANSWER_BYTES} bytes`);
    this.chunks.push(chunk);
    return [];
  }

  end(): Uint8Array[] {
    const answer = this.translate(Buffer.concat(this.chunks, this.size), this.head);
    this.hasContent = true;
    this.usage = answer.usage;
    this.contentType = answer.contentType;
    return [answer.bytes];
  }
}
