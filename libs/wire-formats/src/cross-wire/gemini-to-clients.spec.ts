import type { ClientChatWire, StreamPart } from '@gateway/domain';
import fc from 'fast-check';
import { CHAT_WIRE_CODECS } from '../codecs';
import { CONVERSATION_WIRES } from './__fixtures__/conversation-wires';
import { foldParts } from './__fixtures__/fold-parts';
import { decodeStream, encodeStream } from './__fixtures__/read-stream';

const gemini = CHAT_WIRE_CODECS['gemini-generate'];
const CONTEXT = { model: 'm', wantsUsage: true };

interface Answer {
  readonly texts: readonly string[];
  readonly calls: readonly { readonly id: string; readonly name: string; readonly args: Record<string, string> }[];
  readonly signature: string | undefined;
}

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const answers: fc.Arbitrary<Answer> = fc.record({
  texts: fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 9 }), { maxLength: 4 }),
  calls: fc.uniqueArray(fc.record({ id: word, name: word, args: fc.dictionary(word, fc.string()) }), {
    selector: ({ id }) => id,
    maxLength: 3,
  }),
  signature: fc.option(fc.base64String({ minLength: 4, maxLength: 400 }), { nil: undefined }),
});

function bodyOf({ texts, calls, signature }: Answer): unknown {
  const parts = [
    ...texts.map((text) => ({ text })),
    ...calls.map((functionCall, index) => ({ functionCall, ...(index === 0 && { thoughtSignature: signature }) })),
  ];
  return {
    candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 4 },
    responseId: 'r',
  };
}

interface ToldCall {
  readonly id: string;
  readonly name: string;
  readonly argumentsText: string;
  readonly signature?: string | undefined;
}

/** The request in which a client returns the calls it was told of, each answered with `done`. */
const NEXT_TURN: Readonly<Record<(typeof CONVERSATION_WIRES)[number], (calls: readonly ToldCall[]) => unknown>> = {
  'openai-chat': (calls) => ({
    messages: [
      { role: 'user', content: 'go' },
      {
        role: 'assistant',
        tool_calls: calls.map(({ id, name, argumentsText }) => ({
          id,
          type: 'function',
          function: { name, arguments: argumentsText },
        })),
      },
      ...calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'done' })),
    ],
  }),
  'openai-responses': (calls) => ({
    input: [
      { role: 'user', content: 'go' },
      ...calls.map(({ id, name, argumentsText }) => ({
        type: 'function_call',
        call_id: id,
        name,
        arguments: argumentsText,
      })),
      ...calls.map(({ id }) => ({ type: 'function_call_output', call_id: id, output: 'done' })),
    ],
  }),
  'anthropic-messages': (calls) => ({
    messages: [
      { role: 'user', content: 'go' },
      {
        role: 'assistant',
        content: calls.map(({ id, name, argumentsText }) => ({
          type: 'tool_use',
          id,
          name,
          input: JSON.parse(argumentsText),
        })),
      },
      { role: 'user', content: calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: 'done' })) },
    ],
  }),
  'gemini-generate': (calls) => ({
    contents: [
      { role: 'user', parts: [{ text: 'go' }] },
      {
        role: 'model',
        parts: calls.map(({ id, name, argumentsText, signature }) => ({
          functionCall: { id, name, args: JSON.parse(argumentsText) },
          thoughtSignature: signature,
        })),
      },
      {
        role: 'user',
        parts: calls.map(({ id, name }) => ({ functionResponse: { id, name, response: { output: 'done' } } })),
      },
    ],
  }),
};

/** The answer as the client of `wire` gets it, streamed or whole. */
function atClient(wire: ClientChatWire, hub: readonly StreamPart[], stream: boolean): StreamPart[] {
  const codec = CHAT_WIRE_CODECS[wire];
  if (stream) return decodeStream(codec, encodeStream(codec, hub));
  return codec.decodeResponse(JSON.parse(JSON.stringify(codec.encodeResponse(hub, CONTEXT))));
}

describe.each(CONVERSATION_WIRES)('an answer of Gemini to a client of %s', (wire) => {
  it.each([true, false])('says the same, streamed: %s', (stream) => {
    fc.assert(
      fc.property(answers, (answer) => {
        const { blocks, finish, usage } = foldParts(atClient(wire, gemini.decodeResponse(bodyOf(answer)), stream));
        const textOf = (kind: string) => blocks.flatMap((block) => (block.kind === kind ? [block.text] : []));
        expect(textOf('text').join('')).toBe(answer.texts.join(''));
        expect(textOf('tool-call').map((text) => JSON.parse(text))).toEqual(
          answer.calls.map(({ args }) => ({ ...args })),
        );
        expect(finish).toBe(answer.calls.length > 0 ? 'tool-calls' : 'stop');
        expect(usage).toMatchObject({ promptTokens: 3, completionTokens: 4 });
      }),
    );
  });

  it.each([true, false])('comes back as the client saw it, with ids and signature, streamed: %s', (stream) => {
    fc.assert(
      fc.property(answers, (answer) => {
        fc.pre(answer.calls.length > 0);
        const seen = atClient(wire, gemini.decodeResponse(bodyOf(answer)), stream);
        const calls = seen.flatMap((part) => (part.type === 'tool-call-start' ? [part] : []));
        const argumentsOf = (block: number) =>
          seen
            .map((part) => (part.type === 'tool-call-delta' && part.block === block ? part.argumentsText : ''))
            .join('');
        const told = calls.map(({ id, name, block, signature }) => ({
          id,
          name,
          signature,
          argumentsText: argumentsOf(block),
        }));
        const request = CHAT_WIRE_CODECS[wire].decodeRequest(NEXT_TURN[wire](told));
        const { body } = gemini.encodeRequest(request, { model: 'm', dropParams: false, defaultMaxOutputTokens: 1 });
        const [, model, user] = body.contents as { parts: unknown[] }[];
        expect(model?.parts).toEqual(
          answer.calls.map(({ id, name, args }, index) => ({
            functionCall: { id, name, args: { ...args } },
            ...(index === 0 && answer.signature !== undefined && { thoughtSignature: answer.signature }),
          })),
        );
        expect(user?.parts).toEqual(
          answer.calls.map(({ id, name }) => ({ functionResponse: { id, name, response: { output: 'done' } } })),
        );
      }),
    );
  });
});
