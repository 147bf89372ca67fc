import type { Operation } from '@gateway/domain';
import type { GatewayAnswer, GatewayCall } from '../support/gateway-http';
import { PIXEL_PNG_BASE64 } from '../support/sdk-clients';

/** How one operation is called, and what every provider's answer must show. */
export interface OperationTest {
  call(model: string): Promise<GatewayCall>;
  check(answer: GatewayAnswer): void;
}

const QUERY = 'capital of Peru';
const DOCUMENTS = ['Berlin is a capital', 'rivers of Peru', 'Lima is the capital of Peru'];
const TEXTS = ['the quick brown fox', 'jumps'];
const SOUND = Buffer.concat([Buffer.from('RIFF'), Buffer.alloc(3_000, 7)]);
const geminiPath = (model: string, action: string) => `/v1beta/models/${encodeURIComponent(model)}:${action}`;
const contentOf = (text: string) => ({ parts: [{ text }] });

function posted(path: string, fields: object): OperationTest['call'] {
  return async (model) => ({ path, body: { model, ...fields } });
}

/** A form with one file, as clients write it. */
function uploaded(
  path: string,
  fields: Readonly<Record<string, string>>,
  [name, file]: readonly [string, File],
): OperationTest['call'] {
  return async (model) => {
    const form = new FormData();
    for (const [field, value] of Object.entries({ model, ...fields })) form.append(field, value);
    form.append(name, file);
    const written = new Response(form);
    const type = written.headers.get('content-type') ?? '';
    return { path, headers: { 'content-type': type }, body: Buffer.from(await written.arrayBuffer()) };
  };
}

const pictured = (answer: GatewayAnswer): void => {
  const { data } = answer.json<{ data: { b64_json?: string; url?: string }[] }>();
  expect(data.map(({ b64_json: bytes, url }) => bytes ?? url)).toEqual([expect.stringMatching(/.{20}/)]);
};
const heard = (answer: GatewayAnswer): void =>
  expect(answer.json()).toMatchObject({ text: expect.stringMatching(/./) });
const vectors = (some: readonly (readonly number[])[], count: number): void => {
  expect(some).toHaveLength(count);
  for (const vector of some) expect(vector.length).toBeGreaterThan(2);
};

export const OPERATION_TESTS: Readonly<Record<Operation, OperationTest>> = {
  embeddings: {
    call: posted('/v1/embeddings', { input: TEXTS }),
    check: (answer) =>
      vectors(
        answer.json<{ data: { embedding: number[] }[] }>().data.map(({ embedding }) => embedding),
        2,
      ),
  },
  moderations: {
    call: posted('/v1/moderations', { input: 'so much violence' }),
    check: (answer) => expect(answer.json()).toMatchObject({ results: [{ flagged: true }] }),
  },
  rerank: {
    call: posted('/v1/rerank', { query: QUERY, documents: DOCUMENTS, top_n: 2 }),
    check: (answer) => expect(answer.json()).toMatchObject({ results: [{ index: 2 }, { index: 1 }] }),
  },
  'image-generations': { call: posted('/v1/images/generations', { prompt: 'a lighthouse' }), check: pictured },
  'image-edits': {
    call: uploaded('/v1/images/edits', { prompt: 'a lighthouse' }, [
      'image',
      new File([Buffer.from(PIXEL_PNG_BASE64, 'base64')], 'a.png', { type: 'image/png' }),
    ]),
    check: pictured,
  },
  speech: {
    call: posted('/v1/audio/speech', { input: 'Hello there', voice: 'alloy' }),
    check: ({ headers, text }) => {
      expect(headers['content-type']).toMatch(/^audio\//);
      expect(text.length).toBeGreaterThan(100);
    },
  },
  transcriptions: {
    call: uploaded('/v1/audio/transcriptions', {}, ['file', new File([SOUND], 'a.wav', { type: 'audio/wav' })]),
    check: heard,
  },
  translations: {
    call: uploaded('/v1/audio/translations', {}, ['file', new File([SOUND], 'a.wav', { type: 'audio/wav' })]),
    check: heard,
  },
  'anthropic-count-tokens': {
    call: posted('/v1/messages/count_tokens', { messages: [{ role: 'user', content: TEXTS[0] }] }),
    check: (answer) => expect(answer.json<{ input_tokens: number }>().input_tokens).toBeGreaterThan(3),
  },
  'gemini-count-tokens': {
    call: async (model) => ({
      path: geminiPath(model, 'countTokens'),
      body: { contents: [contentOf(TEXTS[0] ?? '')] },
    }),
    check: (answer) => expect(answer.json<{ totalTokens: number }>().totalTokens).toBeGreaterThan(3),
  },
  'gemini-embed': {
    call: async (model) => ({ path: geminiPath(model, 'embedContent'), body: { content: contentOf(TEXTS[0] ?? '') } }),
    check: (answer) => vectors([answer.json<{ embedding: { values: number[] } }>().embedding.values], 1),
  },
  'gemini-batch-embed': {
    call: async (model) => ({
      path: geminiPath(model, 'batchEmbedContents'),
      body: { requests: TEXTS.map((text) => ({ model: `models/${model}`, content: contentOf(text) })) },
    }),
    check: (answer) =>
      vectors(
        answer.json<{ embeddings: { values: number[] }[] }>().embeddings.map(({ values }) => values),
        2,
      ),
  },
};
