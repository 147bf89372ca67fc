import type { OperationAdapter, OperationReader, ProviderResponseHead } from '@gateway/provider-kit';
import { embeddingsToGemini, type GeminiEmbedOperation, geminiToEmbeddings } from '@gateway/wire-formats';
import { stripGatewayFields } from '../prepare-chat-body/gateway-fields';
import { parseObject } from '../prepare-chat-body/parse-object';
import { translatedJson } from './translated-json';
import { WholeAnswerReader } from './whole-answer-reader';

/** What a provider does for OpenAI's clients, for Google's: both ways through OpenAI's wire. */
export function embedForGoogle(embeddings: OperationAdapter, operation: GeminiEmbedOperation): OperationAdapter {
  return {
    prepare(target, { spans: _spans, ...input }) {
      const body = parseObject(input.body);
      stripGatewayFields(body);
      const asked = geminiToEmbeddings(operation, body, {
        model: input.requestedModel,
        dropParams: input.deployment.dropParams ?? false,
        knowsTaskTypes: embeddings.knowsTaskTypes ?? false,
      });
      const { call, reader } = embeddings.prepare(target, { ...input, body: Buffer.from(JSON.stringify(asked)) });
      return { call, reader: new AnswerForGoogle(reader, operation) };
    },
    classifyError: (head, body) => embeddings.classifyError(head, body),
  };
}

/** An answer to OpenAI's clients, put into Google's shape once it is whole. */
class AnswerForGoogle implements OperationReader {
  readonly generatedBytes = 0;
  private readonly whole: WholeAnswerReader;

  constructor(
    private readonly reader: OperationReader,
    operation: GeminiEmbedOperation,
  ) {
    this.whole = new WholeAnswerReader((bytes) =>
      translatedJson(bytes, (document) => ({
        document: embeddingsToGemini(operation, document),
        usage: reader.usage,
      })),
    );
  }

  get hasContent() {
    return this.whole.hasContent;
  }

  get usage() {
    return this.whole.usage;
  }

  onHead(head: ProviderResponseHead): void {
    this.reader.onHead?.(head);
  }

  push(chunk: Buffer): Uint8Array[] {
    this.take(this.reader.push(chunk));
    return [];
  }

  end(): Uint8Array[] {
    this.take(this.reader.end());
    return this.whole.end();
  }

  private take(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) this.whole.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
  }
}
