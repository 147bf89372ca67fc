import type { StreamPart } from '@gateway/domain';
import fc from 'fast-check';
import { arbitraryCuts, everyByteAlone } from '../sse/__fixtures__/cut-anywhere';
import { arbitraryChatParts, withoutRawUsage } from './__fixtures__/arbitrary-chat-parts';
import { PROVIDER_STREAMS } from './__fixtures__/provider-streams';
import { chunksOf, decodeStream, encodeStream, relayStream } from './__fixtures__/run-stream';
import { createStreamRelay } from './create-stream-relay';
import { decodeResponse } from './decode-response';
import { encodeResponse } from './encode-response';

const streams = Object.entries(PROVIDER_STREAMS);
const relayAs = (wantsUsage: boolean) => createStreamRelay({ model: 'client-model', wantsUsage });

function textOf(parts: readonly StreamPart[], type: 'text-delta' | 'reasoning-delta'): string {
  return parts.map((part) => (part.type === type ? part.text : '')).join('');
}

describe.each(streams)('B3 a provider’s stream: %s', (_name, stream) => {
  const bytes = Buffer.from(stream.bytes);

  it('decodes to what a person reads out of it', () => {
    const parts = decodeStream([bytes]);
    expect(textOf(parts, 'text-delta')).toBe(stream.text);
    expect(textOf(parts, 'reasoning-delta')).toBe(stream.reasoning ?? '');
    const calls = parts.filter((part) => part.type === 'tool-call-start');
    const found = calls.map(({ id, name, block }) => ({
      id,
      name,
      argumentsText: parts
        .map((part) => (part.type === 'tool-call-delta' && part.block === block ? part.argumentsText : ''))
        .join(''),
    }));
    expect(found).toEqual(stream.calls ?? []);
    expect(parts.find((part) => part.type === 'finish')).toMatchObject({ reason: { raw: stream.finish } });
    const usage = parts.find((part) => part.type === 'usage')?.usage;
    expect(usage ? [usage.promptTokens, usage.completionTokens] : null).toEqual(stream.tokens);
  });

  it('opens every block once and closes it before the finish, and puts usage last', () => {
    expect(orderFaults(decodeStream([bytes]))).toEqual([]);
  });

  it.each([true, false])('is relayed with its meaning whole (usage wanted: %s)', (wantsUsage) => {
    const relay = relayAs(wantsUsage);
    const relayed = relayStream(relay, [bytes]);
    for (const model of stream.models) expect(relayed).not.toContain(model);
    expect(relayed).not.toContain('[DONE]');
    const expected = chunksOf(stream.bytes).map((chunk) => ({ ...chunk, model: 'client-model' }));
    const kept = wantsUsage ? expected : expected.filter(isNotUsageAlone).map(withoutUsage);
    expect(chunksOf(relayed)).toEqual(kept);
    expect(relay).toMatchObject({ hasContent: true, isComplete: true, finishReason: { raw: stream.finish } });
    const { usage } = relay;
    expect(usage ? [usage.promptTokens, usage.completionTokens] : null).toEqual(stream.tokens);
  });

  it('any chunking of the provider’s bytes gives the client the same answer', () => {
    const relayed = relayStream(relayAs(false), [bytes]);
    const parts = decodeStream([bytes]);
    const check = (chunks: readonly Buffer[]) => {
      expect(relayStream(relayAs(false), chunks)).toBe(relayed);
      expect(decodeStream(chunks)).toEqual(parts);
      expect(encodeStream(decodeStream(chunks))).toBe(encodeStream(parts));
    };
    check(everyByteAlone(bytes));
    fc.assert(
      fc.property(arbitraryCuts(), (cut) => check(cut(bytes))),
      { numRuns: 60 },
    );
  });

  it('cut before its finish it is never complete, relayed or decoded', () => {
    const finishAt = stream.bytes.indexOf(`"${stream.finish}"`);
    for (const share of [0.2, 0.5, 0.8, 1]) {
      const cut = bytes.subarray(0, Math.floor(finishAt * share));
      const relay = relayAs(true);
      relayStream(relay, [cut]);
      expect(relay.isComplete).toBe(false);
      expect(() => decodeStream([cut])).toThrow(/ended before/);
    }
  });
});

