// B7: the emulated ElevenLabs, called as its API's reference says. Its own client is not installed here: it weighs 108 MB.
import { soundOf } from '../openai/speech';
import { heardIn } from '../openai/transcripts';
import { ElevenLabsEmulator } from './elevenlabs-emulator';

const emulator = new ElevenLabsEmulator({ rejectUnknownFields: true });
let origin: string;

beforeAll(async () => {
  origin = await emulator.start();
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.reset());

const SOUND = Buffer.from('any sound at all');

function speak(body: object, path = '/v1/text-to-speech/rachel/stream?output_format=pcm_24000', key = 'test-key') {
  const headers = { 'xi-api-key': key, 'content-type': 'application/json' };
  return fetch(`${origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

function hear(fields: Readonly<Record<string, string>>) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([SOUND], { type: 'audio/mpeg' }), 'a.mp3');
  return fetch(`${origin}/v1/speech-to-text`, { method: 'POST', headers: { 'xi-api-key': 'test-key' }, body: form });
}

describe('B7 the emulated ElevenLabs', () => {
  test('speaks by its voice, and charges characters', async () => {
    const answer = await speak({ text: 'Good day', model_id: 'eleven_flash_v2_5', voice_settings: { speed: 1.1 } });
    const sound = Buffer.from(await answer.arrayBuffer());
    expect(sound.equals(Buffer.concat(soundOf('Good day', 'pcm', 'rachel')))).toBe(true);
    expect(answer.headers.get('content-type')).toBe('audio/pcm');
    expect(emulator.bill()[0]).toMatchObject({
      model: 'eleven_flash_v2_5',
      units: { characters: 8, audioOutputMs: 160 },
      billed: true,
    });
  });

  test('hears, word by word, and charges seconds', async () => {
    const heard = (await (await hear({ model_id: 'scribe_v1', language_code: 'deu' })).json()) as {
      words: { text: string; type: string }[];
    };
    expect(heard).toMatchObject({ text: heardIn(SOUND), language_code: 'deu', audio_duration_secs: 0.016 });
    expect(heard.words.map(({ text }) => text).join('')).toBe(heardIn(SOUND));
    expect(emulator.bill()[0]?.units).toEqual({ audioInputMs: 16 });
  });

  test('refuses in its own words', async () => {
    const said = async (answer: Promise<Response>) => [(await answer).status, await (await answer).json()];
    expect(await said(speak({ text: 'x' }, undefined, 'invalid-key'))).toEqual([
      401,
      { detail: { status: 'invalid_api_key', message: 'Invalid API key' } },
    ]);
    expect(await said(speak({ text: 'x' }, '/v1/text-to-speech/unknown-voice/stream'))).toMatchObject([
      404,
      { detail: { status: 'voice_not_found' } },
    ]);
    expect(await said(speak({ text: 'x', voice: 'y' }))).toMatchObject([422, { detail: [{ loc: ['body', 'voice'] }] }]);
    expect(await said(hear({ model_id: 'scribe_v1+status-401+code-quota_exceeded' }))).toMatchObject([
      401,
      { detail: { status: 'quota_exceeded' } },
    ]);
  });
});
