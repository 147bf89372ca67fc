import { CHAT_WIRES, FAILURE_CLASSES } from '@gateway/domain';
import fc from 'fast-check';
import { ERROR_SAMPLES } from '../conformance/error-samples/error-samples';
import { classifyFailure, LONGEST_FAILURE_MESSAGE } from './classify-failure';

const wire = fc.constantFrom(...CHAT_WIRES);
const words = fc.stringMatching(/^[A-Za-z0-9 ,.'"{}:[\]_-]{0,60}$/);
const base62 = (length: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.constantFrom(...'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'),
    minLength: length,
    maxLength: length,
  });

/** Keys as vendors really shape them. */
const secret = fc.oneof(
  base62(48).map((text) => `sk-${text}`),
  base62(40).map((text) => `sk-proj-${text.slice(0, 20)}_${text.slice(20)}`),
  base62(90).map((text) => `sk-ant-api03-${text}-AA`),
  base62(52).map((text) => `gsk_${text}`),
  base62(80).map((text) => `xai-${text}`),
  base62(35).map((text) => `AIza${text}`),
  base62(48).map((text) => `pplx-${text}`),
  base62(34).map((text) => `hf_${text}`),
  fc.uuid(),
  // Mistral, Together, Cohere and others: letters and digits, nothing more. A digit is certain in so many.
  base62(40).map((text) => `${text}7a`),
  base62(30).map((text) => `eyJhbGciOiJIUzI1NiJ9.eyJ${text}.${text}`),
);

describe('B3 classifyFailure', () => {
  describe.each(CHAT_WIRES)('%s', (sampleWire) => {
    it.each(ERROR_SAMPLES[sampleWire].map((sample) => [sample.name, sample] as const))('%s', (_name, sample) => {
      const { class: failureClass, status } = classifyFailure(
        { status: sample.status, headers: sample.headers ?? {} },
        sample.body,
        sampleWire,
      );
      expect({ failureClass, status }).toEqual({ failureClass: sample.class, status: sample.status });
    });
  });

  it.each([
    ['Deepgram', 401, '{"err_code":"INVALID_AUTH","err_msg":"Invalid credentials."}', 'auth', 'INVALID_AUTH'],
    ['Deepgram', 402, '{"category":"ASR_PAYMENT_REQUIRED","message":"x"}', 'quota-exhausted', 'ASR_PAYMENT_REQUIRED'],
    ['ElevenLabs', 401, '{"detail":{"status":"quota_exceeded","message":"x"}}', 'quota-exhausted', 'quota_exceeded'],
    ['ElevenLabs', 404, '{"detail":{"status":"voice_not_found","message":"x"}}', 'bad-request', 'voice_not_found'],
    ['ElevenLabs', 429, '{"detail":{"status":"system_busy","message":"x"}}', 'overloaded', 'system_busy'],
    [
      'Stability AI',
      403,
      '{"id":"i","name":"content_moderation","errors":["flagged"]}',
      'content-filter',
      'content_moderation',
    ],
    [
      'fal',
      422,
      '{"detail":[{"loc":["body","prompt"],"msg":"x","type":"content_policy_violation"}]}',
      'content-filter',
      'content_policy_violation',
    ],
    ['fal', 403, '{"detail":"User is locked. Reason: Exhausted balance."}', 'quota-exhausted', undefined],
  ])('tells what %s means by %i %s', (_name, status, body, failureClass, providerCode) => {
    const failure = classifyFailure({ status, headers: {} }, body, 'openai-chat');
    expect([failure.class, failure.providerCode]).toEqual([failureClass, providerCode]);
  });

  it.each([
    [
      'FastAPI',
      422,
      '{"detail":[{"loc":["body","messages",0,"role"],"msg":"Field required"}]}',
      'messages[0].role',
      'Field required',
    ],
    ['Mistral', 422, '{"message":{"detail":[{"loc":["body","n"],"msg":"too big"}]}}', 'n', 'too big'],
    ['Google', 400, '[{"error":{"code":400,"message":"bad","status":"INVALID_ARGUMENT"}}]', undefined, 'bad'],
    ['Ollama', 404, '{"error":"model \\"x\\" not found"}', undefined, 'not found'],
    ['flat', 400, '{"message":"wrong","param":"top_p","code":"wrong_api_format"}', 'top_p', 'wrong'],
    [
      'Deepgram',
      400,
      '{"err_code":"Bad Request","err_msg":"no such model","request_id":"r"}',
      undefined,
      'no such model',
    ],
    ['ElevenLabs', 400, '{"detail":{"status":"invalid_uid","message":"no such id"}}', undefined, 'no such id'],
    ['Stability AI', 400, '{"id":"i","name":"bad_request","errors":["a: bad","b: bad"]}', undefined, 'a: bad b: bad'],
    ['fal', 422, '{"detail":[{"loc":["body","image_size"],"msg":"bad","type":"enum"}]}', 'image_size', 'bad'],
  ])('reads the layout of %s', (_name, status, body, param, text) => {
    const failure = classifyFailure({ status, headers: {} }, body, 'openai-chat');
    expect(failure.param).toBe(param);
    expect(failure.message).toContain(text);
  });

  it('reads the field at fault from the beginning of Anthropic’s sentence', () => {
    const body =
      '{"type":"error","error":{"type":"invalid_request_error","message":"messages.0.content: Field required"}}';
    expect(classifyFailure({ status: 400, headers: {} }, body, 'anthropic-messages').param).toBe('messages.0.content');
    expect(classifyFailure({ status: 400, headers: {} }, body, 'openai-chat').param).toBeUndefined();
  });

  it('takes a phrase only with a status it belongs to: the words may be the user’s own', () => {
    const body = JSON.stringify({ error: { message: 'maximum context length' } });
    expect(classifyFailure({ status: 400, headers: {} }, body, 'openai-chat').class).toBe('context-window');
    expect(classifyFailure({ status: 401, headers: {} }, body, 'openai-chat').class).toBe('auth');
    expect(classifyFailure({ status: 503, headers: {} }, body, 'openai-chat').class).toBe('overloaded');
  });

  it('keeps the sentence readable: model names and limits stay', () => {
    const message = 'The model claude-sonnet-4-5-20250929 has a limit of 1048576 tokens (messages[0].content)';
    const failure = classifyFailure(
      { status: 400, headers: {} },
      JSON.stringify({ error: { message } }),
      'openai-chat',
    );
    expect(failure.message).toBe(`The provider answered 400: ${message}`);
  });

  it('cuts a long sentence between characters', () => {
    for (let offset = 0; offset < 4; offset++) {
      const body = JSON.stringify({ error: { message: `${'a'.repeat(offset)}${'😀'.repeat(400)}` } });
      const { message } = classifyFailure({ status: 400, headers: {} }, body, 'openai-chat');
      expect(Buffer.from(message, 'utf8').toString('utf8')).toBe(message);
      expect(message.length).toBeGreaterThan(LONGEST_FAILURE_MESSAGE - 4);
    }
  });

  it('never throws, and stays in the closed set, whatever the bytes', () => {
    const body = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.jsonValue().map((error) => JSON.stringify({ error })),
    );
    const headers = fc.dictionary(fc.constantFrom('retry-after', 'date', 'x-ratelimit-reset'), fc.string());
    fc.assert(
      fc.property(fc.integer(), headers, body, wire, (status, anyHeaders, anyBody, anyWire) => {
        const failure = classifyFailure({ status, headers: anyHeaders }, anyBody, anyWire);
        expect(FAILURE_CLASSES).toContain(failure.class);
        expect(failure.message.length).toBeLessThanOrEqual(LONGEST_FAILURE_MESSAGE);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there
        expect(failure.message).not.toMatch(/[\u0000-\u001f\u007f]/);
      }),
      { numRuns: 2000 },
    );
  });

  it('never repeats a secret that is anywhere in the body', () => {
    const place = fc.constantFrom('message', 'code', 'param', 'type', 'text', 'error');
    fc.assert(
      fc.property(secret, words, words, place, wire, (key, before, after, where, anyWire) => {
        const text = `${before} ${key} ${after}`;
        const value = where === 'code' || where === 'param' || where === 'type' ? key : text;
        const document = where === 'error' ? { error: text } : { error: { message: 'no', [where]: value } };
        const body = where === 'text' ? text : JSON.stringify(document);
        expect(JSON.stringify(classifyFailure({ status: 401, headers: {} }, body, anyWire))).not.toContain(key);
      }),
      { numRuns: 3000 },
    );
  });
});
