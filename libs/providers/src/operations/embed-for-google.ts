import type { OperationAdapter, OperationReader } from '@gateway/provider-kit';
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
      return { call, reader: answerForGoogle(reader, operation) };
    },
    classifyError: (head, body) => embeddings.classifyError(head, body),
  };
}

function answerForGoogle(reader: OperationReader, operation: GeminiEmbedOperation): OperationReader {
  const whole = new WholeAnswerReader((bytes) =>
    translatedJson(bytes, (document) => ({ document: embeddingsToGemini(operation, document), usage: reader.usage })),
  );
  const take = (pieces: readonly Uint8Array[]): void => {
    for (const piece of pieces) whole.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
  };
  return {
    onHead: (head) => reader.onHead?.(head),
    push(chunk) {
      take(reader.push(chunk));
      return [];
    },
    end() {
      take(reader.end());
      return whole.end();
    },
    get hasContent() {
      return whole.hasContent;
    },
    get usage() {
      return whole.usage;
    },
    generatedBytes: 0,
  };
}
