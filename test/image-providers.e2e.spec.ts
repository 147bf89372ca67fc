// Real: the whole mesh, PostgreSQL, NATS, Redis, OpenAI's and fal's own clients. Emulated: Stability AI and fal.
import { createFalClient } from '@fal-ai/client';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { type ConformanceEndpoint, type ConformanceFeature, proves } from '@gateway/provider-kit/conformance';
import { FalEmulator, StabilityEmulator } from '@gateway/testkit';
import OpenAI, { toFile } from 'openai';
import { describeOperationFailures } from './support/describe-operation-failures';
import { type GatewayAnswer, GatewayHttp } from './support/gateway-http';
import { sdkClients } from './support/sdk-clients';
import { sendForm } from './support/send-form';
import { loggedRequest } from './support/spend-logs';
import { configurationYaml, type ModelEntry } from './support/test-configuration';

const stability = new StabilityEmulator();
const fal = new FalEmulator();
const EMULATORS = { stability, fal_ai: fal } as const;
const IMAGE_NANO_USD = 65_000_000;
const PIXEL_PICO_USD = 3_000;
let mesh: TestMesh;
let gateway: GatewayHttp;
let openAi: OpenAI;
let falUrl: string;

beforeAll(async () => {
  const stabilityUrl = await stability.start();
  falUrl = await fal.start();
  const group = (model_name: string, model: string, params = {}): ModelEntry => ({
    model_name,
    litellm_params: {
      model,
      api_key: 'emulator-key',
      api_base: model.startsWith('fal_ai/') ? falUrl : stabilityUrl,
      ...params,
    },
    model_info: { output_cost_per_image: IMAGE_NANO_USD / 1e9 },
  });
  mesh = await startTestMesh({
    configYaml: configurationYaml([
      group('sd*', 'stability/sd3.5-large*'),
      group('core', 'stability/stable-image-core'),
      group('ultra', 'stability/stable-image-ultra', { style_preset: 'anime' }),
      group('inpaint', 'stability/inpaint'),
      group('erase', 'stability/erase'),
      group('relight', 'stability/replace-background-and-relight'),
      group('lenient', 'stability/sd3.5-large', { drop_params: true }),
      group('flux*', 'fal_ai/fal-ai/flux/schnell*'),
      group('flux-ultra', 'fal_ai/fal-ai/flux-pro/v1.1-ultra'),
      group('flux-image*', 'fal_ai/fal-ai/flux/dev/image-to-image*'),
      group('banana', 'fal_ai/fal-ai/nano-banana/edit'),
      { ...group('by-pixel', 'fal_ai/fal-ai/flux/dev'), model_info: { output_cost_per_pixel: PIXEL_PICO_USD / 1e12 } },
    ]),
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  ({ openAi } = sdkClients(mesh.url, mesh.masterKey));
});

afterAll(async () => {
  await mesh?.stop();
  await Promise.all([stability.stop(), fal.stop()]);
});

beforeEach(() => {
  stability.reset();
  fal.reset();
});

/** Bytes that are no text, with the borders of forms among them. */
const PICTURE = Buffer.concat([
  Buffer.from([0, 255, 13, 10, 45, 45]),
  Buffer.from('\r\n--gateway-\r\n'),
  Buffer.alloc(900, 7),
]);
const PNG = /^iVBORw0KGgo/;
const NOW_UNIX_S = Date.now() / 1_000;

const generate = (body: object) =>
  gateway.send({ path: '/v1/images/generations', body: { prompt: 'a lake', ...body } });
const edit = (fields: Parameters<typeof sendForm>[2]) =>
  sendForm(gateway, '/v1/images/edits', { prompt: 'a hat', image: new Blob([PICTURE]), ...fields });
const logged = (answer: GatewayAnswer) => loggedRequest(gateway, String(answer.headers['x-request-id']));
const refused = (param: string) => [400, { error: { code: 'unsupported_parameter', param } }];
const said = (answer: GatewayAnswer) => [answer.status, answer.json()];

describe.each([
  { provider: 'stability', model: 'sd', editing: 'sd', more: { strength: '0.5' } as Readonly<Record<string, string>> },
  { provider: 'fal_ai', model: 'flux', editing: 'flux-image', more: {} as Readonly<Record<string, string>> },
] as const)('pictures of $provider', ({ provider, model, editing, more }) => {
  const emulator = EMULATORS[provider];
  const cell = (endpoint: ConformanceEndpoint, feature: ConformanceFeature) => proves({ provider, endpoint, feature });
  const noStream = proves({ provider, endpoint: 'image-generations', feature: 'streams', outcome: 'refused' });

  it(`A3 OpenAI’s client gets them as it asks for them ${cell('image-generations', 'answers')}`, async () => {
    const { created, data } = await openAi.images.generate({
      model,
      prompt: 'a lighthouse',
      size: '1024x1024',
      response_format: 'b64_json',
    });
    expect(data).toEqual([{ b64_json: expect.stringMatching(PNG) }]);
    expect(created).toBeGreaterThan(NOW_UNIX_S - 60);
  });

  it(`A3 edits of the very picture that was sent ${cell('image-edits', 'answers')} ${cell('image-edits', 'image bytes')}`, async () => {
    const ask = async (bytes: Buffer) =>
      openAi.images.edit({
        model: editing,
        prompt: 'put a hat on it',
        image: await toFile(bytes, 'a.png', { type: 'image/png' }),
        response_format: 'b64_json',
        ...more,
      } as OpenAI.ImageEditParamsNonStreaming);
    const first = await ask(PICTURE);
    expect(first.data).toEqual([{ b64_json: expect.stringMatching(PNG) }]);
    expect((await ask(PICTURE)).data).toEqual(first.data);
    expect((await ask(PICTURE.subarray(1))).data).not.toEqual(first.data);
  });

  it(`D3 the ledger has what the provider charges ${cell('image-generations', 'ledger')}`, async () => {
    const row = await logged(await generate({ model }));
    const [bill] = emulator.bill();
    expect(row).toMatchObject({
      call_type: 'aimage_generation',
      unpriced: false,
      estimated: false,
      units: bill?.units,
    });
    expect(row.spend_nano_usd).toBe(IMAGE_NANO_USD);
  });

  it(`D3 and of edits ${cell('image-edits', 'ledger')}`, async () => {
    const row = await logged(await edit({ model: editing, ...more }));
    expect(row).toMatchObject({ call_type: 'aimage_edit', units: emulator.bill()[0]?.units, estimated: false });
    expect(row.spend_nano_usd).toBe(IMAGE_NANO_USD);
  });

  it(`A3 what it has no word for is refused by name, and nobody is asked ${noStream}`, async () => {
    for (const [field, value] of Object.entries({ stream: true, style: 'vivid', quality: 'hd', background: 'opaque' }))
      expect(said(await generate({ model, [field]: value }))).toMatchObject(refused(field));
    expect(said(await generate({ model, size: '1792x1024x3' }))).toMatchObject(refused('size'));
    expect(said(await edit({ model: editing, ...more, input_fidelity: 'high' }))).toMatchObject(
      refused('input_fidelity'),
    );
    expect(emulator.requests()).toEqual([]);
  });

  it('D3 an answer that breaks off is paid for, by an estimate', async () => {
    const answer = await generate({ model: `${model}+cut-after-0` });
    expect(answer.status).toBe(502);
    expect(await logged(answer)).toMatchObject({
      estimated: true,
      units: { images: 1 },
      spend_nano_usd: IMAGE_NANO_USD,
    });
  });

  describe('generations', () =>
    describeOperationFailures({
      provider,
      endpoint: 'image-generations',
      model,
      call: (name) => generate({ model: name }),
    }));
  describe('edits', () =>
    describeOperationFailures({
      provider,
      endpoint: 'image-edits',
      model: editing,
      call: (name) => edit({ model: name, ...more }),
    }));
});

describe('B2 Stability AI in its own words', () => {
  const lastForm = () => stability.requests().at(-1)?.body ?? '';
  const lastPath = () => stability.requests().at(-1)?.path;

  it('sizes become ratios, and fields of its own pass', async () => {
    const asked = {
      model: 'sd',
      size: '1792x1024',
      seed: 7,
      negative_prompt: 'people',
      output_format: 'webp',
      user: 'u',
    };
    expect((await generate(asked)).status).toBe(200);
    expect(lastPath()).toBe('/v2beta/stable-image/generate/sd3');
    const fields = [...lastForm().matchAll(/name="([^"]+)"\r\n\r\n([^\r]*)/g)].map(([, name, value]) => [name, value]);
    expect(Object.fromEntries(fields)).toEqual({
      prompt: 'a lake',
      model: 'sd3.5-large',
      aspect_ratio: '16:9',
      seed: '7',
      negative_prompt: 'people',
      output_format: 'webp',
    });
    expect(said(await generate({ model: 'sd', size: '1024x500' }))).toMatchObject(refused('size'));
  });

  it('every service has its address, and what the configuration says is added', async () => {
    await generate({ model: 'core' });
    expect(lastPath()).toBe('/v2beta/stable-image/generate/core');
    await generate({ model: 'ultra' });
    expect(lastPath()).toBe('/v2beta/stable-image/generate/ultra');
    expect(lastForm()).toContain('name="style_preset"\r\n\r\nanime');
    expect((await edit({ model: 'inpaint', mask: new Blob([PICTURE]), grow_mask: '5' })).status).toBe(200);
    expect(lastPath()).toBe('/v2beta/stable-image/edit/inpaint');
    // It has no prompt, which OpenAI's client must send.
    expect((await edit({ model: 'erase', mask: new Blob([PICTURE]) })).status).toBe(200);
    expect(lastForm()).not.toContain('a hat');
  });

  it('what it cannot do is refused by name, or left out where that is allowed', async () => {
    expect(said(await generate({ model: 'sd', n: 2 }))).toMatchObject(refused('n'));
    expect(said(await generate({ model: 'sd', response_format: 'url' }))).toMatchObject(refused('response_format'));
    expect(said(await edit({ model: 'relight' }))).toMatchObject(refused('model'));
    expect(said(await edit({ model: 'sd', strength: '1', mask: new Blob(['m']) }))).toMatchObject(refused('mask'));
    const two = { image: [], 'image[]': [new Blob(['a']), new Blob(['b'])] };
    expect(said(await edit({ model: 'inpaint', ...two }))).toMatchObject(refused('image'));
    expect(stability.requests()).toEqual([]);
    const dropped = await generate({ model: 'lenient', n: 3, response_format: 'url', quality: 'hd' });
    expect(dropped.json()).toMatchObject({ data: [{ b64_json: expect.stringMatching(PNG) }] });
    expect((await logged(dropped)).units).toEqual({ images: 1 });
  });

  it('B7 what it finds offensive is told so: refused for nothing, or made, blurred and charged', async () => {
    const flagged = await generate({ model: 'sd+status-403' });
    expect(said(flagged)).toMatchObject([400, { error: { code: 'content_filtered' } }]);
    expect(await logged(flagged)).toMatchObject({ spend_nano_usd: 0 });
    const blurred = await generate({ model: 'sd+finish-CONTENT_FILTERED' });
    expect(said(blurred)).toMatchObject([400, { error: { code: 'content_filtered' } }]);
    expect(await logged(blurred)).toMatchObject({ units: { images: 1 }, spend_nano_usd: IMAGE_NANO_USD });
  });
});

describe('B2 fal in its own words', () => {
  const lastBody = () => JSON.parse(fal.requests().at(-1)?.body ?? '{}') as Record<string, unknown>;

  it('A3 the same pictures as fal’s own client gets, by their addresses', async () => {
    const ours = await generate({ model: 'flux', n: 2, size: '1024x768', seed: 5 });
    const own = createFalClient({
      credentials: 'emulator-key',
      requestMiddleware: async (request) => ({ ...request, url: request.url.replace('https://fal.run', falUrl) }),
    });
    const input = { prompt: 'a lake', num_images: 2, image_size: { width: 1024, height: 768 }, seed: 5 };
    const { data } = await own.run('fal-ai/flux/schnell', { input });
    const [sent, theirs] = fal.requests().map(({ body }) => JSON.parse(body));
    expect(sent).toEqual(theirs);
    expect(data.images).toHaveLength(2);
    expect(ours.json()).toMatchObject({
      size: '1024x768',
      data: [{ url: expect.stringMatching(/^https:/) }, { url: expect.stringMatching(/1\.png$/) }],
    });
  });

  it('a model with ratios gets one, and a model of many pictures all of them', async () => {
    await generate({ model: 'flux-ultra', size: '1536x1024' });
    expect(lastBody()).toEqual({ prompt: 'a lake', aspect_ratio: '3:2' });
    const two = { image: [], 'image[]': [new Blob(['a'], { type: 'image/webp' }), new Blob(['b'])] };
    expect((await edit({ model: 'banana', ...two, seed: '7' })).status).toBe(200);
    expect(lastBody()).toMatchObject({
      image_urls: ['data:image/webp;base64,YQ==', expect.stringMatching(/;base64,Yg==$/)],
      seed: 7,
    });
    expect(said(await edit({ model: 'flux-image', ...two }))).toMatchObject(refused('image'));
  });

  it('D3 pixels are charged as fal counts them', async () => {
    const row = await logged(await generate({ model: 'by-pixel', n: 2, size: '512x512' }));
    expect(row.units).toEqual(fal.bill()[0]?.units);
    expect(row.spend_nano_usd).toBe((2 * 512 * 512 * PIXEL_PICO_USD) / 1_000);
  });

  it('B7 pictures it painted over are no answer, unless its checker was off', async () => {
    const black = await generate({ model: 'flux+finish-nsfw' });
    expect(said(black)).toMatchObject([400, { error: { code: 'content_filtered' } }]);
    expect(await logged(black)).toMatchObject({ units: { images: 1 }, spend_nano_usd: IMAGE_NANO_USD });
    expect((await generate({ model: 'flux+finish-nsfw', enable_safety_checker: false })).status).toBe(200);
    const policy = await generate({ model: 'flux+status-422+code-content_policy_violation' });
    expect(said(policy)).toMatchObject([400, { error: { code: 'content_filtered' } }]);
    expect(said(await generate({ model: 'flux+status-403' }))).toMatchObject([
      429,
      { error: { code: 'insufficient_quota' } },
    ]);
  });
});
