// B7: Replicate's own client, `replicate`, against the emulator. Real: HTTP on loopback, the client.
import Replicate from 'replicate';
import { OpenAiEmulator } from '../openai/openai-emulator';
import { ReplicateEmulator } from './replicate-emulator';

const emulator = new ReplicateEmulator();
let client: Replicate;
let origin: string;

beforeAll(async () => {
  origin = await emulator.start();
  client = new Replicate({ auth: 'some-token', baseUrl: `${origin}/v1`, useFileOutput: false });
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.reset());

const textOf = (output: unknown): string => (output as readonly string[]).join('');

describe('B7 Replicate’s client accepts the emulator', () => {
  test('run: what the OpenAI emulator says, for as many tokens', async () => {
    const other = new OpenAiEmulator();
    const url = `${await other.start()}/v1/chat/completions`;
    const messages = [{ role: 'user', content: 'Tell me about rivers' }];
    await fetch(url, {
      method: 'POST',
      headers: { authorization: 'Bearer key' },
      body: JSON.stringify({ model: 'm', messages }),
    });
    const output = await client.run('meta/mock-llama', { input: { prompt: 'Tell me about rivers' } });
    const [theirs, ours] = [other.bill()[0], emulator.bill()[0]];
    await other.stop();
    expect(textOf(output)).toMatch(/^You said: Tell me about rivers\./);
    expect([ours?.promptTokens, ours?.completionTokens]).toEqual([theirs?.promptTokens, theirs?.completionTokens]);
  });

  test('stream: a token an event, and the same as the whole', async () => {
    const input = { prompt: 'Please write 9 tokens' };
    const texts: string[] = [];
    for await (const { event, data } of client.stream('meta/mock-llama', { input })) {
      if (event === 'output') texts.push(data);
    }
    expect(texts).toHaveLength(9);
    expect(texts.join('')).toBe(textOf(await client.run('meta/mock-llama', { input })));
    expect(emulator.bill().map(({ completionTokens }) => completionTokens)).toEqual([0, 9, 9]);
  });

  test('waits for what takes its time, and cancels it', async () => {
    const input = { prompt: 'hi' };
    const output = await client.run('meta/mock-queued', { input, wait: { mode: 'poll', interval: 5 } });
    expect(textOf(output)).toContain('You said: hi');
    const begun = await client.predictions.create({ model: 'meta/mock-queued', input });
    expect([begun.status, (await client.predictions.cancel(begun.id)).status]).toEqual(['starting', 'canceled']);
    expect((await client.predictions.get(begun.id)).status).toBe('canceled');
  });

  test('makes pictures, runs deployments and versions', async () => {
    const pictures = await client.run('black-forest-labs/mock-flux', { input: { prompt: 'a', num_outputs: 2 } });
    expect(pictures).toEqual([expect.stringMatching(/0\.webp$/), expect.stringMatching(/1\.webp$/)]);
    expect(emulator.bill()[0]?.units).toEqual({ images: 2 });
    const deployed = await client.deployments.predictions.create('me', 'mine', { input: { prompt: 'hi' }, wait: true });
    expect(deployed).toMatchObject({ status: 'succeeded', model: 'me/mine' });
    const metrics = { input_token_count: expect.any(Number), output_token_count: expect.any(Number) };
    expect(deployed.metrics).toMatchObject(metrics);
    const version = 'a'.repeat(64);
    expect((await client.predictions.create({ version, input: { prompt: 'hi' }, wait: true })).status).toBe(
      'succeeded',
    );
  });

  test('refuses as Replicate does: strangers, wrong inputs, unknown models, too much', async () => {
    const statusOf = async (auth: string, model: `${string}/${string}`, input: object) => {
      const failure: unknown = await new Replicate({ auth, baseUrl: `${origin}/v1`, fetch: once })
        .run(model, { input })
        .catch((error: unknown) => error);
      return (failure as { response?: Response }).response?.status;
    };
    // Its own retries would wait for many seconds.
    const once: typeof fetch = async (...args) => {
      const answer = await fetch(...args);
      return answer.status === 429 ? new Response(answer.body, { status: 418 }) : answer;
    };
    expect(await statusOf('invalid-key', 'meta/mock-llama', { prompt: 'hi' })).toBe(401);
    expect(await statusOf('t', 'meta/mock-llama', { question: 'hi' })).toBe(422);
    expect(await statusOf('t', 'meta/unknown-llama+status-404', { prompt: 'hi' })).toBe(404);
    expect(await statusOf('t', 'meta/mock-llama+status-429', { prompt: 'hi' })).toBe(418);
    expect(emulator.bill().every((row) => !row.billed)).toBe(true);
  });
});
