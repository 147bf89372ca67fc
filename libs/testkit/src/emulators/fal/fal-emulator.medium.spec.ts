// B7: fal's own client against the emulator. Real: HTTP on loopback, the client.
import { ApiError, createFalClient, ValidationError } from '@fal-ai/client';
import { FalEmulator } from './fal-emulator';

const emulator = new FalEmulator({ rejectUnknownFields: true });
let origin: string;

beforeAll(async () => {
  origin = await emulator.start();
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.reset());

/** The client's addresses are fixed; it lets them be changed on their way out. */
function clientWith(credentials: string) {
  return createFalClient({
    credentials,
    retry: { maxRetries: 0 },
    requestMiddleware: async (request) => ({ ...request, url: request.url.replace('https://fal.run', origin) }),
  });
}
const run = (endpoint: string, input: Record<string, unknown>, key = 'test-key') =>
  clientWith(key).run(endpoint, { input: { prompt: 'a lighthouse', ...input } });

async function failureOf(promise: Promise<unknown>): Promise<ApiError<unknown>> {
  const failure: unknown = await promise.catch((error: unknown) => error);
  if (failure instanceof ApiError) return failure;
  throw new Error(`no error of the API: ${String(failure)}`);
}

describe('B7 fal’s client accepts the emulator', () => {
  test('pictures as addresses, or inline; what is charged is their number and their pixels', async () => {
    const { data, requestId } = await run('fal-ai/flux/schnell', { num_images: 2, image_size: 'square_hd' });
    expect(data.images).toHaveLength(2);
    expect(data.images[0]).toMatchObject({ url: expect.stringMatching(/^https:/), width: 1024, height: 1024 });
    expect(requestId).toBe(emulator.bill()[0]?.requestId);
    const inline = await run('fal-ai/flux/schnell', { sync_mode: true });
    expect(inline.data.images[0].url).toMatch(/^data:image\/png;base64,iVBOR/);
    expect(emulator.bill().map(({ units }) => units)).toEqual([
      { images: 2, imagePixels: 2 * 1024 * 1024 },
      { images: 1, imagePixels: 1024 * 768 },
    ]);
  });

  test('each model has its own fields', async () => {
    const { data } = await run('fal-ai/flux-pro/v1.1-ultra', { aspect_ratio: '16:9' });
    expect(data.images[0]).toMatchObject({ width: 1024, height: 576 });
    const wrong = await failureOf(run('fal-ai/flux-pro/v1.1-ultra', { image_size: 'square' }));
    expect(wrong).toBeInstanceOf(ValidationError);
    expect((wrong as ValidationError).fieldErrors[0]?.loc).toEqual(['body', 'image_size']);
  });

  test('its errors, and a wrong key', async () => {
    expect(await failureOf(run('fal-ai/flux/schnell+status-429', {}))).toMatchObject({ status: 429 });
    expect(await failureOf(run('fal-ai/flux/schnell', {}, 'invalid-key'))).toMatchObject({
      status: 401,
      body: { detail: expect.stringContaining('Authentication') },
    });
    expect(emulator.bill().some(({ billed }) => billed)).toBe(false);
  });
});
