// Stability AI, fal and Replicate, and what both read of a client's call for pictures.
import { isGatewayException } from '@gateway/domain';
import type { OperationInput, PreparedOperation } from '@gateway/provider-kit';
import { isProviderStreamError, type WrittenPart, writeForm } from '@gateway/wire-formats';
import fc from 'fast-check';
import { falEndpoint } from '../fal/fal-endpoint';
import { PROVIDERS } from '../provider-registry';
import { editService, generationService } from '../stability/stability-services';
import { ratioOf } from './image-request';

const JPEG = Buffer.from('\xff\xd8\xff and more', 'latin1');
const NOW_UNIX_MS = 1_700_000_000_123;

function prepare(provider: string, input: Partial<OperationInput> & { body: Uint8Array }): PreparedOperation {
  const entry = PROVIDERS.find(provider);
  const adapter = entry?.operations?.[input.contentType === undefined ? 'image-generations' : 'image-edits'];
  if (!entry || !adapter) throw new Error(`${provider} has none`);
  return adapter.prepare(
    { baseUrl: entry.defaultBaseUrl ?? '', apiKey: 'secret', extraHeaders: {} },
    {
      requestedModel: 'alias',
      providerModel: 'theirs',
      stream: false,
      deployment: {},
      nowUnixMs: NOW_UNIX_MS,
      ...input,
    },
  );
}

const generate = (provider: string, body: object, more: Partial<OperationInput> = {}) =>
  prepare(provider, { body: Buffer.from(JSON.stringify({ model: 'alias', prompt: 'a lake', ...body })), ...more });

function edit(provider: string, parts: readonly WrittenPart[], more: Partial<OperationInput> = {}) {
  const form = [field('model', 'alias'), field('prompt', 'a hat'), ...parts];
  return prepare(provider, { body: writeForm(form, 'b'), contentType: 'multipart/form-data; boundary=b', ...more });
}

const field = (name: string, text: string): WrittenPart => ({ name, content: Buffer.from(text) });
const file = (name: string, contentType?: string, content: Uint8Array = Buffer.from('bytes')): WrittenPart => ({
  name,
  filename: 'a',
  ...(contentType !== undefined && { contentType }),
  content,
});
const jsonOf = ({ call }: PreparedOperation) => JSON.parse(Buffer.from(call.body ?? []).toString());
const textOf = ({ call }: PreparedOperation) => Buffer.from(call.body ?? []).toString();

function refusal(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return isGatewayException(error) ? error.detail : isProviderStreamError(error) && error.failure;
  }
  return null;
}

function answer({ reader }: PreparedOperation, document: object): unknown {
  reader.push(Buffer.from(JSON.stringify(document)));
  return JSON.parse(Buffer.concat(reader.end()).toString());
}

describe('A3 a size in pixels as a ratio', () => {
  const RATIOS = ['16:9', '1:1', '3:2', '2:3', '9:16'];

  it.each([
    [1_792, 1_024, '16:9'],
    [1_024, 1_792, '9:16'],
    [1_536, 1_024, '3:2'],
    [512, 512, '1:1'],
  ])('%i by %i is %s', (width, height, ratio) => {
    expect(ratioOf({ width, height }, RATIOS)).toBe(ratio);
  });

  it('is never far from what was asked for: rather, it is refused by name', () => {
    const side = fc.integer({ min: 1, max: 99_999 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        let ratio: string;
        try {
          ratio = ratioOf({ width, height }, RATIOS);
        } catch (error) {
          expect(isGatewayException(error) && error.detail.param).toBe('size');
          return;
        }
        const [across = 0, down = 1] = ratio.split(':').map(Number);
        expect(Math.abs(width / height / (across / down) - 1)).toBeLessThan(0.031);
      }),
    );
  });
});

