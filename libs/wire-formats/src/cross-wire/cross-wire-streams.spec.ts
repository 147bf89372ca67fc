import type { ClientChatWire, StreamPart, UnifiedFinishReason } from '@gateway/domain';
import fc from 'fast-check';
import { CHAT_WIRE_CODECS } from '../codecs';
import { arbitraryParts } from './__fixtures__/arbitrary-parts';
import { CONVERSATION_WIRES } from './__fixtures__/conversation-wires';
import { type FoldedAnswer, foldParts } from './__fixtures__/fold-parts';
import { decodeStream, encodeStream } from './__fixtures__/read-stream';

const cuts = fc.array(fc.nat(1_000_000), { maxLength: 20 });
const parts = arbitraryParts({ signedReasoning: false });
const wire = fc.constantFrom<ClientChatWire>(...CONVERSATION_WIRES);

/** Neighbouring text blocks are one text on OpenAI's wire, which also writes all text before the first tool call. */
function heard(answer: FoldedAnswer) {
  const textOf = (kinds: readonly string[]) =>
    answer.blocks.flatMap((block) => (kinds.includes(block.kind) ? [block.text] : [])).join('');
  const calls = answer.blocks.flatMap((block) => (block.kind === 'tool-call' ? [[block.call, block.text]] : []));
  return { id: answer.id, text: textOf(['text', 'refusal']), calls, finish: answer.finish };
}

const usageOf = (answer: FoldedAnswer) => answer.usage && { ...answer.usage, raw: undefined };

describe('any answer crosses any two wires', () => {
  it('provider stream on one wire → hub → client stream on the other: text and argument bytes stay', () => {
    fc.assert(
      fc.property(parts, wire, wire, cuts, (sequence, provider, client, places) => {
        const fromProvider = decodeStream(
          CHAT_WIRE_CODECS[provider],
          encodeStream(CHAT_WIRE_CODECS[provider], sequence),
          places,
        );
        const atClient = decodeStream(CHAT_WIRE_CODECS[client], encodeStream(CHAT_WIRE_CODECS[client], fromProvider));
        // Gemini's streams carry arguments as an object, too.
        const compared = [provider, client].includes('gemini-generate') ? sameJson : same;
        expect(compared(heard(foldParts(atClient)))).toEqual(compared(heard(foldParts(sequence))));
      }),
    );
  });

  it('usage crosses with cached, cache-write and reasoning tokens', () => {
    fc.assert(
      fc.property(parts, (sequence) => {
        const openai = CHAT_WIRE_CODECS['openai-chat'];
        const anthropic = CHAT_WIRE_CODECS['anthropic-messages'];
        const there = decodeStream(
          openai,
          encodeStream(openai, decodeStream(anthropic, encodeStream(anthropic, sequence))),
        );
        expect(usageOf(foldParts(there))).toEqual(usageOf(foldParts(sequence)));
      }),
    );
  });

  it('a whole answer of one wire is a whole answer of the other', () => {
    fc.assert(
      fc.property(parts, wire, wire, (sequence, provider, client) => {
        const context = { model: 'm', wantsUsage: true };
        const there = throughJson(CHAT_WIRE_CODECS[provider].encodeResponse(sequence, context));
        const hub = CHAT_WIRE_CODECS[provider].decodeResponse(there);
        const atClient = throughJson(CHAT_WIRE_CODECS[client].encodeResponse(hub, context));
        const answer = heard(foldParts(CHAT_WIRE_CODECS[client].decodeResponse(atClient)));
        expect(sameJson(answer)).toEqual(sameJson(heard(foldParts(sequence))));
      }),
    );
  });

  it.each<[UnifiedFinishReason]>([['stop'], ['length'], ['content-filter']])(
    'finish reason %s crosses both ways',
    (unified) => {
      const sequence: StreamPart[] = [
        { type: 'response-start', id: 'r', model: 'm', createdUnixS: 0 },
        { type: 'finish', choice: 0, reason: { unified, raw: null } },
      ];
      for (const first of CONVERSATION_WIRES) {
        for (const second of CONVERSATION_WIRES) {
          const middle = decodeStream(CHAT_WIRE_CODECS[first], encodeStream(CHAT_WIRE_CODECS[first], sequence));
          const last = decodeStream(CHAT_WIRE_CODECS[second], encodeStream(CHAT_WIRE_CODECS[second], middle));
          expect(foldParts(last).finish).toBe(unified);
        }
      }
    },
  );
});

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function same(answer: ReturnType<typeof heard>) {
  return answer;
}

/** Anthropic's whole answers carry arguments as an object: the value stays, the spelling may not. */
function sameJson(answer: ReturnType<typeof heard>) {
  const canonical = (text: string | undefined) => {
    try {
      return JSON.stringify(JSON.parse(text ?? ''));
    } catch {
      return text;
    }
  };
  return { ...answer, calls: answer.calls.map(([call, text]) => [call, canonical(text)]) };
}
