// B7: Cohere's own client against the emulator. Real: HTTP on loopback, the client.
import { CohereClientV2, CohereError } from 'cohere-ai';
import { CohereEmulator } from './cohere-emulator';

const emulator = new CohereEmulator({ rejectUnknownFields: true });
let client: CohereClientV2;
let origin: string;

beforeAll(async () => {
  origin = await emulator.start();
  client = new CohereClientV2({ environment: origin, token: 'test-key', maxRetries: 0 });
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.reset());

async function failureOf(promise: Promise<unknown>): Promise<CohereError> {
  const failure: unknown = await promise.catch((error: unknown) => error);
  if (failure instanceof CohereError) return failure;
  throw new Error(`no error of the API: ${String(failure)}`);
}

describe('B7 Cohere’s client accepts the emulator', () => {
  const documents = ['Berlin is a capital', 'rivers of Peru', 'Lima is the capital of Peru'];
  const search = { model: 'mock-rerank', query: 'capital of Peru', documents };

  test('rerank: the best first, the same twice, charged by searches', async () => {
    const first = await client.rerank({ ...search, topN: 2 });
    expect(first.results.map(({ index }) => index)).toEqual([2, 1]);
    expect(first.meta?.billedUnits?.searchUnits).toBe(1);
    expect((await client.rerank({ ...search, topN: 2 })).results).toEqual(first.results);
    const many = await client.rerank({ ...search, documents: Array.from({ length: 201 }, () => 'x') });
    expect(many.meta?.billedUnits?.searchUnits).toBe(3);
    expect(emulator.bill()[0]).toMatchObject({ id: first.id, model: 'mock-rerank', promptTokens: 0, billed: true });
  });

  test('errors are a sentence with a status', async () => {
    const wrongKey = new CohereClientV2({ environment: origin, token: 'invalid-key', maxRetries: 0 });
    const failures = [
      failureOf(wrongKey.rerank(search)),
      failureOf(client.rerank({ ...search, model: 'unknown-model' })),
      failureOf(client.rerank({ ...search, documents: [] })),
      failureOf(client.rerank({ ...search, model: 'mock-rerank+status-429' })),
    ];
    const saying = (words: string) => expect.objectContaining({ message: expect.stringContaining(words) });
    expect((await Promise.all(failures)).map(({ statusCode, body }) => [statusCode, body])).toEqual([
      [401, saying('invalid api token')],
      [404, saying('unknown-model')],
      [400, saying('documents')],
      [429, saying('per minute request limit')],
    ]);
  });
});
