import { NO_USAGE } from '@gateway/domain';
import fc from 'fast-check';
import { isMalformedResponse, isProviderStreamError } from '../malformed-response';
import { cohereRerankCodec } from './codec';
import { decodeRerankAnswer } from './decode-answer';
import { decodeRerankRequest } from './decode-request';
import { encodeRerankAnswer } from './encode-answer';

const bytesOf = (answer: unknown) => Buffer.from(JSON.stringify(answer));
const read = (answer: unknown, documentCount = 3) =>
  decodeRerankAnswer(bytesOf(answer), { documentCount, fallbackId: 'made-up' });

describe('rerank request', () => {
  it.each([
    [{ query: 'q', documents: ['a'] }, 'model'],
    [{ model: 'm', documents: ['a'] }, 'query'],
    [{ model: 'm', query: '', documents: ['a'] }, 'query'],
    [{ model: 'm', query: 'q' }, 'documents'],
    [{ model: 'm', query: 'q', documents: [] }, 'documents'],
    [{ model: 'm', query: 'q', documents: 'a' }, 'documents'],
    [{ model: 'm', query: 'q', documents: ['a', 5] }, 'documents[1]'],
    [{ model: 'm', query: 'q', documents: [{}] }, 'documents[0]'],
    [{ model: 'm', query: 'q', documents: ['a'], top_n: 0 }, 'top_n'],
    [{ model: 'm', query: 'q', documents: ['a'], return_documents: 'yes' }, 'return_documents'],
    [{ model: 'm', query: 'q', documents: ['a'], rank_fields: [1] }, 'rank_fields[0]'],
    [{ model: 'm', query: 'q', documents: ['a'], max_chunks_per_doc: 1.5 }, 'max_chunks_per_doc'],
    [{ model: 'm', query: 'q', documents: ['a'], max_tokens_per_doc: '9' }, 'max_tokens_per_doc'],
  ])('A7 %j is refused with its field', (body, param) => {
    const check = cohereRerankCodec.validateRequest(body);
    expect(check).toMatchObject({ ok: false, error: { code: 'invalid_request', param } });
  });

  it('A7 is read whole, and what nobody knows is kept', () => {
    const body = {
      model: 'm',
      query: 'q',
      documents: ['a', { text: 'b', title: 't' }],
      top_n: 1,
      return_documents: true,
      rank_fields: ['title'],
      max_tokens_per_doc: 9,
      max_chunks_per_doc: null,
      priority: 3,
    };
    expect(cohereRerankCodec.validateRequest(body)).toMatchObject({ ok: true, model: 'm', stream: false });
    expect(decodeRerankRequest(body)).toEqual({
      model: 'm',
      query: 'q',
      documents: ['a', { text: 'b', title: 't' }],
      topN: 1,
      returnDocuments: true,
      rankFields: ['title'],
      maxTokensPerDoc: 9,
      unmapped: { priority: 3 },
    });
  });
});

describe('rerank answer', () => {
  const one = { index: 2, relevance_score: 0.5 };

  it.each([
    ['Cohere', { id: 'x', results: [one], meta: { billed_units: { search_units: 2 } } }, 0, { searchUnits: 2 }],
    ['Jina', { results: [{ ...one, document: { text: 'c' } }], usage: { total_tokens: 7 } }, 7, undefined],
    ['Together', { id: 'x', results: [one], usage: { prompt_tokens: 6, total_tokens: 9 } }, 6, undefined],
    ['Voyage', { object: 'list', data: [one], usage: { total_tokens: 8 } }, 8, undefined],
    ['DeepInfra', { scores: [0, 0, 0.5], input_tokens: 5 }, 5, undefined],
  ])('A7 of %s is understood', (_name, answer, promptTokens, units) => {
    const { results, usage } = read(answer);
    expect(results[0]).toEqual({ index: 2, relevanceScore: 0.5 });
    expect(usage).toMatchObject({ promptTokens, completionTokens: 0, estimated: false });
    expect(usage?.units).toEqual(units);
  });

  it('A7 without usage says so, and without an id gets one', () => {
    expect(read({ results: [one] })).toMatchObject({ id: 'made-up', usage: null });
  });

  it('A7 is always best first and never longer than asked for, with the documents that were sent', () => {
    const documents = fc.array(fc.oneof(fc.string({ minLength: 1 }), fc.record({ text: fc.string() })), {
      minLength: 1,
      maxLength: 8,
    });
    const score = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(documents, fc.infiniteStream(score), fc.option(fc.integer({ min: 1, max: 9 })), (sent, all, top) => {
        const results = sent.map((_, index) => ({ index, relevance_score: all.next().value }));
        const request = decodeRerankRequest({
          model: 'm',
          query: 'q',
          documents: sent,
          return_documents: true,
          top_n: top,
        });
        const answer = encodeRerankAnswer(read({ results }, sent.length), request) as {
          results: { index: number; relevance_score: number; document: unknown }[];
        };
        expect(answer.results).toHaveLength(Math.min(sent.length, top ?? Number.POSITIVE_INFINITY));
        answer.results.forEach(({ index, relevance_score, document }, place) => {
          const given = sent[index];
          expect(document).toEqual(typeof given === 'string' ? { text: given } : given);
          expect(relevance_score).toBeLessThanOrEqual(answer.results[place - 1]?.relevance_score ?? relevance_score);
        });
      }),
    );
  });

  it('A7 repeats documents only when asked, and tells what was billed', () => {
    const request = decodeRerankRequest({ model: 'm', query: 'q', documents: ['a'] });
    const results = [{ index: 0, relevanceScore: 1 }];
    const searched = { ...NO_USAGE, units: { searchUnits: 1 } };
    expect(encodeRerankAnswer({ id: 'i', results, usage: searched }, request)).toEqual({
      id: 'i',
      results: [{ index: 0, relevance_score: 1 }],
      meta: { billed_units: { search_units: 1 } },
    });
    expect(encodeRerankAnswer({ id: 'i', results, usage: { ...NO_USAGE, promptTokens: 4 } }, request)).toMatchObject({
      meta: { billed_units: { input_tokens: 4 }, tokens: { input_tokens: 4, output_tokens: 0 } },
    });
    expect(encodeRerankAnswer({ id: 'i', results, usage: null }, request)).not.toHaveProperty('meta');
  });

  it.each([
    'no json',
    '[]',
    '{}',
    '{"results":{}}',
    '{"results":[{"relevance_score":1}]}',
    '{"results":[{"index":0}]}',
    '{"results":[{"index":3,"relevance_score":1}]}',
    '{"results":[{"index":-1,"relevance_score":1}]}',
    '{"results":[{"index":0.5,"relevance_score":1}]}',
    '{"scores":["x"]}',
    '{"scores":[1,1,1,1]}',
  ])('B7 %s is no answer', (text) => {
    expect(thrownBy(text, isMalformedResponse)).toBe(true);
  });

  it('B7 an error under a success status is an error', () => {
    expect(thrownBy('{"error":{"code":"rate_limit_exceeded"}}', isProviderStreamError)).toBe(true);
  });
});

function thrownBy(text: string, is: (error: unknown) => boolean): boolean {
  try {
    decodeRerankAnswer(Buffer.from(text), { documentCount: 3, fallbackId: 'x' });
  } catch (error) {
    return is(error);
  }
  return false;
}
