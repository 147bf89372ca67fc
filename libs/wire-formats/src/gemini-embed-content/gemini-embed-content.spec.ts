import fc from 'fast-check';
import { refusedField } from '../cross-wire/__fixtures__/refused-field';
import { isMalformedResponse } from '../malformed-response';
import { geminiBatchEmbedCodec, geminiEmbedCodec } from './codec';
import { embeddingsToGemini } from './from-embeddings';
import { geminiToEmbeddings } from './to-embeddings';

const CALLED = { model: 'm', stream: false };
const content = (...texts: readonly string[]) => ({ parts: texts.map((text) => ({ text })) });
const batch = (...requests: readonly object[]) => ({ requests });

describe('A2 an embeddings request of Google’s clients', () => {
  it.each([
    [geminiEmbedCodec, { content: content('a') }],
    [geminiEmbedCodec, { model: 'models/m', content: content('a'), task_type: 'X', outputDimensionality: 3 }],
    [geminiBatchEmbedCodec, batch({ model: 'models/m', content: content('a') }, { content: content('b'), title: 't' })],
  ])('is taken: %#', (codec, body) => {
    expect(codec.validateRequest(body, CALLED)).toMatchObject({ ok: true, model: 'm', stream: false });
  });

  it.each([
    [geminiEmbedCodec, {}, 'content'],
    [geminiEmbedCodec, { content: 'a' }, 'content'],
    [geminiEmbedCodec, { content: {} }, 'content.parts'],
    [geminiEmbedCodec, { content: content('a'), outputDimensionality: 0 }, 'outputDimensionality'],
    [geminiEmbedCodec, { content: content('a'), taskType: 1 }, 'taskType'],
    [geminiEmbedCodec, { model: 'models/other', content: content('a') }, 'model'],
    [geminiBatchEmbedCodec, { content: content('a') }, 'requests'],
    [geminiBatchEmbedCodec, batch(), 'requests'],
    [geminiBatchEmbedCodec, batch(...new Array<object>(101).fill({ content: content('a') })), 'requests'],
    [geminiBatchEmbedCodec, batch({ content: content('a') }, {}), 'requests[1].content'],
    [
      geminiBatchEmbedCodec,
      batch({ content: content('a') }, { model: 'x', content: content('a') }),
      'requests[1].model',
    ],
  ])('is refused by the field that is wrong: %#', (codec, body, param) => {
    expect(codec.validateRequest(body, CALLED)).toMatchObject({ ok: false, error: { param } });
  });
});

describe('A2 for providers of OpenAI’s wire, such a request', () => {
  const convert = (body: object, operation: 'gemini-embed' | 'gemini-batch-embed', dropParams = false) =>
    geminiToEmbeddings(operation, body as Record<string, unknown>, { model: 'm', dropParams });

  it('has one input for each of its requests', () => {
    const body = { content: content('a', 'b'), output_dimensionality: 3 };
    expect(convert(body, 'gemini-embed')).toEqual({ model: 'm', input: ['ab'], dimensions: 3 });
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 5 }), (texts) => {
        const { input } = convert(batch(...texts.map((text) => ({ content: content(text) }))), 'gemini-batch-embed');
        expect(input).toEqual(texts);
      }),
    );
  });

  it('is refused for what has no counterpart, or does without it where it may', () => {
    const body = batch({ content: content('a') }, { content: content('a'), task_type: 'RETRIEVAL_QUERY' });
    expect(refusedField(() => convert(body, 'gemini-batch-embed'))).toBe('requests[1].taskType');
    expect(convert(body, 'gemini-batch-embed', true)).toEqual({ model: 'm', input: ['a', 'a'] });
    expect(refusedField(() => convert({ content: content('a'), title: 't' }, 'gemini-embed'))).toBe('title');
  });

  it('keeps what it is for, where the provider can be told and the batch agrees', () => {
    const about = { taskType: 'RETRIEVAL_QUERY', title: 't' };
    const told = (...requests: readonly object[]) =>
      geminiToEmbeddings('gemini-batch-embed', batch(...requests), {
        model: 'm',
        dropParams: false,
        knowsTaskTypes: true,
      });
    const one = { content: content('a') };
    expect(told({ ...one, ...about }, { ...one, ...about })).toEqual({
      model: 'm',
      input: ['a', 'a'],
      task_type: 'RETRIEVAL_QUERY',
      title: 't',
    });
    expect(refusedField(() => told({ ...one, ...about }, { ...one, title: 't' }))).toBe('requests[0].taskType');
  });

  it.each([
    [{ content: { parts: [{ text: 'a' }, { inlineData: { mimeType: 'image/png', data: '' } }] } }, 'content.parts[1]'],
    [{ content: content('') }, 'content'],
  ])('is always refused for what would be another vector: %#', (body, param) => {
    expect(refusedField(() => convert(body, 'gemini-embed', true))).toBe(param);
  });

  it('is always refused for vectors of different lengths', () => {
    const body = batch({ content: content('a') }, { content: content('b'), outputDimensionality: 3 });
    expect(refusedField(() => convert(body, 'gemini-batch-embed', true))).toBe('requests[1].outputDimensionality');
  });

  it('is answered in Google’s words', () => {
    const data = [{ embedding: [1, 2] }, { embedding: [3] }];
    const usage = { prompt_tokens: 5, total_tokens: 5 };
    expect(embeddingsToGemini('gemini-batch-embed', { data, usage })).toEqual({
      embeddings: [{ values: [1, 2] }, { values: [3] }],
      usageMetadata: { promptTokenCount: 5 },
    });
    expect(embeddingsToGemini('gemini-embed', { data: data.slice(0, 1) })).toEqual({ embedding: { values: [1, 2] } });
  });

  it.each([null, {}, { data: [] }, { data: [{ embedding: 'AAAA' }] }])('has no answer in %j', (document) => {
    let failure: unknown;
    try {
      embeddingsToGemini('gemini-embed', document);
    } catch (error) {
      failure = error;
    }
    expect(isMalformedResponse(failure)).toBe(true);
  });
});
