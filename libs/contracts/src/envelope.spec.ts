import { FAILURE_CLASSES, type RoutingWishes } from '@gateway/domain';
import fc from 'fast-check';
import { decodeEnvelope, type Envelope, encodeEnvelope, replaceSlip } from './envelope';
import type { RoutingSlip, SlipStep } from './routing-slip';

// JSON has no negative zero; adding 0 makes it a plain one.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const text = fc.string({ unit: 'binary' });
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });
const span = fc.tuple(fc.nat(), fc.nat());

const wishes: fc.Arbitrary<RoutingWishes> = fc.record(
  { tags: fc.array(text), numRetries: fc.nat(), maxCostNanoUsd: fc.nat(), sessionId: text },
  { requiredKeys: [] },
);

const anyStep: fc.Arbitrary<SlipStep> = fc.record({
  deployment: text,
  group: text,
  pool: text,
  providerModel: text,
  firstTokenTimeoutMs: number,
  idleTimeoutMs: number,
  maxAttempts: number,
  backoffBaseMs: number,
  backoffCapMs: number,
  costNanoUsd: maybe(fc.nat()),
  retries: maybe(fc.dictionary(fc.constantFrom(...FAILURE_CLASSES), fc.nat(), { noNullPrototype: true })),
  isProbe: maybe(fc.constant(true)),
  backoffFloorMs: maybe(fc.nat()),
});
const anySteps = fc.array(anyStep, { maxLength: 4 });

/** Each member with a value of its own, so that no two can change places unseen. */
const anyEnvelope: fc.Arbitrary<Envelope> = fc.record({
  requestId: text,
  edge: text,
  token: text,
  dispatch: number,
  receivedAtUnixMs: number,
  deadlineUnixMs: number,
  handoverByUnixMs: number,
  handedAtUnixMs: maybe(number),
  principal: fc.record({
    keyHash: text,
    keyAlias: maybe(text),
    userId: maybe(text),
    teamId: maybe(text),
    customerId: maybe(text),
  }),
  traceparent: maybe(text),
  wire: fc.constantFrom('openai-chat' as const, 'anthropic-messages' as const),
  summary: fc.record({
    model: text,
    stream: fc.boolean(),
    tools: fc.boolean(),
    images: fc.boolean(),
    estimatedPromptTokens: number,
    maxOutputTokens: maybe(number),
    needs: maybe(fc.array(fc.constantFrom('vision' as const, 'response_schema' as const))),
    choices: maybe(fc.nat()),
    wishes: maybe(wishes),
  }),
  spans: maybe(fc.record({ model: span, streamOptions: maybe(span) })),
  wantsUsage: fc.boolean(),
  configVersion: text,
  bodyBytes: maybe(fc.nat()),
  bodyOffer: maybe(fc.record({ address: text, secret: text })),
  batchId: maybe(text),
  clientAccess: maybe(fc.record({ apiKey: text, apiBase: text, apiVersion: text }, { requiredKeys: [] })),
  forwardHeaders: maybe(fc.dictionary(fc.string(), fc.string())),
});

const anySlip: fc.Arbitrary<RoutingSlip> = fc.record({
  steps: anySteps,
  cursor: fc.nat(),
  attempts: fc.array(
    fc.record({
      attempt: fc.nat(),
      step: fc.nat(),
      deployment: text,
      failure: fc.constantFrom('timeout' as const, 'connect' as const),
      message: text,
    }),
    { maxLength: 3 },
  ),
  policyVersion: text,
  reason: text,
  detours: maybe(fc.record({ 'context-window': anySteps, 'content-filter': anySteps }, { requiredKeys: [] })),
  hedge: maybe(fc.record({ afterMs: number, step: fc.nat() })),
  maxCostNanoUsd: maybe(fc.nat()),
  experiment: maybe(fc.record({ name: text, variant: text })),
});

const envelope: Envelope = {
  requestId: 'req_1',
  edge: 'edge-1',
  token: 'a',
  dispatch: 0,
  receivedAtUnixMs: 1,
  deadlineUnixMs: 2,
  handoverByUnixMs: 3,
  principal: { keyHash: 'ab' },
  wire: 'openai-chat',
  summary: { model: 'm', stream: true, tools: false, images: false, estimatedPromptTokens: 7 },
  wantsUsage: false,
  configVersion: '1-a',
};

describe('envelope', () => {
  it('Property 1: request forwarding: any head and any body bytes come out as they went in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), anyEnvelope, (body, sent) => {
        const received = decodeEnvelope(encodeEnvelope(sent, body));
        // JSON turns lone surrogates into escapes and back, so even those survive.
        expect(received.envelope).toEqual(sent);
        expect(Buffer.from(received.body).equals(Buffer.from(body))).toBe(true);
      }),
    );
  });

  it('a slip is attached and replaced without touching head or body', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), anySlip, anySlip, (body, first, second) => {
        const once = replaceSlip(encodeEnvelope(envelope, body), first);
        const twice = decodeEnvelope(replaceSlip(once, second));
        expect(decodeEnvelope(once).envelope).toEqual({ ...envelope, slip: first });
        expect(twice.envelope).toEqual({ ...envelope, slip: second });
        expect(Buffer.from(twice.body).equals(Buffer.from(body))).toBe(true);
      }),
    );
  });

  it('refuses bytes that are no envelope, or one cut inside its head', () => {
    const message = encodeEnvelope(envelope, Buffer.from('body'));
    expect(() => decodeEnvelope(Buffer.from('hello world'))).toThrow('not an envelope');
    expect(() => decodeEnvelope(message.subarray(0, 20))).toThrow('cut short');
    expect(() => decodeEnvelope(new Uint8Array(0))).toThrow('not an envelope');
  });
});
