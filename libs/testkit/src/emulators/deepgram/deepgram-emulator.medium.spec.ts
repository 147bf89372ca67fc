// B7: Deepgram's own client against the emulator. Real: HTTP on loopback, the client.
import { DeepgramClient, DeepgramError } from '@deepgram/sdk';
import { soundOf } from '../openai/speech';
import { heardIn } from '../openai/transcripts';
import { DeepgramEmulator } from './deepgram-emulator';

const emulator = new DeepgramEmulator({ rejectUnknownFields: true });
let client: DeepgramClient;
let origin: string;

beforeAll(async () => {
  origin = await emulator.start();
  client = clientWith('test-key');
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.reset());

const clientWith = (apiKey: string) => new DeepgramClient({ apiKey, baseUrl: origin, maxRetries: 0 });
const SOUND = Buffer.from(Array.from({ length: 2_500 }, (_, index) => index % 256));

async function failureOf(promise: Promise<unknown>): Promise<DeepgramError> {
  const failure: unknown = await promise.catch((error: unknown) => error);
  if (failure instanceof DeepgramError) return failure;
  throw new Error(`no error of the API: ${String(failure)}`);
}

describe('B7 Deepgram’s client accepts the emulator', () => {
  test('listen: what was said, when, and how long it is, which is charged', async () => {
    const heard = await client.listen.v1.media.transcribeFile(SOUND, {
      model: 'nova-3',
      smart_format: true,
      utterances: true,
      detect_language: true,
    });
    if (!('results' in heard)) throw new Error('no results');
    const [channel] = heard.results.channels;
    expect(channel?.alternatives?.[0]?.transcript).toBe(heardIn(SOUND));
    expect(channel?.detected_language).toBe('en');
    expect(heard.results.utterances).toHaveLength(1);
    expect(heard.metadata.duration).toBe(2.5);
    expect(emulator.bill()[0]).toMatchObject({ model: 'nova-3', units: { audioInputMs: 2_500 }, billed: true });
  });

  test('speak: the sound in pieces, by its voice, characters are charged', async () => {
    const asked = { text: 'Guten Tag', encoding: 'linear16', container: 'none' } as const;
    const speak = async (model: string) =>
      Buffer.from(await (await client.speak.v1.audio.generate({ ...asked, model })).arrayBuffer());
    const sound = await speak('aura-2-thalia-en');
    expect(sound.equals(Buffer.concat(soundOf('Guten Tag', 'pcm', 'aura-2-thalia-en')))).toBe(true);
    expect(sound.equals(await speak('aura-2-zeus-en'))).toBe(false);
    expect(emulator.bill()[0]?.units).toEqual({ characters: 9, audioOutputMs: 160 });
  });

  test('its errors, a wrong key, and settings that do not go together', async () => {
    const listen = (model: string) => client.listen.v1.media.transcribeFile(SOUND, { model });
    expect(await failureOf(listen('nova-3+status-429'))).toMatchObject({
      statusCode: 429,
      body: { err_code: 'TOO_MANY_REQUESTS' },
    });
    expect(await failureOf(clientWith('invalid-key').listen.v1.media.transcribeFile(SOUND, {}))).toMatchObject({
      statusCode: 401,
      body: { err_code: 'INVALID_AUTH' },
    });
    const speak = (encoding: string) =>
      client.speak.v1.audio.generate({ text: 'x', model: 'aura-2-thalia-en', encoding, sample_rate: 24_000 });
    expect(await failureOf(speak('mp3'))).toMatchObject({ statusCode: 400 });
    expect(emulator.bill().some(({ billed }) => billed)).toBe(false);
  });
});
