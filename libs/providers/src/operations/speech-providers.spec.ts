// Deepgram and ElevenLabs, each as small as its documentation says it is.
import { isGatewayException } from '@gateway/domain';
import type { OperationInput, PreparedOperation, ProviderCall } from '@gateway/provider-kit';
import { type WrittenPart, writeForm } from '@gateway/wire-formats';
import { PROVIDERS } from '../provider-registry';

const SOUND = Buffer.from([0, 255, 13, 10, 45, 45, 98, 13, 10]);
const field = (name: string, text: string): WrittenPart => ({ name, content: Buffer.from(text) });
const file: WrittenPart = { name: 'file', filename: 'a.mp3', contentType: 'audio/mpeg', content: SOUND };

type Deployment = OperationInput['deployment'];

function prepare(provider: string, input: Partial<OperationInput> & { body: Uint8Array }): PreparedOperation {
  const entry = PROVIDERS.find(provider);
  const operation = input.contentType === undefined ? 'speech' : 'transcriptions';
  const adapter = entry?.operations?.[operation];
  if (!entry || !adapter) throw new Error(`${provider} has no ${operation}`);
  return adapter.prepare(
    { baseUrl: entry.defaultBaseUrl ?? '', apiKey: 'secret', extraHeaders: {} },
    { requestedModel: 'alias', providerModel: 'theirs', stream: false, deployment: {}, ...input },
  );
}

function hear(
  provider: string,
  fields: readonly WrittenPart[],
  more: { deployment?: Deployment; stream?: boolean } = {},
) {
  return prepare(provider, {
    body: writeForm([field('model', 'alias'), ...fields, file], 'client-b'),
    contentType: 'multipart/form-data; boundary=client-b',
    ...more,
  });
}

function speakAt(provider: string, body: object, more: Partial<OperationInput> = {}) {
  const asked = { model: 'alias', input: 'Hëllo', voice: 'the voice', ...body };
  return prepare(provider, { body: Buffer.from(JSON.stringify(asked)), ...more });
}

const speak = (body: object, deployment: Deployment = {}) => speakAt('elevenlabs', body, { deployment });

function refusal(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return isGatewayException(error) && error.detail;
  }
  return null;
}

function answer({ reader }: PreparedOperation, document: object): string {
  reader.onHead?.({ status: 200, headers: { 'content-type': 'application/json' } });
  reader.push(Buffer.from(JSON.stringify(document)));
  return Buffer.concat(reader.end()).toString();
}

const queryOf = ({ path }: ProviderCall) => Object.fromEntries(new URLSearchParams(path.split('?')[1]));

