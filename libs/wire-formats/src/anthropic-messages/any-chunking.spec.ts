import type { ChatRequest, ContentPart, Message, StreamPart } from '@gateway/domain';
import fc from 'fast-check';
import { arbitraryParts, arbitraryUsage } from '../cross-wire/__fixtures__/arbitrary-parts';
import { foldParts } from '../cross-wire/__fixtures__/fold-parts';
import { decodeStream, encodeStream, eventsOf } from '../cross-wire/__fixtures__/read-stream';
import { readFixture } from './__fixtures__/read-fixture';
import { anthropicMessagesCodec as codec } from './codec';
import { decodeUsage, encodeUsage } from './convert-usage';

const cuts = fc.array(fc.nat(1_000_000), { maxLength: 40 });
const parts = arbitraryParts({ signedReasoning: true });
const fixtures = ['tool-use.chunks.txt', 'thinking-and-server-tools.chunks.txt'].map(readFixture);

/** What must survive a trip over this wire; `raw` is the wire's own and not ours to compare. */
function essence(sequence: readonly StreamPart[]) {
  const answer = foldParts(sequence);
  return { ...answer, model: '', usage: answer.usage && { ...answer.usage, raw: undefined } };
}

function relayed(bytes: Buffer, places: readonly number[]): string {
  const relay = codec.createStreamRelay({ model: 'm', wantsUsage: true });
  const out = eventsOf(bytes, places).map((event) => Buffer.from(relay.push(event)));
  return Buffer.concat(out).toString() + (relay.isComplete ? codec.streamTerminator : ' INCOMPLETE');
}

describe('any chunking of the provider’s bytes gives the client the same answer', () => {
  it('relayed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fixtures), cuts, (bytes, places) => {
        expect(relayed(bytes, places)).toBe(relayed(bytes, []));
      }),
    );
  });

  it('decoded', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fixtures), cuts, (bytes, places) => {
        expect(decodeStream(codec, bytes, places)).toEqual(decodeStream(codec, bytes));
      }),
    );
  });

  it('relaying and decoding agree on answer, usage and finish', () => {
    fc.assert(
      fc.property(parts, cuts, (sequence, places) => {
        const bytes = encodeStream(codec, sequence, 'provider-model');
        const relay = codec.createStreamRelay({ model: 'provider-model', wantsUsage: true });
        const out = Buffer.concat(eventsOf(bytes, places).map((event) => Buffer.from(relay.push(event))));
        expect(out.toString() + codec.streamTerminator).toBe(bytes.toString());
        const decoded = decodeStream(codec, bytes);
        expect(decoded).toContainEqual({ type: 'usage', usage: relay.usage });
        expect(decoded).toContainEqual({ type: 'finish', choice: 0, reason: relay.finishReason });
      }),
    );
  });
});

describe('parts survive this wire', () => {
  it('as a stream, arguments byte for byte', () => {
    fc.assert(
      fc.property(parts, cuts, (sequence, places) => {
        expect(essence(decodeStream(codec, encodeStream(codec, sequence), places))).toEqual(essence(sequence));
      }),
    );
  });

  it('as a whole answer, arguments as the same JSON value', () => {
    fc.assert(
      fc.property(parts, (sequence) => {
        const body = codec.encodeResponse(sequence, { model: 'm', wantsUsage: true });
        const back = essence(codec.decodeResponse(JSON.parse(JSON.stringify(body))));
        expect(canonicalArguments(back)).toEqual(canonicalArguments(essence(sequence)));
      }),
    );
  });

  it('with usage that counts cached tokens once', () => {
    fc.assert(
      fc.property(arbitraryUsage, (usage) => {
        expect({ ...decodeUsage(encodeUsage(usage)), raw: undefined }).toEqual({ ...usage, raw: undefined });
      }),
    );
  });

  it('whatever order the blocks of one answer arrive in', () => {
    fc.assert(
      fc.property(parts, fc.infiniteStream(fc.nat(7)), (sequence, picks) => {
        const back = decodeStream(codec, encodeStream(codec, interleave(sequence, picks)));
        expect(essence(back)).toEqual(essence(sequence));
      }),
    );
  });
});

/** Whole answers carry arguments as an object, so their white space and number spelling may change. */
function canonicalArguments(answer: ReturnType<typeof essence>) {
  const canonical = (text: string) => {
    try {
      return JSON.stringify(JSON.parse(text));
    } catch {
      return text;
    }
  };
  const blocks = answer.blocks.map((block) =>
    block.kind === 'tool-call' ? { ...block, text: canonical(block.text) } : block,
  );
  return { ...answer, blocks };
}

