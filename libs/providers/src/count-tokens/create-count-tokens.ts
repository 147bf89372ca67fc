import { type ChatRequest, type CountOperation, isRecord, NO_USAGE } from '@gateway/domain';
import type { ChatAdapter, JsonBody, OperationAdapter, OperationInput, ProviderCall } from '@gateway/provider-kit';
import { CHAT_WIRE_CODECS, countedRequest, MalformedResponse } from '@gateway/wire-formats';
import { WholeAnswerReader } from '../operations/whole-answer-reader';
import { stripGatewayFields } from '../prepare-chat-body/gateway-fields';
import { parseObject } from '../prepare-chat-body/parse-object';
import type { ProviderEntry } from '../provider-entry';

/** A provider's own call that counts: beside its chat, and in the same wire. */
export interface CountDialect {
  readonly chat: ChatAdapter;
  /** What its own clients say for the same. */
  readonly operation: CountOperation;
  /** A chat body, or what its own client sent → the body of the count. */
  countBody(body: JsonBody, model: string, isOwn: boolean): JsonBody;
  /** The path of the chat call → that of the count. */
  countPath(path: string): string;
  /** Where the answer has the number. */
  readonly answerField: string;
}

/** How each kind of client asks, and is answered. */
const CLIENTS: Readonly<Record<CountOperation, { read(body: JsonBody): ChatRequest; readonly answerField: string }>> = {
  'anthropic-count-tokens': {
    read: (body) => CHAT_WIRE_CODECS['anthropic-messages'].decodeRequest({ ...body, max_tokens: 1 }),
    answerField: 'input_tokens',
  },
  'gemini-count-tokens': {
    read: (body) => CHAT_WIRE_CODECS['gemini-generate'].decodeRequest(countedRequest(body)),
    answerField: 'totalTokens',
  },
};

/** The request that a counting client's body describes; the gateway's own fields are taken out. */
export function readCountedRequest(operation: CountOperation, bytes: Uint8Array): ChatRequest {
  const body = parseObject(bytes);
  stripGatewayFields(body);
  return CLIENTS[operation].read(body);
}

/** The client's answer for a count. */
export function countAnswer(operation: CountOperation, tokens: number): Readonly<Record<string, number>> {
  return { [CLIENTS[operation].answerField]: tokens };
}

/** Counting for clients of either make, at a provider that counts: its own client's bytes stay, others are translated. */
export function createCountTokens(dialect: CountDialect): NonNullable<ProviderEntry['operations']> {
  const operations = Object.keys(CLIENTS) as CountOperation[];
  return Object.fromEntries(operations.map((operation) => [operation, countAdapter(dialect, operation)]));
}

function countAdapter(dialect: CountDialect, operation: CountOperation): OperationAdapter {
  return {
    prepare(target, input) {
      const isOwn = operation === dialect.operation;
      const body = Buffer.from(JSON.stringify(bodyFor(dialect, operation, input)));
      const call: ProviderCall = dialect.chat.buildChatCall(target, body, {
        providerModel: input.providerModel,
        stream: false,
        ...(isOwn && input.forwardHeaders && { forwardHeaders: input.forwardHeaders }),
      });
      return {
        call: { ...call, path: dialect.countPath(call.path) },
        // Counting is free of charge.
        reader: new WholeAnswerReader((answer) => ({
          bytes: isOwn
            ? checked(answer, dialect)
            : Buffer.from(JSON.stringify(countAnswer(operation, tokensIn(answer, dialect)))),
          usage: NO_USAGE,
        })),
      };
    },
    classifyError: dialect.chat.classifyError,
  };
}

/** What counts nothing (an output limit, sampling) may be lost on the way. */
function bodyFor(dialect: CountDialect, operation: CountOperation, input: OperationInput): JsonBody {
  const { providerModel: model } = input;
  if (operation === dialect.operation) {
    const body = parseObject(input.body);
    stripGatewayFields(body);
    return dialect.countBody(body, model, true);
  }
  const request = readCountedRequest(operation, input.body);
  const options = { model, dropParams: true, defaultMaxOutputTokens: 1 };
  return dialect.countBody(
    { ...CHAT_WIRE_CODECS[dialect.chat.wire].encodeRequest(request, options).body },
    model,
    false,
  );
}

function checked(answer: Buffer, dialect: CountDialect): Buffer {
  tokensIn(answer, dialect);
  return answer;
}

/** @throws MalformedResponse when there is no number. */
function tokensIn(answer: Buffer, { answerField }: CountDialect): number {
  let document: unknown;
  try {
    document = JSON.parse(answer.toString('utf8'));
  } catch (cause) {
    throw new MalformedResponse('the answer is not JSON', { cause });
  }
  const tokens = isRecord(document) ? document[answerField] : undefined;
  if (typeof tokens !== 'number') throw new MalformedResponse(`the answer has no ${answerField}`);
  return tokens;
}
