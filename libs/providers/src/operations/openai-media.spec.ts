import type { OperationInput, ProviderTarget } from '@gateway/provider-kit';
import { type WrittenPart, writeForm } from '@gateway/wire-formats';
import fc from 'fast-check';
import { PROVIDERS } from '../provider-registry';
import { MEDIA_OPERATIONS, type MediaOperation } from './openai-media';

const target: ProviderTarget = { baseUrl: 'https://api.openai.com/v1', apiKey: 'sk', extraHeaders: {} };
const base = { requestedModel: 'alias', providerModel: 'at-provider', stream: false, deployment: {} };

function prepare(operation: MediaOperation, input: Partial<OperationInput> & Pick<OperationInput, 'body'>) {
  const adapter = PROVIDERS.find('openai')?.operations?.[operation];
  if (!adapter) throw new Error(`openai has no ${operation}`);
  return adapter.prepare(target, { ...base, ...input });
}

const CLIENTS_BOUNDARY = 'client-boundary';
function formInput(parts: readonly WrittenPart[]): Pick<OperationInput, 'body' | 'contentType'> {
  return {
    body: writeForm(parts, CLIENTS_BOUNDARY),
    contentType: `multipart/form-data; boundary=${CLIENTS_BOUNDARY}`,
  };
}

async function sent(call: { headers: Readonly<Record<string, string>>; body: Uint8Array | null }): Promise<FormData> {
  const type = call.headers['content-type'] ?? '';
  return new Response(new Uint8Array(call.body ?? []), { headers: { 'content-type': type } }).formData();
}

const field = (name: string, text: string): WrittenPart => ({ name, content: Buffer.from(text) });
const sound = (content: Buffer): WrittenPart => ({
  name: 'file',
  filename: 'a.wav',
  contentType: 'audio/wav',
  content,
});

describe('B2 media calls on OpenAI’s wire', () => {
  it('A4 a file is the same file at the provider, whatever is in it', async () => {
    const pieces = fc.oneof(
      fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom('\r\n--', `\r\n--${CLIENTS_BOUNDARY}x`, 'gateway-', '\r\n\r\n').map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 10 }), async (all) => {
        const content = Buffer.concat(all);
        const { call } = prepare('transcriptions', formInput([field('model', 'alias'), sound(content)]));
        const form = await sent(call);
        const file = form.get('file') as File;
        expect(Buffer.from(await file.arrayBuffer()).equals(content)).toBe(true);
        expect([file.name, file.type]).toEqual(['a.wav', 'audio/wav']);
        expect([...form.keys()]).toEqual(['model', 'file']);
        expect(form.get('model')).toBe('at-provider');
      }),
      { numRuns: 100 },
    );
  });

  it('the gateway’s own fields stay here, and the configuration’s are added', async () => {
    const parts = [
      field('model', 'alias'),
      field('api_base', 'http://evil.example'),
      field('language', 'fr'),
      field('prompt', 'mine'),
      field('tags[]', 'a'),
      field('include[]', 'logprobs'),
      sound(Buffer.from('x')),
    ];
    const deployment = {
      defaultParams: { language: 'de', temperature: 0.5, model: 'never' },
      extraBody: { prompt: 'theirs', timestamp_granularities: ['word', 'segment'] },
    };
    const { call } = prepare('transcriptions', { ...formInput(parts), deployment });
    const form = await sent(call);
    expect([...form.entries()].filter(([name]) => name !== 'file')).toEqual([
      ['model', 'at-provider'],
      ['language', 'fr'],
      ['include[]', 'logprobs'],
      ['temperature', '0.5'],
      ['prompt', 'theirs'],
      ['timestamp_granularities[]', 'word'],
      ['timestamp_granularities[]', 'segment'],
    ]);
  });

  it('every call goes to its own address with the key', () => {
    const json = { body: Buffer.from('{"model":"alias","prompt":"p","input":"i","voice":"v"}') };
    const form = formInput([field('model', 'alias'), sound(Buffer.from('x'))]);
    const urls = MEDIA_OPERATIONS.map((operation) => {
      const isForm = operation !== 'speech' && operation !== 'image-generations';
      const { call } = prepare(operation, isForm ? form : json);
      expect(call.headers.authorization).toBe('Bearer sk');
      return call.path;
    });
    expect(urls).toEqual([
      '/v1/images/generations',
      '/v1/images/edits',
      '/v1/audio/speech',
      '/v1/audio/transcriptions',
      '/v1/audio/translations',
    ]);
  });

  it('a body that was damaged on the way is refused', () => {
    expect(() => prepare('transcriptions', { body: Buffer.from('x'), contentType: 'text/plain' })).toThrow(
      'not a form',
    );
  });
});