/** Mixes the deltas of all blocks, each block's own order kept; blocks still open in the order of their numbers. */
function interleave(sequence: readonly StreamPart[], picks: Iterator<number>): StreamPart[] {
  const starts = sequence.filter((part) => 'block' in part && part.type.endsWith('-start'));
  const restOf = (block: number) =>
    sequence.filter((part) => 'block' in part && part.block === block && !part.type.endsWith('-start'));
  const queues = starts.map((part) => ('block' in part ? restOf(part.block) : []));
  const mixed: StreamPart[] = [];
  while (queues.some((queue) => queue.length > 0)) {
    const waiting = queues.filter((queue) => queue.length > 0);
    mixed.push(waiting[(picks.next().value ?? 0) % waiting.length]!.shift()!);
  }
  return [
    sequence[0]!,
    ...starts,
    ...mixed,
    ...sequence.filter((part) => part.type === 'finish' || part.type === 'usage'),
  ];
}

describe('requests survive this wire', () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9_-]{1,8}$/);
  const text = fc.string({ unit: 'binary', minLength: 1 }).map((value): ContentPart => ({ type: 'text', text: value }));
  const image = fc.oneof(
    fc.webUrl().map((url): ContentPart => ({ type: 'image', source: { kind: 'url', url } })),
    fc
      .base64String()
      .map((data): ContentPart => ({ type: 'image', source: { kind: 'base64', mediaType: 'image/png', data } })),
  );
  const call = fc
    .tuple(word, word, fc.dictionary(fc.string(), fc.jsonValue()))
    .map(([id, name, input]): ContentPart => ({ type: 'tool-call', id, name, argumentsText: JSON.stringify(input) }));
  const result = fc
    .tuple(word, fc.array(fc.oneof(text, image), { maxLength: 3 }), fc.boolean())
    .map(([toolCallId, content, isError]): ContentPart => {
      const shown = content.filter((part) => part.type === 'text' || part.type === 'image');
      return { type: 'tool-result', toolCallId, content: shown, isError };
    });
  const reasoning = word.map((signature): ContentPart => ({ type: 'reasoning', text: 'hm', signature }));
  /** Results first, as the API wants them: other orders are changed on purpose. */
  const userContent = fc.tuple(fc.array(result, { maxLength: 2 }), fc.array(fc.oneof(text, image), { minLength: 1 }));
  const turn = fc.record({
    user: userContent.map(([results, others]) => [...results, ...others]),
    assistant: fc.array(fc.oneof(text, call, reasoning), { minLength: 1, maxLength: 4 }),
  });
  const tool = fc.record({ name: word, description: fc.string(), inputSchema: fc.constant({ type: 'object' }) });
  const request: fc.Arbitrary<ChatRequest> = fc.record(
    {
      model: word,
      system: fc.array(
        fc.string({ minLength: 1 }).map((value) => ({ type: 'text' as const, text: value })),
        { maxLength: 2 },
      ),
      messages: fc.array(turn, { minLength: 1, maxLength: 3 }).map((turns) =>
        turns.flatMap(({ user, assistant }): Message[] => [
          { role: 'user', content: user },
          { role: 'assistant', content: assistant },
        ]),
      ),
      stream: fc.boolean(),
      unmapped: fc.constant({}),
      maxOutputTokens: fc.integer({ min: 1, max: 100_000 }),
      tools: fc.array(tool, { minLength: 1, maxLength: 2 }),
      toolChoice: fc.constantFrom(
        { type: 'auto' as const },
        { type: 'required' as const },
        { type: 'tool' as const, name: 'f' },
      ),
      parallelToolCalls: fc.boolean(),
      temperature: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
      topP: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
      topK: fc.nat(500),
      stopSequences: fc.array(word, { minLength: 1, maxLength: 3 }),
      user: word,
    },
    { requiredKeys: ['model', 'system', 'messages', 'stream', 'unmapped', 'maxOutputTokens', 'tools', 'toolChoice'] },
  );

  it('hub → wire → hub changes nothing, and the wire’s own check accepts it', () => {
    fc.assert(
      fc.property(request, (original) => {
        const { body } = codec.encodeRequest(original, {
          model: original.model,
          dropParams: false,
          defaultMaxOutputTokens: 9,
        });
        const sent: unknown = JSON.parse(JSON.stringify(body));
        expect(codec.validateRequest(sent)).toMatchObject({ ok: true, stream: original.stream, tools: true });
        expect(codec.decodeRequest(sent)).toEqual({ ...original, clientWire: 'anthropic-messages' });
      }),
    );
  });

  it('no body at all makes the check throw', () => {
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record({
        model: word,
        max_tokens: fc.constant(1),
        messages: fc.array(fc.record({ role: fc.constant('user'), content: fc.jsonValue() })),
      }),
      fc.record({
        model: word,
        max_tokens: fc.constant(1),
        messages: fc.constant([{ role: 'user', content: 'x' }]),
        tools: fc.jsonValue(),
        system: fc.jsonValue(),
        tool_choice: fc.jsonValue(),
      }),
    );
    fc.assert(
      fc.property(body, (value) => {
        const check = codec.validateRequest(value);
        if (check.ok) codec.decodeRequest(value);
        else expect(check.error.message.length).toBeGreaterThan(5);
      }),
    );
  });
});