describe('B2 Stability AI', () => {
  it.each([
    ['stable-image-core', { path: 'generate/core' }],
    ['stable-image-ultra', { path: 'generate/ultra' }],
    ['sd3', { path: 'generate/sd3' }],
    ['sd3.5-medium', { path: 'generate/sd3', fixed: { model: 'sd3.5-medium' } }],
  ])('%s makes pictures at %j', (model, service) => {
    expect(generationService(model)).toEqual(service);
  });

  it.each([
    ['inpaint', 'edit/inpaint'],
    ['stable-image-erase-v1', 'edit/erase'],
    ['search-and-recolor', 'edit/search-and-recolor'],
    ['conservative', 'upscale/conservative'],
    ['style-transfer', 'control/style-transfer'],
    ['style', 'control/style'],
    ['sd3.5-large', 'generate/sd3'],
    ['stable-image-ultra', 'generate/ultra'],
    ['creative', undefined],
    ['replace-background-and-relight', undefined],
  ])('%s edits them at %s', (model, path) => {
    expect(editService(model)?.path).toBe(path);
  });

  it('gets the files by its own names, and files of its own', () => {
    const two = textOf(edit('stability', [file('image[]'), file('image[]')], { providerModel: 'style-transfer' }));
    expect([two.includes('name="init_image"'), two.includes('name="style_image"')]).toEqual([true, true]);
    const own = edit('stability', [file('image'), file('strange')], { providerModel: 'inpaint' });
    expect(textOf(own)).toContain('name="strange"');
    expect(own.call.headers).toMatchObject({ authorization: 'Bearer secret', accept: 'application/json' });
  });

  it('answers with one picture, or says that it blurred it', () => {
    const asked = () => generate('stability', { size: 'auto', n: null, response_format: null });
    const made = asked();
    expect(made.reader.usage).toMatchObject({ estimated: true, units: { images: 1 } });
    expect(answer(made, { image: 'aW1n', finish_reason: 'SUCCESS', seed: 1 })).toEqual({
      created: 1_700_000_000,
      data: [{ b64_json: 'aW1n' }],
    });
    expect(made.reader.usage).toMatchObject({ estimated: false, units: { images: 1 } });
    const blurred = refusal(() => answer(asked(), { image: 'aW1n', finish_reason: 'CONTENT_FILTERED' }));
    expect(blurred).toMatchObject({ class: 'content-filter', providerCode: 'CONTENT_FILTERED' });
    expect(() => answer(asked(), { id: 'later' })).toThrow('without a picture');
  });
});

describe('B2 pictures of Replicate', () => {
  const failed = (error: string) => ({ id: 'p', status: 'failed', error });

  it('are booked as asked for where the answer breaks off, and as made where it does not', () => {
    const made = generate('replicate', { n: 2, size: '1024x1024' });
    expect(made.reader.usage).toMatchObject({ estimated: true, units: { images: 2 } });
    answer(made, { id: 'p', status: 'succeeded', output: ['https://replicate.delivery/1.png'] });
    expect(made.reader.usage).toMatchObject({ estimated: false, units: { images: 1 } });
  });

  it.each([
    ['flagged as sensitive (E005)', 'content-filter'],
    ['out of memory', 'server-error'],
  ])('are not booked where the prediction failed: %s', (error, failure) => {
    const asked = generate('replicate', { n: 2 });
    expect(refusal(() => answer(asked, failed(error)))).toMatchObject({ class: failure });
    expect(asked.reader.usage).toBeNull();
  });
});