describe('A4 the reader of media answers', () => {
  const speech = { body: Buffer.from('{"model":"alias","input":"hi","voice":"v"}') };
  const head = (type?: string) => ({
    status: 200,
    headers: (type === undefined ? {} : { 'content-type': type }) as Record<string, string>,
  });

  it('passes sound on byte by byte, under the provider’s own type', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 8 }), (chunks) => {
        const { reader } = prepare('speech', speech);
        reader.onHead?.(head('audio/mpeg'));
        const out = [...chunks.flatMap((chunk) => reader.push(Buffer.from(chunk))), ...reader.end()];
        expect(Buffer.concat(out).equals(Buffer.concat(chunks))).toBe(true);
        expect([reader.contentType, reader.hasContent]).toEqual(['audio/mpeg', true]);
        expect(reader.usage?.units).toEqual({ characters: 2 });
      }),
    );
  });

  it.each([undefined, 'text/html; charset=utf-8', 'application/json', 'text/plain', 'application/pdf'])(
    'takes %j for no sound',
    (type) => {
      expect(() => prepare('speech', speech).reader.onHead?.(head(type))).toThrow('answered with');
    },
  );

  it('gives the same events, however they are cut', () => {
    const stream = Buffer.from(
      'event: image_generation.partial_image\ndata: {"type":"image_generation.partial_image","b64_json":"ü"}\n\n: hold on\n\n' +
        'data: {"type":"image_generation.completed","usage":{"input_tokens":3,"output_tokens":4}}\n\n',
    );
    const body = Buffer.from('{"model":"alias","prompt":"p","stream":true}');
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 6 }), (cuts) => {
        const { reader } = prepare('image-generations', { body, stream: true });
        reader.onHead?.(head('text/event-stream; charset=utf-8'));
        const bounds = [0, ...cuts, stream.length].sort((a, b) => a - b);
        const out = bounds
          .slice(1)
          .flatMap((end, index) => reader.push(Buffer.from(stream.subarray(bounds[index], end))));
        reader.end();
        expect(Buffer.concat(out).equals(stream)).toBe(true);
        expect(reader.usage).toMatchObject({ promptTokens: 3, completionTokens: 4, units: { images: 1 } });
        expect(reader.contentType).toBeUndefined();
      }),
    );
  });

  it('a stream that ends before its last event was cut, and one that says so has failed', () => {
    const body = Buffer.from('{"model":"alias","prompt":"p","stream":true}');
    const { reader } = prepare('image-generations', { body, stream: true });
    reader.onHead?.(head('text/event-stream'));
    reader.push(Buffer.from('data: {"type":"image_generation.partial_image"}\n\n'));
    expect(() => reader.end()).toThrow('before the provider said');
    const error = Buffer.from('event: error\ndata: {"type":"error","error":{"code":"rate_limit_exceeded"}}\n\n');
    expect(() => reader.push(error)).toThrow();
  });

  it('an empty answer is none', () => {
    const { reader } = prepare('speech', speech);
    reader.onHead?.(head('audio/mpeg'));
    expect(() => reader.end()).toThrow('nothing');
  });
});
