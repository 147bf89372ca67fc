// Real: the whole mesh, PostgreSQL, NATS, Redis, OpenAI's and Deepgram's own clients. Emulated: Deepgram and ElevenLabs.
import { createHash } from 'node:crypto';
import { DeepgramClient } from '@deepgram/sdk';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { type ConformanceFeature, proves } from '@gateway/provider-kit/conformance';
import { DeepgramEmulator, ElevenLabsEmulator } from '@gateway/testkit';
import OpenAI, { toFile } from 'openai';
import { request } from 'undici';
import { describeOperationFailures } from './support/describe-operation-failures';
import { GatewayHttp } from './support/gateway-http';
import { sdkClients } from './support/sdk-clients';
import { sendForm } from './support/send-form';
import { loggedRequest } from './support/spend-logs';
import { configurationYaml, type ModelEntry } from './support/test-configuration';

const deepgram = new DeepgramEmulator({ rejectUnknownFields: true });
const elevenlabs = new ElevenLabsEmulator({ rejectUnknownFields: true });
const origins = { deepgram: '', elevenlabs: '' };
let mesh: TestMesh;
let gateway: GatewayHttp;
let openAi: OpenAI;

const SECOND_NANO_USD = 100_000;
const CHARACTER_NANO_USD = 15_000;
const PRICE = {
  input_cost_per_second: SECOND_NANO_USD / 1e9,
  input_cost_per_character: CHARACTER_NANO_USD / 1e9,
};

const VENDORS = [
  {
    vendor: 'deepgram',
    emulator: deepgram,
    hears: 'nova-3',
    speaks: 'aura-2-thalia-en',
    voice: 'thalia',
    formats: { mp3: 'audio/mpeg', wav: 'audio/wav', flac: 'audio/flac', aac: 'audio/aac' },
  },
  {
    vendor: 'elevenlabs',
    emulator: elevenlabs,
    hears: 'scribe_v1',
    speaks: 'eleven_multilingual_v2',
    voice: 'rachel',
    formats: { mp3: 'audio/mpeg', pcm: 'audio/pcm', opus: 'audio/ogg' },
  },
] as const;

