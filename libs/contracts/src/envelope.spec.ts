import fc from 'fast-check';
import { decodeEnvelope, type Envelope, encodeEnvelope, replaceSlip } from './envelope';
import type { RoutingSlip } from './routing-slip';

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
};

describe('envelope', () => {
  it('Property 1: request forwarding: any head and any body bytes come out as they went in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.string({ unit: 'binary' }), (body, model) => {
        const sent: Envelope = { ...envelope, summary: { ...envelope.summary, model } };
        const received = decodeEnvelope(encodeEnvelope(sent, body));
        // JSON turns lone surrogates into escapes and back, so even those survive.
        expect(received.envelope).toEqual(sent);
        expect(Buffer.from(received.body).equals(Buffer.from(body))).toBe(true);
      }),
    );
  });

  it('a slip is attached and replaced without touching head or body', () => {
    const slip = (reason: string): RoutingSlip => ({ steps: [], cursor: 0, attempts: [], policyVersion: '1', reason });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), fc.string(), (body, first, second) => {
        const once = replaceSlip(encodeEnvelope(envelope, body), slip(first));
        const twice = decodeEnvelope(replaceSlip(once, slip(second)));
        expect(decodeEnvelope(once).envelope).toEqual({ ...envelope, slip: slip(first) });
        expect(twice.envelope).toEqual({ ...envelope, slip: slip(second) });
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
