import { isRecord, NO_USAGE } from '@gateway/domain';
import fc from 'fast-check';
import { speechAnswer, transcriptAnswer } from './audio-answers';
import { imageEditsCodec, imageGenerationsCodec, speechCodec, transcriptionsCodec } from './codecs';
import { decodeMediaUsage } from './decode-usage';
import { imagesAnswer } from './images-answer';

describe('A3 what pictures cost', () => {
  it('is told by tokens and their kinds, pictures and pixels', () => {
    const usage = {
      input_tokens: 50,
      output_tokens: 544,
      total_tokens: 594,
      input_tokens_details: { text_tokens: 10, image_tokens: 40, cached_tokens: 5 },
    };
    const answer = imagesAnswer({ n: 1 }).document?.({ data: [{}, {}], size: '10x20', usage });
    expect(answer).toEqual({
      ...NO_USAGE,
      promptTokens: 50,
      completionTokens: 544,
      cachedPromptTokens: 5,
      units: { images: 2, imagePixels: 400, imageInputTokens: 40, imageOutputTokens: 544 },
      raw: usage,
    });
  });

  it('is counted where the provider has no tokens, and expected where the answer breaks off', () => {
    const asked = imagesAnswer({ n: 3, size: '1024x1024' });
    expect(asked.document?.({ data: [{}] })).toEqual({ ...NO_USAGE, units: { images: 1, imagePixels: 1_048_576 } });
    expect(asked.beforehand).toMatchObject({ estimated: true, units: { images: 3, imagePixels: 3_145_728 } });
    expect(imagesAnswer({ n: 1, size: 'auto' }).document?.({ data: [{}] })).toMatchObject({ units: { images: 1 } });
  });

  it('of a stream is in the event that ends it', () => {
    const asked = imagesAnswer({ n: 1 });
    expect(asked.event?.('image_generation.partial_image', {})).toEqual({ isLast: false });
    const usage = { input_tokens: 1, output_tokens: 2 };
    expect(asked.event?.('image_generation.completed', { usage })).toMatchObject({
      isLast: true,
      usage: { promptTokens: 1, completionTokens: 2, units: { images: 1 } },
    });
  });

  it('cannot be told of an answer without pictures', () => {
    expect(() => imagesAnswer({ n: 1 }).document?.({ created: 1 })).toThrow('no images');
  });
});

describe('A4 what sound costs', () => {
  it('takes the provider’s word for tokens, then for seconds, then the length, then our estimate', () => {
    const { document, text } = transcriptAnswer({ estimatedMs: 7_000 });
    const tokens = { type: 'tokens', input_tokens: 14, output_tokens: 5, input_token_details: { audio_tokens: 10 } };
    expect(document?.({ text: 'a', usage: tokens })).toMatchObject({
      promptTokens: 14,
      completionTokens: 5,
      units: { audioInputTokens: 10 },
      estimated: false,
    });
    expect(document?.({ text: 'a', usage: { type: 'duration', seconds: 3 }, duration: 2.5 })).toMatchObject({
      units: { audioInputMs: 3_000 },
    });
    expect(document?.({ text: 'a', duration: 2.5 })).toMatchObject({
      units: { audioInputMs: 2_500 },
      estimated: false,
    });
    const estimate = { units: { audioInputMs: 7_000 }, estimated: true };
    expect(document?.({ text: 'a' })).toMatchObject(estimate);
    expect(text?.('a')).toMatchObject(estimate);
    expect(() => document?.({ no: 'text' })).toThrow('no text');
  });

  it('counts characters as people do, and the length of what is not compressed', () => {
    const { binary, beforehand } = speechAnswer({ input: 'a💥ü', format: 'wav' });
    expect(binary?.(48_044)).toEqual({ ...NO_USAGE, units: { characters: 3, audioOutputMs: 1_000 } });
    expect(speechAnswer({ input: 'ab', format: 'mp3' }).binary?.(48_044)).toEqual({
      ...NO_USAGE,
      units: { characters: 2 },
    });
    expect(beforehand).toMatchObject({ estimated: true, units: { characters: 3 } });
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (input) => {
        fc.pre(input !== '');
        expect(speechAnswer({ input, format: 'mp3' }).beforehand.units).toEqual({ characters: [...input].length });
      }),
    );
  });

  it('is never negative and always whole, whatever a provider reports', () => {
    const figure = fc.oneof(fc.double(), fc.integer(), fc.constant('5'), fc.constant(null));
    const details = fc.record({ audio_tokens: figure, image_tokens: figure, cached_tokens: figure });
    const usage = fc.record({ input_tokens: fc.double(), output_tokens: figure, input_token_details: details });
    fc.assert(
      fc.property(usage, (raw) => {
        const read = decodeMediaUsage(raw, 'audio');
        const figures = [read?.promptTokens ?? 0, read?.completionTokens ?? 0, ...Object.values(read?.units ?? {})];
        expect(figures.every((one) => Number.isInteger(one) && one >= 0)).toBe(true);
      }),
    );
    expect(isRecord(decodeMediaUsage('x', 'text'))).toBe(false);
  });
});

describe('A3 A4 what a client may ask', () => {
  it('streams where it says so, in each wire’s words', () => {
    const pictures = { model: 'm', prompt: 'p' };
    expect(imageGenerationsCodec.validateRequest({ ...pictures, stream: true })).toMatchObject({
      ok: true,
      stream: true,
    });
    expect(imageGenerationsCodec.validateRequest(pictures)).toMatchObject({ ok: true, stream: false });
    const speech = { model: 'm', input: 'i', voice: 'v' };
    expect(speechCodec.validateRequest({ ...speech, stream_format: 'audio' })).toMatchObject({ stream: false });
    expect(speechCodec.validateRequest({ ...speech, stream_format: 'sse' })).toMatchObject({ stream: true });
  });

  it('names what a form lacks in words', () => {
    expect(transcriptionsCodec.validateRequest({ model: 'm' })).toMatchObject({
      error: { param: 'file', message: 'file: must be a file, which has a filename in a form.' },
    });
    expect(imageEditsCodec.validateRequest({ model: 'm', prompt: 'p', image: 'text' })).toMatchObject({
      error: { param: 'image' },
    });
  });
});