describe('B2 fal', () => {
  it.each([
    ['fal-ai/flux/schnell', false, false],
    ['fal-ai/flux-pro/v1.1', false, false],
    ['fal-ai/flux-pro/v1.1-ultra', true, false],
    ['fal-ai/flux-pro/kontext/max/multi', true, true],
    ['fal-ai/imagen4/preview', true, false],
    ['fal-ai/nano-banana/edit', true, true],
    ['fal-ai/recraft/v3/text-to-image', false, false],
    ['fal-ai/ideogram/v3', false, false],
    ['fal-ai/ideogram/v2', true, false],
    ['fal-ai/ideogram/v2/edit', true, false],
    ['fal-ai/flux/dev/image-to-image', false, false],
    ['fal-ai/qwen-image-edit-2511', false, true],
    ['fal-ai/bytedance/seedream/v4/edit', false, true],
  ])('%s takes a ratio: %s, several pictures: %s', (model, takesRatio, takesImages) => {
    expect(falEndpoint(model)).toMatchObject({ takesRatio, takesImages });
  });

  it('is called at the model, with its key and nothing that was not asked for', () => {
    const made = generate('fal_ai', { size: '1024x768', user: 'u' }, { providerModel: 'fal-ai/flux/dev' });
    expect(made.call.origin + made.call.path).toBe('https://fal.run/fal-ai/flux/dev');
    expect(made.call.headers).toMatchObject({ authorization: 'Key secret' });
    expect(jsonOf(made)).toEqual({ prompt: 'a lake', image_size: { width: 1_024, height: 768 } });
    const inline = generate('fal_ai', { response_format: 'b64_json', n: 2 });
    expect(jsonOf(inline)).toEqual({ prompt: 'a lake', num_images: 2, sync_mode: true });
  });

  it('makes as many pictures as `n` says, and refuses its own word for another number', () => {
    expect(refusal(() => generate('fal_ai', { num_images: 4 }))).toMatchObject({ param: 'num_images' });
    const form = [file('image'), field('n', '2'), field('num_images', '4')];
    expect(refusal(() => edit('fal_ai', form))).toMatchObject({ param: 'num_images' });
    expect(jsonOf(generate('fal_ai', { num_images: 2, n: 2 }))).toMatchObject({ num_images: 2 });
    expect(jsonOf(generate('fal_ai', { num_images: 1 }))).not.toHaveProperty('num_images');
  });

  it('is called nowhere else: a client may have written the name', () => {
    for (const providerModel of ['fal-ai/../secrets', '..', './x'])
      expect(refusal(() => generate('fal_ai', {}, { providerModel }))).toMatchObject({ param: 'model' });
  });

  it('has OpenAI’s words where the model is OpenAI’s', () => {
    const own = { providerModel: 'openai/gpt-image-2' };
    expect(jsonOf(generate('fal_ai', { quality: 'low' }, own))).toMatchObject({ quality: 'low' });
    expect(refusal(() => generate('fal_ai', { quality: 'low' }))).toMatchObject({ param: 'quality' });
  });

  it('gets pictures with the type of their bytes, and numbers out of texts', () => {
    const sent = edit('fal_ai', [
      file('image', 'application/octet-stream', JPEG),
      file('mask', 'image/webp'),
      field('seed', '7'),
      field('strength', '0.5'),
      field('enable_safety_checker', 'false'),
      field('style_name', '{x'),
    ]);
    expect(jsonOf(sent)).toEqual({
      prompt: 'a hat',
      image_url: `data:image/jpeg;base64,${JPEG.toString('base64')}`,
      mask_url: `data:image/webp;base64,${Buffer.from('bytes').toString('base64')}`,
      seed: 7,
      strength: 0.5,
      enable_safety_checker: false,
      style_name: '{x',
    });
    expect(refusal(() => edit('fal_ai', [file('image'), file('depth_map')]))).toMatchObject({ param: 'depth_map' });
  });

  it('answers with addresses or bytes, and with the size where all have one', () => {
    const pictures = [1, 2].map((at) => ({ url: `https://fal.media/${at}.png`, width: 100, height: 50 }));
    const asked = generate('fal_ai', { n: 2 });
    expect(answer(asked, { images: pictures })).toMatchObject({
      size: '100x50',
      data: [{ url: 'https://fal.media/1.png' }, { url: 'https://fal.media/2.png' }],
    });
    expect(asked.reader.usage?.units).toEqual({ images: 2, imagePixels: 10_000 });
    const inline = generate('fal_ai', { response_format: 'b64_json' });
    const made = answer(inline, { image: { url: 'data:image/png;base64,aW1n' } });
    expect(made).toMatchObject({ data: [{ b64_json: 'aW1n' }] });
    expect(() => answer(generate('fal_ai', {}), { images: [] })).toThrow('without a picture');
    const flags = { images: pictures, has_nsfw_concepts: [true, false] };
    expect(answer(generate('fal_ai', {}), flags)).toMatchObject({ data: [{}, {}] });
    const flagged = { images: pictures, has_nsfw_concepts: [true, true] };
    expect(refusal(() => answer(generate('fal_ai', {}), flagged))).toMatchObject({ class: 'content-filter' });
    expect(answer(generate('fal_ai', { enable_safety_checker: false }), flagged)).toMatchObject({ data: [{}, {}] });
  });
});