beforeAll(async () => {
  origins.deepgram = await deepgram.start();
  origins.elevenlabs = await elevenlabs.start();
  const at = { deepgram: `${origins.deepgram}/v1`, elevenlabs: origins.elevenlabs };
  const group = (name: string, vendor: keyof typeof at, model: string, more = {}): ModelEntry => ({
    model_name: name,
    litellm_params: { model: `${vendor}/${model}`, api_base: at[vendor], api_key: 'emulator-key', ...more },
    model_info: PRICE,
  });
  mesh = await startTestMesh({
    configYaml: configurationYaml([
      ...VENDORS.flatMap(({ vendor, hears, speaks }) => [
        group(`${vendor}-hears*`, vendor, `${hears}*`),
        group(`${vendor}-speaks*`, vendor, `${speaks}*`),
      ]),
      group('any-aura', 'deepgram', 'aura-2'),
      group('lenient-hears', 'deepgram', 'nova-3', { drop_params: true }),
      group('set-hears', 'elevenlabs', 'scribe_v1', { diarize: true, num_speakers: 2 }),
    ]),
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  ({ openAi } = sdkClients(mesh.url, mesh.masterKey));
});

afterAll(async () => {
  await mesh?.stop();
  await Promise.all([deepgram.stop(), elevenlabs.stop()]);
});

beforeEach(() => {
  deepgram.reset();
  elevenlabs.reset();
});

/** Bytes that are no text, with the borders of forms among them. */
const SOUND = Buffer.concat([
  Buffer.from([0, 255, 13, 10, 45, 45]),
  Buffer.from('\r\n--gateway-\r\n'),
  Buffer.alloc(2_480, 7),
]);
const HEARD = createHash('sha256').update(SOUND).digest('hex').slice(0, 16);

function transcribe(model: string, fields: Readonly<Record<string, string>> = {}) {
  return sendForm(gateway, '/v1/audio/transcriptions', { model, ...fields, file: new Blob([SOUND]) });
}

const speak = (body: object) => gateway.send({ path: '/v1/audio/speech', body: { input: 'Hëllo there', ...body } });
const logged = (answer: { headers: Readonly<Record<string, unknown>> }) =>
  loggedRequest(gateway, String(answer.headers['x-request-id']));

describe.each(VENDORS)('audio at $vendor', ({ vendor, emulator, voice, formats }) => {
  const hears = `${vendor}-hears`;
  const speaks = `${vendor}-speaks`;
  const NO_STREAM = proves({ provider: vendor, endpoint: 'transcriptions', feature: 'streams', outcome: 'refused' });
  const heardCell = (feature: ConformanceFeature) => proves({ provider: vendor, endpoint: 'transcriptions', feature });
  const spokenCell = (feature: ConformanceFeature) => proves({ provider: vendor, endpoint: 'speech', feature });

  it(`A4 OpenAI’s client gets the transcript in each of its formats, of the very file it sent ${heardCell('answers')} ${heardCell('usage')}`, async () => {
    const ask = async (format: OpenAI.AudioResponseFormat): Promise<unknown> =>
      openAi.audio.transcriptions.create({ model: hears, file: await toFile(SOUND, 'a.mp3'), response_format: format });
    expect(await ask('json')).toEqual({
      text: expect.stringContaining(HEARD),
      usage: { type: 'duration', seconds: 3 },
    });
    expect(await ask('text')).toMatch(new RegExp(`^A file of 2500 bytes, .*${HEARD}\\.\\n$`));
    expect(await ask('srt')).toMatch(new RegExp(`^1\\n00:00:00,000 --> 00:00:02,500\\nA file .*${HEARD}\\.\\n`));
    expect(await ask('vtt')).toMatch(new RegExp(`^WEBVTT\\n\\n00:00:00.000 --> 00:00:02.500\\nA file .*${HEARD}`));
    expect(await ask('verbose_json')).toMatchObject({
      duration: 2.5,
      language: expect.stringMatching(/^en/),
      segments: [{ id: 0, start: 0, end: 2.5 }],
      words: expect.arrayContaining([expect.objectContaining({ word: 'A', start: 0 })]),
    });
  });

  it(`D3 the ledger has the seconds that the provider charges ${heardCell('ledger')}`, async () => {
    for (const format of ['json', 'srt']) {
      emulator.reset();
      const row = await logged(await transcribe(hears, { response_format: format }));
      const [bill] = emulator.bill();
      expect(bill?.units).toEqual({ audioInputMs: 2_500 });
      expect(row).toMatchObject({ call_type: 'atranscription', estimated: false, unpriced: false, units: bill?.units });
      expect(row.spend_nano_usd).toBe(2.5 * SECOND_NANO_USD);
    }
  });

  it(`A4 what it cannot say about a file is refused by name, and nobody is asked ${NO_STREAM}`, async () => {
    const refusals = [
      [{ stream: 'true' }, 'stream'],
      [{ response_format: 'diarized_json' }, 'response_format'],
      [{ prompt: 'Names: Ömer' }, 'prompt'],
    ] as const;
    for (const [fields, param] of refusals) {
      const answer = await transcribe(hears, fields);
      expect([answer.status, answer.json()]).toMatchObject([400, { error: { code: 'unsupported_parameter', param } }]);
    }
    expect(emulator.requests()).toEqual([]);
  });

  describe('what was said', () =>
    describeOperationFailures({ provider: vendor, endpoint: 'transcriptions', model: hears, call: transcribe }));

  it(`A4 speech is what the provider’s own call makes, in each format ${spokenCell('answers')}`, async () => {
    for (const [format, type] of Object.entries(formats)) {
      const answer = await openAi.audio.speech.create({
        model: speaks,
        voice,
        input: 'Hëllo there',
        response_format: format as 'mp3',
      });
      expect(answer.headers.get('content-type')).toContain(type);
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(bytes.equals(await ownSpeech(vendor, format))).toBe(true);
    }
  });

  it(`A4 it comes while it is made ${spokenCell('streams')}`, async () => {
    // The emulator stops in the middle for good: what came before must be here all the same.
    const answer = await openAi.audio.speech.create({ model: `${speaks}+hang-after-3`, voice, input: 'one two' });
    const reader = answer.body?.getReader();
    let bytes = 0;
    while (reader && bytes < 3 * 960) bytes += (await reader.read()).value?.length ?? 0;
    expect(bytes).toBe(3 * 960);
    await reader?.cancel();
  });

  it(`D3 when it breaks off the client sees that, and it is paid for by an estimate ${spokenCell('broken streams')}`, async () => {
    const body = JSON.stringify({ model: `${speaks}+cut-after-3`, voice, input: 'one two three' });
    const headers = { authorization: `Bearer ${mesh.masterKey}`, 'content-type': 'application/json' };
    const answer = await request(`${mesh.url}/v1/audio/speech`, { method: 'POST', headers, body });
    await expect(answer.body.arrayBuffer()).rejects.toThrow();
    expect(await logged(answer)).toMatchObject({
      status: 'failed',
      error_code: 'stream_interrupted',
      estimated: true,
      units: { characters: 13 },
      spend_nano_usd: 13 * CHARACTER_NANO_USD,
    });
  });

  it(`D3 the ledger has the characters that the provider charges ${spokenCell('ledger')}`, async () => {
    const row = await logged(await speak({ model: speaks, voice }));
    const [bill] = emulator.bill();
    expect(bill?.units).toEqual({ characters: 11 });
    expect(row).toMatchObject({ call_type: 'aspeech', estimated: false, unpriced: false, units: bill?.units });
    expect(row.spend_nano_usd).toBe(11 * CHARACTER_NANO_USD);
  });

  it.each([
    [{ response_format: 'vinyl' }, 'response_format'],
    [{ instructions: 'softly' }, 'instructions'],
    [{ stream_format: 'sse' }, 'stream_format'],
  ])('A4 %j is refused by name, and nobody is asked', async (fields, param) => {
    const answer = await speak({ model: speaks, voice, ...fields });
    expect([answer.status, answer.json()]).toMatchObject([400, { error: { code: 'unsupported_parameter', param } }]);
    expect(emulator.requests()).toEqual([]);
  });

  describe('speech', () =>
    describeOperationFailures({
      provider: vendor,
      endpoint: 'speech',
      model: speaks,
      call: (model) => speak({ model, voice }),
    }));
});

describe('B2 each in its own words', () => {
  it('Deepgram’s voice makes the model of a family, and another than the deployment’s is refused', async () => {
    await speak({ model: 'any-aura', voice: 'celeste-es' });
    expect(deepgram.bill()[0]?.model).toBe('aura-2-celeste-es');
    const refused = await speak({ model: 'deepgram-speaks', voice: 'zeus' });
    expect([refused.status, refused.json()]).toMatchObject([400, { error: { param: 'voice' } }]);
  });

  it('what Deepgram has no word for is dropped where that is allowed, and its own settings pass', async () => {
    const answer = await transcribe('lenient-hears', { prompt: 'Ömer', temperature: '0.2', keyterm: 'sound' });
    expect(answer.status).toBe(200);
    const query = new URLSearchParams(deepgram.requests()[0]?.path.split('?')[1]);
    expect(Object.fromEntries(query)).toEqual({
      model: 'nova-3',
      smart_format: 'true',
      detect_language: 'true',
      keyterm: 'sound',
    });
  });

  it('what the configuration says reaches ElevenLabs', async () => {
    await transcribe('set-hears', { language: 'de' });
    const { body = '' } = elevenlabs.requests()[0] ?? {};
    for (const field of ['diarize"\r\n\r\ntrue', 'num_speakers"\r\n\r\n2', 'language_code"\r\n\r\nde'])
      expect(body).toContain(`name="${field}\r\n`);
  });

  it('B7 ElevenLabs’ empty account is told from a wrong key: both are 401 there', async () => {
    const answer = await transcribe('elevenlabs-hears+status-401+code-quota_exceeded');
    expect([answer.status, answer.json()]).toMatchObject([429, { error: { code: 'insufficient_quota' } }]);
  });
});

/** The same text by the vendor's own API, without the gateway. */
async function ownSpeech(vendor: 'deepgram' | 'elevenlabs', format: string): Promise<Buffer> {
  const text = 'Hëllo there';
  if (vendor === 'deepgram') {
    const own = new DeepgramClient({ apiKey: 'emulator-key', baseUrl: origins.deepgram });
    const linear = format === 'wav' && { encoding: 'linear16', container: 'wav' };
    const asked = { text, model: 'aura-2-thalia-en', encoding: format, ...linear };
    return Buffer.from(await (await own.speak.v1.audio.generate(asked)).arrayBuffer());
  }
  const output = { mp3: 'mp3_44100_128', pcm: 'pcm_24000', opus: 'opus_48000_64' }[format];
  const answer = await fetch(`${origins.elevenlabs}/v1/text-to-speech/rachel?output_format=${output}`, {
    method: 'POST',
    headers: { 'xi-api-key': 'emulator-key', 'content-type': 'application/json' },
    body: JSON.stringify({ text, model_id: 'eleven_multilingual_v2' }),
  });
  return Buffer.from(await answer.arrayBuffer());
}