describe('B2 Deepgram hears', () => {
  /** Its documented answer. */
  const HEARD = {
    metadata: { request_id: 'r', duration: 2.25, channels: 1 },
    results: {
      channels: [
        {
          detected_language: 'en',
          alternatives: [
            {
              transcript: 'Hello there. Bye.',
              confidence: 0.99,
              words: [
                { word: 'hello', start: 0.1, end: 0.5, punctuated_word: 'Hello' },
                { word: 'there', start: 0.5, end: 0.9, punctuated_word: 'there.' },
              ],
            },
          ],
        },
      ],
      utterances: [
        { start: 0.1, end: 0.9, transcript: 'Hello there.' },
        { start: 61.5, end: 62, transcript: 'Bye.' },
      ],
    },
  };

  it('the very bytes of the file, with the rest in the query', () => {
    const { call } = hear('deepgram', [field('language', 'de'), field('diarize', 'true'), field('keyterm[]', 'a b')]);
    expect(call.origin + call.path.split('?')[0]).toBe('https://api.deepgram.com/v1/listen');
    expect(queryOf(call)).toEqual({
      model: 'theirs',
      smart_format: 'true',
      language: 'de',
      diarize: 'true',
      keyterm: 'a b',
    });
    expect(call.headers).toMatchObject({ authorization: 'Token secret', 'content-type': 'audio/mpeg' });
    expect(Buffer.from(call.body ?? []).equals(SOUND)).toBe(true);
  });

  it('and is written in each of OpenAI’s formats', () => {
    const written = (format: string) => answer(hear('deepgram', [field('response_format', format)]), HEARD);
    expect(JSON.parse(written('json'))).toEqual({ text: 'Hello there. Bye.', usage: { type: 'duration', seconds: 3 } });
    expect(JSON.parse(written('verbose_json'))).toMatchObject({
      language: 'en',
      duration: 2.25,
      segments: [{ id: 0, start: 0.1, end: 0.9, text: 'Hello there.' }, { id: 1 }],
      words: [{ word: 'Hello', start: 0.1, end: 0.5 }, { word: 'there.' }],
    });
    expect(written('text')).toBe('Hello there. Bye.\n');
    expect(written('srt')).toBe(
      '1\n00:00:00,100 --> 00:00:00,900\nHello there.\n\n2\n00:01:01,500 --> 00:01:02,000\nBye.\n\n',
    );
    expect(written('vtt')).toMatch(/^WEBVTT\n\n00:00:00\.100 --> 00:00:00\.900\nHello there\.\n\n/);
  });

  it('by the second, as it says; text has its type', () => {
    const prepared = hear('deepgram', [field('response_format', 'text')]);
    answer(prepared, HEARD);
    expect(prepared.reader.usage).toMatchObject({ units: { audioInputMs: 2_250 }, estimated: false });
    expect(prepared.reader.contentType).toBe('text/plain; charset=utf-8');
    expect(() => answer(hear('deepgram', []), { results: {} })).toThrow('no text');
  });

  it('and says by name what it cannot, or leaves it out', () => {
    const asked = [field('prompt', 'x'), field('temperature', '0')];
    expect(refusal(() => hear('deepgram', asked))).toMatchObject({ code: 'unsupported_parameter', param: 'prompt' });
    const { call } = hear('deepgram', asked, { deployment: { dropParams: true } });
    expect(queryOf(call)).toEqual({ model: 'theirs', smart_format: 'true', detect_language: 'true' });
    expect(hear('deepgram', [field('smart_format', 'false')]).call.path).not.toContain('smart_format=true');
    const diarized = [field('response_format', 'diarized_json')];
    expect(refusal(() => hear('deepgram', diarized))).toMatchObject({ param: 'response_format' });
    expect(refusal(() => hear('deepgram', [], { stream: true }))).toMatchObject({ param: 'stream' });
  });
});

describe('B2 ElevenLabs hears', () => {
  it('a form of its own names, with the same file', async () => {
    const { call } = hear('elevenlabs', [
      field('language', 'de'),
      field('temperature', '0.3'),
      field('diarize', 'true'),
    ]);
    expect(call.origin + call.path).toBe('https://api.elevenlabs.io/v1/speech-to-text');
    expect(call.headers['xi-api-key']).toBe('secret');
    const headers = { 'content-type': call.headers['content-type'] ?? '' };
    const form = await new Response(new Uint8Array(call.body ?? []), { headers }).formData();
    const sent = form.get('file') as File;
    expect(Buffer.from(await sent.arrayBuffer()).equals(SOUND)).toBe(true);
    expect([...form.entries()].filter(([name]) => name !== 'file')).toEqual([
      ['model_id', 'theirs'],
      ['language_code', 'de'],
      ['temperature', '0.3'],
      ['diarize', 'true'],
    ]);
  });

  it('and its words become subtitles; the length is our estimate', () => {
    const heard = {
      language_code: 'eng',
      text: 'Hi. You there?',
      words: [
        { text: 'Hi.', start: 0, end: 0.5, type: 'word' },
        { text: ' ', start: 0.5, end: 0.6, type: 'spacing' },
        { text: 'You', start: 0.6, end: 0.8, type: 'word' },
        { text: ' ', start: 0.8, end: 0.9, type: 'spacing' },
        { text: 'there?', start: 0.9, end: 1.25, type: 'word' },
      ],
    };
    const prepared = hear('elevenlabs', [field('response_format', 'srt')]);
    expect(answer(prepared, heard)).toBe(
      '1\n00:00:00,000 --> 00:00:00,500\nHi.\n\n2\n00:00:00,600 --> 00:00:01,250\nYou there?\n\n',
    );
    expect(prepared.reader.usage).toMatchObject({ estimated: true, units: { audioInputMs: 1 } });
    expect(refusal(() => hear('elevenlabs', [field('prompt', 'x')]))).toMatchObject({ param: 'prompt' });
    const measured = hear('elevenlabs', []);
    answer(measured, { ...heard, audio_duration_secs: 2.5 });
    expect(measured.reader.usage).toMatchObject({ estimated: false, units: { audioInputMs: 2_500 } });
  });
});