describe('B3 parts on the wire', () => {
  it('come back from an encoded stream as the same parts', () => {
    fc.assert(
      fc.property(arbitraryChatParts, arbitraryCuts(), (parts, cut) => {
        const wire = Buffer.from(encodeStream(parts));
        expect(byChoice(decodeStream(cut(wire)))).toEqual(byChoice(parts));
      }),
      { numRuns: 300 },
    );
  });

  it('are in order after decoding whatever calls interleave', () => {
    fc.assert(
      fc.property(arbitraryChatParts, (parts) => {
        expect(orderFaults(decodeStream([Buffer.from(encodeStream(parts))]))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('say the same in a whole answer as in a stream', () => {
    fc.assert(
      fc.property(arbitraryChatParts, (parts) => {
        const context = { model: 'client-model', wantsUsage: true };
        const whole = encodeResponse(parts, context);
        const streamed = encodeResponse(decodeStream([Buffer.from(encodeStream(parts))]), context);
        expect(streamed).toEqual(whole);
        expect(encodeResponse(decodeResponse(whole), context)).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });

  it('relay as what they are, but for model and usage', () => {
    fc.assert(
      fc.property(arbitraryChatParts, fc.boolean(), (parts, wantsUsage) => {
        const wire = encodeStream(parts).replaceAll('"model":"client-model"', '"model":"provider/é"');
        const relayed = relayStream(relayAs(wantsUsage), [Buffer.from(wire)]);
        const expected = chunksOf(wire).map((chunk) => ({ ...chunk, model: 'client-model' }));
        expect(chunksOf(relayed)).toEqual(wantsUsage ? expected : expected.filter(isNotUsageAlone));
      }),
      { numRuns: 200 },
    );
  });
});

/** A `usage: null` on a chunk stays; only an object is withheld. */
function withoutUsage(chunk: Record<string, unknown>): Record<string, unknown> {
  if (chunk.usage === null) return chunk;
  const { usage: _usage, ...rest } = chunk;
  return rest;
}

function isNotUsageAlone(chunk: Record<string, unknown>): boolean {
  return !((chunk.choices as unknown[]).length === 0 && chunk.usage);
}

/** Choices may be written interleaved; each by itself keeps its order. */
function byChoice(parts: readonly StreamPart[]): unknown {
  const choices = new Map<number | string, StreamPart[]>();
  for (const part of withoutRawUsage(parts)) {
    const key = 'choice' in part ? part.choice : part.type;
    choices.set(key, [...(choices.get(key) ?? []), part]);
  }
  return choices;
}

function orderFaults(parts: readonly StreamPart[]): string[] {
  const faults: string[] = [];
  const open = new Map<number, number>();
  const next = new Map<number, number>();
  const finished = new Set<number>();
  parts.forEach((part, index) => {
    if ((part.type === 'response-start') !== (index === 0)) faults.push('response-start is not first');
    if (part.type === 'usage' && index !== parts.length - 1) faults.push('usage is not last');
    if (!('choice' in part)) return;
    if (finished.has(part.choice)) faults.push(`${part.type} after finish`);
    if (part.type === 'finish') {
      if (open.has(part.choice)) faults.push('finish with an open block');
      finished.add(part.choice);
    } else if (part.type.endsWith('-start')) {
      if (open.has(part.choice)) faults.push('two open blocks');
      if (part.block !== (next.get(part.choice) ?? 0)) faults.push('block number out of order');
      next.set(part.choice, part.block + 1);
      open.set(part.choice, part.block);
    } else {
      if (open.get(part.choice) !== part.block) faults.push(`${part.type} outside its block`);
      if (part.type.endsWith('-end')) open.delete(part.choice);
    }
  });
  return faults;
}
