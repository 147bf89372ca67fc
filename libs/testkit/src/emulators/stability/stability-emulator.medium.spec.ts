// B7: the emulated Stability AI, called as its API's reference says: the vendor has no client for it.
import { StabilityEmulator } from './stability-emulator';

const emulator = new StabilityEmulator();
let origin: string;

beforeAll(async () => {
  origin = await emulator.start();
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.reset());

async function call(service: string, fields: Readonly<Record<string, string | Blob>>, headers = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  const answer = await fetch(`${origin}/v2beta/stable-image/${service}`, {
    method: 'POST',
    headers: { authorization: 'Bearer test-key', accept: 'application/json', ...headers },
    body: form,
  });
  return { status: answer.status, document: (await answer.json()) as Record<string, unknown> };
}
const picture = (bytes: string) => new Blob([bytes], { type: 'image/png' });

describe('B7 the emulated Stability AI', () => {
  test('makes a picture of the words and of every byte of a file, and charges it', async () => {
    const first = await call('generate/sd3', { prompt: 'a lake', model: 'sd3.5-large', aspect_ratio: '16:9' });
    expect(first).toMatchObject({
      status: 200,
      document: { finish_reason: 'SUCCESS', image: expect.stringMatching(/^iVBOR/) },
    });
    const edit = async (bytes: string) =>
      (await call('edit/inpaint', { prompt: 'a hat', image: picture(bytes), mask: picture('m') })).document.image;
    expect(await edit('one')).toBe(await edit('one'));
    expect(await edit('one')).not.toBe(await edit('two'));
    expect(emulator.bill()[0]).toMatchObject({ model: 'sd3.5-large', units: { images: 1 }, billed: true });
    expect(emulator.bill()[1]?.model).toBe('edit/inpaint');
  });

  test('refuses in its own words', async () => {
    const wrong = await call('generate/core', { prompt: 'x', aspect_ratio: '7:3' });
    expect(wrong).toMatchObject({
      status: 400,
      document: { name: 'bad_request', errors: [expect.stringContaining('aspect_ratio')] },
    });
    expect(await call('generate/core', { prompt: 'x' }, { authorization: 'Bearer invalid-key' })).toMatchObject({
      status: 401,
      document: { name: 'unauthorized' },
    });
    expect((await call('generate/core', { prompt: 'x' }, { accept: 'image/*' })).status).toBe(400);
    expect((await call('generate/core', { prompt: 'x', image: picture('x') })).status).toBe(400);
    expect((await call('edit/relight', { prompt: 'x' })).status).toBe(404);
    expect(await call('generate/sd3', { prompt: 'x', model: 'sd3.5-large+status-403' })).toMatchObject({
      status: 403,
      document: { name: 'content_moderation' },
    });
  });
});
