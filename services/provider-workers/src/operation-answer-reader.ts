import type { Usage } from '@gateway/domain';
import type { OperationReader, ProviderResponseHead } from '@gateway/provider-kit';
import type { AnswerReader } from './answer-reader';

/** An operation's answer: its adapter writes it in the client's wire already, so it is passed through from here. */
export class OperationAnswerReader implements AnswerReader {
  readonly encoding = 'passthrough';
  /** Nothing but chat says why it stopped. */
  readonly finishReason = null;

  constructor(private readonly reader: OperationReader) {}

  onHead(head: ProviderResponseHead): void {
    this.reader.onHead?.(head);
  }

  push(chunk: Buffer): Uint8Array[] {
    return this.reader.push(chunk);
  }

  end(): Uint8Array[] {
    return this.reader.end();
  }

  get contentType(): string | undefined {
    return this.reader.contentType;
  }

  get hasContent(): boolean {
    return this.reader.hasContent;
  }

  get usage(): Usage | null {
    return this.reader.usage;
  }

  get generatedBytes(): number {
    return this.reader.generatedBytes;
  }
}
