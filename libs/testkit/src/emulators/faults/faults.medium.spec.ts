// B7: every fault as it looks on the socket, and what the bill says of it. Real: HTTP on loopback, node's client.
import { readFileSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { eventually } from '../../eventually';
import { AnthropicEmulator } from '../anthropic/anthropic-emulator';
import { GeminiEmulator } from '../gemini/gemini-emulator';
import { OpenAiEmulator } from '../openai/openai-emulator';
import type { ProviderEmulator } from '../server/provider-emulator';
import { faultSchema } from './fault';

interface Talk {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** False when the connection broke before the body's end. */
  readonly whole: boolean;
}

interface Wire {
  readonly name: string;
  readonly emulator: ProviderEmulator;
  path(model: string, stream: boolean): string;
  /** What a stream that came to its end has in it. */
  readonly terminator: string;
  origin: string;
}

const wires: Wire[] = [
  {
    name: 'OpenAI',
    emulator: new OpenAiEmulator(),
    path: () => '/v1/chat/completions',
    terminator: '[DONE]',
    origin: '',
  },
  {
    name: 'Anthropic',
    emulator: new AnthropicEmulator(),
    path: () => '/v1/messages',
    terminator: 'message_stop',
    origin: '',
  },
  {
    name: 'Gemini',
    emulator: new GeminiEmulator(),
    path: (model, stream) =>
      `/v1beta/models/${encodeURIComponent(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    terminator: '"finishReason"',
    origin: '',
  },
];

beforeAll(async () => {
  for (const wire of wires) wire.origin = await wire.emulator.start();
});
afterAll(async () => {
  for (const wire of wires) await wire.emulator.stop();
});

/** Each vendor looks at its own. */
const KEYS = { authorization: 'Bearer key', 'x-api-key': 'key', 'x-goog-api-key': 'key' };

function send(wire: Wire, model: string, stream: boolean): ClientRequest {
  const headers = { ...KEYS, 'anthropic-version': '2023-06-01' };
  const call = request(`${wire.origin}${wire.path(model, stream)}`, { method: 'POST', headers });
  const text = 'please write 10 tokens';
  // One body for all: each takes what it knows, and nobody here refuses the rest.
  const messages = [{ role: 'user', content: text }];
  const contents = [{ role: 'user', parts: [{ text }] }];
  const generationConfig = { maxOutputTokens: 100_000 };
  call.end(JSON.stringify({ model, max_tokens: 100_000, stream, messages, contents, generationConfig }));
  return call;
}

function answerOf(call: ClientRequest): Promise<Talk> {
  return new Promise((resolve, reject) => {
    call.on('error', reject);
    call.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', () => undefined);
      response.on('close', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          // Google ends lines as HTTP does.
          text: text.replaceAll('\r\n', '\n'),
          whole: response.complete,
        }),
      );
    });
  });
}

const contentChunks = (text: string): number =>
  text
    .split('\n\n')
    .filter((event) => /"delta":\{"(content":"[^"]|type":"text_delta)|"parts":\[\{"text":"[^"]/.test(event)).length;

describe.each(wires)('B7 faults of the $name emulator', (wire) => {
  const talk = (model: string, stream: boolean) => answerOf(send(wire, model, stream));
  const bill = () => wire.emulator.bill();

  beforeEach(() => wire.emulator.reset());

  test('no fault: ten tokens, ten chunks, a terminator', async () => {
    const { text, whole, headers } = await talk('m', true);
    expect(contentChunks(text)).toBe(10);
    expect(text).toContain(wire.terminator);
    expect(whole).toBe(true);
    expect(headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(bill()).toMatchObject([{ completionTokens: 10, completed: true }]);
  });

  test('status, code and retry-after', async () => {
    const { status, headers, text } = await talk('m+status-503+code-busy+retry-after-7s', true);
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('7');
    expect(text).toContain('"busy"');
    expect(bill()).toMatchObject([{ status: 503, billed: false, promptTokens: 0, endedAtUnixMs: expect.any(Number) }]);
  });

  test('cut: so many tokens, then a broken body and no terminator', async () => {
    const { text, whole } = await talk('m+cut-after-3', true);
    expect(contentChunks(text)).toBe(3);
    expect(whole).toBe(false);
    expect(text).not.toContain(wire.terminator);
    expect(bill()).toMatchObject([{ completionTokens: 3, completed: false, cancelledByClient: false, billed: true }]);
  });

  test('cut after more chunks than there are: everything but the end', async () => {
    const { text, whole } = await talk('m+cut-after-99', true);
    expect(contentChunks(text)).toBe(10);
    expect(whole).toBe(false);
    expect(text).not.toMatch(/finish_reason":"|message_delta|finishReason/);
  });

  test('cut of a whole answer: half a body', async () => {
    const { text, whole, headers } = await talk('m+cut-after-0', false);
    expect(whole).toBe(false);
    expect(Buffer.byteLength(text)).toBe(Number(headers['content-length']) >> 1);
    expect(bill()).toMatchObject([{ completionTokens: 10, completed: false }]);
  });

  test('malformed: one event that is not JSON, and the stream goes on', async () => {
    const { text } = await talk('m+malformed-after-4', true);
    const events = text.split('\n\n').map((event) => event.replace(/^(event: .*\n)?data: /, ''));
    const broken = events.filter((event) => event !== '' && event !== '[DONE]' && !isJson(event));
    expect(broken).toHaveLength(1);
    expect(contentChunks(text.slice(0, text.indexOf(broken[0]!)))).toBe(4);
    expect(contentChunks(text)).toBe(10);
    expect(isJson((await talk('m+malformed-after-4', false)).text)).toBe(false);
  });

  test('error event: the vendor’s error, then a proper end without terminator', async () => {
    const { text, whole } = await talk('m+error-after-2+code-on_fire', true);
    expect(contentChunks(text)).toBe(2);
    expect(text.split('\n\n').at(-2)).toMatch(/"error":\{.*"on_fire"/);
    expect(text).not.toContain(wire.terminator);
    expect(whole).toBe(true);
  });

  test('truncate: a proper end, but no finish reason, usage or terminator', async () => {
    const { text, whole } = await talk('m+truncate', true);
    expect(whole).toBe(true);
    expect(contentChunks(text)).toBe(10);
    expect(text).not.toMatch(/finish_reason":"|message_delta|message_stop|DONE|finishReason/);
    expect(bill()).toMatchObject([{ completionTokens: 10, completed: false }]);
    // Google leaves out what it has nothing to say about.
    const reason = wire.name === 'Gemini' ? /^(?!.*finishReason)/ : /"(finish|stop)_reason":null/;
    expect((await talk('m+truncate', false)).text).toMatch(reason);
  });

  test('empty body and wrong content type: 200, nothing billed', async () => {
    expect(await talk('m+empty-body', true)).toMatchObject({ status: 200, text: '', whole: true });
    const page = await talk('m+wrong-content-type', true);
    expect(page.headers['content-type']).toContain('text/html');
    expect(bill().map((row) => row.billed)).toEqual([false, false]);
  });

  test('close before headers: no response at all', async () => {
    await expect(talk('m+close-before-headers', true)).rejects.toThrow('socket hang up');
    expect(bill()).toMatchObject([{ status: 0, billed: false, cancelledByClient: false }]);
  });

  test('never respond: silence until the client leaves, and nothing to pay', async () => {
    const call = send(wire, 'm+never-respond', true);
    const outcome = answerOf(call).catch((error: Error) => error.message);
    await eventually('the request to arrive', () => bill().length === 1);
    call.destroy();
    expect(await outcome).toBe('socket hang up');
    const row = await eventually('the client to be missed', () => bill().find((each) => each.cancelledByClient));
    expect(row).toMatchObject({ status: 0, billed: false, promptTokens: 0 });
  });

  test('hang: so many tokens, then silence on an open connection', async () => {
    const call = send(wire, 'm+hang-after-3', true);
    const outcome = answerOf(call);
    await eventually('three tokens', () => bill()[0]?.completionTokens === 3);
    expect(bill()[0]).toMatchObject({ endedAtUnixMs: null, completed: false });
    call.destroy();
    const { text } = await outcome;
    expect(contentChunks(text)).toBeLessThanOrEqual(3);
    const row = await eventually('the client to be missed', () => bill().find((each) => each.cancelledByClient));
    expect(row.completionTokens).toBe(3);
  });

  test.each(['m+tokens-99999+chunks-2ms', 'm+tokens-99999'])(
    'a client that leaves stops generation, and pays for the prompt and the tokens so far: %s',
    async (model) => {
      const call = send(wire, model, true);
      const outcome = answerOf(call);
      await eventually('five tokens', () => (bill()[0]?.completionTokens ?? 0) >= 5);
      const leftAtUnixMs = Date.now();
      call.destroy();
      const { text } = await outcome;
      const row = await eventually('the client to be missed', () => bill().find((each) => each.cancelledByClient));
      expect(row).toMatchObject({ billed: true, completed: false, promptTokens: 8 });
      expect(row.cancelNoticedAtUnixMs).toBeGreaterThanOrEqual(leftAtUnixMs);
      expect(row.completionTokens).toBeGreaterThanOrEqual(contentChunks(text));
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(bill()[0]).toEqual(row);
    },
  );

  test('a client that leaves a whole answer while it is generated pays for the tokens so far', async () => {
    const call = send(wire, 'm+tokens-9999+chunks-2ms', false);
    const outcome = answerOf(call).catch(() => null);
    await eventually('five tokens', () => (bill()[0]?.completionTokens ?? 0) >= 5);
    call.destroy();
    await outcome;
    const row = await eventually('the client to be missed', () => bill().find((each) => each.cancelledByClient));
    expect(row).toMatchObject({ status: 0, billed: true, completed: false });
    expect(row.completionTokens).toBeLessThan(100);
  });

  test('a client that leaves before the head pays for the prompt', async () => {
    const call = send(wire, 'm+headers-60s', true);
    const outcome = answerOf(call).catch(() => null);
    await eventually('the request to arrive', () => bill().length === 1);
    call.destroy();
    await outcome;
    const row = await eventually('the client to be missed', () => bill().find((each) => each.cancelledByClient));
    expect(row).toMatchObject({ status: 0, billed: true, promptTokens: 8, completionTokens: 0 });
  });

  test('nothing is sent to a client that left before its error', async () => {
    const call = send(wire, 'm+headers-500ms+status-500', true);
    const outcome = answerOf(call).catch(() => null);
    await eventually('the request to arrive', () => bill().length === 1);
    call.destroy();
    await outcome;
    const row = await eventually('the client to be missed', () => bill().find((each) => each.cancelledByClient));
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(bill()[0]).toEqual(row);
    expect(row.status).toBe(0);
  });

  test('a client that stops reading is not written to without end', async () => {
    const call = send(wire, 'm+tokens-99999', true);
    const response = await new Promise<IncomingMessage>((resolve) => call.on('response', resolve));
    response.pause();
    let before = -1;
    await eventually('the emulator to wait', async () => {
      const now = bill()[0]!.completionTokens;
      const isStill = now === before;
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return isStill;
    });
    expect(before).toBeLessThan(99_999);
    response.resume();
    await eventually('the rest', () => bill()[0]!.completed);
    expect(bill()[0]!.completionTokens).toBe(99_999);
  });

  test('the control API sets faults, shows bill and requests, and resets', async () => {
    const control = (path: string, method = 'GET', body?: object) =>
      fetch(`${wire.origin}/__emulator/${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
    const rule = { match: { model: 'm*', nth: 2, times: 1 }, fault: { status: 500 } };
    expect((await control('faults', 'POST', rule)).status).toBe(201);
    const statuses = [await talk('m', false), await talk('m', false), await talk('m', false)].map(
      (each) => each.status,
    );
    expect(statuses).toEqual([200, 500, 200]);
    expect(await (await control('bill')).json()).toMatchObject({
      rows: [{ status: 200 }, { status: 500 }, { status: 200 }],
      totals: { requests: 3, billedRequests: 2, promptTokens: 16, completionTokens: 20 },
    });
    const { requests } = (await (await control('requests')).json()) as {
      requests: { body: string; headers: object }[];
    };
    expect(JSON.parse(requests[0]!.body)).toMatchObject({ model: 'm' });
    expect(requests[0]!.headers).toMatchObject({ host: new URL(wire.origin).host });
    const refused = await control('faults', 'POST', { fault: { stattus: 500 } });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('stattus');
    await control('faults', 'POST', { fault: { status: 500 } });
    await control('faults', 'DELETE');
    expect((await talk('m', false)).status).toBe(200);
    await control('reset', 'POST');
    expect(bill()).toEqual([]);
    expect((await control('nonsense')).status).toBe(404);
  });

  test('bodies: too large is 413, not JSON is 400, an unknown path is 404', async () => {
    const headers = { ...KEYS, 'anthropic-version': '2023-06-01' };
    const post = (path: string, body: string) => fetch(`${wire.origin}${path}`, { method: 'POST', headers, body });
    expect((await post(wire.path('m', false), 'x'.repeat(32 * 1024 * 1024 + 1))).status).toBe(413);
    expect((await post(wire.path('m', false), '{')).status).toBe(400);
    expect((await post('/v1/nothing', '{}')).status).toBe(404);
  });
});

test('docs/emulators.md names every fault, and no other', () => {
  const page = readFileSync(join(__dirname, '../../../../../docs/emulators.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z-]+?)(?:-(?:\d+(?:ms|s)?|NAME))?`.* \| (`[A-Za-z`, ]+`) \|/gm)];
  const fields = rows.flatMap((row) => row[2]!.match(/\w+/g) ?? []);
  expect(fields.sort()).toEqual(Object.keys(faultSchema.shape).sort());
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