describe('B2 Deepgram speaks', () => {
  const speakWith = (model: string, body: object, deployment: Deployment = {}) =>
    speakAt('deepgram', body, { providerModel: model, deployment });

  it('with the voice in the model, the text alone in the body and the rest in the query', () => {
    const { call, reader } = speakWith('aura-2-thalia-en', {
      voice: 'thalia',
      speed: 1.1,
      tag: ['a', 'b'],
      response_format: 'pcm',
    });
    expect(call.path).toBe(
      '/v1/speak?model=aura-2-thalia-en&encoding=linear16&container=none&sample_rate=24000&speed=1.1&tag=a&tag=b',
    );
    expect(call.headers).toMatchObject({ authorization: 'Token secret', 'content-type': 'application/json' });
    expect(JSON.parse(Buffer.from(call.body ?? []).toString())).toEqual({ text: 'Hëllo' });
    reader.onHead?.({ status: 200, headers: { 'content-type': 'audio/l16; rate=24000' } });
    reader.push(Buffer.alloc(480));
    reader.end();
    expect(reader.usage?.units).toEqual({ characters: 5, audioOutputMs: 10 });
  });

  it.each([
    ['aura-2', 'thalia', 'aura-2-thalia-en'],
    ['aura-2', 'celeste-es', 'aura-2-celeste-es'],
    ['aura-2', 'aura-2-zeus-en', 'aura-2-zeus-en'],
    ['aura', 'asteria', 'aura-asteria-en'],
    ['aura-2-thalia-en', 'aura-2-thalia-en', 'aura-2-thalia-en'],
  ])('%s with the voice %s is %s', (model, voice, expected) => {
    expect(queryOf(speakWith(model, { voice }).call)).toEqual({ model: expected, encoding: 'mp3' });
  });

  it('and says by name what it cannot, or leaves it out', () => {
    const speakAs = (body: object, deployment?: Deployment) => speakWith('aura-2-thalia-en', body, deployment);
    expect(refusal(() => speakAs({ voice: 'hal' }))).toMatchObject({ param: 'voice' });
    expect(queryOf(speakAs({ voice: 'hal' }, { dropParams: true }).call)).toMatchObject({ model: 'aura-2-thalia-en' });
    for (const param of ['callback', 'instructions', 'stream_format'])
      expect(refusal(() => speakAs({ voice: 'thalia', [param]: 'x' }))).toMatchObject({ param });
    const odd = { voice: 'thalia', response_format: 'constructor' };
    expect(refusal(() => speakAs(odd))).toMatchObject({ param: 'response_format' });
  });
});

describe('B2 ElevenLabs speaks', () => {
  it('with its own voice, format and settings, and streams', () => {
    const { call, reader } = speak({ speed: 1.1, voice_settings: { stability: 0.5 }, seed: 7, response_format: 'pcm' });
    expect(call.path).toBe('/v1/text-to-speech/the%20voice/stream?output_format=pcm_24000');
    expect(JSON.parse(Buffer.from(call.body ?? []).toString())).toEqual({
      text: 'Hëllo',
      model_id: 'theirs',
      seed: 7,
      voice_settings: { stability: 0.5, speed: 1.1 },
    });
    reader.onHead?.({ status: 200, headers: { 'content-type': 'audio/pcm' } });
    expect(reader.push(Buffer.alloc(480))).toHaveLength(1);
    reader.end();
    expect(reader.usage?.units).toEqual({ characters: 5, audioOutputMs: 10 });
    expect(speak({ response_format: 'ulaw_8000' }).call.path).toContain('output_format=ulaw_8000');
    expect(speak({}).call.path).toContain('output_format=mp3_44100_128');
  });

  it('and says by name what it cannot, or leaves it out', () => {
    expect(refusal(() => speak({ response_format: 'wav' }))).toMatchObject({ param: 'response_format' });
    expect(refusal(() => speak({ instructions: 'softly' }))).toMatchObject({ param: 'instructions' });
    expect(refusal(() => speak({ stream_format: 'sse' }))).toMatchObject({ param: 'stream_format' });
    const { call } = speak({ instructions: 'softly' }, { dropParams: true });
    expect(Buffer.from(call.body ?? []).toString()).not.toContain('softly');
    expect(speak({ stream_format: 'audio' }).call.path).toContain('/stream');
  });
});
